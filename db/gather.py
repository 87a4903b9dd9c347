"""From the archive index to what must be in the database: contents, histories, removals."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from urllib.parse import urlsplit

from db.observations import History, State, Version, history
from parsers.records import Capture

# Order of preference where the same content stands at several URLs.
_STATES: tuple[State, ...] = ("live", "unlisted", "changed", "gone")


@dataclass(slots=True)
class Content:
    """One content (document) of the archive and where and when it was seen."""

    sha256: str
    capture: Capture  # the first capture that holds it: the evidence
    first_seen: str
    last_seen: str
    state: State


@dataclass(slots=True)
class Gathered:
    contents: dict[str, Content] = field(default_factory=dict)
    histories: list[History] = field(default_factory=list)  # only those with a change or a removal
    captures: int = 0


_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_SITEMAP = re.compile(rb"<(?:\w+:)?(?:urlset|sitemapindex)\b")


def is_plumbing(url: str, data: bytes) -> bool:
    """True for what only steers a crawl (robots.txt, sitemaps): archived, but no document."""
    return urlsplit(url).path == "/robots.txt" or bool(_SITEMAP.search(data[:2000]))


def gather(captures: Iterable[Capture]) -> Gathered:
    """Contents and histories from ``captures`` sorted by (source, url, time)."""
    gathered = Gathered()
    for _, group in groupby(captures, key=lambda c: (c.source_id, c.url)):
        every = list(group)
        gathered.captures += len(every)
        # A redirect says where a page went; what it leads to is a capture of its own.
        sequence = [capture for capture in every if capture.status not in _REDIRECTS]
        if not sequence:
            continue
        told = history(sequence)
        if told.removal or len(told.versions) > 1:
            gathered.histories.append(told)
        for position, version in enumerate(told.versions):
            last = position == len(told.versions) - 1
            _observe(gathered.contents, version, told.state if last else "changed")
    return gathered


def _observe(contents: dict[str, Content], version: Version, state: State) -> None:
    known = contents.get(version.sha256)
    first, last = version.first.fetched, version.last.fetched
    if known is None:
        contents[version.sha256] = Content(version.sha256, version.first, first, last, state)
        return
    if first < known.first_seen:
        known.first_seen, known.capture = first, version.first
    known.last_seen = max(known.last_seen, last)
    known.state = min(known.state, state, key=_STATES.index)
