"""What parent and worker of the sandbox say to each other.

Length-prefixed JSON and raw bytes, never pickle: a parser that a hostile file took over could
otherwise make the parent run its code.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from typing import Any

from parsers.records import Extraction, Member

_LENGTH = struct.Struct(">Q")
# A header describes a document in a few kilobytes; an archive of 5,000 names in a megabyte.
_HEADER_BYTES = 64_000_000


class MessageError(Exception):
    """The other side said something that is no message, or more than is allowed."""


def encode(header: dict[str, Any], *bodies: bytes) -> list[bytes]:
    """Frames of one message."""
    described = dict(header, bodies=[len(body) for body in bodies])
    packed = json.dumps(described).encode()
    return [_LENGTH.pack(len(packed)), packed, *bodies]


def decode(read: Callable[[int], bytes], most: int) -> tuple[dict[str, Any], list[bytes]]:
    """One message from ``read(n)``, which returns exactly n bytes or raises EOFError."""
    (length,) = _LENGTH.unpack(read(_LENGTH.size))
    if length > min(_HEADER_BYTES, most):
        raise MessageError(f"output limit of {most:,} bytes reached")
    try:
        header = json.loads(read(length))
        sizes = [int(size) for size in header["bodies"]]
    except (ValueError, KeyError, TypeError) as error:
        raise MessageError("the parser sent no message") from error
    if min(sizes, default=0) < 0 or sum(sizes) + length > most:
        raise MessageError(f"output limit of {most:,} bytes reached")
    return header, [read(size) for size in sizes]


def from_extraction(extraction: Extraction) -> list[bytes]:
    header = {
        "media_type": extraction.media_type,
        "title": extraction.title,
        "language": extraction.language,
        "pages": extraction.pages,
        "published": extraction.published,
        "headings": extraction.headings,
        "warnings": extraction.warnings,
        "members": [member.name for member in extraction.members],
    }
    text = extraction.text.encode("utf-8", "replace")
    return encode(header, text, *(member.data for member in extraction.members))


def to_extraction(header: dict[str, Any], bodies: list[bytes]) -> Extraction:
    """Raises MessageError where a field is missing or of another kind."""
    try:
        text, *members = bodies
        return Extraction(
            media_type=str(header["media_type"]),
            text=text.decode("utf-8"),
            title=str(header["title"]),
            language=str(header["language"]),
            pages=int(header["pages"]),
            published=str(header["published"]),
            headings=tuple((int(start), int(end)) for start, end in header["headings"]),
            members=tuple(
                Member(str(name), data)
                for name, data in zip(header["members"], members, strict=True)
            ),
            warnings=tuple(str(warning) for warning in header["warnings"]),
        )
    except (KeyError, ValueError, TypeError) as error:
        raise MessageError("the parser sent a message that is no extraction") from error
