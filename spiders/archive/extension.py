"""Scrapy's side of the archive: every answer and every failure becomes a record.

Hooks ``response_downloaded``, which comes before the downloader middlewares: the body is still
as the server encoded it, repeated headers are there, redirects are seen one by one.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sqlite3
from collections.abc import Coroutine, Iterable
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadTimeoutError,
    IgnoreRequest,
)
from scrapy.http import Headers, Response

from parsers.records import Capture, Outcome
from spiders.archive.conditional import STORED
from spiders.archive.decoding import EncodingDamaged, EncodingTooLarge, decode
from spiders.archive.guard import AddressRefused, GuardedResolver
from spiders.archive.outcomes import outcome_of
from spiders.archive.runs import Listing, Run
from spiders.archive.stamps import stamp
from spiders.archive.writer import FILE_SIZE, ArchiveWriter
from spiders.paths import archive_folder

logger = logging.getLogger(__name__)

_COUNTS = ("new", "changed", "unchanged", "gone", "blocked", "failed", "refused", "bytes", "saved")


class ArchiveExtension:
    """``spider.archive`` while a spider runs.

    Reads from the spider: ``source`` (id, kind, title, block_markers, not_found_markers;
    without it the spider's name is the source), ``run_id`` (made where absent), ``secrets``
    (values that must not be written). From a request's meta: ``name``, ``published``,
    ``parent_url``, ``expect`` ("json"). Setting ARCHIVE_FILE_SIZE: bytes at which files rotate.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.writer: ArchiveWriter | None = None
        self._source: Any = None
        self._heads: WeakKeyDictionary[Request, tuple[Headers, int]] = WeakKeyDictionary()
        self._closing: asyncio.Future[Any] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ArchiveExtension:
        extension = cls(crawler)
        connect = crawler.signals.connect
        connect(extension.spider_opened, signals.spider_opened)
        connect(extension.headers_received, signals.headers_received)
        connect(extension.response_downloaded, signals.response_downloaded)
        connect(extension.spider_closed, signals.spider_closed)
        return extension

    # For spiders

    @property
    def writable(self) -> bool:
        return self.writer is not None and self._closing is None

    @property
    def run(self) -> Run:
        assert self.writer is not None
        return self.writer.run

    def record_listing(
        self,
        listing_url: str,
        urls: Iterable[str],
        complete: bool,
        announced: int | None = None,
        received: int | None = None,
    ) -> Listing | None:
        """Record what a list named; ``complete`` only where it was read to its end."""
        if self.writer is None:
            return None
        try:
            return self.writer.write_listing(
                listing_url, urls, complete=complete, announced=announced, received=received
            )
        except (OSError, sqlite3.Error) as error:
            self._broken(error)
            return None

    def latest_good(self, url: str) -> tuple[Capture, str | None, str | None] | None:
        """(capture, ETag, Last-Modified) of the last good capture of a page still there."""
        assert self.writer is not None
        found = self.writer.index.latest_conclusive(url, self.run.source_id)
        if found is None or found.capture.outcome == "gone":
            return None
        return found.capture, found.etag, found.last_modified

    # Signals

    def spider_opened(self, spider: Spider) -> None:
        self._source = getattr(spider, "source", None)
        source_id = getattr(self._source, "id", None) or spider.name
        arguments = getattr(spider, "arguments", None)
        if arguments is None:
            given = ((name, getattr(spider, name, None)) for name in ("since", "until", "limit"))
            arguments = {name: str(value) for name, value in given if value not in (None, "")}
        run = Run(source_id, arguments=dict(arguments))
        if run_id := getattr(spider, "run_id", None):
            run.id = run_id
        spider.archive = self  # type: ignore[attr-defined]
        spider.run_id = run.id  # type: ignore[attr-defined]
        try:
            self.writer = self._open(source_id, run, spider)
        except (OSError, sqlite3.Error, ValueError) as error:
            self._broken(error)
            return
        logger.info("archive: run %s of %s", run.id, source_id)

    def _open(self, source_id: str, run: Run, spider: Spider) -> ArchiveWriter:
        return ArchiveWriter(
            archive_folder(),
            source_id,
            run,
            source_kind=getattr(self._source, "kind", "report"),
            source_title=getattr(self._source, "title", None),
            file_size=self.crawler.settings.getint("ARCHIVE_FILE_SIZE", FILE_SIZE),
            decoded_limit=self.crawler.settings.getint("DOWNLOAD_MAXSIZE") or 1 << 30,
            secrets=getattr(spider, "secrets", ()),
        )

    def headers_received(self, headers: Headers, body_length: int, request: Request) -> None:
        """Keep the head of an answer whose body may be refused as too large or never end."""
        self._heads[request] = (headers, body_length)

    def response_downloaded(self, response: Response, request: Request) -> None:
        self._heads.pop(request, None)
        if self.writer is None:
            return
        try:
            self._record_response(response, request)
        except Exception as error:  # whatever it was, the page has no record
            self._broken(error)
            return
        self._count()

    def _record_response(self, response: Response, request: Request) -> Capture:
        assert self.writer is not None
        headers = [(name, value) for name, values in response.headers.items() for value in values]
        common: dict[str, Any] = {
            "request_headers": _sent(request),
            "ip": str(response.ip_address) if response.ip_address else None,
            "protocol": response.protocol,
        }
        stored = request.meta.get(STORED)
        if response.status == 304 and stored is not None:
            return self.writer.write_not_modified(request.url, stored, headers, **common)
        outcome, message = self._outcome(response, request, headers)
        truncated = None
        if response.status == 304:
            outcome, message = "failed", "HTTP 304, but nothing was asked conditionally"
        if outcome == "ok" and "dataloss" in response.flags:
            outcome, message = "failed", "the connection ended before the body did"
            truncated = "disconnect"
        return self.writer.write_exchange(
            request.url,
            response.status,
            headers,
            response.body,
            outcome=outcome,
            message=message,
            method=request.method,
            request_body=request.body,
            name=request.meta.get("name"),
            published=request.meta.get("published"),
            parent_url=_parent(request),
            truncated=truncated,
            **common,
        )

    def _outcome(
        self, response: Response, request: Request, headers: list[tuple[bytes, bytes]]
    ) -> tuple[Outcome, str]:
        times = request.meta.get("redirect_times", 0)
        most = self.crawler.settings.getint("REDIRECT_MAX_TIMES")
        if 300 <= response.status < 400 and response.headers.get("Location") and times >= most:
            return "failed", f"more than {most} redirects, stopped"
        encoding = b", ".join(response.headers.getlist("Content-Encoding")).decode("latin-1")
        try:
            body = decode(response.body, encoding, 16 << 20)
        except (EncodingDamaged, EncodingTooLarge):
            body = b"(not decoded)"  # the writer names what is wrong with it
        accept = (request.headers.get("Accept") or b"").lower()
        expected = request.meta.get("expect", "")
        if not expected and b"json" in accept and b"html" not in accept and b"*/*" not in accept:
            expected = "json"
        return outcome_of(
            response.status, headers, body, self._source, url=request.url, expected=expected
        )

    def record_failure(self, request: Request, exception: Exception) -> None:
        """Record an attempt without an answer; called for one exception as often as wanted."""
        if self.writer is None or getattr(exception, "_counterwatch_recorded", False):
            return
        told = self._explain(request, exception)
        if told is None:
            return
        exception._counterwatch_recorded = True  # type: ignore[attr-defined]
        outcome, message = told
        details: dict[str, Any] = {"error": type(exception).__name__}
        if head := self._heads.pop(request, None):
            headers, length = head
            details["announced_bytes"] = length
            details["response_headers"] = [
                [name.decode("latin-1"), value.decode("latin-1")]
                for name, values in headers.items()
                for value in values
            ]
        try:
            self.writer.write_failure(
                request.url,
                outcome,
                message,
                method=request.method,
                request_headers=_sent(request),
                request_body=request.body,
                details=details,
                name=request.meta.get("name"),
                parent_url=_parent(request),
            )
        except Exception as error:  # whatever it was, the page has no record
            self._broken(error)
            return
        self._count()

    def _explain(self, request: Request, exception: Exception) -> tuple[Outcome, str] | None:
        """Outcome and message of an exception, or None: it is no observation."""
        text = str(exception).strip()
        if isinstance(exception, AddressRefused):
            return "refused", text
        if isinstance(exception, IgnoreRequest):
            if "robots.txt" in text:
                return "refused", "robots.txt does not allow this address"
            return None  # our own choice (offsite, duplicate), said nothing about the page
        if isinstance(exception, DownloadCancelledError):
            most = request.meta.get(
                "download_maxsize", self.crawler.settings.getint("DOWNLOAD_MAXSIZE")
            )
            length = self._heads[request][1] if request in self._heads else 0
            size = f"{length} bytes announced" if length > most else "body"
            return "too-large", f"{size}, more than the limit of {most} bytes; not downloaded"
        if isinstance(exception, CannotResolveHostError):
            host = urlsplit(request.url).hostname or ""
            if reason := GuardedResolver.refused.get(host):
                return "refused", reason
            return "failed", f"the name {host} cannot be resolved"
        if isinstance(exception, DownloadTimeoutError):
            return "failed", text or "no answer in time"
        return "failed", f"{type(exception).__name__}: {text}".rstrip(": ")

    def spider_closed(self, spider: Spider, reason: str) -> Coroutine[Any, Any, Any] | None:
        """Close the run before anybody else is told; what is awaited are its time stamps."""
        if self.writer is None:
            return None
        writer, self.writer = self.writer, None
        run = writer.run
        try:
            path = writer.close(
                reason,
                getattr(spider, "announced", None),
                getattr(spider, "received", None),
                stamped=False,
            )
        except (OSError, sqlite3.Error) as error:
            logger.error("archive: run %s could not be closed: %s", run.id, error)
            return None
        finally:
            self._count(writer)
        logger.info(
            "archive: %s captures, %s unchanged; %s bytes not stored again; manifest %s",
            run.pages, run.unchanged, run.saved, path.name,
        )  # fmt: skip
        # Authorities may take their time: not in the thread in which other spiders still crawl.
        return asyncio.to_thread(stamp, writer.archive, path)

    def _count(self, writer: ArchiveWriter | None = None) -> None:
        writer = writer or self.writer
        stats = self.crawler.stats
        if writer is None or stats is None:
            return
        for name in _COUNTS:
            stats.set_value(f"archive/{name}", getattr(writer.run, name))

    def _broken(self, error: Exception) -> None:
        """Without an archive there must be no crawl: nothing fetched would be evidence."""
        known = isinstance(error, OSError | sqlite3.Error)
        logger.error("archive: %s; the crawl stops", error, exc_info=None if known else error)
        reason = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else error
        engine = self.crawler.engine
        if engine is not None and self._closing is None:
            self._closing = asyncio.ensure_future(
                engine.close_spider_async(reason=f"archive failed: {reason}")
            )


def _sent(request: Request) -> list[tuple[bytes, bytes]]:
    return [(name, value) for name, values in request.headers.items() for value in values]


def _parent(request: Request) -> str | None:
    """The page a request came from: as the spider says, else what redirected to it."""
    if parent := request.meta.get("parent_url"):
        return str(parent)
    redirects = request.meta.get("redirect_urls")
    return str(redirects[-1]) if redirects else None
