"""Bytes to text: which encoding, and what to do when none fits."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from resiliparse.parse.encoding import detect_encoding

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    # UTF-32 little-endian begins with the mark of UTF-16: longest first.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Labels that servers send and Python does not know, or that mean more than they say.
_LABELS = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "x-gbk": "gb18030",
    "cp936": "gb18030",
    "ms936": "gb18030",
    "big5": "big5hkscs",
    "x-sjis": "cp932",
    "shift_jis": "cp932",
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "iso-8859-9": "cp1254",
    "utf8": "utf-8",
    "utf8mb4": "utf-8",
    "unicode": "utf-16",
}
# Declared where the page can be anything: such a label is only a guess of the server.
_SINGLE_BYTE = re.compile(r"^(cp125\d|windows-125\d|iso-?8859|latin|koi8|cp866|mac)", re.I)
# Enough to decide; a detector needs no more and a 50 MB file should not be read twice.
_SAMPLE = 200_000


@dataclass(frozen=True, slots=True)
class Decoded:
    text: str
    encoding: str
    warnings: tuple[str, ...] = ()


def decode(data: bytes, charset: str | None = None) -> Decoded:
    """Text of ``data``; never fails. Line ends become ``\\n``.

    In order: byte-order mark, UTF-16 without a mark, the declared ``charset`` strictly, UTF-8
    strictly, a detector; last of all UTF-8 (or the detector's word) with U+FFFD for what is
    broken, and a warning that counts it.
    """
    decoded = _decode(data, charset)
    text = decoded.text.replace("\r\n", "\n").replace("\r", "\n")
    return Decoded(text, decoded.encoding, decoded.warnings)


def _decode(data: bytes, charset: str | None) -> Decoded:
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _replace_broken(data[len(mark) :], name)
    if wide := _wide_without_mark(data):
        return _replace_broken(data, wide)

    declared = _known(charset)
    utf8 = _strict(data, "utf-8")
    # Bytes beyond ASCII that are valid UTF-8 are UTF-8: a declared single-byte code accepts
    # them too and would show "é" as "Ã©".
    if utf8 is not None and (declared is None or _SINGLE_BYTE.match(declared) or data.isascii()):
        return Decoded(utf8, "utf-8")
    if declared and (text := _strict(data, declared)) is not None:
        return Decoded(text, declared)
    if utf8 is not None:
        return Decoded(utf8, "utf-8", (f"declared as {charset}, read as utf-8",))

    broken = _broken_utf8_share(data)
    if broken < 0.2:  # most of it is UTF-8: a damaged or cut file, not another encoding
        return _replace_broken(data, "utf-8")
    found = "gb18030" if _looks_like_gb(data) else _known(detect_encoding(data[:_SAMPLE]))
    found = found or "utf-8"
    warnings = (f"declared as {charset}, read as {found}",) if charset else ()
    if (text := _strict(data, found)) is not None:
        return Decoded(text, found, warnings)
    rest = _replace_broken(data, found)
    return Decoded(rest.text, found, warnings + rest.warnings)


def _known(charset: str | None) -> str | None:
    """Python's name of a declared encoding, or None where it means nothing."""
    label = (charset or "").strip().strip("\"'").lower()
    if not label:
        return None
    label = _LABELS.get(label.replace("_", "-") if "_" in label else label, label)
    if label.startswith("gb"):
        return "gb18030"
    try:
        info = codecs.lookup(label)
    except (LookupError, ValueError):
        return None
    # "base64", "zlib" and other transforms are in the same table but decode no text.
    return info.name if getattr(info, "_is_text_encoding", True) else None


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError, ValueError):
        return None


def _replace_broken(data: bytes, encoding: str) -> Decoded:
    text = data.decode(encoding, errors="replace")
    strict = _strict(data, encoding)
    if strict is not None:
        return Decoded(strict, encoding)
    count = text.count("\ufffd")
    return Decoded(text, encoding, (f"not valid {encoding}: {count} places replaced by U+FFFD",))


def _broken_utf8_share(data: bytes) -> float:
    """Broken sequences among the characters beyond ASCII, in a sample."""
    text = data[:_SAMPLE].decode("utf-8", errors="replace")
    beyond = sum(1 for character in text if character > "\x7f")
    return text.count("\ufffd") / beyond if beyond else 0.0


def _wide_without_mark(data: bytes) -> str | None:
    """UTF-16 of mostly Latin text shows as a zero in every second byte."""
    sample = data[:2_000]
    if len(sample) < 4 or b"\x00" not in sample:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if odd > half * 0.4 and even < half * 0.1:
        return "utf-16-le"
    if even > half * 0.4 and odd < half * 0.1:
        return "utf-16-be"
    return None


def _looks_like_gb(data: bytes) -> bool:
    """Are the bytes beyond ASCII pairs of the common half of GB 2312?

    Its 3,755 everyday characters have lead bytes B0–D7, punctuation A1–A3. Detectors miss
    this in short texts; other codes rarely keep to it (Cyrillic lower case begins at E0).
    """
    sample = data[:_SAMPLE]
    common = pairs = position = 0
    while position < len(sample) - 1:
        lead = sample[position]
        if lead < 0x80:
            position += 1
            continue
        trail = sample[position + 1]
        if not 0x40 <= trail <= 0xFE or trail == 0x7F:
            return False
        pairs += 1
        common += trail >= 0xA1 and (0xB0 <= lead <= 0xD7 or 0xA1 <= lead <= 0xA3)
        position += 2
    return pairs >= 2 and common >= 0.9 * pairs
