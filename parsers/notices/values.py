"""Values as notices write them, brought to one form: dates, amounts, currencies, countries.

Nothing here guesses: what cannot be read becomes "" or ``None`` and, where the caller gives a
list of warnings, a line that names the field and the value.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from importlib.resources import files
from typing import Any

_CODES: dict[str, Any] = json.loads(
    files("parsers.notices").joinpath("codes.json").read_text(encoding="utf-8")
)
_COUNTRIES_BY_ALPHA_3: dict[str, str] = _CODES["countries"]
_COUNTRIES: frozenset[str] = frozenset(_COUNTRIES_BY_ALPHA_3.values())
_COUNTRY_NAMES: dict[str, str] = _CODES["country_names"]
_CURRENCIES: frozenset[str] = frozenset(_CODES["currencies"])
_LANGUAGES: dict[str, str] = _CODES["languages"]
_LANGUAGES_ALPHA_2: frozenset[str] = frozenset(_LANGUAGES.values())

# The European Union's own country codes where they differ from ISO 3166-1.
_EU_COUNTRIES = {"UK": "GB", "EL": "GR", "1A": "XK"}
_CURRENCY_WORDS = {
    "元": "CNY",
    "人民币": "CNY",
    "RMB": "CNY",
    "￥": "CNY",
    "¥": "CNY",
    "美元": "USD",
    "欧元": "EUR",
    "港币": "HKD",
    "€": "EUR",
    "£": "GBP",
    "₴": "UAH",
    "ГРН": "UAH",
    "₺": "TRY",
}

# Above this no single public contract exists in any currency; below are typing errors we cannot see.
LARGEST_AMOUNT = 1e15
FIRST_YEAR, LAST_YEAR = 1990, 2100
# A number of more digits than this is noise; parsing it would only cost time.
_LONGEST_NUMBER = 40


# Controls, line and paragraph separators, lone surrogates.
_NOT_TEXT = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")


def clean(text: object) -> str:
    """One line of text: Unicode NFC, control characters and runs of white space to one space."""
    if not isinstance(text, str):
        return ""
    return " ".join(unicodedata.normalize("NFC", _NOT_TEXT.sub(" ", text)).split())


def number(text: str) -> float | None:
    """The number a text writes, with decimal point or comma and any thousands sign, or None."""
    compact = re.sub(r"[\s\u00a0\u202f'’]", "", text.strip()[: _LONGEST_NUMBER * 2])
    if not re.fullmatch(r"[-+]?[\d.,，]+(?:[eE][-+]?\d+)?", compact):
        return None
    if len(compact) > _LONGEST_NUMBER:
        return None
    compact = compact.replace("，", ",")
    if "," in compact and "." in compact:
        decimal = max(compact.rfind(","), compact.rfind("."))
        thousands = "," if compact[decimal] == "." else "."
        compact = compact.replace(thousands, "").replace(",", ".")
    elif compact.count(",") > 1 or re.fullmatch(r"[-+]?[1-9]\d{0,2},\d{3}", compact):
        compact = compact.replace(",", "")
    elif compact.count(".") > 1:
        compact = compact.replace(".", "")
    else:
        compact = compact.replace(",", ".")
    try:
        return float(compact)
    except (ValueError, OverflowError):
        return None


def amount(value: object, where: str, warnings: list[str]) -> float | None:
    """An amount of money, or None with a warning where the value is no possible amount."""
    if value is None or value == "" or isinstance(value, bool):
        return None
    read: float | None = None
    if isinstance(value, int | float):
        try:
            read = float(value)
        except OverflowError:
            read = math.inf
    elif isinstance(value, str):
        if not value.strip():
            return None
        read = number(value)
    if read is None:
        warnings.append(f"{where}: {str(value)[:40]!r} is not an amount")
        return None
    if not math.isfinite(read) or read < 0 or read >= LARGEST_AMOUNT:
        warnings.append(f"{where}: {str(value)[:40]} is not a possible amount")
        return None
    return read


def chinese_amount(text: str, where: str, warnings: list[str]) -> float | None:
    """An amount in yuan from "￥668.790000 万元（人民币）", "6687920.0元", "12.5（万元）" or "1.2亿元".

    Discounts and rates, which stand in the same place, are no amounts.
    """
    match = re.search(r"(-?[\d][\d,，.]*)\s*[（(]?\s*(万|亿|千)?", text)
    if match is None or re.search(r"[%％‰]|折扣|费率|下浮|优惠率", text):
        return None
    read = amount(match.group(1).rstrip(",，."), where, warnings)
    if read is None:
        return None
    factor = {"万": 10_000, "亿": 100_000_000, "千": 1_000, None: 1}[match.group(2)]
    # Decimal shifts of 万 leave binary dust (668.79 × 10,000); a fen is the smallest coin.
    return amount(round(read * factor, 2), where, warnings)


def currency(value: object, where: str, warnings: list[str]) -> str:
    """ISO 4217 code, or "" with a warning where the value is not one."""
    if not isinstance(value, str) or not value.strip():
        return ""
    code = value.strip().upper()
    if code in _CURRENCIES:
        return code
    if code in _CURRENCY_WORDS:
        return _CURRENCY_WORDS[code]
    warnings.append(f"{where}: {value[:20]!r} is not an ISO 4217 currency")
    return ""


def country(value: object) -> str:
    """ISO 3166-1 alpha-2 of a two or three letter code or a country's name, else ""."""
    if not isinstance(value, str):
        return ""
    code = value.strip().upper()
    code = _EU_COUNTRIES.get(code, code)
    if code in _COUNTRIES:
        return code
    if code in _COUNTRIES_BY_ALPHA_3:
        return _COUNTRIES_BY_ALPHA_3[code]
    return _COUNTRY_NAMES.get(clean(value).casefold(), "")


