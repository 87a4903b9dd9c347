"""What one listing named, and whether it was read to its end.

A listing that stopped early must not look finished, and one that never ends must be stopped:
both are decided here, for every spider alike.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

# Pages in a row that name nothing new before a listing counts as repeating itself. One such
# page happens when a notice is published while we turn the page.
BARREN_PAGES = 3


@dataclass
class Listing:
    """One listing of one run: a window of dates, a list of a type, a sitemap.

    ``url`` is the same in every run, so that runs can be compared. ``urls`` are the documents it
    named; empty where a listing holds its notices itself and nothing can be missing from it.
    ``received`` counts entries, ``announced`` is the server's own total or None.
    """

    url: str
    most_pages: int = 1000
    urls: dict[str, None] = field(default_factory=dict)  # ordered and unique
    page_urls: list[str] = field(default_factory=list)  # what was asked to read it
    announced: int | None = None
    received: int = 0
    pages: int = 0
    problem: str = ""  # why it is incomplete, for people
    ended: bool = False  # the last page was seen
    _steps: set[str] = field(default_factory=set)
    _entries: set[str] = field(default_factory=set)
    _barren: int = 0

    @property
    def complete(self) -> bool:
        return self.ended and not self.problem

    def fail(self, problem: str) -> None:
        """The listing is incomplete; the first reason is the one that is kept."""
        self.problem = self.problem or problem

    def may_turn_to(self, page: str) -> bool:
        """Whether to ask for ``page`` (an address or a token); notes the reason where not."""
        if page in self._steps:
            self.fail(f"page {self.pages} links back to a page already read: {page}")
        elif len(self._steps) >= self.most_pages:
            self.fail(f"stopped after {self.most_pages} pages: the listing did not end")
        elif self._barren >= BARREN_PAGES:
            self.fail(
                f"the last {self._barren} pages named nothing new: the listing repeats itself"
            )
        else:
            self._steps.add(page)
            return True
        return False

    def read_page(self, entries: Iterable[str]) -> list[str]:
        """Count one page's entries (ids or addresses); returns those not seen before."""
        new: dict[str, None] = {}
        for entry in entries:
            if entry not in self._entries:
                self._entries.add(entry)
                new[entry] = None
        self.pages += 1
        self.received += len(new)
        self._barren = 0 if new else self._barren + 1
        return list(new)

    def end(self) -> None:
        """The last page was seen: compare what came with what was announced."""
        self.ended = True
        if self.announced is not None and self.received != self.announced:
            self.fail(f"{self.received} entries came, {self.announced} were announced")
