"""Names of countries and of China's first-level regions in the language of the interface."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

from db.places import REGIONS
from portal import language

_COUNTRIES = Path(__file__).parent / "translations" / "countries.yml"


@cache
def countries() -> dict[str, dict[str, str]]:
    """ISO 3166-1 alpha-2 → {"en": name, "zh": name}."""
    loaded: dict[str, dict[str, str]] = yaml.safe_load(_COUNTRIES.read_text(encoding="utf-8"))
    return loaded


def name(code: str | None) -> str:
    """Name of a country or first-level region in the language of the interface."""
    if not code:
        return "–"
    if code in REGIONS:
        english, chinese = REGIONS[code][:2]
        return chinese.removesuffix("省") if language.current() == "zh" else english
    names = countries().get(code.upper())
    return (names.get(language.current()) or names["en"]) if names else code
