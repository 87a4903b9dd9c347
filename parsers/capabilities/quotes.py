"""The quote of a claim: a short exact span that a reader understands without the page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from parsers.capabilities.han import is_han
from parsers.records import Tag

Span = tuple[int, int]

# The longest quote in characters, and of a table row.
_MOST_HAN, _MOST, _MOST_ROW = 60, 200, 240
# Where a clause ends. Marks inside numbers (1,200; 10:30) end nothing.
_CLAUSE = re.compile(
    "[，；：！？|\n\t]|[,;:](?![0-9])|[)](?=[\\s,;:.])|\\s(?=[(])|\\s[–—-](?=\\s)|[.!?؟](?=\\s)|[،؛]"
)
_TRIM = " \t\n\r\u00a0\u3000,;，；、،؛|•·"
_CELL = re.compile("[\t|]")


def quote_span(text: str, hits: Sequence[Span], best: Span, sentence: Span) -> Span:
    """The span to quote: the sentence, or table row, where that is short; else from the first to
    the last hit where that is short, with the whole clauses around that there is room for."""
    han = any(is_han(character) for character in text[best[0] : best[1]])
    most = _MOST_HAN if han else _MOST
    whole = _trimmed(text, *sentence, best)
    if whole[1] - whole[0] <= (_MOST_ROW if "\t" in text[whole[0] : whole[1]] else most):
        return whole
    start, end = best
    for hit in sorted(hits, key=lambda hit: abs(hit[0] - best[0])):
        low, high = min(start, hit[0]), max(end, hit[1])
        if high - low <= most:
            start, end = low, high
    edges = [sentence[0], *(m.end() for m in _edges(text, sentence)), sentence[1]]
    before = [edge for edge in reversed(edges) if edge <= start]
    after = [edge for edge in edges if edge >= end]
    first, last = before.pop(0), after.pop(0)
    if last - first > most:
        return _trimmed(text, *_inside(text, (start, end), (first, last), most), best)
    while before or after:  # the clause after says more of the hit than the clause before
        if after and after[0] - first <= most:
            last = after.pop(0)
        elif before and last - before[0] <= most:
            first = before.pop(0)
        else:
            break
    return _trimmed(text, first, last, best)


def _edges(text: str, sentence: Span) -> Iterable[re.Match[str]]:
    expression = _CELL if "\t" in text[sentence[0] : sentence[1]] else _CLAUSE
    return expression.finditer(text, *sentence)


def _inside(text: str, hits: Span, clause: Span, most: int) -> Span:
    """As much of a long clause around the hits as there is room for; no half word."""
    room = max(most - (hits[1] - hits[0]), 0)
    last = min(clause[1], hits[1] + room // 2)
    first = max(clause[0], last - most, hits[0] - room)
    last = max(min(clause[1], first + most), hits[1])
    while first < hits[0] and first > clause[0] and _in_word(text, first):
        first += 1
    while last > hits[1] and last < clause[1] and _in_word(text, last):
        last -= 1
    return first, last


def _in_word(text: str, position: int) -> bool:
    """True between two letters or digits of one word, or between the parts of a number."""
    before, after = text[position - 1], text[position]
    if is_han(before) or is_han(after):
        return False
    joined = before in ".,'’-" or after in ".,'’-"
    return (before.isalnum() or joined) and (after.isalnum() or joined)


def _trimmed(text: str, first: int, last: int, best: Span) -> Span:
    while first < best[0] and text[first] in _TRIM:
        first += 1
    while last > best[1] and text[last - 1] in _TRIM:
        last -= 1
    return first, last


def strongest(tags: Iterable[Tag]) -> list[Tag]:
    """Of each capability and stance the tag whose sentence says so in most places, then the fuller
    quote. What a passage says once counts once, however often it says it; the parameters of the
    others are not lost: lists are joined, and what the kept tag lacks is taken over."""
    same: dict[tuple[str, str], list[Tag]] = {}
    for tag in tags:
        same.setdefault((tag.capability, tag.stance), []).append(tag)
    best = [_joined(max(group, key=_strength), group) for group in same.values()]
    return sorted(best, key=lambda tag: (tag.start, tag.capability, tag.stance))


def _strength(tag: Tag) -> tuple[int, int, int]:
    return tag.weight, len(tag.parameters), tag.end - tag.start


def _joined(kept: Tag, tags: list[Tag]) -> Tag:
    parameters = dict(kept.parameters)
    for tag in tags:
        for name, value in tag.parameters.items():
            if isinstance(value, list):
                parameters[name] = list(dict.fromkeys([*parameters.get(name, ()), *value]))
            else:
                parameters.setdefault(name, value)
    return kept if parameters == kept.parameters else replace(kept, parameters=parameters)
