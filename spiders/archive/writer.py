"""Write one run into WARC files, and each record into the index once its bytes are flushed.

A file belongs to one run, is locked while it is written and only ever grows; a start after a
crash (``spiders.archive.repair``) cuts an unfinished last record and nothing else.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

from parsers.records import Capture, Outcome
from spiders.archive import exchange, warc
from spiders.archive import fields as names
from spiders.archive.compression import LEVEL
from spiders.archive.decoding import DEFAULT_LIMIT
from spiders.archive.exchange import Headers
from spiders.archive.fields import Row
from spiders.archive.index import Index
from spiders.archive.manifest import write_manifest
from spiders.archive.output import FILE_SIZE, ArchiveError, Record, RunFiles
from spiders.archive.received import Received, connection_fields, receive, stored_headers
from spiders.archive.redaction import Redactor, redact_arguments
from spiders.archive.repair import repair
from spiders.archive.rows import Via, as_revisit, new_row, revisit_fields
from spiders.archive.runs import Listing, Run, now
from spiders.archive.stamps import stamp

__all__ = ["FILE_SIZE", "ArchiveError", "ArchiveWriter"]

# A revisit record costs about 400 bytes: below this a second copy of the payload is cheaper.
SMALLEST_REVISIT = 512


class ArchiveWriter:
    """Writes captures of one run. Not for several threads. A context manager.

    ``archive``: the archive folder. ``index`` is opened beside the files unless given.
    ``secrets``: values that must never be written (keys given to the spider).
    """

    def __init__(
        self,
        archive: Path,
        source_id: str,
        run: Run,
        *,
        source_kind: str = "report",
        source_title: str | None = None,
        index: Index | None = None,
        file_size: int = FILE_SIZE,
        level: int = LEVEL,
        decoded_limit: int = DEFAULT_LIMIT,
        secrets: Iterable[str] = (),
    ) -> None:
        self.archive = archive
        self.run = run
        self.run.arguments = redact_arguments(run.arguments)
        self.repaired = repair(archive, index)
        self.index = index or Index(archive / "index.db")
        self._owns_index = index is None
        self._source = {"id": source_id, "kind": source_kind, "title": source_title or source_id}
        self._decoded_limit = decoded_limit
        self._secrets = tuple(secrets)
        self.index.add_source(source_id, source_kind, self._source["title"], run.started)
        # The file first: whoever finds the run in the index finds its lock too.
        self._files = RunFiles(archive, self.index, run, self._source, file_size, level)
        self.index.put_run(run)

    def __enter__(self) -> ArchiveWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self.run.finished is None:
            self.close("finished" if kind is None else f"error: {kind.__name__}")

    # Captures

    def write_exchange(
        self,
        url: str,
        status: int,
        response_headers: Headers,
        body: bytes,
        *,
        outcome: Outcome = "ok",
        message: str = "",
        method: str = "GET",
        request_headers: Headers = (),
        request_body: bytes = b"",
        reason: str = "",
        fetched: str | None = None,
        ip: str | None = None,
        protocol: str | None = None,
        name: str | None = None,
        published: str | None = None,
        parent_url: str | None = None,
        via: Via = "live",
        truncated: str | None = None,
    ) -> Capture:
        """A request and its response; ``body`` as received, with its Content-Encoding.

        Outcome ``ok`` becomes ``unchanged`` where the last good capture of this URL had the same
        content, and ``failed`` or ``too-large`` where the Content-Encoding cannot be undone.
        Bytes the archive holds already are written as a ``revisit`` record. ``truncated``: the
        WARC-Truncated reason (length, time, disconnect) of a body that is not complete.
        Raises ArchiveError where the disk refuses.
        """
        redactor = Redactor(self._secrets)
        target = exchange.target_uri(redactor.url(url))
        request_digest = exchange.request_digest(method, request_body)
        kept_headers = redactor.request_headers(request_headers)
        kept_body = redactor.request_body(request_body)
        answer = receive(redactor, response_headers, body, outcome, message, self._decoded_limit)
        row = self._row(
            target,
            "response",
            sha1=hashlib.sha1(answer.body, usedforsecurity=False).digest(),
            sha256=hashlib.sha256(answer.content).hexdigest(),
            outcome=answer.outcome,
            message=redactor.text(answer.message),
            fetched=fetched,
            status=status,
            media_type=exchange.media_type(exchange.header_values(answer.headers, b"content-type")),
            name=name,
            published=published,
            parent_url=redactor.url(parent_url) if parent_url else None,
            via=via,
            etag=answer.header(b"etag"),
            last_modified=answer.header(b"last-modified"),
            request_digest=request_digest,
        )
        extra = answer.fields | connection_fields(ip, protocol, truncated)
        version = b"HTTP/1.0" if protocol and protocol.lower() == "http/1.0" else b"HTTP/1.1"
        first_line = b"%s %d %s" % (version, status, exchange.reason_phrase(status, reason))
        stored = self._held(row, len(answer.body))
        if stored is not None:
            row = as_revisit(row, stored)
            extra |= revisit_fields(stored, warc.REVISIT_SAME_PAYLOAD)
        request = exchange.SentRequest(target, method, kept_headers, kept_body)
        head = warc.HttpHead(first_line, answer.headers)
        block = b"" if stored else answer.body
        return self._exchange(row, extra, request, head, block, len(answer.content))

    def write_not_modified(
        self,
        url: str,
        stored: Capture,
        response_headers: Headers,
        *,
        request_headers: Headers = (),
        fetched: str | None = None,
        ip: str | None = None,
        protocol: str | None = None,
    ) -> Capture:
        """A 304 answer to a conditional request: a revisit of the capture ``stored``."""
        redactor = Redactor(self._secrets)
        target = exchange.target_uri(redactor.url(url))
        held = self.index.row(stored.id)
        held = self.index.record(held.refers_to) if held and held.refers_to else held
        if held is None:
            raise KeyError(f"capture {stored.id} of {url} is not in the index")
        headers = stored_headers(redactor, response_headers)
        answer = Received(headers, b"", b"", "unchanged", "")
        row = self._row(
            target,
            "revisit",
            sha1=None,
            sha256=stored.sha256,
            outcome="unchanged",
            message="",
            fetched=fetched,
            status=304,
            media_type=stored.media_type,
            name=stored.name,
            published=stored.published,
            parent_url=stored.parent_url,
            etag=answer.header(b"etag") or held.etag,
            last_modified=answer.header(b"last-modified") or held.last_modified,
        )
        row = as_revisit(row, held)
        extra = revisit_fields(held, warc.REVISIT_NOT_MODIFIED)
        extra |= connection_fields(ip, protocol)
        request = exchange.SentRequest(
            target, "GET", redactor.request_headers(request_headers), b""
        )
        head = warc.HttpHead(b"HTTP/1.1 304 Not Modified", headers)
        return self._exchange(row, extra, request, head, b"", 0)

    def write_resource(
        self,
        url: str,
        data: bytes | BinaryIO,
        media_type: str,
        *,
        outcome: Outcome = "ok",
        message: str = "",
        fetched: str | None = None,
        name: str | None = None,
        published: str | None = None,
        parent_url: str | None = None,
        via: Via = "file",
    ) -> Capture:
        """Bytes that came with no HTTP exchange: added files, screenshots. Files are streamed."""
        redactor = Redactor(self._secrets)
        block = io.BytesIO(data) if isinstance(data, bytes) else data
        start = block.tell()
        sha1, sha256, size = hashlib.sha1(usedforsecurity=False), hashlib.sha256(), 0
        while piece := block.read(1 << 20):
            sha1.update(piece)
            sha256.update(piece)
            size += len(piece)
        block.seek(start)
        row = self._row(
            exchange.target_uri(redactor.url(url)),
            "resource",
            sha1=sha1.digest(),
            sha256=sha256.hexdigest(),
            outcome=outcome,
            message=redactor.text(message),
            fetched=fetched,
            media_type=media_type,
            name=name,
            published=published,
            parent_url=redactor.url(parent_url) if parent_url else None,
            via=via,
        )
        stored = self._held(row, size)
        first = self._is_first(row)
        with self._files.record() as record:
            if stored is not None:
                row = as_revisit(row, stored)
                extra = revisit_fields(stored, warc.REVISIT_SAME_PAYLOAD)
                fields = names.to_fields(row) | extra
                self._files.warc.block(
                    "revisit", row.capture.url, fields, media_type, io.BytesIO(), 0
                )
            else:
                fields = names.to_fields(row)
                self._files.warc.block("resource", row.capture.url, fields, media_type, block, size)
        return self._done(row, record, size, first)

    def write_failure(
        self,
        url: str,
        outcome: Outcome,
        message: str,
        *,
        method: str = "GET",
        request_headers: Headers = (),
        request_body: bytes = b"",
        details: Mapping[str, Any] | None = None,
        fetched: str | None = None,
        name: str | None = None,
        parent_url: str | None = None,
        via: Via = "live",
    ) -> Capture:
        """An attempt without an answer (time-out, robots.txt, guard): a metadata record."""
        redactor = Redactor(self._secrets)
        target = exchange.target_uri(redactor.url(url))
        kept = redactor.request_headers(request_headers)
        kept_body = redactor.request_body(request_body)
        row = self._row(
            target,
            "metadata",
            sha1=None,
            sha256=None,
            outcome=outcome,
            message=redactor.text(message),
            fetched=fetched,
            name=name,
            parent_url=redactor.url(parent_url) if parent_url else None,
            via=via,
            request_digest=exchange.request_digest(method, request_body),
        )
        report = {
            "method": method,
            "outcome": outcome,
            "message": row.capture.message,
            "request_headers": [[k.decode("latin-1"), v.decode("latin-1")] for k, v in kept],
            "request_body": kept_body.decode("utf-8", "replace"),
            **(details or {}),
        }
        block = redactor.text(json.dumps(report, ensure_ascii=False, indent=1)).encode()
        with self._files.record() as record:
            self._files.warc.block(
                "metadata",
                row.capture.url,
                names.to_fields(row),
                "application/json",
                io.BytesIO(block),
                len(block),
            )
        return self._done(row, record, 0, first=True)

    # Records that are no captures

    def write_metadata(self, url: str, kind: str, details: Mapping[str, Any]) -> None:
        """Facts about the run (``kind``: listing, run-end, …) as JSON; no row of captures."""
        block = json.dumps(details, ensure_ascii=False, sort_keys=True).encode()
        fields = {
            "WARC-Record-ID": warc.record_id(),
            "WARC-Date": now(),
            names.SOURCE: self._source["id"],
            names.RUN: self.run.id,
            names.KIND: kind,
        }
        with self._files.record():
            self._files.warc.block(
                "metadata",
                exchange.target_uri(url),
                fields,
                "application/json",
                io.BytesIO(block),
                len(block),
            )

    def write_listing(
        self,
        listing_url: str,
        urls: Iterable[str],
        *,
        complete: bool,
        announced: int | None = None,
        received: int | None = None,
    ) -> Listing:
        """The entries of a list, as read; ``complete`` only where it was read to its end."""
        redactor = Redactor(self._secrets)
        entries = tuple(redactor.url(url) for url in urls)
        listing = Listing(
            run_id=self.run.id,
            source_id=self._source["id"],
            listing_url=redactor.url(listing_url),
            complete=complete,
            announced=announced,
            received=len(entries) if received is None else received,
            urls=entries,
            recorded=now(),
        )
        details = {
            "complete": complete,
            "announced": announced,
            "received": listing.received,
            "urls": entries,
            "recorded": listing.recorded,
            "listing_url": listing.listing_url,
        }
        self.write_metadata(listing.listing_url, "listing", details)
        self.index.put_listing(listing)
        return listing

    def close(
        self,
        finish_reason: str = "finished",
        announced: int | None = None,
        received: int | None = None,
        stamped: bool = True,
    ) -> Path:
        """End the run: its last record, its files closed and hashed, its manifest (returned).

        ``announced`` and ``received`` default to the sums over the run's listings. ``stamped``:
        ask the configured authorities for time stamps, which may take some seconds.
        """
        run = self.run
        listings = self.index.full_listings(run.id)
        counts = [item.announced for item in listings if item.announced is not None]
        run.announced = announced if announced is not None else (sum(counts) if counts else None)
        if received is None and listings:
            received = sum(item.received for item in listings)
        run.received = received
        run.saved = self.index.saved(run.id)
        run.finished, run.finish_reason = now(), finish_reason
        self.write_metadata(f"urn:counterwatch:run:{run.id}", "run-end", run.end())
        self.index.put_run(run)
        self._files.close()
        path = write_manifest(self.archive, self.index, run, self._files.hashed)
        if self._owns_index:
            self.index.close()
        if stamped:
            stamp(self.archive, path)
        return path

    # How a record gets into the file

    def _row(self, target: str, record_type: str, **values: Any) -> Row:
        row = new_row(self._source["id"], self.run.id, target, record_type, **values)
        if row.capture.outcome != "ok" or row.capture.sha256 is None:
            return row
        before = self.index.latest_conclusive(target, self._source["id"], row.request_digest)
        # A page that was gone and came back with the same content is news.
        if before is None or before.capture.outcome == "gone":
            return row
        if before.capture.sha256 != row.capture.sha256:
            return row
        return replace(row, capture=replace(row.capture, outcome="unchanged"))

    def _held(self, row: Row, size: int) -> Row | None:
        """The record that holds the payload of ``row`` already, where referring to it is cheaper."""
        if size < SMALLEST_REVISIT or row.payload_digest is None:
            return None
        return self.index.payload_by_digest(row.payload_digest)

    def _is_first(self, row: Row) -> bool:
        return row.capture.outcome == "ok" and not self.index.seen_well(
            row.capture.url, row.capture.source_id, row.request_digest
        )

    def _exchange(
        self,
        row: Row,
        extra: dict[str, str],
        request: exchange.SentRequest,
        head: warc.HttpHead,
        body: bytes,
        size: int,
    ) -> Capture:
        first = self._is_first(row)
        self._files.rotate()
        if request.headers or request.body or row.capture.via == "live":
            fields = {
                "WARC-Record-ID": warc.record_id(),
                "WARC-Date": row.capture.fetched,
                "WARC-Concurrent-To": row.record_id,
            }
            with self._files.record(rotate=False):
                self._files.warc.http(
                    "request", row.capture.url, fields, request.head(), request.body
                )
        # The response comes last: once it is whole, so is the exchange.
        with self._files.record(rotate=False) as record:
            self._files.warc.http(
                row.record_type, row.capture.url, names.to_fields(row) | extra, head, body
            )
        return self._done(row, record, size, first)

    def _done(self, row: Row, record: Record, size: int, first: bool) -> Capture:
        placed = names.from_fields(
            {key.lower(): value for key, value in names.to_fields(row).items()}
            | {"warc-target-uri": row.capture.url, "warc-type": row.record_type},
            record.file,
            record.offset,
            record.length,
        )
        assert placed is not None
        self.index.add_capture(placed)
        self.run.count(placed.capture.outcome, size, first)
        return placed.capture
