"""JSON as publishers write it: with numbers that are none, lost encodings, cut ends, gzip, lines.

Nothing here raises on bad input but JsonRefused, whose text says why.
"""

from __future__ import annotations

import gzip
import io
import itertools
import json
import math
import re
import zlib
from collections.abc import Callable, Iterator
from typing import Any

from parsers.records import Notice, NoticeFailure

LARGEST_JSON = 256_000_000
# Above this a package is read element by element: parsed whole it takes eight times its size.
LARGEST_WHOLE = 32_000_000
LONGEST_LINE = 16_000_000
# Of a gzip stream: enough for a national year of notices, too little for a bomb to matter.
LARGEST_UNPACKED = 2_000_000_000
_DEEPEST = 200
_LONGEST_INTEGER = 40


class JsonRefused(Exception):
    """The JSON cannot be read; ``str(error)`` says why, for people."""


def is_gzip(data: bytes) -> bool:
    return data[:2] == b"\x1f\x8b"


def decode(data: bytes, warnings: list[str]) -> str:
    """Text of JSON bytes: UTF-8 (or UTF-16 by its mark), else ISO-8859-1 with a warning."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # One bad byte in a long file is a bad byte; many are another encoding.
        replaced = data.decode("utf-8-sig", errors="replace")
        high = sum(1 for byte in data[: 1 << 20] if byte >= 0x80)
        if replaced[: 1 << 20].count("�") * 10 < high:
            warnings.append(f"broken UTF-8 at byte {error.start}: replaced by �")
            return replaced
        warnings.append("the bytes are not UTF-8: read as ISO-8859-1")
        return data.decode("iso-8859-1")


def load(data: bytes, warnings: list[str]) -> Any:
    """The value of a JSON file. Raises JsonRefused where it cannot be read."""
    if is_gzip(data):
        data = unpack(data)
    if len(data) > LARGEST_JSON:
        raise JsonRefused(f"JSON of {len(data):,} bytes is above the limit of {LARGEST_JSON:,}")
    if not data.strip(b" \t\r\n\x00\xef\xbb\xbf"):
        raise JsonRefused("the file is empty")
    return loads(decode(data, warnings), warnings)


def loads(text: str, warnings: list[str]) -> Any:
    """The value of a JSON text; repaired where only numbers are wrong."""
    try:
        return _decoder().decode(text)
    except RecursionError:
        raise JsonRefused("JSON nested too deeply") from None
    except json.JSONDecodeError as error:
        repaired = repair_numbers(text)
        if repaired == text:
            raise JsonRefused(f"not JSON: {error}") from None
        try:
            read = _decoder().decode(repaired)
        except (json.JSONDecodeError, RecursionError):
            raise JsonRefused(f"not JSON: {error}") from None
        warnings.append(
            f"a number that is not JSON near line {error.lineno} was repaired or set to null"
        )
        return read


def elements(text: str, key: str) -> Iterator[Any]:
    """Elements of the array under ``key`` one by one, as far as a damaged text can be read.

    Raises JsonRefused at the element that cannot be read, naming its index and place.
    """
    match = re.search(rf'"{re.escape(key)}"\s*:\s*\[', text)
    if match is None:
        return
    decoder = _decoder()
    position, index = match.end(), 0
    separator = re.compile(r"[\s,]*")
    while True:
        position = found.end() if (found := separator.match(text, position)) else position
        if text.startswith("]", position):
            return
        try:
            element, position = decoder.raw_decode(text, position)
        except RecursionError:
            raise JsonRefused(f"{key}[{index}]: JSON nested too deeply") from None
        except json.JSONDecodeError as error:
            raise JsonRefused(
                f"{key}[{index}], character {error.pos}: not JSON: {error.msg}"
            ) from None
        yield element
        index += 1


def lines(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Numbered lines of JSON lines, gzip'd or not, in bounded memory.

    Raises JsonRefused on a damaged gzip stream, too much of it or a line that never ends.
    """
    stream: io.BufferedIOBase = io.BytesIO(data)
    if is_gzip(data):
        stream = io.BufferedReader(gzip.GzipFile(fileobj=io.BytesIO(data)), 1 << 16)
    number, unpacked = 0, 0
    while True:
        try:
            line = stream.readline(LONGEST_LINE + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise JsonRefused(f"gzip stream damaged after line {number}: {error}") from None
        if not line:
            return
        number += 1
        unpacked += len(line)
        if len(line) > LONGEST_LINE:
            raise JsonRefused(f"line {number} is longer than {LONGEST_LINE:,} bytes")
        if unpacked > LARGEST_UNPACKED:
            raise JsonRefused(f"the gzip stream unpacks to more than {LARGEST_UNPACKED:,} bytes")
        if line.strip():
            yield number, line


def read_lines(
    data: bytes,
    notice_format: str,
    url: str,
    document: Callable[[Any, str, list[str], str], Iterator[Notice | NoticeFailure]],
) -> Iterator[Notice | NoticeFailure]:
    """What ``document(value, url, warnings, where)`` reads in each JSON line; a bad line is a failure."""
    try:
        for number, line in lines(data):
            warnings: list[str] = []
            try:
                value = load(line, warnings)
            except JsonRefused as error:
                yield NoticeFailure(notice_format, str(error), f"line {number}")
                continue
            yield from document(value, url, warnings, f"line {number}")
    except JsonRefused as error:
        yield NoticeFailure(notice_format, str(error))


def is_lines(data: bytes) -> bool:
    """Whether a file is JSON lines: its first line is an object, and another begins after it."""
    try:
        first = [line.strip() for _, line in itertools.islice(lines(data), 2)]
    except JsonRefused:
        return False
    return len(first) == 2 and first[0][:1] + first[0][-1:] == b"{}" and first[1][:1] == b"{"


def unpack(data: bytes) -> bytes:
    """A whole gzip file that holds one JSON value, within the limit for one."""
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            unpacked = stream.read(LARGEST_JSON + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise JsonRefused(f"gzip stream damaged: {error}") from None
    if len(unpacked) > LARGEST_JSON:
        raise JsonRefused(f"the gzip stream unpacks to more than {LARGEST_JSON:,} bytes")
    return unpacked


def depth_exceeds(value: Any, limit: int = _DEEPEST) -> bool:
    """Whether lists and objects are nested deeper than any notice is."""
    stack = [(value, 1)]
    while stack:
        current, depth = stack.pop()
        if depth > limit:
            return True
        if isinstance(current, dict):
            stack.extend(
                (child, depth + 1) for child in current.values() if isinstance(child, dict | list)
            )
        elif isinstance(current, list):
            stack.extend((child, depth + 1) for child in current if isinstance(child, dict | list))
    return False


_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[^"]++', re.DOTALL)
# What stands where a value belongs and begins like a number: up to the next structural sign.
_NUMBER = re.compile(r"(?<=[:\[,])(\s*)([-+.\d][^,\]}\n\"]*)")
_VALID = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?\s*")


def repair_numbers(text: str) -> str:
    """Numbers that JSON does not know ("1 000", " 000", "+5", ".5", "1,") made numbers or null."""

    def number(match: re.Match[str]) -> str:
        space, written = match.groups()
        if _VALID.fullmatch(written):
            return match.group()
        compact = re.sub(r"\s", "", written).lstrip("+")
        compact = f"0{compact}" if compact.startswith(".") else compact
        return space + (compact if _VALID.fullmatch(compact) else "null")

    def token(match: re.Match[str]) -> str:
        found = match.group()
        return found if found.startswith('"') else _NUMBER.sub(number, found)

    return _TOKEN.sub(token, text)


def _decoder() -> json.JSONDecoder:
    """Numbers beyond all measure ("1e9999", NaN, thousands of digits) become infinite or NaN, so that
    the field which reads one can name itself in its warning."""

    def integer(written: str) -> float:
        return int(written) if len(written) <= _LONGEST_INTEGER else math.inf

    return json.JSONDecoder(strict=False, parse_int=integer)
