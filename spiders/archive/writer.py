"""Write one run into WARC files, and each record into the index once its bytes are flushed.

A file belongs to one run, is locked while it is written and only ever grows; a start after a
crash (``spiders.archive.repair``) cuts an unfinished last record and nothing else.
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
import io
import json
import os
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from typing import Any, BinaryIO, Literal
from urllib.parse import quote, urlsplit

from parsers.records import Capture, Outcome
from spiders.archive import fields as names
from spiders.archive import warc
from spiders.archive.decoding import DEFAULT_LIMIT, EncodingDamaged, EncodingTooLarge, decode
from spiders.archive.disk import file_sha256, seal
from spiders.archive.fields import Row, capture_id, one_line
from spiders.archive.index import Index, StoredFile
from spiders.archive.manifest import write_manifest
from spiders.archive.redaction import Redactor, redact_arguments
from spiders.archive.repair import repair
from spiders.archive.runs import Listing, Run, now

Headers = Iterable[tuple[bytes, bytes]]
Via = Literal["live", "wayback", "common-crawl", "file"]

FILE_SIZE = 1_000_000_000
# A revisit record costs about 400 bytes: below this a second copy of the payload is cheaper.
SMALLEST_REVISIT = 512
_URL_SAFE = "".join(chr(code) for code in range(0x21, 0x7F))


class ArchiveError(OSError):
    """The archive cannot be written: the crawl must stop, or it would fetch without evidence."""


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
        level: int = warc.GZIP_LEVEL,
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
        self._file_size = file_size
        self._decoded_limit = decoded_limit
        self._secrets = tuple(secrets)
        self._records = warc.RecordWriter(self._write, level)
        self._number = 0
        self._file: io.FileIO | None = None
        self._path = archive
        self._position = 0
        self.index.add_source(source_id, source_kind, self._source["title"], run.started)
        # The file first: whoever finds the run in the index finds its lock too.
        self._open_next()
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
        target = _target(redactor.url(url))
        request_digest = _request_digest(method, request_body)
        kept_headers = redactor.request_headers(request_headers)
        kept_body = redactor.request_body(request_body)
        answer = warc.response_headers(
            (key, redactor.data(value)) for key, value in response_headers
        )
        encoding = ", ".join(_values(answer, b"content-encoding"))
        try:
            content = decode(body, encoding, self._decoded_limit)
        except (EncodingDamaged, EncodingTooLarge) as error:
            content = body
            if outcome in ("ok", "unchanged"):
                outcome = "too-large" if isinstance(error, EncodingTooLarge) else "failed"
                message = f"Content-Encoding cannot be undone: {error}"
        extra: dict[str, str] = {}
        clean = redactor.payload(content)
        if clean != content:
            # The answer repeats our key: the stored body is the decoded one without it.
            body = content = clean
            answer = [
                (b"X-Archive-Orig-" + key, value)
                if key.lower() in (b"content-encoding", b"content-length")
                else (key, value)
                for key, value in answer
            ]
            extra["WARC-X-Redacted"] = "payload"
        row = self._row(
            target,
            "response",
            sha1=hashlib.sha1(body, usedforsecurity=False).digest(),
            sha256=hashlib.sha256(content).hexdigest(),
            outcome=outcome,
            message=redactor.text(message),
            fetched=fetched,
            status=status,
            media_type=_media_type(_values(answer, b"content-type")),
            name=name,
            published=published,
            parent_url=redactor.url(parent_url) if parent_url else None,
            via=via,
            etag=one_line(next(iter(_values(answer, b"etag")), None)),
            last_modified=one_line(next(iter(_values(answer, b"last-modified")), None)),
            request_digest=request_digest,
        )
        if ip:
            extra["WARC-IP-Address"] = ip
        if protocol:
            extra["WARC-Protocol"] = protocol.lower()
        if truncated:
            extra["WARC-Truncated"] = truncated
        version = b"HTTP/1.0" if protocol and protocol.lower() == "http/1.0" else b"HTTP/1.1"
        first_line = b"%s %d %s" % (version, status, _reason(status, reason))
        stored = None
        if len(body) >= SMALLEST_REVISIT and row.payload_digest:
            stored = self.index.payload_by_digest(row.payload_digest)
        if stored is not None:
            row = _as_revisit(row, stored)
            extra |= _revisit_fields(stored, warc.REVISIT_SAME_PAYLOAD)
            body = b""
        request = _Request(target, method, kept_headers, kept_body)
        return self._exchange(row, extra, request, warc.HttpHead(first_line, answer), body, content)

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
        target = _target(redactor.url(url))
        held = self.index.row(stored.id)
        held = self.index.record(held.refers_to) if held and held.refers_to else held
        if held is None:
            raise KeyError(f"capture {stored.id} of {url} is not in the index")
        answer = warc.response_headers(
            (key, redactor.data(value)) for key, value in response_headers
        )
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
            etag=one_line(next(iter(_values(answer, b"etag")), None)) or held.etag,
            last_modified=one_line(next(iter(_values(answer, b"last-modified")), None))
            or held.last_modified,
        )
        row = _as_revisit(row, held)
        extra = _revisit_fields(held, warc.REVISIT_NOT_MODIFIED)
        if ip:
            extra["WARC-IP-Address"] = ip
        if protocol:
            extra["WARC-Protocol"] = protocol.lower()
        request = _Request(target, "GET", redactor.request_headers(request_headers), b"")
        head = warc.HttpHead(b"HTTP/1.1 304 Not Modified", answer)
        return self._exchange(row, extra, request, head, b"", b"")

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
            _target(redactor.url(url)),
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
        stored = None
        if size >= SMALLEST_REVISIT and row.payload_digest:
            stored = self.index.payload_by_digest(row.payload_digest)
        first = self._is_first(row)
        with _Record(self) as record:
            if stored is not None:
                row = _as_revisit(row, stored)
                extra = _revisit_fields(stored, warc.REVISIT_SAME_PAYLOAD)
                fields = names.to_fields(row) | extra
                self._records.block("revisit", row.capture.url, fields, media_type, io.BytesIO(), 0)
            else:
                fields = names.to_fields(row)
                self._records.block("resource", row.capture.url, fields, media_type, block, size)
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
        target = _target(redactor.url(url))
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
            request_digest=_request_digest(method, request_body),
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
        with _Record(self) as record:
            self._records.block(
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
            "WARC-Record-ID": _record_id(),
            "WARC-Date": now(),
            names.SOURCE: self._source["id"],
            names.RUN: self.run.id,
            names.KIND: kind,
        }
        with _Record(self):
            self._records.block(
                "metadata", _target(url), fields, "application/json", io.BytesIO(block), len(block)
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
    ) -> Path:
        """End the run: its last record, its files closed and hashed, its manifest (returned).

        ``announced`` and ``received`` default to the sums over the run's listings.
        """
        run = self.run
        listings = self.index.full_listings(run.id)
        counts = [item.announced for item in listings if item.announced is not None]
        run.announced = announced if announced is not None else (sum(counts) if counts else None)
        if received is None and listings:
            received = sum(item.received for item in listings)
        run.received = received
        run.finished, run.finish_reason = now(), finish_reason
        self.write_metadata(f"urn:counterwatch:run:{run.id}", "run-end", run_end(run))
        self.index.put_run(run)
        assert self._file is not None
        self._close_file(self._file, self._path, self._position)
        self._file = None
        path = write_manifest(self.archive, self.index, run)
        if self._owns_index:
            self.index.close()
        return path

    # How a record gets into the file

    def _row(
        self,
        target: str,
        record_type: str,
        *,
        sha1: bytes | None,
        sha256: str | None,
        outcome: Outcome,
        message: str,
        fetched: str | None,
        status: int | None = None,
        media_type: str | None = None,
        name: str | None = None,
        published: str | None = None,
        parent_url: str | None = None,
        via: Via = "live",
        etag: str | None = None,
        last_modified: str | None = None,
        request_digest: str = "",
    ) -> Row:
        record_id = _record_id()
        if outcome == "ok" and sha256:
            before = self.index.latest_conclusive(target, self._source["id"], request_digest)
            if before and before.capture.outcome != "gone" and before.capture.sha256 == sha256:
                outcome = "unchanged"
        digest = "sha1:" + base64.b32encode(sha1).decode() if sha1 else None
        return Row(
            capture=Capture(
                id=capture_id(record_id),
                source_id=self._source["id"],
                run_id=self.run.id,
                url=target,
                fetched=fetched or now(),
                status=status,
                outcome=outcome,
                media_type=one_line(media_type),
                sha256=sha256,
                warc_file=None,
                warc_offset=None,
                warc_length=None,
                via=via,
                message=one_line(message) or "",
                name=one_line(name),
                published=one_line(published),
                parent_url=_target(parent_url) if parent_url else None,
            ),
            record_id=record_id,
            record_type=record_type,
            payload_digest=digest,
            etag=etag,
            last_modified=last_modified,
            request_digest=request_digest,
        )

    def _is_first(self, row: Row) -> bool:
        return row.capture.outcome == "ok" and not self.index.seen_well(
            row.capture.url, row.capture.source_id, row.request_digest
        )

    def _exchange(
        self,
        row: Row,
        extra: dict[str, str],
        request: _Request,
        head: warc.HttpHead,
        body: bytes,
        content: bytes,
    ) -> Capture:
        first = self._is_first(row)
        self._rotate()
        if request.headers or request.body or row.capture.via == "live":
            fields = {
                "WARC-Record-ID": _record_id(),
                "WARC-Date": row.capture.fetched,
                "WARC-Concurrent-To": row.record_id,
            }
            with _Record(self, rotate=False):
                self._records.http("request", row.capture.url, fields, request.head(), request.body)
        # The response comes last: once it is whole, so is the exchange.
        with _Record(self, rotate=False) as record:
            self._records.http(
                row.record_type, row.capture.url, names.to_fields(row) | extra, head, body
            )
        return self._done(row, record, len(content), first)

    def _done(self, row: Row, record: _Record, size: int, first: bool) -> Capture:
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

    def _write(self, data: bytes) -> None:
        assert self._file is not None
        view = memoryview(data)
        while view:
            written = self._file.write(view) or 0
            view = view[written:]
            self._position += written

    def _rotate(self) -> None:
        if self._position >= self._file_size:
            assert self._file is not None
            full = (self._file, self._path, self._position)
            # The next one first: at every moment the run holds a lock.
            self._open_next()
            self._close_file(*full)

    def _open_next(self) -> None:
        folder = self.archive / _folder_name(self._source["id"]) / self.run.started[:4]
        name = f"{_folder_name(self._source['id'])}-{self.run.id}-{self._number:05d}.warc.gz"
        unlocked = folder / f".{name}.new"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            file = unlocked.open("xb", buffering=0)
            # Held until the file is closed, so that a repair by another process leaves it alone.
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.rename(unlocked, folder / name)
        except OSError as error:
            raise ArchiveError(error.errno, f"cannot create {name}: {error.strerror}") from error
        self._number += 1
        self._file, self._path, self._position = file, folder / name, 0
        self.index.put_file(StoredFile(self._name(), self.run.id, None, None))
        details = {
            "software": " ".join(f"{name}/{number}" for name, number in warc.software().items()),
            "format": "WARC File Format 1.1",
            "conformsTo": "http://iipc.github.io/warc-specifications/specifications/"
            "warc-format/warc-1.1/",
            "description": warc.LOST,
            "counterwatch-run": json.dumps(
                {
                    "id": self.run.id,
                    "started": self.run.started,
                    "arguments": self.run.arguments,
                    "source": self._source,
                },
                sort_keys=True,
            ),
        }
        with _Record(self, rotate=False):
            self._records.warcinfo(name, details)

    def _name(self) -> str:
        return self._path.relative_to(self.archive).as_posix()

    def _close_file(self, file: io.FileIO, path: Path, size: int) -> None:
        seal(file, path)
        name = path.relative_to(self.archive).as_posix()
        self.index.put_file(StoredFile(name, self.run.id, size, file_sha256(path)))
        file.close()


class _Request:
    """A request as sent, without its secrets."""

    def __init__(self, url: str, method: str, headers: list[tuple[bytes, bytes]], body: bytes):
        self.url, self.method, self.headers, self.body = url, method, headers, body

    def head(self) -> warc.HttpHead:
        parts = urlsplit(self.url)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        headers = list(self.headers)
        if not any(name.lower() == b"host" for name, _ in headers):
            headers.insert(0, (b"Host", parts.netloc.encode()))
        if self.body and not any(name.lower() == b"content-length" for name, _ in headers):
            headers.append((b"Content-Length", str(len(self.body)).encode()))
        return warc.HttpHead(f"{self.method} {path} HTTP/1.1".encode(), headers)


class _Record:
    """One record being appended: on any error the file is cut back to where it began."""

    def __init__(self, writer: ArchiveWriter, rotate: bool = True) -> None:
        if rotate:
            writer._rotate()
        self._writer = writer
        self.file = writer._name()
        self.offset = writer._position
        self.length = 0

    def __enter__(self) -> _Record:
        return self

    def __exit__(self, kind: object, error: BaseException | None, _: object) -> None:
        writer = self._writer
        if error is None:
            self.length = writer._position - self.offset
            return
        writer._records.reset()
        if writer._file is not None:
            writer._file.truncate(self.offset)
            writer._file.seek(self.offset)
            writer._position = self.offset
        if isinstance(error, OSError):
            raise ArchiveError(
                error.errno, f"cannot write {self.file}: {error.strerror}"
            ) from error


def run_end(run: Run) -> dict[str, Any]:
    """The end of a run as its last record tells it."""
    skip = ("manifest_sha256", "arguments")
    return {name: getattr(run, name) for name in Run.__slots__ if name not in skip}


def _record_id() -> str:
    return f"<urn:uuid:{uuid.uuid4()}>"


def _folder_name(source_id: str) -> str:
    """A source id as a file name; other characters than these never reach the file system."""
    safe = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "_" for c in source_id)
    return safe[:60] or "_"


def _target(url: str) -> str:
    """A URL as it can stand in a WARC header: no white space or control characters, bounded."""
    clean = url.encode("utf-8", "replace").decode("utf-8").strip().strip("<>")
    return quote(clean, safe=_URL_SAFE)[:8000]


def _request_digest(method: str, body: bytes) -> str:
    if method.upper() == "GET" and not body:
        return ""
    return hashlib.sha256(method.upper().encode() + b"\n" + body).hexdigest()[:32]


def _values(headers: Headers, name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in headers if key.lower() == name]


def _media_type(values: list[str]) -> str | None:
    return values[-1].partition(";")[0].strip().lower() if values else None


def _reason(status: int, reason: str) -> bytes:
    if not reason:
        try:
            reason = HTTPStatus(status).phrase
        except ValueError:
            reason = "Unknown"
    return reason.encode("latin-1", "replace")


def _as_revisit(row: Row, stored: Row) -> Row:
    return replace(
        row,
        record_type="revisit",
        payload_digest=stored.payload_digest,
        refers_to=stored.record_id,
    )


def _revisit_fields(stored: Row, profile: str) -> dict[str, str]:
    return {
        "WARC-Profile": profile,
        "WARC-Refers-To-Target-URI": stored.capture.url,
        "WARC-Refers-To-Date": stored.capture.fetched,
    }
