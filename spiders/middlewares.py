"""Stop at a block, and wait as long as the server asks."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.utils.response import response_status_message

from spiders.archive.outcomes import outcome_of

logger = logging.getLogger(__name__)

# The server says "not now", which is no block as long as we heed it.
THROTTLED = {429, 503}


class _Stopper:
    """Ends the crawl with a reason, from inside a middleware."""

    crawler: Crawler
    _closing: asyncio.Task[None] | None = None

    def stop(self, reason: str) -> None:
        if self._closing is None:
            logger.error("Stopping: %s", reason)
            # Awaiting here would wait for the very request this middleware holds.
            self._closing = asyncio.ensure_future(
                self.crawler.engine.close_spider_async(reason=reason)
            )


class BlockMiddleware(_Stopper):
    """Recognises challenges by name and closes the spider with reason ``blocked: NAME``.

    The first block of a listing or API ends the run; of pages, ``blocks_allowed`` in a row.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.allowed = crawler.settings.getint("BLOCKS_ALLOWED")
        self.in_a_row = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> BlockMiddleware:
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        name = self.block(request, response)
        if name is None:
            self.in_a_row = 0
            return response
        self.in_a_row += 1
        if request.meta.get("listing") or self.in_a_row >= self.allowed:
            self.stop(f"blocked: {name}")
        raise IgnoreRequest(f"blocked: {name}")

    def block(self, request: Request, response: Response) -> str | None:
        """The block's name, or None."""
        if response.status in THROTTLED or request.meta.get("dont_obey_robotstxt"):
            return None  # robots.txt that is refused forbids nothing; the pages will tell
        headers = [(name, value) for name, values in response.headers.items() for value in values]
        outcome, message = outcome_of(
            response.status,
            headers,
            response.body,
            getattr(self.crawler.spider, "source", None),
            url=response.url,
            expected=request.meta.get("expect", ""),
        )
        return message if outcome == "blocked" else None


class RetryAfterMiddleware(RetryMiddleware, _Stopper):
    """Scrapy's retries, but waiting as ``Retry-After`` asks, the whole crawl held meanwhile.

    A server that throttles longer than we can wait, or still throttles after the last retry of a
    listing, ends the run with reason ``blocked: rate limit``.
    """

    async def process_response(  # type: ignore[override]
        self, request: Request, response: Response, spider: Any = None
    ) -> Request | Response:
        if request.meta.get("dont_retry") or response.status not in self.retry_http_codes:
            return response
        longest = self.crawler.settings.getfloat("RETRY_LONGEST_WAIT")
        seconds = retry_after(response)
        again = self._retry(request, response_status_message(response.status))
        if response.status in THROTTLED and (again is None or (seconds or 0) > longest):
            asked = f", asked to wait {seconds:.0f} s" if seconds else ""
            self.stop(f"blocked: rate limit ({response.status}{asked})")
            return response
        if again is None:
            return response
        if seconds:
            logger.warning("%s asks to wait %.0f s; waiting", request.url, seconds)
            self.crawler.engine.pause()
            try:
                await asyncio.sleep(seconds)
            finally:
                self.crawler.engine.unpause()
        return again


def retry_after(response: Response) -> float | None:
    """Seconds of the ``Retry-After`` header, which is a number or a date; None without one."""
    value = (response.headers.get("Retry-After") or b"").decode("ascii", "replace").strip()
    if value.isdigit():
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return None
