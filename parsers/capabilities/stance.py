"""Who says what of a capability: claims, requires, supplies, … (TAXONOMY)."""

from __future__ import annotations

from parsers.records import PassageKind, Stance

DEFAULTS: dict[str, Stance] = {
    "tender": "requires",
    "award": "supplies",
    "vendor": "claims",
    "report": "reports",
    "other": "reports",
}


def stances(
    text: str, sentence: tuple[int, int], start: int, end: int, kind: PassageKind, language: str
) -> list[Stance]:
    return [DEFAULTS.get(kind, "reports")]
