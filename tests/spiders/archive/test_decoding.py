"""Content-Encoding undone within bounds; what cannot be undone is named."""

from __future__ import annotations

import gzip
import zlib

import brotli
import pytest

from spiders.archive.decoding import EncodingDamaged, EncodingTooLarge, decode, zstd

TEXT = "Invented sample text 样本 ".encode() * 2000


def bare_deflate(data: bytes) -> bytes:
    deflate = zlib.compressobj(wbits=-15)
    return deflate.compress(data) + deflate.flush()


ENCODED = {
    "gzip": gzip.compress(TEXT),
    "deflate": zlib.compress(TEXT),
    "br": brotli.compress(TEXT),
    "zstd": zstd.compress(TEXT),
}


@pytest.mark.parametrize("encoding", ENCODED)
def test_each_encoding(encoding: str) -> None:
    assert decode(ENCODED[encoding], encoding) == TEXT
    assert decode(ENCODED[encoding], encoding.upper()) == TEXT


@pytest.mark.parametrize("encoding", ENCODED)
def test_each_encoding_truncated(encoding: str) -> None:
    with pytest.raises(EncodingDamaged, match=rf"^{encoding} body of \d+ bytes is"):
        decode(ENCODED[encoding][:-10], encoding)


@pytest.mark.parametrize("encoding", ENCODED)
def test_each_encoding_with_other_bytes(encoding: str) -> None:
    with pytest.raises(EncodingDamaged, match=f"^{encoding} body of"):
        decode(b"<html>this is not what the header says</html>", encoding)


@pytest.mark.parametrize("encoding", ENCODED)
def test_each_encoding_is_bounded(encoding: str) -> None:
    with pytest.raises(EncodingTooLarge, match="decodes to more than 10000 bytes"):
        decode(ENCODED[encoding], encoding, limit=10_000)


def test_encodings_are_undone_in_reverse_order() -> None:
    assert decode(gzip.compress(brotli.compress(TEXT)), "br, gzip") == TEXT


def test_what_servers_really_send() -> None:
    assert decode(bare_deflate(TEXT), "deflate") == TEXT
    assert decode(ENCODED["gzip"] + ENCODED["gzip"], "gzip") == TEXT * 2
    assert decode(ENCODED["gzip"] + b"\0" * 20, "x-gzip") == TEXT
    assert decode(TEXT, "identity") == TEXT
    assert decode(TEXT, None) == TEXT
    assert decode(TEXT, "aes128gcm") == TEXT  # unknown: the bytes are what there is
    assert decode(b"", "gzip") == b""
