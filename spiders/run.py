"""The process that crawls: ``python -m spiders.run '{"sources": [...], …}'``.

Started by spiders.crawl, one for each live source, so that no source can take another down.
Writes one JSON object a line: how far each source is, then how it ended. Scrapy's log goes to
standard error.
"""

from __future__ import annotations

import json
import sys
import time
from functools import partial
from typing import Any

from scrapy import signals
from scrapy.crawler import Crawler, CrawlerProcess
from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader
from twisted.python.failure import Failure

from spiders.sources import load_sources

TELL_EVERY = 0.5  # seconds


def say(**event: Any) -> None:
    print(json.dumps(event, ensure_ascii=False), flush=True)


class Teller:
    """Tells what one crawler does."""

    def __init__(self, crawler: Crawler, source_id: str) -> None:
        self.crawler, self.source_id = crawler, source_id
        self.pages, self.told = 0, 0.0
        # Signals keep only weak references: the crawler must know us.
        crawler.teller = self  # type: ignore[attr-defined]
        crawler.signals.connect(self.page, signals.response_received)
        crawler.signals.connect(self.opened, signals.spider_opened)

    def opened(self) -> None:
        # Connected last, so called after the spider has closed its listings.
        self.crawler.signals.connect(self.closed, signals.spider_closed)

    def page(self) -> None:
        self.pages += 1
        if time.monotonic() - self.told >= TELL_EVERY:
            self.told = time.monotonic()
            spider: Any = self.crawler.spider
            say(event="pages", source=self.source_id, pages=self.pages, documents=spider.documents)

    def closed(self, spider: Any, reason: str) -> None:
        stats = self.crawler.stats.get_stats()
        say(
            event="closed",
            source=self.source_id,
            finish_reason=reason,
            run_id=getattr(spider, "run_id", ""),
            documents=spider.documents,
            announced=spider.announced,
            received=spider.received,
            problems=spider.problems,
            counts={
                key.removeprefix("archive/"): value
                for key, value in stats.items()
                if key.startswith("archive/")
            },
        )


def run(order: dict[str, Any]) -> None:
    """Crawl the sources of an order: ``sources`` (ids), ``arguments`` (id → since, until, limit)."""
    settings = Settings()
    settings.setmodule("spiders.settings", priority="project")
    process = CrawlerProcess(settings)
    loader = SpiderLoader.from_settings(settings)
    sources = load_sources()
    for source_id in order["sources"]:
        crawler = process.create_crawler(loader.load(sources[source_id].spider))
        Teller(crawler, source_id)
        begun = process.crawl(crawler, source=source_id, **order["arguments"].get(source_id, {}))
        begun.addErrback(partial(failed, source_id))
    process.start()


def failed(source_id: str, failure: Failure) -> None:
    """A spider that could not even begin."""
    print(failure.getTraceback(), file=sys.stderr)
    say(
        event="closed",
        source=source_id,
        finish_reason=f"failed: {failure.type.__name__}: {failure.getErrorMessage()}",
    )


if __name__ == "__main__":
    run(json.loads(sys.argv[1]))
