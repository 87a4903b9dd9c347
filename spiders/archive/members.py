"""Read our WARC files gzip member by gzip member: one member is one record.

Knows the exact byte range of every record, tells an unfinished tail from a damaged one, and reads
blocks in pieces, so that memory stays flat whatever the record's size.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from spiders.archive.compression import CompressionError, decompressor

_PIECE = 1 << 16
_FIRST = 1 << 12  # enough for the head of nearly every record, and for most whole requests
_MAX_HEAD = 1 << 20


class MemberError(Exception):
    """A record that is not whole; ``offset`` is where it begins and the whole ones end."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.offset = offset


class MemberUnfinished(MemberError):
    """The file ends inside a record: what a crash while writing leaves."""


class MemberDamaged(MemberError):
    """Bytes that are no gzip member with a WARC record, or fail the member's checksum."""


class Member:
    """One record at ``offset``: its named fields, then its block in pieces.

    ``fields`` keeps the first value of each name, lower-cased. ``length`` (compressed bytes) is
    known once the block was read to its end.
    """

    def __init__(self, file: BinaryIO, offset: int) -> None:
        self._file = file
        self._inflate = decompressor()
        self._read_bytes = 0
        self._ready = b""
        self._done = False
        self.offset = offset
        self.length: int | None = None
        file.seek(offset)
        self.fields = self._read_head()
        try:
            self.block_length = int(self.fields.get("content-length", ""))
        except ValueError:
            raise MemberDamaged(
                f"no Content-Length in the record at {offset}", self.offset
            ) from None

    def _more(self, most: int = _PIECE) -> bytes:
        """The next decompressed bytes; b"" at the end of the member."""
        while not self._inflate.eof:
            piece = self._inflate.unconsumed_tail or self._file.read(most)
            if not self._inflate.unconsumed_tail:
                self._read_bytes += len(piece)
            if not piece:
                raise MemberUnfinished(f"the record at {self.offset} is not complete", self.offset)
            try:
                out = self._inflate.decompress(piece, most)
            except CompressionError as error:
                raise MemberDamaged(f"the record at {self.offset}: {error}", self.offset) from None
            if out:
                return out
        self.length = self._read_bytes - len(self._inflate.unused_data)
        return b""

    def _read_head(self) -> dict[str, str]:
        head = b""
        while (end := head.find(b"\r\n\r\n")) < 0:
            more = self._more(_FIRST)
            if not more or len(head) > _MAX_HEAD:
                raise MemberDamaged(f"no WARC record at {self.offset}", self.offset)
            head += more
        self._ready = head[end + 4 :]
        if not head.startswith(b"WARC/1."):
            raise MemberDamaged(f"no WARC record at {self.offset}", self.offset)
        fields: dict[str, str] = {}
        # Not splitlines(): only CRLF ends a line here. Backwards: the first value of a name stays.
        for line in reversed(head[:end].decode("utf-8", "replace").split("\r\n")[1:]):
            name, _, value = line.partition(":")
            fields[name.strip().lower()] = value.strip()
        return fields

    def block(self) -> Iterator[bytes]:
        """The record's block in pieces, checked to its end (length, gzip checksum)."""
        left = self.block_length
        piece = self._ready
        self._ready = b""
        while True:
            if left:
                if take := piece[:left]:
                    yield take
                left -= len(take)
                piece = piece[len(take) :]
            if left == 0 and piece.strip(b"\r\n"):
                raise MemberDamaged(
                    f"the record at {self.offset} is longer than it says", self.offset
                )
            piece = self._more()
            if not piece:
                break
        if left:
            raise MemberDamaged(f"the record at {self.offset} is shorter than it says", self.offset)

    def skip(self) -> int:
        """Read to the end without keeping anything; the member's compressed length."""
        for _ in self.block():
            pass
        assert self.length is not None
        return self.length


class WarcFile:
    """A WARC file opened for reading, as a context manager."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open("rb")

    def __enter__(self) -> WarcFile:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._file.close()

    @property
    def size(self) -> int:
        return self.path.stat().st_size

    def at(self, offset: int) -> Member:
        return Member(self._file, offset)

    def no_capture(self, offset: int, mark: bytes) -> int | None:
        """The length of a small record without ``mark`` in it, else None; nothing is checked.

        Half of the records are requests: reading their named fields would take most of the time.
        """
        self._file.seek(offset)
        inflate = decompressor()
        data = self._file.read(_FIRST)
        try:
            found = inflate.decompress(data, _PIECE)
        except CompressionError:
            return None
        if not inflate.eof or mark in found:
            return None
        return len(data) - len(inflate.unused_data)

    def members(self, start: int = 0) -> Iterator[Member]:
        """Every record from ``start`` on. Each is read to its end before the next is given.

        Raises MemberUnfinished or MemberDamaged at the first record that is not whole.
        """
        offset, size = start, self.size
        while offset < size:
            member = self.at(offset)
            yield member
            if member.length is None:
                member.skip()
            assert member.length is not None
            offset += member.length
