"""Who says what of a capability: claims, requires, supplies, … (TAXONOMY).

The kind of the page gives the stance, and cues in the sentence change it: a family of rules
after NegEx and ConText, with a scope before or after the cue. The cues are in
``lexicon/stance.yml``; here is only what they mean.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from parsers.capabilities import lexicon as lexicons
from parsers.capabilities.expressions import CompiledTerm, any_of, compile_term
from parsers.capabilities.terms import TermError
from parsers.records import PassageKind, Stance

DEFAULTS: Mapping[str, Stance] = {
    "tender": "requires",
    "award": "supplies",
    "vendor": "claims",
    "report": "reports",
    "other": "reports",
}
# A field of a product's own answer ("minority": true): the product speaks, whoever prints it.
_ATTRIBUTE = re.compile(r'[\s{\[]*"[\w -]{1,40}"\s*:\s*(?:"|true|false|null|-?\d|\[|\{)')
_HAN = re.compile("[\u4e00-\u9fff]")
# Scope of a cue in characters: Chinese says as much in a third of the length.
_REACH_HAN, _REACH = 45, 160


@dataclass(frozen=True, slots=True)
class Cues:
    """Compiled cues of one language: (class, direction) → expression."""

    found: Mapping[tuple[str, str], re.Pattern[str]]

    def get(self, name: str, direction: str = "") -> re.Pattern[str] | None:
        return self.found.get((name, direction))


class CueBook:
    """The cues of a lexicon folder, compiled per language when first asked for."""

    def __init__(self, folder: Path) -> None:
        path = folder / "stance.yml"
        data = lexicons.read_yaml(path if path.is_file() else lexicons.FOLDER / "stance.yml") or {}
        self.problems: list[str] = []
        # (class, direction) → language → expressions
        self._sources: dict[tuple[str, str], dict[str, list[CompiledTerm]]] = {}
        self._compiled: dict[tuple[str, ...], Cues] = {}
        for name, directions in data.items():
            if any(key in lexicons.LANGUAGES for key in directions):
                directions = {"": directions}
            for direction, languages in directions.items():
                for language, items in languages.items():
                    self._add(str(name), str(direction), str(language), items or [])

    def _add(self, name: str, direction: str, language: str, items: list[str]) -> None:
        sources = self._sources.setdefault((name, direction), {}).setdefault(language, [])
        for item in items:
            try:
                sources.append(compile_term(str(item), language))
            except TermError as error:
                line = getattr(item, "line", 0)
                self.problems.append(f"stance.yml:{line}: {name} {direction}: {error}")

    def cues(self, languages: tuple[str, ...]) -> Cues:
        """The cues of these languages together."""
        cues = self._compiled.get(languages)
        if cues is None:
            found = {}
            for key, sources in self._sources.items():
                expression = any_of(
                    item for language in languages for item in sources.get(language, ())
                )
                if expression:
                    found[key] = re.compile(expression)
            cues = self._compiled[languages] = Cues(found)
        return cues


_LATIN = ("en", "es", "fr", "pt", "de", "tr")


def languages_of(text: str, language: str) -> tuple[str, ...]:
    """The languages whose cues to read: the given one, else what the script allows."""
    if language in _LATIN or language == "ru":
        return (language,) if language == "en" else (language, "en")
    if language in ("ar", "ug"):
        return ("ar",)
    if language == "zh" or _HAN.search(text):
        return ("zh", "en")
    if re.search("[\u0400-\u04ff]", text):
        return ("ru",)
    if re.search("[\u0600-\u06ff]", text):
        return ("ar",)
    return _LATIN


@dataclass(slots=True)
class _Sentence:
    """Cues found in one sentence, with what stops their scope."""

    found: dict[tuple[str, str], list[tuple[int, int]]]
    stops: list[int]
    reach: int


class StanceReader:
    """Reads stances in one text; sentences and blocks are looked at once."""

    def __init__(self, book: CueBook, text: str, kind: PassageKind, language: str = "") -> None:
        self.text = text
        self.kind = kind
        self.cues = book.cues(languages_of(text, language))
        self._sentences: dict[tuple[int, int], _Sentence] = {}
        self._blocks: dict[tuple[str, tuple[int, int]], bool] = {}

    def _look(self, span: tuple[int, int]) -> _Sentence:
        sentence = self._sentences.get(span)
        if sentence is not None:
            return sentence
        text = self.text
        pseudo, stop = self.cues.get("never"), self.cues.get("stop")
        never = [m.span() for m in pseudo.finditer(text, *span)] if pseudo else []
        found: dict[tuple[str, str], list[tuple[int, int]]] = {}
        for key, expression in self.cues.found.items():
            if key[1] not in ("before", "after", "around"):
                continue
            spans = [
                match.span()
                for match in expression.finditer(text, *span)
                if not any(a < match.end() and match.start() < b for a, b in never)
            ]
            if spans:
                found[key] = spans
        stops = [m.start() for m in stop.finditer(text, *span)] if stop else []
        reach = _REACH_HAN if _HAN.search(text, *span) else _REACH
        sentence = self._sentences[span] = _Sentence(found, stops, reach)
        return sentence

    def _governed(
        self, name: str, span: tuple[int, int], start: int, end: int, reach: int = 0
    ) -> bool:
        """True where a cue of the class governs what stands at ``start``–``end``."""
        sentence = self._look(span)
        reach = reach or sentence.reach
        for direction in ("before", "around"):
            for a, b in sentence.found.get((name, direction), ()):
                if a < end and start - b <= reach and not _between(b, start, sentence.stops):
                    return True
        for direction in ("after", "around"):
            for a, b in sentence.found.get((name, direction), ()):
                # "…, but it was never used": a stop word does not shield from a denial after it.
                stops = [] if name == "denies" else sentence.stops
                if b > start and a - end <= reach and not _between(end, a, stops):
                    return True
        return False

    def _wide(self, name: str, direction: str, start: int, end: int) -> bool:
        key = (name + direction, (start, end))
        if key not in self._blocks:
            expression = self.cues.get(name, direction)
            found = expression.search(self.text, max(start, 0), end) if expression else None
            self._blocks[key] = found is not None
        return self._blocks[key]

    def read(
        self, capability: str, span: tuple[int, int], block: tuple[int, int], start: int, end: int
    ) -> Stance:
        """The stance of what stands at ``start``–``end`` in the sentence ``span``."""
        kind = self.kind
        if kind in ("tender", "award"):
            return DEFAULTS[kind]
        if _ATTRIBUTE.match(self.text, *span):
            return "claims"
        if self._governed("denies", span, start, end):
            return "denies"
        # Of filters, "banned words" and "blocked content" say what they do, not what binds them.
        if capability != "content-filtering" and self._governed("restricts", span, start, end):
            return "restricts"
        if kind == "vendor":
            return "supplies" if self._reference(span, block, start, end) else "claims"
        if kind == "other":
            return self._other(span, block, start, end)
        if self._governed("requires", span, start, end) or self._wide(
            "requires", "context", max(block[0], span[0] - 500), span[0]
        ):
            return "requires"
        if self._governed("supplies", span, start, end):
            return "supplies"
        if self._wide("speaker", "head", block[0], min(block[0] + 24, block[1])):
            return "operates"
        return "reports"

    def _reference(
        self, span: tuple[int, int], block: tuple[int, int], start: int, end: int
    ) -> bool:
        if self._governed("references", span, start, end):
            return True
        return self._wide("references", "around", max(block[0], span[0] - 200), span[0])

    def _other(self, span: tuple[int, int], block: tuple[int, int], start: int, end: int) -> Stance:
        law = self._wide("law", "wide", block[0] - 300, block[1] + 300)
        if law:
            if self._governed("requires", span, start, end):
                return "requires"
            if self._governed("permits", span, start, end, reach=600):
                return "permits"
        if self._governed("operates", span, start, end):
            return "operates"
        if law:
            return "requires" if _HAN.search(self.text, *span) else "reports"
        product = self._wide("product", "wide", block[0] - 300, block[1] + 300)
        return "claims" if product else "reports"

    def later(self, span: tuple[int, int]) -> tuple[Stance, int, int] | None:
        """(stance, start, end) where a sentence says of the one before that it is denied or
        restricted: "The technology is banned." """
        anaphora = self.cues.get("anaphora")
        if self.kind in ("tender", "award") or anaphora is None:
            return None
        names: tuple[Stance, ...] = ("denies", "restricts")
        for match in anaphora.finditer(self.text, *span):
            for name in names:
                for a, b in self._look(span).found.get((name, "after"), ()):
                    if match.start() <= a <= match.end() + 40:
                        return name, match.start(), b
        return None


def _between(start: int, end: int, positions: list[int]) -> bool:
    return any(start <= position < end for position in positions)
