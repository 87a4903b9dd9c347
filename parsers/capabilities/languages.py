"""Whether a term may count where it stands: a French word in a Polish sentence is another word.

English and Chinese terms count in any text of their script. Terms of other languages count only
where the block is in that language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from parsers.capabilities.matcher import Hit
from parsers.capabilities.sentences import Sentences
from parsers.documents.language import detect

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_EVERYWHERE = ("en", "zh")
# Languages so near each other that a short block is taken for its neighbour.
_NEIGHBOURS = {"es": {"es", "ca", "gl"}, "pt": {"pt", "gl"}, "ar": {"ar", "ug"}, "ug": {"ug", "ar"}}
_SHORT = 80  # characters of a block that alone do not tell for certain


class LanguageGate:
    """Decides on the hits of one text; languages are looked at only where such a term hit."""

    def __init__(self, text: str, sentences: Sentences, language: str) -> None:
        self.text = text
        self.sentences = sentences
        self.language = language
        self._of_blocks: dict[tuple[int, int], str] = {}

    def open_to(self, hits: Iterable[Hit]) -> list[Hit]:
        """The hits that stand in a text of their language."""
        return [hit for hit in hits if self._allows(hit)]

    def _allows(self, hit: Hit) -> bool:
        language = hit.term.language
        if language == self.language:
            return True
        if language in _EVERYWHERE:
            # "STR" in a Chinese list is a term of Chinese texts, not of Polish ones.
            return language == "en" or self._is_chinese(hit)
        start, end = self.sentences.block(hit.sentence[0])[:2]
        found = self._of(start, end)
        wanted = _NEIGHBOURS.get(language, {language})
        if found in wanted:
            return True
        if found and end - start > _SHORT:
            return False
        around = self.language or self._of(0, len(self.text))
        return around in wanted or not (around or found)

    def _is_chinese(self, hit: Hit) -> bool:
        return (
            _HAN.search(self.text, hit.start, hit.end) is not None
            or _HAN.search(self.text, *self.sentences.block(hit.sentence[0])[:2]) is not None
        )

    def _of(self, start: int, end: int) -> str:
        span = start, end
        if span not in self._of_blocks:
            self._of_blocks[span] = detect(self.text[start:end])
        return self._of_blocks[span]
