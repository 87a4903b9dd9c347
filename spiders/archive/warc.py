"""WARC 1.1 records, built with warcio, written as one gzip member each.

warcio's own gzip level is fixed at 9, which takes half as long again as level 6 and gains under
1 % of size, and it percent-encodes header bytes beyond ASCII, which would not be what was
received; both are replaced here, the rest is warcio's.
"""

from __future__ import annotations

import io
import platform
import uuid
import zlib
from collections.abc import Callable, Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import BinaryIO

from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

GZIP_LEVEL = 6
_PIECE = 1 << 20

REVISIT_SAME_PAYLOAD = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
REVISIT_NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"

# Transfer-Encoding is undone by the client; left in place it would tell readers to undo it again.
_TRANSFER = frozenset((b"transfer-encoding", b"te", b"trailer"))
_BEFORE = b"X-Archive-Orig-"

LOST = (
    "Bodies are as received, with their Content-Encoding; transfer encoding (chunking) was undone "
    "by the client and is named X-Archive-Orig-Transfer-Encoding where the client reports it. "
    "The reason phrase and the case and order of differently named HTTP headers are not "
    "available from the client: the phrase is the standard one, names are capitalised. "
    "Keys, cookies and credentials are replaced by REDACTED; a record whose body was "
    "changed for this says so in WARC-X-Redacted."
)


def software() -> dict[str, str]:
    """Names and versions of what wrote the archive."""
    versions = {"python": platform.python_version()}
    for package in ("counterwatch", "scrapy", "warcio"):
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            versions[package] = "not installed"
    return versions


def record_id() -> str:
    return f"<urn:uuid:{uuid.uuid4()}>"


class HttpHead(StatusAndHeaders):  # type: ignore[misc,unused-ignore]
    """First line and headers of an HTTP message, byte for byte as given."""

    def __init__(self, first_line: bytes, headers: Iterable[tuple[bytes, bytes]]) -> None:
        super().__init__(first_line.decode("latin-1"), [])
        lines = [_line(first_line)]
        lines += [_line(name) + b": " + _line(value) for name, value in headers]
        self._bytes = b"\r\n".join(lines) + b"\r\n\r\n"

    def compute_headers_buffer(self, header_filter: object = None) -> None:
        self.headers_buff = self._bytes


def _line(data: bytes) -> bytes:
    return data.replace(b"\r", b" ").replace(b"\n", b" ").strip()


def response_headers(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Response headers as they are stored: what readers would undo twice is renamed."""
    return [
        (_BEFORE + name if name.lower() in _TRANSFER else name, value) for name, value in headers
    ]


class _MemberSink:
    """What warcio writes to: every record becomes one gzip member, handed over in pieces."""

    def __init__(self, write: Callable[[bytes], None], level: int) -> None:
        self._write = write
        self._level = level
        self.reset()

    def reset(self) -> None:
        self._gzip = zlib.compressobj(self._level, zlib.DEFLATED, 31)
        self._pieces = bytearray()

    def write(self, data: bytes) -> None:
        self._pieces += self._gzip.compress(data)
        if len(self._pieces) >= _PIECE:
            self._write(bytes(self._pieces))
            self._pieces.clear()

    def flush(self) -> None:
        self._pieces += self._gzip.flush()
        self._write(bytes(self._pieces))
        self.reset()


class RecordWriter:
    """Builds records and hands their compressed bytes to ``write``."""

    def __init__(self, write: Callable[[bytes], None], level: int = GZIP_LEVEL) -> None:
        self._sink = _MemberSink(write, level)
        self._warc = WARCWriter(self._sink, gzip=False, warc_version="1.1")

    def reset(self) -> None:
        """Forget a record whose writing failed."""
        self._sink.reset()

    def warcinfo(self, file_name: str, details: Mapping[str, str]) -> None:
        self._warc.write_record(self._warc.create_warcinfo_record(file_name, dict(details)))

    def http(
        self,
        kind: str,
        uri: str,
        fields: Mapping[str, str],
        head: HttpHead,
        body: bytes,
    ) -> None:
        """A request, response or revisit record (of a revisit only the head is written)."""
        record = self._warc.create_warc_record(
            uri,
            kind,
            payload=io.BytesIO(body),
            length=len(body),
            warc_headers_dict=dict(fields),
            http_headers=head,
        )
        self._write(record)

    def block(
        self,
        kind: str,
        uri: str,
        fields: Mapping[str, str],
        media_type: str,
        block: BinaryIO,
        length: int,
    ) -> None:
        """A resource or metadata record; ``block`` is read in pieces from where it stands."""
        record = self._warc.create_warc_record(
            uri,
            kind,
            payload=block,
            length=length,
            warc_content_type=media_type,
            warc_headers_dict=dict(fields),
        )
        self._write(record)

    def _write(self, record: ArcWarcRecord) -> None:
        self._warc.write_record(record)
