"""Ask only for what changed: conditional requests from the index, stored pages for the spider."""

from __future__ import annotations

import logging

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from parsers.records import Capture
from spiders.archive.reader import PayloadError, read_payload
from spiders.paths import archive_folder

logger = logging.getLogger(__name__)

# Request meta: the capture a 304 answer would confirm.
STORED = "archived_capture"
_GONE_WITH_DECODING = (b"Content-Encoding", b"Content-Length", b"Transfer-Encoding")


class ConditionalMiddleware:
    """Adds If-None-Match and If-Modified-Since; answers a 304 with the stored page.

    For requests with meta ``revisit_ok``; where it is not set, for sources of kind "vendor".
    The response the spider gets has the flag ``archived`` and the stored body, so that links are
    followed as if the page had been sent again.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ConditionalMiddleware:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        spider = self.crawler.spider
        archive = getattr(spider, "archive", None)
        default = getattr(getattr(spider, "source", None), "kind", "") == "vendor"
        if STORED in request.meta:  # copied from the request this one redirects or retries
            self._ask_plainly(request)
        if archive is None or request.method != "GET" or request.body:
            return
        if not request.meta.get("revisit_ok", default):
            return
        if "If-None-Match" in request.headers or "If-Modified-Since" in request.headers:
            return
        known = archive.latest_good(request.url)
        if known is None:
            return
        capture, etag, last_modified = known
        if etag:
            request.headers["If-None-Match"] = etag
        if last_modified:
            request.headers["If-Modified-Since"] = last_modified
        if etag or last_modified:
            request.meta[STORED] = capture

    def process_response(self, request: Request, response: Response) -> Response | Request:
        stored: Capture | None = request.meta.get(STORED)
        if response.status != 304 or stored is None:
            return response
        try:
            payload = read_payload(archive_folder(), stored)
        except PayloadError as error:
            # Stored bytes that cannot be read are no answer: ask for the whole page.
            logger.warning("archive: %s; asking for the whole page again", error)
            again = request.replace(
                meta={**request.meta, "revisit_ok": False},
                headers=Headers(request.headers),
                dont_filter=True,
            )
            self._ask_plainly(again)
            return again
        answer = Headers()
        for header, value in payload.headers:
            answer.appendlist(header, value)
        for gone in _GONE_WITH_DECODING:
            answer.pop(gone, None)
        kind = responsetypes.from_args(headers=answer, url=request.url, body=payload.data)
        return kind(
            url=response.url,
            status=200,
            headers=answer,
            body=payload.data,
            flags=[*response.flags, "archived"],
            request=request,
            ip_address=response.ip_address,
            protocol=response.protocol,
        )

    @staticmethod
    def _ask_plainly(request: Request) -> None:
        request.meta.pop(STORED, None)
        for name in ("If-None-Match", "If-Modified-Since"):
            request.headers.pop(name, None)

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Hand what failed to the archive (once; see ArchiveExtension.record_failure)."""
        archive = getattr(self.crawler.spider, "archive", None)
        if archive is not None:
            archive.record_failure(request, exception)
