"""WARC 1.1 records (ISO 28500), written as one gzip member each.

Written here rather than with warcio, which fixes gzip at level 9, percent-encodes header bytes
beyond ASCII (which would not be what was received) and takes as long again as the rest of a
crawl. ``warcio check`` and fastwarc read the result in the tests.
"""

from __future__ import annotations

import base64
import errno
import hashlib
import platform
import uuid
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from typing import BinaryIO

from spiders.archive.compression import LEVEL, compressor
from spiders.archive.runs import now

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


@lru_cache
def software() -> dict[str, str]:
    """Names and versions of what wrote the archive."""
    versions = {"python": platform.python_version()}
    for package in ("counterwatch", "scrapy", "isal"):
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            versions[package] = "not installed"
    return versions


def record_id() -> str:
    return f"<urn:uuid:{uuid.uuid4()}>"


class HttpHead:
    """First line and headers of an HTTP message, byte for byte as given; ``data`` ends it."""

    def __init__(self, first_line: bytes, headers: Iterable[tuple[bytes, bytes]]) -> None:
        lines = [_line(first_line)]
        lines += [_line(name) + b": " + _line(value) for name, value in headers]
        self.data = b"\r\n".join(lines) + b"\r\n\r\n"


def _line(data: bytes) -> bytes:
    return data.replace(b"\r", b" ").replace(b"\n", b" ").strip()


def response_headers(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Response headers as they are stored: what readers would undo twice is renamed."""
    return [
        (_BEFORE + name if name.lower() in _TRANSFER else name, value) for name, value in headers
    ]


class RecordWriter:
    """Builds records and hands their compressed bytes to ``write``: one gzip member a record."""

    def __init__(self, write: Callable[[bytes], None], level: int = LEVEL) -> None:
        self._write = write
        self._level = level

    def warcinfo(self, file_name: str, details: Mapping[str, str]) -> None:
        block = "".join(f"{name}: {value}\r\n" for name, value in details.items()).encode()
        fields = {
            "WARC-Record-ID": record_id(),
            "WARC-Date": now(),
            "WARC-Filename": file_name,
            "Content-Type": "application/warc-fields",
        }
        self._whole("warcinfo", fields, block)

    def http(
        self,
        kind: str,
        uri: str,
        fields: Mapping[str, str],
        head: HttpHead,
        body: bytes,
    ) -> None:
        """A request, response or revisit record (of a revisit only the head is written)."""
        message = "request" if kind == "request" else "response"
        named = {
            "WARC-Target-URI": uri,
            **fields,
            "Content-Type": f"application/http; msgtype={message}",
        }
        self._whole(kind, named, head.data + body)

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
        named = {"WARC-Target-URI": uri, **fields, "Content-Type": media_type}
        if length <= _PIECE:
            self._whole(kind, named, block.read(length))
            return
        start, digest = block.tell(), hashlib.sha1(usedforsecurity=False)
        left = length
        while left and (piece := block.read(min(left, _PIECE))):
            digest.update(piece)
            left -= len(piece)
        block.seek(start)
        gzip = compressor(self._level)
        self._write(gzip.compress(_head(kind, named, digest.digest(), length)))
        left = length
        while left and (piece := block.read(min(left, _PIECE))):
            left -= len(piece)
            self._write(gzip.compress(piece))
        if left:
            raise OSError(errno.EIO, f"{left} bytes fewer than the file had when it was opened")
        self._write(gzip.compress(_END) + gzip.flush())

    def _whole(self, kind: str, fields: Mapping[str, str], block: bytes) -> None:
        digest = hashlib.sha1(block, usedforsecurity=False).digest()
        gzip = compressor(self._level)
        data = _head(kind, fields, digest, len(block)) + block + _END
        self._write(gzip.compress(data) + gzip.flush())


_END = b"\r\n\r\n"


def _head(kind: str, fields: Mapping[str, str], block_sha1: bytes, length: int) -> bytes:
    """The named fields of a record. Values have no line breaks (``fields.one_line``)."""
    lines = ["WARC/1.1", f"WARC-Type: {kind}"]
    lines += [f"{name}: {value}" for name, value in fields.items()]
    lines.append(f"WARC-Block-Digest: {sha1_digest(block_sha1)}")
    lines.append(f"Content-Length: {length}\r\n\r\n")
    return "\r\n".join(lines).encode()


def sha1_digest(digest: bytes) -> str:
    """A SHA-1 as WARC writes it: "sha1:BASE32"."""
    return "sha1:" + base64.b32encode(digest).decode()
