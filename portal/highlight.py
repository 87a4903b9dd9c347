"""Where claims stand in a text: pieces of it, each with the claims that cover it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise


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
