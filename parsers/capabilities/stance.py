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
# A rule, whoever relays it: "must not be used" forbids, it does not say that nobody uses it.
_MUST_NOT = re.compile(
    r"\b(?:must|shall) not be\b|\b(?:may|should) not be (?:us|deploy|sold|operat|process|collect|install|stor|carri)\w*"
    r"|\b(?:must|shall|may) only be\b|\bnot be (?:permitted|allowed)\b"
    r"|\bd(?:arf|ürfen) nicht\b|\bne (?:doit|doivent|peut|peuvent) (?:pas )?être\b"
    r"|\bno (?:podrá|podrán|debe|deben)\b|\bnão (?:pode|podem|deve|devem) ser\b|\bне допускается\b|لا يجوز",
    re.I,
)
_HAN = re.compile("[\u4e00-\u9fff]")
# Scope of a cue in characters: Chinese says as much in a third of the length.
_REACH_HAN, _REACH = 45, 160
# "no" and its like deny only what follows at once.
_REACH_NONE_HAN, _REACH_NONE = 0, 24
# A law names who may or must far from what: German puts the verb last.
_REACH_LAW = 600
_LAW_CLASSES = ("permits", "may", "powers", "requires", "must")
_SCOPES = ("before", "after", "around")
# A denial governs its own clause: "stores no pictures, recognizes faces" denies no recognition.
_CLAUSE_HAN = re.compile("[,，;；:：。]")
_CLAUSE = re.compile("[;]")
# Before an item of a list, whose cue stands at the head of the list.
_LISTED = re.compile(r"(?:[:;,–—]|\d\.|\d\)|\([a-z\d]\))\s*$")
# A negated cue wins over the plain one inside it: "may not", "不得使用", "не вправе".
_NEGATED = ("denies", "restricts")
_PLAIN = ("none", "powers", "tenders", "permits", "may", "requires", "must", "supplies", "operates")
# How far outside its paragraph the words of a law are looked for.
_AROUND_BLOCK = 300


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
        # Named lists: language → name → items.
        self._words: dict[str, dict[str, list[str]]] = {}
        for name, languages in (data.pop("words", None) or {}).items():
            for language, items in languages.items():
                self._words.setdefault(str(language), {})[str(name)] = [str(i) for i in items]
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
                sources.append(compile_term(str(item), language, self._words.get(language)))
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
        return (language,)
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
    """One sentence: what only looks like a cue, what stops a scope, and cues found so far."""

    span: tuple[int, int]
    never: list[tuple[int, int]]
    stops: list[int]
    reach: int
    found: dict[tuple[str, str], list[tuple[int, int]]]


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
        stops = [m.start() for m in stop.finditer(text, *span)] if stop else []
        reach = _REACH_HAN if _HAN.search(text, *span) else _REACH
        sentence = self._sentences[span] = _Sentence(span, never, stops, reach, {})
        return sentence

    def _found(self, sentence: _Sentence, name: str, direction: str) -> list[tuple[int, int]]:
        """Spans of the cues of a class in a sentence; looked for when first asked."""
        key = (name, direction)
        spans = sentence.found.get(key)
        if spans is None:
            expression = self.cues.get(name, direction)
            matches = expression.finditer(self.text, *sentence.span) if expression else ()
            spans = [m.span() for m in matches if not _overlap(m.span(), sentence.never)]
            if spans and name in _PLAIN:
                for negated in _NEGATED:
                    for scope in _SCOPES:
                        others = self._found(sentence, negated, scope)
                        spans = [item for item in spans if not _overlap(item, others)]
            if spans and key == ("denies", "before"):
                # "may no longer sell": what reads as a denial is the tail of a ban.
                others = self._found(sentence, "restricts", "before")
                spans = [x for x in spans if not any(a < x[0] < b for a, b in others)]
            sentence.found[key] = spans
        return spans

    def _distance(self, name: str, span: tuple[int, int], start: int, end: int) -> int | None:
        """Characters from ``start``–``end`` to the nearest cue that governs it; None: none does."""
        sentence = self._look(span)
        han = sentence.reach == _REACH_HAN
        reach = sentence.reach
        if name == "none":
            reach = _REACH_NONE_HAN if han else _REACH_NONE
        elif name in _LAW_CLASSES and self.kind not in ("vendor", "report"):
            reach = _REACH_LAW
        elif name == "retorts":
            reach = 4 * reach
        clause = _CLAUSE_HAN if han else _CLAUSE
        distances: list[int] = []
        for direction in ("before", "around"):
            for a, b in self._found(sentence, name, direction):
                if a >= end or start - b > reach or _between(b, start, sentence.stops):
                    continue
                # The first character of 无人机 (drone) is a word for "no".
                if name == "none" and b > start:
                    continue
                if name == "denies" and clause.search(self.text, b, max(start, b)):
                    continue
                distances.append(max(start - b, 0))
        for direction in ("after", "around"):
            for a, b in self._found(sentence, name, direction):
                # "…, but it was never used": a stop word does not shield from a denial after it.
                stops = [] if name in ("denies", "retorts") else sentence.stops
                if b > start and a - end <= reach and not _between(end, a, stops):
                    distances.append(max(a - end, 0))
        return min(distances, default=None)

    def _governed(self, name: str, span: tuple[int, int], start: int, end: int) -> bool:
        """True where a cue of the class governs what stands at ``start``–``end``."""
        return self._distance(name, span, start, end) is not None

    def _denied(self, span: tuple[int, int], start: int, end: int) -> bool:
        return any(self._governed(name, span, start, end) for name in ("denies", "none", "retorts"))

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
        # Of filters, "banned words" and "blocked content" say what they do, not what binds them.
        restricts = capability != "content-filtering" and self._governed(
            "restricts", span, start, end
        )
        law = kind not in ("vendor", "report") and self._law(block)
        if law and restricts:
            return "restricts"
        if restricts and _MUST_NOT.search(self.text, *span):
            return "restricts"
        if self._denied(span, start, end):
            # In a law "no face recognition is used" is a rule, not an answer to a report.
            rule = law and not self._speaks(block) and not _HAN.search(self.text, *span)
            return "restricts" if rule else "denies"
        if restricts:
            return "restricts"
        if kind == "vendor":
            return "supplies" if self._reference(span, block, start, end) else "claims"
        if kind != "report":
            return self._other(span, block, start, end, law)
        return self._report(span, block, start, end)

    def _law(self, block: tuple[int, int]) -> bool:
        return self._wide("law", "wide", block[0] - _AROUND_BLOCK, block[1] + _AROUND_BLOCK)

    def _speaks(self, block: tuple[int, int]) -> bool:
        """True where an operator speaks of itself."""
        return self._wide("speaker", "voice", block[0] - _AROUND_BLOCK, block[1] + _AROUND_BLOCK)

    def _nearest(
        self, span: tuple[int, int], start: int, end: int, names: Mapping[str, Stance]
    ) -> Stance | None:
        """The stance of the nearest cue among these classes; the first named where as near."""
        found = [
            (distance, number, stance)
            for number, (name, stance) in enumerate(names.items())
            if (distance := self._distance(name, span, start, end)) is not None
        ]
        return min(found)[2] if found else None

    def _report(
        self, span: tuple[int, int], block: tuple[int, int], start: int, end: int
    ) -> Stance:
        names: dict[str, Stance] = {
            "supplies": "supplies",
            "requires": "requires",
            "permits": "permits",
        }
        stance = self._nearest(span, start, end, names)
        if stance:
            return stance
        if self._governed("tenders", span, start, end):
            return "requires"
        if self._wide("requires", "context", max(block[0], span[0] - 500), span[0]):
            return "requires"
        if self._governed("powers", span, start, end) and self._wide("law", "statute", *block):
            return "permits"
        if self._wide("speaker", "head", block[0], min(block[0] + 24, block[1])):
            return "operates"
        return "reports"

    def _reference(
        self, span: tuple[int, int], block: tuple[int, int], start: int, end: int
    ) -> bool:
        if self._governed("references", span, start, end):
            return True
        if self._wide("references", "head", block[0], min(block[0] + 40, block[1])):
            return True
        return self._wide("references", "around", max(block[0], span[0] - 200), span[0])

    def _other(
        self, span: tuple[int, int], block: tuple[int, int], start: int, end: int, law: bool
    ) -> Stance:
        names: dict[str, Stance] = {
            "permits": "permits",
            "operates": "operates",
            "supplies": "supplies",
        }
        if law:
            names = {
                "permits": "permits",
                "may": "permits",
                "powers": "permits",
                "requires": "requires",
                "must": "requires",
                "operates": "operates",
            }
        if law and self._wide("defines", "wide", *span):
            return "restricts"
        stance = self._nearest(span, start, end, names)
        if stance:
            return stance
        if law:
            carried = self._carried(span, block, names)
            if carried:
                return carried
            return "requires" if _HAN.search(self.text, *span) else "reports"
        if self._speaks(block):
            return "operates"
        around = (block[0] - _AROUND_BLOCK, block[1] + _AROUND_BLOCK)
        return "claims" if self._wide("product", "wide", *around) else "reports"

    def _carried(
        self, span: tuple[int, int], block: tuple[int, int], names: Mapping[str, Stance]
    ) -> Stance | None:
        """The stance of the last cue before this sentence: a law says once what it then lists."""
        if _HAN.search(self.text, *span):
            return None
        listed = bool(_LISTED.search(self.text[block[0] : span[0]]))
        last: tuple[int, Stance] | None = None
        for name, stance in {"restricts": "restricts", **names}.items():
            if not listed and stance != "permits":
                continue
            for direction in _SCOPES:
                expression = self.cues.get(name, direction)
                begin = max(block[0], span[0] - _REACH_LAW)
                for match in expression.finditer(self.text, begin, span[0]) if expression else ():
                    if last is None or match.end() > last[0]:
                        last = match.end(), stance
        return last[1] if last else None

    def admitted(self, stance: Stance, span: tuple[int, int]) -> bool:
        """Whether a report of a denial also says that the thing was there: "it was only a test"."""
        if stance != "denies" or self.kind != "report":
            return False
        cues = self.cues.get("admits")
        return cues is not None and cues.search(self.text, *span) is not None

    def later(self, span: tuple[int, int]) -> tuple[Stance, int, int] | None:
        """(stance, start, end) where a sentence says of the one before that it is denied or
        restricted: "The technology is banned." """
        if self.kind in ("tender", "award"):
            return None
        sentence = self._look(span)
        for a, b in self._found(sentence, "retorts", "after"):
            return "denies", a, b
        anaphora = self.cues.get("anaphora")
        if anaphora is None:
            return None
        names: tuple[Stance, ...] = ("denies", "restricts")
        for match in anaphora.finditer(self.text, *span):
            for name in names:
                for a, b in self._found(sentence, name, "after"):
                    if match.start() <= a <= match.end() + 40:
                        return name, match.start(), b
        return None


def _overlap(span: tuple[int, int], others: list[tuple[int, int]]) -> bool:
    return any(a < span[1] and span[0] < b for a, b in others)


def _between(start: int, end: int, positions: list[int]) -> bool:
    return any(start <= position < end for position in positions)
