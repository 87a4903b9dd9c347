"""English words for Chinese terms of surveillance and procurement: a gloss, not a translation."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

_TERMS = Path(__file__).parent / "translations" / "glossary.yml"
SHOWN = 24


@cache
def terms() -> dict[str, str]:
    """Chinese term (simplified) → English."""
    loaded: dict[str, str] = yaml.safe_load(_TERMS.read_text(encoding="utf-8"))
    return loaded


def gloss(quote: str, context: str, language: str) -> list[tuple[str, str]]:
    """(term, English) of the longest terms in a Chinese quote, then in what stands around it."""
    if not language.startswith("zh"):
        return []
    return list((_found(quote) | _found(context)).items())[:SHOWN]


def _found(text: str) -> dict[str, str]:
    text = "".join(text.split())
    known, longest = terms(), max(map(len, terms()))
    found: dict[str, str] = {}
    at = 0
    while at < len(text):
        for length in range(min(longest, len(text) - at), 1, -1):
            piece = text[at : at + length]
            if piece in known:
                found[piece] = known[piece]
                at += length - 1
                break
        at += 1
    return found
