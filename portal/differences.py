"""What changed between two texts: blocks of lines that stayed, went and came."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

# difflib's time grows with the square of what differs: beyond this a difference is not drawn.
MOST_LINES = 6_000
LONGEST = 400_000
# Lines shown on either side of a change.
AROUND = 2
_WORDS = re.compile(r"\w+|\s+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Line:
    """A line, and what became of it: ``same``, ``gone``, ``new`` or ``skip`` (``text`` counts)."""

    kind: str
    pieces: tuple[tuple[bool, str], ...]  # (changed, text)


class TooLong(Exception):
    """The texts are too long to be compared here."""


def differences(before: str, after: str) -> list[Line]:
    """Lines of two texts with their changes, words marked where a line was only reworded."""
    old, new = _lines(before), _lines(after)
    if max(len(old), len(new)) > MOST_LINES or max(len(before), len(after)) > LONGEST:
        raise TooLong
    result: list[Line] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            result += _same(old[a:b], bool(result), b < len(old) or d < len(new))
        elif kind == "replace" and b - a == d - c:
            for left, right in zip(old[a:b], new[c:d], strict=True):
                result += _reworded(left, right)
        else:
            result += [Line("gone", ((True, line),)) for line in old[a:b]]
            result += [Line("new", ((True, line),)) for line in new[c:d]]
    return result


def _lines(text: str) -> list[str]:
    return [line for part in text.split("\n") for line in part.split("\f") if line.strip()]


def _same(lines: list[str], after_change: bool, before_change: bool) -> Iterator[Line]:
    head = AROUND if after_change else 0
    tail = AROUND if before_change else 0
    if len(lines) <= head + tail + 1:
        yield from (Line("same", ((False, line),)) for line in lines)
        return
    yield from (Line("same", ((False, line),)) for line in lines[:head])
    yield Line("skip", ((False, str(len(lines) - head - tail)),))
    yield from (Line("same", ((False, line),)) for line in lines[len(lines) - tail :])


def _reworded(left: str, right: str) -> list[Line]:
    words = _WORDS.findall(left), _WORDS.findall(right)
    # Characters, where a script has no spaces; whole lines, where they are long.
    if max(map(len, words)) < 4:
        words = list(left), list(right)
    if max(map(len, words)) > 2_000:
        return [Line("gone", ((True, left),)), Line("new", ((True, right),))]
    old: list[tuple[bool, str]] = []
    new: list[tuple[bool, str]] = []
    for kind, a, b, c, d in SequenceMatcher(None, *words, autojunk=False).get_opcodes():
        if b > a:
            old.append((kind != "equal", "".join(words[0][a:b])))
        if d > c:
            new.append((kind != "equal", "".join(words[1][c:d])))
    return [Line("gone", tuple(old)), Line("new", tuple(new))]