def country_of_nuts(code: str) -> str:
    """The country of a NUTS region code ("UKL12" → "GB")."""
    return country(code[:2]) if re.fullmatch(r"[A-Z]{2}[A-Z0-9]{0,3}", code) else ""


def language(value: object) -> str:
    """ISO 639-1 of a two or three letter language code, else ""."""
    if not isinstance(value, str):
        return ""
    code = value.strip().lower().replace("_", "-").split("-")[0]
    return code if code in _LANGUAGES_ALPHA_2 else _LANGUAGES.get(code, "")


_ISO = re.compile(
    r"(\d{4})-?(\d{2})-?(\d{2})"
    r"(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?)?"
    r"\s*(Z|[+-]\d{2}:?\d{2})?"
)
_CHINESE = re.compile(
    r"(\d{4})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*日?"
    r"(?:\s*(上午|下午)?\s*(\d{1,2})\s*[:：时点]\s*(\d{1,2})?\s*(?:[:：分]\s*(\d{1,2})?)?)?"
)
_AMERICAN = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


def iso_date(value: object, zone: str = "") -> str:
    """A date or date-time in ISO 8601, or "" where the value is none.

    A date keeps no offset ("2024-03-29+01:00" → "2024-03-29"); a time keeps its own offset, or gets
    ``zone`` ("+08:00") where it has none; fractions of a second are dropped. Numbers of eleven
    digits or more are milliseconds since 1970.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        return ""
    text = clean(value)[:64]
    if re.fullmatch(r"\d{11,14}", text):
        return _from_milliseconds(int(text), zone)
    if match := _ISO.match(text):
        year, month, day, hour, minute, second, offset = match.groups()
        return _iso(year, month, day, hour, minute, second, offset or zone)
    if match := _CHINESE.match(text):
        year, month, day, half, hour, minute, second = match.groups()
        if half == "下午" and hour and int(hour) < 12:
            hour = str(int(hour) + 12)
        return _iso(year, month, day, hour, minute or "0", second, zone)
    if match := _AMERICAN.match(text):
        month, day, year = match.groups()
        return _iso(year, month, day, None, None, None, "")
    return ""


def with_time(date: str, time: str) -> str:
    """Join "2024-03-18+01:00" and "10:00:00+01:00" to "2024-03-18T10:00:00+01:00"."""
    day = iso_date(date)
    match = re.match(
        r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?", time.strip()
    )
    if not day or not match:
        return day
    hour, minute, second, offset = match.groups()
    if not offset and (found := re.search(r"(Z|[+-]\d{2}:\d{2})$", date.strip())):
        offset = found.group(1)
    joined = _iso(day[:4], day[5:7], day[8:10], hour, minute, second, offset or "")
    return joined or day


def _iso(
    year: str,
    month: str,
    day: str,
    hour: str | None,
    minute: str | None,
    second: str | None,
    zone: str,
) -> str:
    try:
        date = dt.date(int(year), int(month), int(day))
        if not FIRST_YEAR <= date.year <= LAST_YEAR:
            return ""
        if hour is None:
            return date.isoformat()
        if int(hour) == 24 and int(minute or 0) == 0:  # midnight at the end of the day
            hour, minute = "23", "59"
        time = dt.time(int(hour), int(minute or 0), int(second or 0))
    except ValueError:
        return ""
    if zone and zone != "Z" and ":" not in zone:
        zone = f"{zone[:3]}:{zone[3:]}"
    return f"{date.isoformat()}T{time.isoformat()}{zone}"


def _from_milliseconds(milliseconds: int, zone: str) -> str:
    offset = dt.timedelta(hours=int(zone[:3])) if zone else dt.timedelta()
    try:
        moment = dt.datetime.fromtimestamp(milliseconds / 1000, dt.timezone(offset))
    except (OverflowError, ValueError, OSError):
        return ""
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        return ""
    if (moment.hour, moment.minute, moment.second) == (0, 0, 0):
        return moment.date().isoformat()
    return moment.replace(microsecond=0).isoformat().replace("+00:00", "Z")


def checked_date(value: object, where: str, warnings: list[str], zone: str = "") -> str:
    """``iso_date`` with a warning where a value is given that is no date."""
    read = iso_date(value, zone)
    if not read and isinstance(value, str) and value.strip():
        warnings.append(f"{where}: {value.strip()[:40]!r} is not a date we can read")
    return read


def total(parts: Iterable[tuple[float | None, str]]) -> tuple[float | None, str]:
    """Sum of amounts where all are in one currency, else (None, "")."""
    known = [(value, code) for value, code in parts if value is not None]
    if not known or len({code for _, code in known}) != 1:
        return None, ""
    return round(sum(value for value, _ in known), 2), known[0][1]


def total_of_all(
    parts: Iterable[tuple[float | None, str]], where: str, warnings: list[str]
) -> tuple[float | None, str]:
    """``total`` with a warning where the amount of some parts is not given or in another currency."""
    given = list(parts)
    found = total(given)
    missing = sum(value is None for value, _ in given)
    if found[0] is not None and missing:
        warnings.append(
            f"{where}: {missing} of {len(given)} give no amount; the sum is of the others"
        )
    if found[0] is None and missing < len(given):
        warnings.append(f"{where}: amounts in several currencies are not added up")
    return found


def earliest(dates: Sequence[str]) -> str:
    """The first of several ISO dates, "" where there is none."""
    return min((date for date in dates if date), default="")
