from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from spiders.archive.index import Index
from spiders.archive.runs import Run
from spiders.schedule import due, interval, since_last_run
from spiders.sources import Source, load_source

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def source(write_source: Callable[..., Path]) -> Source:
    return load_source(write_source())


@pytest.fixture
def index(tmp_path: Path) -> Index:
    return Index(tmp_path / "index.db")


def ran(
    index: Index,
    ago: timedelta,
    reason: str | None,
    source_id: str = "test_source",
    **arguments: str,
) -> None:
    started = f"{NOW - ago:%Y-%m-%dT%H:%M:%SZ}"
    index.put_run(
        Run(
            source_id,
            id=started + source_id,
            started=started,
            finish_reason=reason,
            arguments=arguments,
        )
    )


@pytest.mark.parametrize(
    ("schedule", "hours"),
    [
        ("hourly", 1),
        ("daily", 24),
        ("weekly", 168),
        ("monthly", 720),
        ("every 6 hours", 6),
        ("every 2 days", 48),
    ],
)
def test_intervals(schedule: str, hours: int) -> None:
    assert interval(schedule) == timedelta(hours=hours)


def test_an_unknown_schedule_is_refused() -> None:
    assert interval("never") is None
    with pytest.raises(ValueError, match="every 6 hours"):
        interval("sometimes")


def test_a_source_never_run_is_due(source: Source, index: Index) -> None:
    assert due({"test_source": source}, index, NOW) == ["test_source"]
    assert due({"test_source": replace(source, schedule="never")}, index, NOW) == []


@pytest.mark.parametrize(
    ("hours", "reason", "expected"),
    [
        (23, "finished", False),
        (23.6, "finished", True),  # yesterday's cron was some minutes late
        (25, "finished", True),
        (7, "incomplete: a listing", True),
        (5, "incomplete: a listing", False),
        (7, None, True),  # killed
        (7, "blocked: HTTP 403", False),  # knocking again at once is rude
        (25, "blocked: HTTP 403", True),
    ],
)
def test_when_a_daily_source_is_due(
    source: Source, index: Index, hours: float, reason: str | None, expected: bool
) -> None:
    ran(index, timedelta(hours=hours), reason)
    assert due({"test_source": source}, index, NOW) == (["test_source"] if expected else [])


def test_the_longest_waiting_comes_first(source: Source, index: Index) -> None:
    ran(index, timedelta(days=2), "finished", "b")
    ran(index, timedelta(days=3), "finished", "c")
    sources = {name: replace(source, id=name) for name in "abc"}
    assert due(sources, index, NOW) == ["a", "c", "b"]


def test_a_run_goes_on_where_the_last_whole_one_began(source: Source, index: Index) -> None:
    tender = replace(source, kind="tender", window={"overlap_days": 1})
    assert since_last_run(tender, index) is None
    ran(index, timedelta(days=5), "finished")
    ran(index, timedelta(days=4), "finished", limit="3")
    ran(index, timedelta(days=3), "finished", until="2026-01-01")
    ran(index, timedelta(days=2), "incomplete: something")
    assert since_last_run(tender, index) == NOW - timedelta(days=6)
    assert since_last_run(source, index) is None  # vendors have no dates
    assert since_last_run(replace(tender, window={"since": "2026-10-01"}), index) is None
