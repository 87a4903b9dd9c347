"""Windows of dates. Aligned to a fixed grid, so that two runs ask for the same windows and
their answers can be compared."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

EPOCH = datetime(2020, 1, 1, tzinfo=UTC)


class DateError(ValueError):
    """A date of the command line or of a source file that cannot be read."""


def read_date(text: str) -> datetime:
    """``2026-11-22`` or ``2026-11-22T13:00:00Z``, in UTC where it names no zone."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise DateError(f"{text!r} is not a date. Write it as 2026-11-22.") from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def windows(since: datetime, until: datetime, days: float) -> Iterator[tuple[datetime, datetime]]:
    """Windows of ``days`` days that cover [since, until); end exclusive."""
    width = timedelta(days=days)
    start = EPOCH + ((since - EPOCH) // width) * width
    while start < until:
        yield start, start + width
        start += width


def day(moment: datetime) -> date:
    return moment.astimezone(UTC).date()
