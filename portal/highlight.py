"""Where claims stand in a text: pieces of it, each with the claims that cover it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

# Where a sentence ends; a full stop only before white space, so that 3.5 and a.b stay whole.
_END = re.compile(r"[。！？!?\n\f]|\.(?=\s)")
# Most code points of a sentence shown on either side of a quote: some texts never end one.
_REACH = 200


def sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """The span of the sentence, or sentences, around ``text[start:end]``, cut at ``_REACH``."""
    low = max(start - _REACH, 0)
    for match in _END.finditer(text, low, start):
        low = match.end()
    stop = min(end + _REACH, len(text))
    # A quote may hold the end of its sentence.
    ending = _END.search(text, max(end - 1, 0), stop)
    high = max(ending.end(), end) if ending else stop
    while low < start and text[low].isspace():
        low += 1
    while high > end and text[high - 1].isspace():
        high -= 1
    return low, high


def quoted_sentence(row: Mapping[str, Any]) -> list[Piece]:
    """The sentence a claim's quote stands in, cut where the quote begins and ends."""
    quote, context = row["quote"] or "", row["context"] or ""
    if row["start"] is None or row["context_start"] is None:
        return [Piece(quote, ["quote"])]
    start = row["start"] - row["context_start"]
    if context[start : start + len(quote)] != quote:
        return [Piece(quote, ["quote"])]
    low, high = sentence(context, start, start + len(quote))
    return pieces(context[low:high], low, [("quote", start, start + len(quote))])


@dataclass(slots=True)
class Piece:
    """A stretch of text and the ids of the claims whose quotes cover it, the shortest first."""

    text: str
    claims: list[str] = field(default_factory=list)
    starts: list[str] = field(default_factory=list)  # claims whose quote begins here


def pieces(text: str, offset: int, spans: Iterable[tuple[str, int, int]]) -> list[Piece]:
    """Cut ``text``, which begins at ``offset`` of its document, at the borders of ``spans``.

    ``spans``: (claim id, start, end) in code points of the document, end exclusive; parts outside
    the text are ignored.
    """
    inside = []
    for claim_id, start, end in spans:
        low, high = max(start - offset, 0), min(end - offset, len(text))
        if low < high:
            inside.append((claim_id, low, high, start >= offset))
    borders = sorted({0, len(text), *(b for _, low, high, _ in inside for b in (low, high))})
    result = []
    for low, high in pairwise(borders):
        covering = sorted(
            (span for span in inside if span[1] <= low and span[2] >= high),
            key=lambda span: span[2] - span[1],
        )
        result.append(
            Piece(
                text[low:high],
                list(dict.fromkeys(span[0] for span in covering)),
                list(dict.fromkeys(s[0] for s in covering if s[1] == low and s[3])),
            )
        )
    return result
