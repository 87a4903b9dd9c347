"""The quote of a claim: a short exact span that a reader understands without the page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from parsers.capabilities.han import is_han
from parsers.records import Tag

Span = tuple[int, int]

# The longest quote, and how far a quote grows to the edge of its clause, in characters.
_MOST_HAN, _MOST = 70, 240
_GROW_HAN, _GROW = 14, 70
_EDGES_HAN = set("，。；、！？,;：:（）()“”「」\n\t|")
_EDGES = set(",;:()\n\t|.!?؟،؛")


def quote_span(text: str, hits: Sequence[Span], best: Span, sentence: Span) -> Span:
    """The span to quote: from the first to the last hit where that is short, else the best hit and
    what stands near it; then to the edges of the clause."""
    han = any(is_han(character) for character in text[best[0] : best[1]])
    most = _MOST_HAN if han else _MOST
    start, end = best
    for hit in sorted(hits, key=lambda hit: abs(hit[0] - best[0])):
        low, high = min(start, hit[0]), max(end, hit[1])
        if high - low <= most:
            start, end = low, high
    grow, edges = (_GROW_HAN, _EDGES_HAN) if han else (_GROW, _EDGES)
    first = start
    while first > sentence[0] and start - first < grow and text[first - 1] not in edges:
        first -= 1
    last = end
    while last < sentence[1] and last - end < grow and text[last] not in edges:
        last += 1
    if not han:  # never half a word
        while first < start and first > sentence[0] and text[first - 1].isalnum():
            first += 1
        while last > end and last < sentence[1] and text[last].isalnum():
            last -= 1
    while first < start and text[first].isspace():
        first += 1
    while last > end and text[last - 1].isspace():
        last -= 1
    return first, last


def strongest(tags: Iterable[Tag]) -> list[Tag]:
    """Of each capability and stance the tag with most to show: parameters, then the fuller quote.

    What a passage says once counts once, however often it says it.
    """
    best: dict[tuple[str, str], Tag] = {}
    for tag in tags:
        key = (tag.capability, tag.stance)
        if key not in best or _strength(tag) > _strength(best[key]):
            best[key] = tag
    return sorted(best.values(), key=lambda tag: (tag.start, tag.capability, tag.stance))


def _strength(tag: Tag) -> tuple[int, int]:
    return len(tag.parameters), tag.end - tag.start
