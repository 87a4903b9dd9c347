"""Text in, tags out."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from parsers.capabilities import lexicon as lexicons
from parsers.capabilities.matcher import Hit, Matcher
from parsers.capabilities.sentences import Sentences
from parsers.capabilities.stance import CueBook, StanceReader
from parsers.records import PassageKind, Stance, Tag


class Tagger:
    """A lexicon made ready; `tag` is pure."""

    def __init__(self, lexicon: lexicons.Lexicon, engine: str | None = None) -> None:
        self.lexicon = lexicon
        self.matcher = Matcher(lexicon, engine)
        self.cues = CueBook(lexicons.lexicon_folder())

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
        reader = StanceReader(self.cues, text, kind, language)
        by_sentence: dict[tuple[int, int], dict[str, list[Hit]]] = {}
        for hit in hits:
            by_sentence.setdefault(hit.sentence, {}).setdefault(hit.term.capability, []).append(hit)
        tags: list[Tag] = []
        for span, capabilities in by_sentence.items():
            block = sentences.block(span[0])[:2]
            for code, found in capabilities.items():
                stances: dict[Stance, list[Hit]] = {}
                for hit in self._without_excluded(text, code, span, found):
                    stance = reader.read(code, span, block, hit.start, hit.end)
                    stances.setdefault(stance, []).append(hit)
                for stance, same in stances.items():
                    best = max(same, key=lambda hit: (hit.end - hit.start, -hit.start))
                    tags.append(_tag(text, code, stance, best, span))
        tags.sort(key=lambda tag: (tag.start, tag.capability, tag.stance))
        return self._with_later(text, tags, sentences, reader)

    def _with_later(
        self, text: str, tags: list[Tag], sentences: Sentences, reader: StanceReader
    ) -> list[Tag]:
        """Add what the next sentence says of the one before: "The technology is banned." """
        spoken_of = {tag.sentence for tag in tags}
        added: list[Tag] = []
        for tag in {tag.sentence: tag for tag in reversed(tags)}.values():
            _, end, spans = sentences.block(tag.sentence[0])
            if tag.sentence[1] >= end:
                continue
            following = sentences.at(tag.sentence[1])
            if following in spoken_of:
                continue
            later = reader.later(following)
            if later is not None:
                stance, start, stop = later
                added.append(
                    Tag(
                        tag.capability,
                        stance,
                        text[start:stop],
                        start,
                        stop,
                        {},
                        tag.term,
                        following,
                    )
                )
        return (
            sorted(tags + added, key=lambda tag: (tag.start, tag.capability, tag.stance))
            if added
            else tags
        )

    def _without_excluded(
        self, text: str, code: str, sentence: tuple[int, int], hits: list[Hit]
    ) -> list[Hit]:
        exclude = self.lexicon.capabilities[code].exclude
        if not exclude:
            return hits
        spans = [m.span() for m in self.matcher.expression(exclude).finditer(text, *sentence)]
        return [hit for hit in hits if not any(a < hit.end and hit.start < b for a, b in spans)]


def _tag(text: str, code: str, stance: Stance, hit: Hit, span: tuple[int, int]) -> Tag:
    return Tag(
        capability=code,
        stance=stance,
        quote=text[hit.start : hit.end],
        start=hit.start,
        end=hit.end,
        parameters={},
        term=hit.term.id,
        sentence=span,
    )


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
