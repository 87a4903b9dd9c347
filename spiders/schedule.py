"""Which sources are due, and from which date a run must ask."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from spiders.archive.index import Index
from spiders.archive.runs import Run
from spiders.sources import Source
from spiders.windows import read_date

_INTERVALS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(days=7),
    "monthly": timedelta(days=30),
}
_EVERY = re.compile(r"every (\d+) (hours|days)")
# A cron line that runs daily at three must not find a daily source "not yet due" by a minute.
_SLACK = timedelta(minutes=30)
# A run that failed is tried again sooner than its schedule says, but never in a loop.
_AGAIN = timedelta(hours=6)


def interval(schedule: str) -> timedelta | None:
    """Time between two runs; None for ``never``. Raises ValueError for anything unknown."""
    if schedule == "never":
        return None
    if schedule in _INTERVALS:
        return _INTERVALS[schedule]
    every = _EVERY.fullmatch(schedule)
    if not every:
        raise ValueError(f"schedule {schedule!r} is not known. Write such as: every 6 hours")
    return timedelta(**{every[2]: int(every[1])})


def due(sources: Mapping[str, Source], index: Index, now: datetime) -> list[str]:
    """Ids of the sources whose schedule says so, the longest waiting first.

    A source never run is due; one that was blocked waits its whole interval, so that we do not
    knock again at once; one that failed or stopped early is due after six hours.
    """
    last = {run.source_id: run for run in index.full_runs()}
    waiting: list[tuple[datetime, str]] = []
    for source_id, source in sources.items():
        wait = interval(source.schedule)
        if wait is None:
            continue
        run = last.get(source_id)
        if run is None:
            waiting.append((datetime.min.replace(tzinfo=UTC), source_id))
            continue
        reason = run.finish_reason or ""
        if reason != "finished" and not reason.startswith("blocked"):
            wait = min(wait, _AGAIN)
        started = read_date(run.started)
        if now - started >= wait - min(_SLACK, wait / 4):
            waiting.append((started, source_id))
    return [source_id for _, source_id in sorted(waiting)]


def since_last_run(source: Source, index: Index) -> datetime | None:
    """Where a run without ``since`` begins: the last whole run, less the source's overlap.

    Notices appear late, so the overlap is asked again. None where no run was whole, or where the
    source says itself which dates to ask.
    """
    if source.kind != "tender" or source.window.get("since"):
        return None
    whole = [run for run in index.full_runs() if run.source_id == source.id and _covers(run)]
    if not whole:
        return None
    overlap = timedelta(days=source.window.get("overlap_days", 2))
    return read_date(whole[-1].started) - overlap


def _covers(run: Run) -> bool:
    """Whether a run read everything up to its start."""
    return run.finish_reason == "finished" and not {"until", "limit"} & set(run.arguments)
