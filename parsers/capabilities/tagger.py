"""Text in, tags out."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from parsers.capabilities import lexicon as lexicons
from parsers.capabilities.matcher import Hit, Matcher
from parsers.capabilities.sentences import Sentences
from parsers.capabilities.stance import stances
from parsers.records import PassageKind, Tag


class Tagger:
    """A lexicon made ready; `tag` is pure."""

    def __init__(self, lexicon: lexicons.Lexicon, engine: str | None = None) -> None:
        self.lexicon = lexicon
        self.matcher = Matcher(lexicon, engine)

    def tag(
        self,
        text: str,
        kind: PassageKind = "report",
        language: str = "",
        headings: Sequence[tuple[int, int]] = (),
    ) -> list[Tag]:
        """Tags in order of position. Offsets are code points: ``text[start:end] == quote``."""
        sentences = Sentences(text)
        hits = self.matcher.find(text, sentences)
        if not hits:
            return []
        grouped: dict[tuple[str, tuple[int, int]], list[Hit]] = {}
        for hit in hits:
            grouped.setdefault((hit.term.capability, hit.sentence), []).append(hit)
        tags: list[Tag] = []
        for (code, sentence), found in grouped.items():
            kept = self._without_excluded(text, code, sentence, found)
            if not kept:
                continue
            best = max(kept, key=lambda hit: (hit.end - hit.start, -hit.start))
            for stance in stances(text, sentence, best.start, best.end, kind, language):
                tags.append(
                    Tag(
                        capability=code,
                        stance=stance,
                        quote=text[best.start : best.end],
                        start=best.start,
                        end=best.end,
                        parameters={},
                        term=best.term.id,
                        sentence=sentence,
                    )
                )
        tags.sort(key=lambda tag: (tag.start, tag.capability, tag.stance))
        return tags

    def _without_excluded(
        self, text: str, code: str, sentence: tuple[int, int], hits: list[Hit]
    ) -> list[Hit]:
        exclude = self.lexicon.capabilities[code].exclude
        if not exclude:
            return hits
        spans = [m.span() for m in self.matcher.expression(exclude).finditer(text, *sentence)]
        return [hit for hit in hits if not any(a < hit.end and hit.start < b for a, b in spans)]


@functools.cache
def tagger_of(version: str) -> Tagger:
    """The tagger of the installed lexicon; ``version`` keeps one per lexicon."""
    return Tagger(lexicons.load())


def tag(
    text: str,
    kind: PassageKind = "report",
    language: str = "",
    headings: Sequence[tuple[int, int]] = (),
) -> list[Tag]:
    """The claims that one text makes.

    ``kind`` is who speaks, ``language`` ISO 639-1 or "" where unknown, ``headings`` spans of
    heading lines in ``text``. Pure; offsets are code points into ``text``.
    """
    return tagger_of(lexicons.load().version).tag(text, kind, language, headings)
