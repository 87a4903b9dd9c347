"""The parameters of a claim: crowd sizes, database size, accuracy, quantity, groups (TAXONOMY).

Read only where a term hit. Which words show what a number counts is data:
``lexicon/parameters.yml`` and ``lexicon/groups.yml``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from parsers.capabilities import lexicon as lexicons
from parsers.capabilities.expressions import CompiledTerm, any_of, compile_term
from parsers.capabilities.numbers import LETTER, Number, numbers
from parsers.capabilities.stance import languages_of
from parsers.capabilities.terms import TermError

Span = tuple[int, int]

_BIOMETRIC = {
    "face-recognition", "voiceprint-matching", "gait-recognition", "iris-recognition",
    "fingerprint-matching", "dna-profiling", "biometric-identification",
}  # fmt: skip
DATABASE = _BIOMETRIC | {
    "watchlist-control", "one-person-one-file", "data-fusion-platform", "location-tracking",
    "person-reidentification",
}  # fmt: skip
ACCURACY = _BIOMETRIC | {
    "licence-plate-recognition", "behaviour-analysis", "crowd-alert", "cell-site-simulator",
    "person-attributes", "emotion-recognition", "ethnicity-detection", "video-structuring",
    "person-reidentification", "acoustic-detection", "predictive-policing", "wifi-probe",
}  # fmt: skip
QUANTITY = {
    "face-recognition", "iris-recognition", "fingerprint-matching", "licence-plate-recognition",
    "video-surveillance-network", "drone-surveillance", "acoustic-detection", "body-worn-camera",
    "portable-deployment", "identity-checkpoint", "location-tracking", "cell-site-simulator",
    "wifi-probe", "phone-forensics", "crowd-alert", "behaviour-analysis",
}  # fmt: skip
_ANY_CAMERA = "video-surveillance-network"
_CAMERAS = {"body-worn-camera", "licence-plate-recognition", "portable-deployment"}
_ETHNIC = {"uyghur", "tibetan", "hui", "kazakh", "mongol", "han", "ethnic-minority"}
# Ethnicity is about peoples; protesters in the same sentence are the target of something else.
_OF_ETHNICITY = _ETHNIC | {"muslim", "foreigner", "migrant"}
# Claims about the kind of system, with no target of their own.
# Groups that a neighbouring sentence may name.
_TARGETS = {
    "spyware": ("journalist", "dissident", "lawyer"),
    "location-tracking": ("parolee",),
    "petitioner-control": ("petitioner", "protester"),
}
_NO_GROUPS = {"command-centre", "network-monitoring", "data-fusion-platform"}

_HAN_UNIT = re.compile(
    r"\s?[余餘多]?\s?(?:台|臺|套|路|个|個|只|隻|部|架|辆|輛|枚|颗|顆|支|把|具|组|組)(?!月|年|小时|工作日|人|标|民)"
)
_HAN_RECORD = re.compile(r"\s?[余餘多]?\s?(?:张|張|条|條|份|人|个|個|名|枚|组|組|幅|例)?[的]?\s?")
_HAN_BEFORE_RECORD = re.compile(
    r"(?:底库|底庫|库容|庫容|容量|库存|庫存|样本|樣本|人脸库|人像库|名单库|入库|库)[^，,。;；0-9]{0,10}$"
)
_LEVEL_LIBRARY = re.compile(
    r"[级級]?(?:人脸|人像|声纹|指纹|底|图片|目标)?[库庫]|[级級](?=比对|1:N|检索)"
)
_NOT_PEOPLE = re.compile(
    r"\s{0,2}(?:分钟|分鐘|小时|小時|秒|天|日|月|年|米|平方|公里|متر|مترا|دقيقة|ساعة|يوم|метр|дн|km|m\b|m²|min|hour|second|day|week|year|month|"
    r"minute|metre|meter|fps|帧|[%％]|px|x\s?\d|:\d|Uhr|horas?|heures?|час|минут|лет|год)"
)
_TABLE_UNIT = re.compile(
    r"^\s*(?:台|套|路|个|只|部|架|辆|枚|pcs|pieces?|units?|sets?|шт|Stück|Stk|adet)\.?\s*$"
)
_JOIN = re.compile(
    r"\s{0,2}(?:,|、|，|/|或|和|及|至|or|and|to|-|–|~|o|u|y|ou|et|e|oder|und|или|и|veya|ve|أو|و)?\s{0,2}(?:or|and|或)?\s{0,2}"
)


_WORD_GAP = re.compile(r"[\s\-\u00a0\"”’»]{1,3}(?:of |de |d'|des |von |من )?")
_WORD = re.compile(f"(?:{LETTER}|['’])+")
_THRESHOLD = re.compile(r"(?:[>≥＞]=?|超过|大于|达到?|至少|more than|at least|over)\s*$")
_OR_MORE = re.compile(r"\s{0,2}(?:or more |及?以上的?|[多余名个位]|plus )?\s?")


@dataclass(slots=True)
class Draft:
    """One claim in the making: where its terms stand, and what was read of it."""

    capability: str
    spans: list[Span]
    sentence: Span
    parameters: dict[str, Any] = field(default_factory=dict)

    def distance(self, start: int, end: int) -> int:
        """Characters between the nearest hit and ``start``–``end``; 0 where they overlap."""
        return min(max(start - b, a - end, 0) for a, b in self.spans)


@dataclass(frozen=True, slots=True)
class Words:
    """The compiled words of some languages."""

    groups: dict[str, re.Pattern[str]]
    any_group: re.Pattern[str]
    devices: re.Pattern[str]
    records: re.Pattern[str]
    accuracy: re.Pattern[str]
    crowds: re.Pattern[str]


class ParameterWords:
    """The word lists of a lexicon folder, compiled per language when first asked for."""

    def __init__(self, folder: Path) -> None:
        self.problems: list[str] = []
        self._groups = self._sources(folder, "groups.yml")
        self._words = self._sources(folder, "parameters.yml")
        self._compiled: dict[tuple[str, ...], Words] = {}

    def _sources(self, folder: Path, name: str) -> dict[str, dict[str, list[CompiledTerm]]]:
        """Name of a list → language → expressions."""
        path = folder / name
        data = lexicons.read_yaml(path if path.is_file() else lexicons.FOLDER / name) or {}
        sources: dict[str, dict[str, list[CompiledTerm]]] = {}
        for key, languages in data.items():
            for language, items in languages.items():
                expressions = sources.setdefault(str(key), {}).setdefault(str(language), [])
                for item in items or []:
                    try:
                        expressions.append(compile_term(str(item), str(language)))
                    except TermError as error:
                        line = getattr(item, "line", 0)
                        self.problems.append(f"{name}:{line}: {key}: {error}")
        return sources

    def words(self, languages: tuple[str, ...]) -> Words:
        """The words of these languages together."""
        words = self._compiled.get(languages)
        if words is None:

            def joined(*lists: dict[str, list[CompiledTerm]]) -> str:
                return any_of(
                    item
                    for language in languages
                    for sources in lists
                    for item in sources.get(language, ())
                )

            groups = {code: joined(sources) for code, sources in self._groups.items()}
            groups = {code: expression for code, expression in groups.items() if expression}
            lists = {name: joined(sources) or "(?!)" for name, sources in self._words.items()}
            words = self._compiled[languages] = Words(
                {code: re.compile(expression) for code, expression in groups.items()},
                re.compile(joined(*self._groups.values()) or "(?!)"),
                *(
                    re.compile(lists.get(name, "(?!)"))
                    for name in ("devices", "records", "accuracy", "crowds")
                ),
            )
        return words


class ParameterReader:
    """Reads the parameters of the claims of one text."""

    def __init__(self, words: ParameterWords, text: str, language: str) -> None:
        self.words = words.words(languages_of(text, language))
        self.text = text
        self.language = language

    def read(
        self, drafts: Sequence[Draft], span: Span, following: Span | None, block: Span
    ) -> None:
        """Fill ``parameters`` of the claims of one sentence of a block.

        ``following``: the next sentence of the block where no term hits, or None.
        """
        found = numbers(self.text, *span, language=self.language)
        self._numbers(drafts, found, span)
        if following is not None:
            more = numbers(self.text, *following, language=self.language)
            self._accuracy([d for d in drafts if "accuracy" not in d.parameters], more, following)
            self._database(
                [d for d in drafts if "database_size" not in d.parameters], more, following
            )
            self._crowds([d for d in drafts if "crowd_sizes" not in d.parameters], more, following)
        self._groups(drafts, span)
        self._targets(drafts, span, block)

    def _numbers(self, drafts: Sequence[Draft], found: list[Number], span: Span) -> None:
        if not found:
            return
        self._crowds(drafts, found, span)
        self._accuracy(drafts, found, span)
        self._database(drafts, found, span)
        self._quantity(drafts, found, span)

    # -- each parameter ---------------------------------------------------------------------

    def _accuracy(self, drafts: Sequence[Draft], found: list[Number], span: Span) -> None:
        takers = [draft for draft in drafts if draft.capability in ACCURACY]
        if not takers:
            return
        for number in found:
            if not number.percent or not 0 < number.value <= 100:
                continue
            start, end = self._clause(number.start, number.end, span, 40)
            if self.words.accuracy.search(self.text, start, end):
                nearest = self._nearest(takers, number)
                nearest.parameters.setdefault("accuracy", round(number.value / 100, 6))

    def _database(self, drafts: Sequence[Draft], found: list[Number], span: Span) -> None:
        takers = [draft for draft in drafts if draft.capability in DATABASE]
        if not takers:
            return
        for number in found:
            if number.value < 1000 or number.percent or number.money or self._year(number):
                continue
            if self._counts_records(number, span):
                nearest = self._nearest(takers, number)
                nearest.parameters.setdefault("database_size", int(number.value))

    def _counts_records(self, number: Number, span: Span) -> bool:
        text = self.text
        if (
            _LEVEL_LIBRARY.match(text, number.end, span[1])
            and text[number.end - 1] in "级級万萬亿億"
        ):
            return True
        if _HAN_BEFORE_RECORD.search(text, max(span[0], number.start - 16), number.start):
            return True
        if text[number.end - 1] in "级級":
            return (
                _HAN_BEFORE_RECORD.search(text, max(span[0], number.start - 16), number.start)
                is not None
            )
        unit = _HAN_RECORD.match(text, number.end, span[1])
        after = unit.end() if unit else number.end
        if any("\u4e00" <= c <= "\u9fff" for c in text[number.start : number.end + 1]):
            return self.words.records.match(text, after, min(after + 8, span[1])) is not None
        return self._word_after(self.words.records, number, span, within=4)

    def _quantity(self, drafts: Sequence[Draft], found: list[Number], span: Span) -> None:
        takers = [draft for draft in drafts if draft.capability in QUANTITY]
        if not takers:
            return
        row = "\t" in self.text[span[0] : span[1]]
        for number in found:
            if number.percent or number.money or number.value < 1 or number.value % 1:
                continue
            if number.value == 1 and not self.text[number.start].isdigit():
                continue  # "a camera", 一部
            reach = self._device_reach(number, span, row)
            if reach is None:
                continue
            near = [draft for draft in takers if self._within(draft, number, reach)]
            # "36 plate-reading cameras" counts plate readers.
            if any(draft.capability in _CAMERAS for draft in near):
                near = [draft for draft in near if draft.capability != _ANY_CAMERA]
            if near:
                nearest = self._nearest(near, number)
                nearest.parameters.setdefault("quantity", int(number.value))

    def _device_reach(self, number: Number, span: Span, row: bool) -> int | None:
        """How far from the number its claim may stand, or None where it counts no devices."""
        text = self.text
        if _HAN_UNIT.match(text, number.end, span[1]):
            return 14
        if row:
            cells = text[span[0] : span[1]].split("\t")
            whole = text[number.start : number.end].strip()
            if any(cell.strip() == whole for cell in cells) and any(map(_TABLE_UNIT.match, cells)):
                return 400
        if self._year(number) and not self._word_after(self.words.devices, number, span, within=1):
            return None
        if self._word_after(self.words.devices, number, span, within=5):
            return 110
        before = max(span[0], number.start - 45)
        if _NOT_PEOPLE.match(text, number.end, span[1]):
            return None
        if (
            "\u0400" <= text[max(number.start - 2, 0)] <= "\u06ff"
        ):  # Russian and Arabic: device first
            return 110 if self.words.devices.search(text, before, number.start) else None
        return None

    def _word_after(self, words: re.Pattern[str], number: Number, span: Span, within: int) -> bool:
        """True where one of the words stands among the next few words."""
        position = number.end
        for _ in range(within):
            space = _WORD_GAP.match(self.text, position, span[1])
            if space is None:
                return False
            if words.match(self.text, space.end(), span[1]):
                return True
            word = _WORD.match(self.text, space.end(), span[1])
            if word is None or word.group()[0].isdigit():
                return False
            position = word.end()
        return False

    def _within(self, draft: Draft, number: Number, reach: int) -> bool:
        for a, b in draft.spans:
            low, high = (b, number.start) if b <= number.start else (number.end, a)
            if high - low <= 0:
                return True
            between = self.text[low:high]
            if len(between) <= reach and not re.search("[；;。]", between):
                if reach <= 14 and re.search("[，,、]", between):
                    continue
                return True
        return False

    def _crowds(self, drafts: Sequence[Draft], found: list[Number], span: Span) -> None:
        takers = [draft for draft in drafts if draft.capability == "crowd-alert"]
        if not takers or not found:
            return
        text = self.text
        sizes: list[int] = []
        runs: list[list[Number]] = []
        for number in found:
            joined = runs and _JOIN.fullmatch(text, runs[-1][-1].end, number.start)
            if joined:
                runs[-1].append(number)
            else:
                runs.append([number])
        for run in runs:
            last, first = run[-1], run[0]
            if any(n.percent or n.money for n in run) or _NOT_PEOPLE.match(text, last.end, span[1]):
                continue
            space = _OR_MORE.match(text, last.end, span[1])
            people = self.words.crowds.match(text, space.end() if space else last.end, span[1])
            threshold = _THRESHOLD.search(text, max(first.start - 10, span[0]), first.start)
            before = self.words.crowds.search(text, max(span[0], first.start - 8), first.start)
            if people or (threshold and before):
                sizes += [int(n.value) for n in run if 2 <= n.value <= 1_000_000]
        if sizes:
            for draft in takers:
                draft.parameters["crowd_sizes"] = sorted(set(sizes))

    def _groups(self, drafts: Sequence[Draft], span: Span) -> None:
        if not self.words.any_group.search(self.text, *span):
            return
        ethnicity = [draft for draft in drafts if draft.capability == "ethnicity-detection"]
        han = re.search("[\u4e00-\u9fff]", self.text[span[0] : span[1]]) is not None
        reach, touching = (45, 2) if han else (180, 3)
        for code, expression in self.words.groups.items():
            for match in expression.finditer(self.text, *span):
                takers = [
                    draft
                    for draft in drafts
                    if draft.capability not in _NO_GROUPS
                    and (draft.capability != "ethnicity-detection" or code in _OF_ETHNICITY)
                    and draft.distance(*match.span()) <= reach
                ]
                if code in _OF_ETHNICITY and ethnicity:
                    takers = ethnicity
                inside = [d for d in takers if d.distance(*match.span()) <= touching]
                for draft in inside or takers:
                    groups = draft.parameters.setdefault("groups", [])
                    if code not in groups:
                        groups.append(code)
        for draft in drafts:
            groups = draft.parameters.get("groups", [])
            if len(_ETHNIC.intersection(groups)) > 1 and "ethnic-minority" in groups:
                groups.remove("ethnic-minority")  # "the Uyghur minority" names one people

    def _targets(self, drafts: Sequence[Draft], span: Span, block: Span) -> None:
        """Groups that the block names around the sentence, for what is always aimed at somebody."""
        for draft in drafts:
            codes = _TARGETS.get(draft.capability)
            if draft.parameters.get("groups") or draft.capability in _NO_GROUPS:
                continue
            if not codes:
                self._only_group(draft, span, block)
                continue
            start, end = max(block[0], span[0] - 250), min(block[1], span[1] + 100)
            groups = [code for code in codes if self._names(code, start, end)]
            if groups:
                draft.parameters["groups"] = groups

    def _only_group(self, draft: Draft, span: Span, block: Span) -> None:
        """The group of the sentences beside this one, where they name one and no other."""
        if re.search("[\u4e00-\u9fff]", self.text[span[0] : span[1]]):
            return  # beside a Chinese sentence stands another's target as often as this one's
        if self.words.any_group.search(self.text, *span):
            return  # that one is the target of another claim
        start, end = max(block[0], span[0] - 120), min(block[1], span[1] + 120)
        if not self.words.any_group.search(self.text, start, end):
            return
        groups = [code for code in self.words.groups if self._names(code, start, end)]
        if len(groups) == 1 and (
            draft.capability != "ethnicity-detection" or groups[0] in _OF_ETHNICITY
        ):
            draft.parameters["groups"] = groups

    def _names(self, code: str, start: int, end: int) -> bool:
        expression = self.words.groups.get(code)
        return expression is not None and expression.search(self.text, start, end) is not None

    # -- helpers ----------------------------------------------------------------------------

    def _clause(self, start: int, end: int, span: Span, reach: int) -> Span:
        """Up to ``reach`` characters around, cut at semicolons and full-width commas after."""
        low, high = max(span[0], start - reach), min(span[1], end + reach)
        cut = max(self.text.rfind(mark, low, start) for mark in "；;")
        stop = [p for p in (self.text.find(mark, end, high) for mark in "；;，、") if p >= 0]
        return max(low, cut + 1), min([high, *stop])

    def _nearest(self, drafts: Sequence[Draft], number: Number) -> Draft:
        """The claim that stands before the number in its clause, else the nearest."""

        def rank(draft: Draft) -> tuple[int, int]:
            before = [number.start - b for a, b in draft.spans if a <= number.start]
            return (
                (0, max(min(before), 0))
                if before
                else (1, draft.distance(number.start, number.end))
            )

        semicolon = max(self.text.rfind(mark, 0, number.start) for mark in "；;")
        same = [d for d in drafts if any(b > semicolon for _, b in d.spans)]
        return min(same or list(drafts), key=rank)

    def _year(self, number: Number) -> bool:
        written = self.text[number.start : number.end]
        return written.isdigit() and len(written) == 4 and 1900 <= number.value <= 2099
