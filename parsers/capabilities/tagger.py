"""Text in, tags out."""

from __future__ import annotations

import functools
from collections.abc import Container, Sequence
from dataclasses import replace

from parsers.capabilities import lexicon as lexicons
from parsers.capabilities.glosses import Glossed, has_glosses
from parsers.capabilities.languages import LanguageGate
from parsers.capabilities.matcher import Hit, Matcher
from parsers.capabilities.parameters import Draft, ParameterReader, ParameterWords
from parsers.capabilities.quotes import quote_span
from parsers.capabilities.sentences import Sentences
from parsers.capabilities.stance import CueBook, StanceReader
from parsers.records import PassageKind, Stance, Tag


class Tagger:
    """A lexicon made ready; `tag` is pure."""

    def __init__(self, lexicon: lexicons.Lexicon, engine: str | None = None) -> None:
        self.lexicon = lexicon
        self.matcher = Matcher(lexicon, engine)
        folder = lexicons.lexicon_folder()
        self.cues = CueBook(folder)
        self.words = ParameterWords(folder)

    def tag(
        self,
        text: str,
        kind: PassageKind = "report",
        language: str = "",
        headings: Sequence[tuple[int, int]] = (),
    ) -> list[Tag]:
        """Tags in order of position. Offsets are code points: ``text[start:end] == quote``."""
        if has_glosses(text):
            return self._tag_glossed(text, kind, language, headings)
        sentences = Sentences(text)
        hits = self.matcher.find(text, sentences, headings)
        if hits:
            hits = LanguageGate(text, sentences, language).open_to(hits)
        if not hits:
            return []
        reader = StanceReader(self.cues, text, kind, language)
        parameters = ParameterReader(self.words, text, language)
        by_sentence: dict[tuple[int, int], list[Hit]] = {}
        for hit in hits:
            by_sentence.setdefault(hit.sentence, []).append(hit)
        tags: list[Tag] = []
        for span, found in by_sentence.items():
            block = sentences.block(span[0])[:2]
            drafts = self._drafts(text, span, block, found, reader)
            if not drafts:
                continue
            following = self._following(span, sentences, by_sentence)
            parameters.read([draft for _, _, draft in drafts], span, following, block)
            tags += [_tag(text, stance, best, draft) for stance, best, draft in drafts]
        tags.sort(key=lambda tag: (tag.start, tag.capability, tag.stance))
        return self._with_later(text, tags, sentences, reader)

    @staticmethod
    def _following(
        span: tuple[int, int], sentences: Sentences, hit: Container[tuple[int, int]]
    ) -> tuple[int, int] | None:
        """The next sentence of the block, where it has no hit of its own."""
        if span[1] >= sentences.block(span[0])[1]:
            return None
        following = sentences.at(span[1])
        return None if following in hit else following

    def _drafts(
        self,
        text: str,
        span: tuple[int, int],
        block: tuple[int, int],
        hits: list[Hit],
        reader: StanceReader,
    ) -> list[tuple[Stance, Hit, Draft]]:
        """(stance, best hit, draft) of one sentence: hits of a capability and stance are one."""
        merged: dict[tuple[str, Stance], list[Hit]] = {}
        by_capability: dict[str, list[Hit]] = {}
        for hit in hits:
            by_capability.setdefault(hit.term.capability, []).append(hit)
        for code, found in by_capability.items():
            for hit in self._without_excluded(text, code, span, found):
                stance = reader.read(code, span, block, hit.start, hit.end)
                merged.setdefault((code, stance), []).append(hit)
                if reader.admitted(stance, span):
                    merged.setdefault((code, "reports"), []).append(hit)
        return [
            (
                stance,
                max(same, key=lambda hit: (hit.end - hit.start, -hit.start)),
                Draft(code, [(hit.start, hit.end) for hit in same], span),
            )
            for (code, stance), same in merged.items()
        ]

    def _tag_glossed(
        self,
        text: str,
        kind: PassageKind,
        language: str,
        headings: Sequence[tuple[int, int]],
    ) -> list[Tag]:
        glossed = Glossed(text)
        tags: list[Tag] = []
        for tag in self.tag(glossed.text, kind, language):
            start, end = glossed.back(tag.start, tag.end)
            span = glossed.back(*tag.sentence)
            tags.append(replace(tag, start=start, end=end, quote=text[start:end], sentence=span))
        return tags

    def _with_later(
        self, text: str, tags: list[Tag], sentences: Sentences, reader: StanceReader
    ) -> list[Tag]:
        """Add what the next sentence says of the one before: "The technology is banned." """
        spoken_of = {tag.sentence for tag in tags}
        added: list[Tag] = []
        for tag in {tag.sentence: tag for tag in reversed(tags)}.values():
            following = self._following(tag.sentence, sentences, spoken_of)
            later = reader.later(following) if following is not None else None
            if following is not None and later is not None:
                stance, start, stop = later
                start, stop = quote_span(text, [(start, stop)], (start, stop), following)
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


def _tag(text: str, stance: Stance, hit: Hit, draft: Draft) -> Tag:
    start, end = quote_span(text, draft.spans, (hit.start, hit.end), draft.sentence)
    return Tag(
        capability=draft.capability,
        stance=stance,
        quote=text[start:end],
        start=start,
        end=end,
        parameters=draft.parameters,
        term=hit.term.id,
        sentence=draft.sentence,
        weight=len(set(draft.spans)),
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
