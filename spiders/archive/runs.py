"""One run: one crawl of one source, or one call of ``counterwatch add``."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from parsers.records import Outcome


def now() -> str:
    """The time, UTC, to the second: ``2026-11-22T13:00:00Z``."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def new_run_id() -> str:
    """A run id that sorts by time and may stand in a file name: ``20261122T130000123Z-3f9a1c``."""
    time = datetime.now(UTC)
    return f"{time:%Y%m%dT%H%M%S}{time.microsecond // 1000:03d}Z-{secrets.token_hex(3)}"


@dataclass(slots=True)
class Run:
    """What one run asked for, what it was announced, what it got.

    ``announced``: how many entries the source said it has (None where it says nothing).
    ``pages``: all captures. ``new``: good captures of URLs never seen well before;
    ``changed``: of URLs whose bytes differ from the last good capture. ``failed`` includes what
    was too large. ``bytes``: payload bytes received, before compression. ``saved``: bytes that
    records would have taken in the archive had they not referred to bytes held already.
    """

    source_id: str
    id: str = field(default_factory=new_run_id)
    started: str = field(default_factory=now)
    arguments: dict[str, Any] = field(default_factory=dict)
    finished: str | None = None
    finish_reason: str | None = None
    announced: int | None = None
    received: int | None = None
    pages: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    gone: int = 0
    blocked: int = 0
    failed: int = 0
    refused: int = 0
    bytes: int = 0
    saved: int = 0
    manifest_sha256: str | None = None

    def end(self) -> dict[str, Any]:
        """The run as its last record tells it; arguments stand in the first."""
        skip = ("manifest_sha256", "arguments")
        return {name: getattr(self, name) for name in self.__slots__ if name not in skip}

    def count(self, outcome: Outcome, size: int, first: bool) -> None:
        """Add one capture to the counts; ``first``: no good capture of this URL before it."""
        self.pages += 1
        self.bytes += size
        if outcome == "ok":
            if first:
                self.new += 1
            else:
                self.changed += 1
        elif outcome == "too-large":
            self.failed += 1
        else:
            setattr(self, outcome, getattr(self, outcome) + 1)


@dataclass(frozen=True, slots=True)
class Listing:
    """One reading of a list: the entries it had, and whether it was read to its end.

    Only a listing read completely can show that something is no longer listed.
    """

    run_id: str
    source_id: str
    listing_url: str
    complete: bool
    announced: int | None
    received: int
    urls: tuple[str, ...]
    recorded: str
