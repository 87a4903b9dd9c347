"""The base of all spiders: what comes from the source file, and how a run ends.

A spider fetches and hands every exchange to the archive; it yields no items, because what a
page means is for the parsers. A run ends with a reason: ``finished`` only where every listing was
read to its end; else ``limit``, ``incomplete: …``, ``blocked: …`` or Scrapy's own.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import scrapy
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, DontCloseSpider, IgnoreRequest
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from parsers.records import Capture
from spiders.archive.index import Index
from spiders.listing import Listing
from spiders.paths import index_path
from spiders.sources import Source, SourceError, load_sources
from spiders.windows import read_date

Callback = Callable[..., Any]

# source.politeness key -> Scrapy setting
POLITENESS = {
    "delay": "DOWNLOAD_DELAY",
    "concurrency": "CONCURRENT_REQUESTS_PER_DOMAIN",
    "timeout": "DOWNLOAD_TIMEOUT",
    "retries": "RETRY_TIMES",
    "longest_wait": "RETRY_LONGEST_WAIT",
    "max_requests": "CLOSESPIDER_PAGECOUNT",
    "max_depth": "DEPTH_LIMIT",
    "blocks_allowed": "BLOCKS_ALLOWED",
    "verify_certificates": "DOWNLOAD_VERIFY_CERTIFICATES",
}
DEFAULT_DAYS = 7
MOST_REVISITS = 1000
STEPS_DONE = object()


class SourceSpider(scrapy.Spider):
    """Everything but what to ask for.

    Arguments (``-a``): ``source`` (an id; the spider's own name where left out), ``since`` and
    ``until`` (dates, the second exclusive), ``limit`` (documents).
    """

    source: Source

    def __init__(
        self, source: str = "", since: str = "", until: str = "", limit: str = "", **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.source = find_source(source or self.name, self.name)
        # Written into the archive's record of the run.
        self.arguments = {
            key: value
            for key, value in (("since", since), ("until", until), ("limit", limit))
            if value
        }
        self.default_run = not (since or until or limit)
        window = self.source.window
        self.until = read_date(until or window.get("until") or datetime.now(UTC).isoformat())
        days = timedelta(days=window.get("days", DEFAULT_DAYS))
        given = since or window.get("since")
        self.since = read_date(given) if given else self.until - days
        self.limit = read_limit(limit)
        self.listings: list[Listing] = []
        self.problems: list[str] = []
        self.requested = 0  # documents asked for
        self.documents = 0  # documents that came
        # Totals over all listings, which the archive writes into the run's manifest.
        self.announced: int | None = None
        self.received = 0
        self.limit_reached = False
        self._asked: set[str] = set()
        self._revisited = False
        self._steps: Iterator[Any] = iter(self.steps())

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> SourceSpider:
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.apply_politeness()
        # Connected before the archive's extension exists, so called before it closes its files.
        crawler.signals.connect(spider.on_idle, signals.spider_idle)
        crawler.signals.connect(spider.on_error, signals.spider_error)
        crawler.signals.connect(spider.close_listings, signals.spider_closed)
        return spider

    def apply_politeness(self) -> None:
        """The source's own pace and bounds; what it does not say stays as in settings.py."""
        settings = self.crawler.settings
        politeness = self.source.politeness
        values: dict[str, Any] = {
            setting: politeness[key] for key, setting in POLITENESS.items() if key in politeness
        }
        if "delay" in politeness:
            values["AUTOTHROTTLE_START_DELAY"] = politeness["delay"]
        if "max_megabytes" in politeness:
            values["DOWNLOAD_MAXSIZE"] = int(politeness["max_megabytes"] * 1024 * 1024)
        if "max_minutes" in politeness:
            values["CLOSESPIDER_TIMEOUT"] = politeness["max_minutes"] * 60
        if self.source.sample:
            values["AUTOTHROTTLE_ENABLED"] = False  # the sample site is ours
        for setting, value in values.items():
            settings.set(setting, value, priority="spider")

    async def start(self) -> AsyncIterator[Any]:
        for request in self.next_step():
            yield request

    def steps(self) -> Iterable[Request | None]:
        """The run's steps (a window, a list, a start page), each begun when the one before is
        done, so that ``limit`` stops in good order and a listing is not read while it moves."""
        raise NotImplementedError

    def next_step(self) -> list[Request]:
        """The first request of the next step; empty where all steps are done."""
        while not self.limit_reached:
            request = next(self._steps, STEPS_DONE)
            if request is STEPS_DONE:
                break
            if isinstance(request, Request):
                return [request]
        return []

    # --- Listings ---------------------------------------------------------------------------

    def open_listing(self, url: str) -> Listing:
        """A listing of this run, named by an address that stays the same between runs."""
        most = int(self.source.politeness.get("max_listing_pages", 1000))
        listing = Listing(url=url, most_pages=most)
        self.listings.append(listing)
        return listing

    def listing_request(
        self, listing: Listing, url: str, callback: Callback, page: str = "", **kwargs: Any
    ) -> Request | None:
        """The request for one page of a listing; None where the listing must not go on.

        ``page`` names the page where the address does not (a token sent by POST).
        """
        if not listing.may_turn_to(page or url):
            return None
        kwargs.setdefault("errback", self.listing_failed)
        meta = {"listing": True, **kwargs.pop("meta", {})}
        if url not in listing.page_urls:
            listing.page_urls.append(url)
        cb_kwargs = {"listing": listing, **kwargs.pop("cb_kwargs", {})}
        return Request(url, callback, meta=meta, cb_kwargs=cb_kwargs, dont_filter=True, **kwargs)

    def listing_failed(self, failure: Failure) -> None:
        request: Request = failure.request  # type: ignore[attr-defined]
        listing: Listing = request.cb_kwargs["listing"]
        listing.fail(f"{request.url}: {reason_of(failure)}")

    def close_listings(self) -> None:
        """Hand every listing to the archive, once; what was not read to its end is incomplete."""
        archive = getattr(self, "archive", None)
        for listing in self.listings:
            if not listing.ended:
                listing.fail("the run ended before the listing did")
            if listing.problem and not self.limit_reached:
                named = listing.problem.startswith(listing.url)
                self.problem(listing.problem if named else f"{listing.url}: {listing.problem}")
            self.received += listing.received
            if listing.announced is not None:
                self.announced = (self.announced or 0) + listing.announced
            if archive is not None:
                archive.record_listing(
                    listing.url, list(listing.urls), listing.complete, listing.announced,
                    listing.received,
                )  # fmt: skip
                # The pages of a listing are listings too: nobody must take them for documents.
                for url in listing.page_urls:
                    if url != listing.url:
                        archive.record_listing(url, [], listing.complete)
        self.listings = []

    # --- Documents --------------------------------------------------------------------------

    def document_request(
        self, url: str, callback: Callback | None = None, parent: str = "", name: str = "",
        **kwargs: Any,
    ) -> Request | None:  # fmt: skip
        """The request for one document; None once ``limit`` is reached, and where this run
        asked for it before.

        ``parent`` is the page it hangs on, ``name`` the text of the link to it.
        """
        if url in self._asked:
            return None
        if self.limit is not None and self.requested >= self.limit:
            self.limit_reached = True
            return None
        self._asked.add(url)
        self.requested += 1
        meta = {**kwargs.pop("meta", {})}
        if parent:
            meta["parent_url"] = parent
        if name:
            meta["name"] = name
        return Request(
            url, callback or self.parse_document, meta=meta, errback=self.document_failed, **kwargs
        )

    def parse_document(self, response: Response) -> Any:
        """A document came and is archived; spiders that follow its links call this too."""
        self.documents += 1

    def document_failed(self, failure: Failure) -> None:
        # The archive holds the exchange with its outcome; the run goes on.
        self.logger.info("%s: %s", failure.request.url, reason_of(failure))  # type: ignore[attr-defined]

    # --- How a run ends -----------------------------------------------------------------------

    def problem(self, text: str) -> None:
        if text not in self.problems:
            self.problems.append(text)
            self.logger.warning("Incomplete: %s", text)

    def on_error(self, failure: Failure, response: Response) -> None:
        """An error of ours: the run goes on, but is not called finished."""
        self.problem(f"{response.url}: {failure.type.__name__}: {failure.getErrorMessage()}")

    def on_idle(self) -> None:
        if following := self.next_step():
            self.crawler.engine.crawl(following[0])
            raise DontCloseSpider
        if not self._revisited:
            self._revisited = True
            self.close_listings()
            if not self.limit_reached and self.revisit():
                raise DontCloseSpider
        reason = self.end_reason()
        if reason != "finished":
            raise CloseSpider(reason)

    def end_reason(self) -> str:
        if self.limit_reached:
            return "limit"
        at_least = self.source.expect.get("at_least", 0)
        if self.default_run and self.documents < at_least:
            self.problem(f"{self.documents} documents came, {at_least} or more were expected")
        at_most = self.source.expect.get("at_most")
        if self.default_run and at_most is not None and self.documents > at_most:
            self.logger.warning("%s documents, %s or fewer expected", self.documents, at_most)
        if self.problems:
            more = f" (and {len(self.problems) - 1} more)" if len(self.problems) > 1 else ""
            return f"incomplete: {self.problems[0]}{more}"
        return "finished"

    # --- Revisits: a page nobody links to any more is how a removal shows ---------------------

    def revisitable(self, url: str) -> bool:
        """Whether an address of an earlier run is a document of this spider."""
        return False

    def revisit(self) -> int:
        """Ask again for what earlier runs saw alive and this one did not; returns how many."""
        days = self.source.revisit.get("days")
        since = datetime.now(UTC) - timedelta(days=days) if days else None
        count = 0
        for url in alive(index_path(), self.source.id, since):
            if count >= self.source.revisit.get("most", MOST_REVISITS):
                self.logger.warning("More than %s addresses to revisit; the rest wait", count)
                break
            if url in self._asked or not self.revisitable(url):
                continue
            request = self.document_request(url, meta={"revisit": True})
            if request is None:
                break
            self.crawler.engine.crawl(request)
            count += 1
        return count


def alive(index: Path, source_id: str, since: datetime | None = None) -> list[str]:
    """Addresses of a source whose last conclusive answer was good, longest unasked first.

    ``since``: only those that were alive after it. Blocks and failures conclude nothing.
    """
    if not index.exists():
        return []
    last: dict[str, Capture] = {}
    with Index(index, read_only=True) as opened:
        for _, row in opened.rows(0, "source_id = ? AND request_digest = ''", source_id):
            if row.capture.outcome in ("ok", "unchanged", "gone"):
                last[row.capture.url] = row.capture
    earliest = f"{since:%Y-%m-%dT%H:%M:%SZ}" if since else ""
    living = [c for c in last.values() if c.outcome != "gone" and c.fetched >= earliest]
    return [capture.url for capture in sorted(living, key=lambda c: c.fetched)]


def find_source(source_id: str, spider_name: str) -> Source:
    """The source a spider was told to crawl. Raises SourceError."""
    sources = load_sources()
    source = sources.get(source_id)
    if source is None:
        fitting = [s.id for s in sources.values() if s.spider == spider_name]
        raise SourceError(
            f"no source {source_id!r}. Give one with -a source=…: {', '.join(fitting) or 'none fits'}."
        )
    if source.spider != spider_name:
        raise SourceError(
            f"source {source_id} is read by the spider {source.spider}, not by {spider_name}."
        )
    return source.resolved()


def read_limit(text: str) -> int | None:
    if not text:
        return None
    if not str(text).isdigit() or int(text) < 1:
        raise ValueError(f"limit={text!r} is not a number of documents. Write such as limit=50.")
    return int(text)


def reason_of(failure: Failure) -> str:
    """Why a request failed, for people."""
    error = failure.value
    if isinstance(error, HttpError):
        return f"HTTP {error.response.status}"
    if isinstance(error, IgnoreRequest):
        return str(error)
    return f"{type(error).__name__}: {error}".rstrip(": ")
