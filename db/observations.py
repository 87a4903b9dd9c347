"""What the captures of one URL say about it: live, changed, gone; and when it disappeared.

``could not check`` (blocked, failed, too large, refused) is never read as a removal: only a
page that the site itself declares absent is gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from parsers.records import Capture

State = Literal["live", "changed", "gone", "unlisted"]


@dataclass(frozen=True, slots=True)
class Version:
    """One content of a URL between two changes."""

    sha256: str
    first: Capture
    last: Capture  # the last capture that showed this content


@dataclass(frozen=True, slots=True)
class Removal:
    url: str
    last: Capture  # the last good capture
    proof: Capture  # the first capture that showed the absence


@dataclass(frozen=True, slots=True)
class History:
    url: str
    source_id: str
    versions: tuple[Version, ...]
    state: State
    removal: Removal | None


def history(captures: Sequence[Capture]) -> History:
    """The history of one URL of one source from its captures in order of time.

    ``captures`` must not be empty. A page that vanished and came back is live again: its
    earlier absence stays visible among the captures.
    """
    versions: list[Version] = []
    removal: Removal | None = None
    for capture in captures:
        if capture.outcome in ("ok", "unchanged") and capture.sha256:
            removal = None
            if versions and versions[-1].sha256 == capture.sha256:
                versions[-1] = Version(capture.sha256, versions[-1].first, capture)
            else:
                versions.append(Version(capture.sha256, capture, capture))
        elif capture.outcome == "gone" and versions and removal is None:
            removal = Removal(capture.url, versions[-1].last, capture)
    return History(
        url=captures[0].url,
        source_id=captures[0].source_id,
        versions=tuple(versions),
        state="gone" if removal else "live",
        removal=removal,
    )


@dataclass(frozen=True, slots=True)
class Listing:
    """One complete reading of a listing: what it named, in one run."""

    source_id: str
    listing_url: str
    run_id: str
    urls: frozenset[str]


@dataclass(frozen=True, slots=True)
class Unlisting:
    """Entries missing from a listing that was read completely, and that an earlier reading named."""

    source_id: str
    listing_url: str
    run_id: str
    before: int
    after: int
    urls: tuple[str, ...]


def unlistings(readings: Iterable[Listing]) -> list[Unlisting]:
    """Differences between successive complete readings of each listing, in order of time."""
    latest: dict[tuple[str, str], Listing] = {}
    found: list[Unlisting] = []
    for reading in readings:
        key = (reading.source_id, reading.listing_url)
        before = latest.get(key)
        if before is not None and (lost := before.urls - reading.urls):
            found.append(
                Unlisting(
                    reading.source_id,
                    reading.listing_url,
                    reading.run_id,
                    len(before.urls),
                    len(reading.urls),
                    tuple(sorted(lost)),
                )
            )
        latest[key] = reading
    return found
