"""How values look: numbers, times, money, links, parameters. Template filters and functions."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import yaml
from markupsafe import Markup, escape

from portal import language, places, vocabulary
from portal.language import translate

_COLUMNS = Path(__file__).parent / "translations" / "columns.zh.yml"
# Characters that reorder what stands around them: page text could make one word look like another.
_REORDERING = re.compile("[\u202a-\u202e\u2066-\u2069]")

# Column → the vocabulary of its codes, for facets and cells.
_CODED: dict[str, dict[str, str]] = {
    "stance": {code: pair[0] for code, pair in vocabulary.STANCES.items()},
    "state": {code: pair[0] for code, pair in vocabulary.STATES.items()},
    "review": {code: pair[0] for code, pair in vocabulary.REVIEWS.items()},
    "role": vocabulary.ROLES,
    "organization_role": vocabulary.ROLES,
    "stage": vocabulary.STAGES,
    "outcome": vocabulary.CODES,
    "basis": vocabulary.CODES,
    "via": vocabulary.CODES,
    "family": vocabulary.FAMILIES,
}


def harmless(value: Any) -> Any:
    """Text without characters that reorder its neighbours; anything else as it is.

    Jinja calls it for every value a template prints, before escaping.
    """
    if isinstance(value, str) and not isinstance(value, Markup):
        return _REORDERING.sub("", value)
    return value


def web_address(url: str | None) -> str:
    """``url`` where it is a plain http or https address, else ""."""
    if not url or any(ord(character) < 33 for character in url):
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.hostname else ""


def external(url: str | None, text: str | None = None) -> Markup:
    """A link that tells the other site nothing; the bare text where ``url`` is no web address."""
    shown = escape(harmless(text or url or ""))
    address = web_address(url)
    if not address:
        return Markup('<span class="address">{}</span>').format(shown)
    return Markup('<a class="address" rel="noopener nofollow noreferrer" href="{}">{}</a>').format(
        address, shown
    )


def number(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}"


def money(amount: float | None, currency: str | None) -> str:
    return f"{number(amount)} {currency or ''}".strip() if amount is not None else "–"


def day(moment: str | None) -> str:
    """The date of an ISO 8601 time."""
    return (moment or "")[:10] or "–"


def minute(moment: str | None) -> str:
    """An ISO 8601 UTC time to the minute, for people."""
    if not moment or len(moment) < 16:
        return day(moment)
    return f"{moment[:10]} {moment[11:16]} UTC"


def size(value: float) -> str:
    """A large count in words people read: 10 million, 3,000."""
    if language.current() == "en":
        for limit, word in ((1e9, "billion"), (1e6, "million")):
            if value >= limit:
                return f"{value / limit:g} {word}"
    if language.current() == "zh" and value >= 10_000:
        unit, word = (1e8, "亿") if value >= 1e8 else (1e4, "万")
        return f"{value / unit:g} {word}"
    return number(value)


def parameter_value(name: str, value: Any) -> str:
    """One parameter of a claim for people: ``[3, 6]`` → "3, 6"; ``0.9`` → "90 %"."""
    if name == "accuracy" and isinstance(value, int | float):
        return f"{value * 100:g} %"
    if isinstance(value, list):
        return ", ".join(parameter_value(name, item) for item in value)
    if isinstance(value, int | float):
        return size(value)
    return translate(vocabulary.GROUPS.get(str(value), str(value)))


def parameters(text: str | None) -> list[tuple[str, str]]:
    """The parameters of a claim as (label, value); damaged JSON counts as none."""
    try:
        loaded = json.loads(text or "{}")
    except ValueError:
        return []
    if not isinstance(loaded, dict):
        return []
    return [
        (translate(vocabulary.PARAMETERS.get(str(name), str(name))), parameter_value(name, value))
        for name, value in loaded.items()
    ]


def name_of(row: dict[str, Any]) -> str:
    """The name of an organisation in the language of the interface."""
    own = row.get("organization_name") or row.get("name")
    preferred = row.get("name_zh") if language.current() == "zh" else row.get("name_en")
    return str(preferred or own or "")


def linker(path_of: Callable[[str], str]) -> Callable[..., str]:
    """A function that writes addresses of this site; ``path_of`` adds the site's base path."""

    def link(*segments: str, **query: Any) -> str:
        path = "/" + "/".join(_segment(segment) for segment in segments)
        given = {name: value for name, value in query.items() if value not in (None, "")}
        if given:
            path += "?" + urlencode(given, doseq=True)
        return language.keep(str(path_of(path)))

    return link


def _segment(segment: str) -> str:
    # Ids are hashes and codes, yet a register may hold anything: keep what a path can carry.
    return re.sub(
        r"[^A-Za-z0-9._~-]",
        lambda m: "".join(f"%{b:02X}" for b in m.group().encode()),
        str(segment),
    )


def code(value: str | None) -> str:
    """A code of the data in plain words, where it has them."""
    return translate(vocabulary.CODES.get(value or "", value or "–"))


def file_kind(media_type: str | None) -> str:
    """A media type in plain words."""
    return translate(vocabulary.FILE_KINDS.get(media_type or "", media_type or "–"))


def language_name(tag: str | None) -> str:
    """The name of a document's language."""
    known = vocabulary.LANGUAGES.get(tag or "")
    return translate(known) if known else (tag or translate("unknown"))


def coded(column: str, value: Any) -> str | None:
    """What a code in ``column`` is called, or None where the column holds no codes."""
    if column in ("language", "document_language"):
        return language_name(str(value)) if value else None
    if column == "country":
        return places.name(str(value)) if value else None
    known = _CODED.get(column, {}).get(str(value))
    return translate(known) if known else None


def paged(text: str) -> Markup:
    """Text of a document; where a page ends, a line that looks like one."""
    line = Markup('<span class="page-end" role="separator"></span>')
    return line.join(escape(part) for part in str(harmless(text)).split("\f"))


@cache
def _columns() -> dict[str, str]:
    loaded: dict[str, str] = yaml.safe_load(_COLUMNS.read_text(encoding="utf-8"))
    return loaded


def column_label(column: str) -> str:
    """A column's name for people: its own in English, a Chinese one in Chinese."""
    if language.current() == "zh":
        return _columns().get(column, column)
    return column


def described(filters: Any, search: str, sort: str | None, sort_desc: str | None) -> str:
    """What a table page shows, in words: search, filters, order."""
    parts = []
    if search:
        parts.append(translate("with “{words}”", words=search))
    by_key = {key: shown for key, shown, _ in filters.lookups()}
    for column, lookup, value in filters.selections():
        shown = by_key.get(lookup, lookup)
        comparison = translate(vocabulary.COMPARISONS.get(shown, shown))
        named = coded(column, value) or value
        is_about_nothing = lookup in ("isnull", "notnull", "isblank", "notblank")
        text = f"{column_label(column)} {comparison}"
        parts.append(text if is_about_nothing else f"{text} “{named}”")
    if sort:
        parts.append(translate("sorted by {column}", column=column_label(sort)))
    if sort_desc:
        parts.append(translate("sorted by {column}, descending", column=column_label(sort_desc)))
    return ("，" if language.current() == "zh" else ", ").join(parts)
