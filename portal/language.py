"""The language of the interface: from ``?_lang=`` or Accept-Language, kept by links, no cookie.

English messages are the keys of ``translations/zh.yml``; a test holds the file and the messages
in templates and code together.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import yaml

LANGUAGES = {"en": "English", "zh": "中文"}
PARAMETER = "_lang"
_TRANSLATIONS = Path(__file__).parent / "translations"


@dataclass(frozen=True, slots=True)
class Choice:
    """A language, and whether the address names it, so that links must keep it."""

    code: str = "en"
    explicit: bool = False


# English messages that read otherwise where ``n`` is one.
_ONE = {
    "{n} claims": "{n} claim",
    "{n} claims with it": "{n} claim with it",
    "{n} pages": "{n} page",
    "{n} rows": "{n} row",
    "{n} notices": "{n} notice",
    "{n} capabilities in notices": "{n} capability in a notice",
    "{n} of them denials": "{n} of them a denial",
    "and {n} more capabilities": "and {n} more capability",
}
_ENGLISH = Choice()
# Set once a request by portal.headers; templates and cells read it without passing it along.
_current: ContextVar[Choice] = ContextVar("interface_language", default=_ENGLISH)


def choose(query_string: str, accept_language: str) -> Choice:
    """The language of a request. An unknown ``_lang`` is as good as none."""
    asked = parse_qs(query_string).get(PARAMETER, [""])[0]
    if asked in LANGUAGES:
        return Choice(asked, explicit=True)
    weighed = []
    for position, part in enumerate(accept_language.split(",")[:20]):
        tag, _, quality = part.strip().partition(";q=")
        code = tag.split("-")[0].lower()
        try:
            weight = float(quality or 1)
        except ValueError:
            continue
        if code in LANGUAGES and weight > 0:
            weighed.append((-weight, position, code))
    return Choice(min(weighed)[2] if weighed else "en")


def use(choice: Choice) -> None:
    _current.set(choice)


def current() -> str:
    return _current.get().code


@cache
def messages(code: str) -> dict[str, str]:
    """English message → message in ``code``; empty for English."""
    if code == "en":
        return {}
    loaded = yaml.safe_load((_TRANSLATIONS / f"{code}.yml").read_text(encoding="utf-8"))
    return {str(key): str(value) for key, value in loaded.items()}


def translate(message: str, **values: Any) -> str:
    """``message`` in the interface language, with ``{named}`` values filled in."""
    if current() == "en" and str(values.get("n")) == "1":
        message = _ONE.get(message, message)
    text = messages(current()).get(message, message)
    return text.format(**values) if values else text


def pick(row: dict[str, Any], name: str) -> str:
    """The field ``name`` of a row; ``name_zh`` where the interface is Chinese and it is filled."""
    return str((current() == "zh" and row.get(f"{name}_zh")) or row.get(name) or "")


def keep(path: str) -> str:
    """``path`` with the language the address names, if it names one."""
    choice = _current.get()
    return with_language(path, choice.code) if choice.explicit else path


def with_language(path: str, code: str) -> str:
    """``path`` (with or without a query and fragment) asking for the language ``code``."""
    parts = urlsplit(path)
    query = [
        (name, value)
        for name, values in parse_qs(parts.query, keep_blank_values=True).items()
        for value in values
        if name != PARAMETER
    ]
    return parts._replace(query=urlencode([*query, (PARAMETER, code)])).geturl()
