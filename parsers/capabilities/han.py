"""Which traditional and regional characters stand for one simplified Chinese character."""

from __future__ import annotations

import functools


def is_han(character: str) -> bool:
    """True for a CJK ideograph (the unified block, extension A and the compatibility block)."""
    return (
        "\u4e00" <= character <= "\u9fff"
        or "\u3400" <= character <= "\u4dbf"
        or "\uf900" <= character <= "\ufaff"
    )


@functools.cache
def _table() -> dict[str, str]:
    """Simplified character → all its written variants, itself first. From OpenCC's tables."""
    import opencc

    variants: dict[str, list[str]] = {}
    characters = [chr(code) for code in (*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000))]
    for configuration in ("t2s", "tw2s", "hk2s"):
        converter = opencc.OpenCC(configuration)
        # One call for all: a converter costs far more per call than per character.
        converted = converter.convert("\n".join(characters)).split("\n")
        for written, simplified in zip(characters, converted, strict=True):
            if written != simplified and len(simplified) == 1:
                variants.setdefault(simplified, []).append(written)
    for configuration in ("s2t", "s2tw", "s2hk"):
        converter = opencc.OpenCC(configuration)
        converted = converter.convert("\n".join(characters)).split("\n")
        for simplified, written in zip(characters, converted, strict=True):
            if written != simplified and len(written) == 1:
                variants.setdefault(simplified, []).append(written)
    return {
        simplified: simplified + "".join(dict.fromkeys(w for w in written if w != simplified))
        for simplified, written in variants.items()
    }


def variants(character: str) -> str:
    """All written forms of a simplified character, itself first: ``variants("监")`` is "监監"."""
    return _table().get(character, character)
