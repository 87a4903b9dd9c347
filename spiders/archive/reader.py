"""The bytes of a capture, back from the archive: decoded, checked, bounded."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from email.message import Message
from pathlib import Path

from parsers.records import Capture
from spiders.archive.decoding import DEFAULT_LIMIT, EncodingDamaged, EncodingTooLarge, decode
from spiders.archive.index import Index
from spiders.archive.members import MemberError, WarcFile

_MAX_HTTP_HEAD = 1 << 20


class PayloadError(Exception):
    """The bytes of a capture cannot be given; ``str(error)`` says why and names the record."""


class PayloadMissing(PayloadError):
    """The capture never had a payload: nothing was received."""


class PayloadDamaged(PayloadError):
    """The stored bytes are not what was recorded, or their Content-Encoding cannot be undone."""


class PayloadTooLarge(PayloadError):
    """More bytes than the limit."""


@dataclass(frozen=True, slots=True)
class Payload:
    """``data``: content-decoded bytes. ``headers``: of the response, lower-case names, in order.

    ``charset``: as the Content-Type header declares it, or None.
    """

    data: bytes
    media_type: str | None
    charset: str | None
    headers: tuple[tuple[str, str], ...]

    def header(self, name: str) -> str | None:
        """The values of a header, joined as HTTP allows; None where it is not there."""
        found = [value for key, value in self.headers if key == name.lower()]
        return ", ".join(found) if found else None


def read_payload(
    archive: Path, capture: Capture, limit: int = DEFAULT_LIMIT, index: Index | None = None
) -> Payload:
    """The payload of a capture, revisits resolved, checked against ``capture.sha256``.

    Raises PayloadMissing, PayloadDamaged and PayloadTooLarge (all PayloadError).
    """
    if capture.warc_file is None or capture.warc_offset is None:
        raise PayloadMissing(f"{capture.url}: the capture has no archived record")
    if capture.outcome == "too-large":
        raise PayloadTooLarge(f"{capture.url}: {capture.message}")
    kind, block, headers, refers_to = _read_record(archive, capture, limit)
    if kind == "metadata":
        raise PayloadMissing(f"{capture.url}: nothing was received: {capture.message}")
    if kind == "revisit":
        block, headers = _resolve(archive, capture, refers_to, limit, headers, index)
    encoding = ", ".join(value for name, value in headers if name == "content-encoding")
    where = f"{capture.url} ({capture.warc_file} at {capture.warc_offset})"
    try:
        data = decode(block, encoding, limit)
    except EncodingDamaged as error:
        raise PayloadDamaged(f"{where}: {error}") from None
    except EncodingTooLarge as error:
        raise PayloadTooLarge(f"{where}: {error}") from None
    if hashlib.sha256(data).hexdigest() != capture.sha256:
        raise PayloadDamaged(f"{where}: SHA-256 is not the recorded {capture.sha256}")
    types = [value for name, value in headers if name == "content-type"]
    message = Message()
    message["Content-Type"] = types[-1] if types else capture.media_type or ""
    charset = message.get_content_charset() if message["Content-Type"] else None
    return Payload(data, capture.media_type, charset, headers)


def _resolve(
    archive: Path,
    capture: Capture,
    refers_to: str,
    limit: int,
    headers: tuple[tuple[str, str], ...],
    index: Index | None,
) -> tuple[bytes, tuple[tuple[str, str], ...]]:
    """Block and headers of the record a revisit refers to, with newer headers laid over."""
    if index is None:
        with Index(archive / "index.db", read_only=True) as opened:
            stored = opened.record(refers_to)
    else:
        stored = index.record(refers_to)
    if stored is None:
        raise PayloadDamaged(f"{capture.url}: its payload's record {refers_to} is not in the index")
    place = replace(capture, warc_file=stored.capture.warc_file,
                    warc_offset=stored.capture.warc_offset)  # fmt: skip
    _, block, older, _ = _read_record(archive, place, limit)
    newer = {name for name, _ in headers}
    # Content-Encoding belongs to the stored bytes, whatever a 304 says.
    kept = [(name, value) for name, value in older if name not in newer or name in _OF_BYTES]
    return block, tuple(kept + [(n, v) for n, v in headers if n not in _OF_BYTES])


_OF_BYTES = frozenset(("content-encoding", "content-length"))


def _read_record(
    archive: Path, capture: Capture, limit: int
) -> tuple[str, bytes, tuple[tuple[str, str], ...], str]:
    """Type, payload bytes, HTTP headers and WARC-Refers-To of one record."""
    assert capture.warc_file is not None and capture.warc_offset is not None
    where = f"{capture.url} ({capture.warc_file} at {capture.warc_offset})"
    try:
        with WarcFile(archive / capture.warc_file) as file:
            member = file.at(capture.warc_offset)
            if member.block_length > limit + _MAX_HTTP_HEAD:
                raise PayloadTooLarge(
                    f"{where}: {member.block_length} bytes, more than the limit of {limit}"
                )
            block = b"".join(member.block())
    except FileNotFoundError:
        raise PayloadDamaged(f"{where}: the WARC file is not there") from None
    except MemberError as error:
        raise PayloadDamaged(f"{where}: {error}") from None
    kind = member.fields.get("warc-type", "")
    headers: list[tuple[str, str]] = []
    if member.fields.get("content-type", "").startswith("application/http"):
        head, _, block = block.partition(b"\r\n\r\n")
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.decode("latin-1").partition(":")
            headers.append((name.strip().lower(), value.strip()))
    return kind, block, tuple(headers), member.fields.get("warc-refers-to", "")
