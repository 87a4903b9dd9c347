"""Undo Content-Encoding, bounded: a small body may expand without end."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator

import brotli

try:  # the standard library has it from Python 3.14 on
    from compression import zstd  # type: ignore[import-not-found,unused-ignore]
except ImportError:  # pragma: no cover
    try:
        from backports import zstd
    except ImportError:
        zstd = None  # type: ignore[assignment,unused-ignore]

_PIECE = 1 << 16
DEFAULT_LIMIT = 256 << 20


class EncodingDamaged(ValueError):
    """A body that its own Content-Encoding cannot decode; the message says how."""


class EncodingTooLarge(ValueError):
    """A body that decodes to more bytes than allowed."""


def decode(body: bytes, encodings: str | None, limit: int = DEFAULT_LIMIT) -> bytes:
    """``body`` with the encodings of a Content-Encoding header undone, last applied first.

    Encodings this project does not know stay as they are: the bytes are then what there is.
    Raises EncodingDamaged (truncated or invalid) and EncodingTooLarge (more than ``limit``).
    """
    names = [name.strip().lower() for name in (encodings or "").split(",")]
    for name in reversed([name for name in names if name not in ("", "identity")]):
        decoder = _DECODERS.get(name)
        if decoder is None:
            return body
        pieces: list[bytes] = []
        size = 0
        for piece in decoder(body):
            size += len(piece)
            if size > limit:
                raise EncodingTooLarge(
                    f"{name} body of {len(body)} bytes decodes to more than {limit} bytes"
                )
            pieces.append(piece)
        body = b"".join(pieces)
    return body


def _gzip(body: bytes) -> Iterator[bytes]:
    # Several members in a row are one gzip file; zeros or other bytes after the last one are
    # padding that browsers ignore too.
    first = True
    while body:
        inflate = zlib.decompressobj(wbits=31)
        try:
            yield from _inflated(inflate, body, "gzip")
        except EncodingDamaged:
            if first:
                raise
            return
        first = False
        body = inflate.unused_data
        if body[:2] != b"\x1f\x8b":
            return


def _deflate(body: bytes) -> Iterator[bytes]:
    # The standard means zlib format; many servers send bare deflate.
    try:
        zlib.decompressobj().decompress(body[:2], 1)
        wrapped = len(body) > 1 and body[0] & 0x0F == 8 and (body[0] << 8 | body[1]) % 31 == 0
    except zlib.error:
        wrapped = False
    yield from _inflated(zlib.decompressobj(wbits=15 if wrapped else -15), body, "deflate")


def _inflated(inflate: zlib._Decompress, body: bytes, name: str) -> Iterator[bytes]:
    try:
        data = body
        while not inflate.eof:
            out = inflate.decompress(data, _PIECE)
            if out:
                yield out
            elif not inflate.unconsumed_tail and not inflate.eof:
                raise EncodingDamaged(f"{name} body of {len(body)} bytes is truncated")
            data = inflate.unconsumed_tail
    except zlib.error as error:
        raise EncodingDamaged(f"{name} body of {len(body)} bytes is damaged: {error}") from None


def _brotli(body: bytes) -> Iterator[bytes]:
    decompressor = brotli.Decompressor()
    try:
        out = decompressor.process(body, output_buffer_limit=_PIECE)
        while True:
            if out:
                yield out
            if decompressor.is_finished():
                return
            if not out and decompressor.can_accept_more_data():
                raise EncodingDamaged(f"br body of {len(body)} bytes is truncated")
            out = decompressor.process(b"", output_buffer_limit=_PIECE)
    except brotli.error as error:
        raise EncodingDamaged(f"br body of {len(body)} bytes is damaged: {error}") from None


def _zstd(body: bytes) -> Iterator[bytes]:
    while body:
        decompressor = zstd.ZstdDecompressor()
        try:
            out = decompressor.decompress(body, max_length=_PIECE)
            while True:
                if out:
                    yield out
                if decompressor.eof:
                    break
                if not out and decompressor.needs_input:
                    raise EncodingDamaged(f"zstd body of {len(body)} bytes is truncated")
                out = decompressor.decompress(b"", max_length=_PIECE)
        except zstd.ZstdError as error:
            raise EncodingDamaged(f"zstd body of {len(body)} bytes is damaged: {error}") from None
        body = decompressor.unused_data


_DECODERS: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
}
if zstd is not None:
    _DECODERS["zstd"] = _zstd
