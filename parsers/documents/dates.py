"""Dates as documents write them, to ISO 8601."""

from __future__ import annotations

import datetime
import re

_DATE = re.compile(r"(?<!\d)(\d{4})\s*[-/.年]\s*(\d{1,2})(?:\s*[-/.月]\s*(\d{1,2}))(?!\d)")
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})(?:\d{6})?(?!\d)")
_PDF_DATE = re.compile(r"^D:(\d{4})(\d{2})(\d{2})")


def iso_date(text: str) -> str:
    """The first year-month-day in ``text`` as ``YYYY-MM-DD``, or "" where there is none.

    Orders other than year-month-day are not guessed: 04/05/2021 means two days.
    """
    text = text.strip()
    match = _PDF_DATE.match(text) or _DATE.search(text) or _COMPACT.match(text)
    if match is None:
        return ""
    year, month, day = (int(group) for group in match.groups())
    try:
        found = datetime.date(year, month, day)
    except ValueError:
        return ""
    return found.isoformat() if 1980 <= year <= 2100 else ""
