"""Where terms stand in a text.

An engine says where a term may end; `Matcher.find` then verifies each such sentence with `re`,
so that every engine gives the same spans. Hyperscan is the engine; where it has no wheel, or
where ``COUNTERWATCH_ENGINE=portable``, google-re2 or plain `re` does the same work, slower.
"""

from __future__ import annotations

import bisect
import hashlib
import logging
import os
import platform
import re
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol

from parsers.capabilities.expressions import CompiledTerm, loose, strict
from parsers.capabilities.lexicon import Lexicon, Term
from parsers.capabilities.sentences import Sentences

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Hit:
    """One verified occurrence of a term; ``sentence`` is the span of its sentence."""

    term: Term
    start: int
    end: int
    sentence: tuple[int, int]


class Engine(Protocol):
    """Finds candidates: (index of the term, a code point offset inside or at the end of it)."""

    name: str

    def candidates(self, text: str) -> Iterable[tuple[int, int]]: ...


class _Joiner:
    """From the cores that were found to the terms that may stand there.

    ``cores`` are reported wherever they end. Of ``others`` the engine says once a text whether
    they are there at all; only where all of a term's are does `re` look whether they are near.
    """

    def __init__(self, terms: Sequence[CompiledTerm]) -> None:
        index: dict[str, int] = {}
        other_index: dict[str, int] = {}
        self._compiled: dict[int, re.Pattern[bytes]] = {}
        # Core → the terms it is the most telling part of: (term, other cores, reach).
        self._terms_of: list[list[tuple[int, tuple[int, ...], int]]] = []
        for number, term in enumerate(terms):
            core = term.cores[0]
            if core not in index:
                index[core] = len(index)
                self._terms_of.append([])
            others = []
            for other in term.cores[1:]:
                if other not in other_index:
                    other_index[other] = len(other_index)
                others.append(other_index[other])
            self._terms_of[index[core]].append((number, tuple(others), term.reach))
        self.cores = list(index)
        self.others = list(other_index)

    def join(
        self, data: bytes, found: dict[int, list[int]], present: set[int]
    ) -> list[tuple[int, int]]:
        """(byte end, term) of every candidate; ``found``: core → byte ends."""
        candidates: list[tuple[int, int]] = []
        for core, ends in found.items():
            for number, others, reach in self._terms_of[core]:
                if not present.issuperset(others):
                    continue
                for end in ends:
                    low, high = max(end - reach, 0), end + reach
                    if all(self._near(other).search(data, low, high) for other in others):
                        candidates.append((end, number))
        candidates.sort()
        return candidates

    def _near(self, other: int) -> re.Pattern[bytes]:
        compiled = self._compiled.get(other)
        if compiled is None:
            source = loose(self.others[other])
            compiled = self._compiled[other] = re.compile(source, re.IGNORECASE)
        return compiled


# Vowel marks and stretching inside Arabic words, and white space inside Chinese ones, are taken
# out before the engine looks a second time. Bytes of UTF-8.
_ARABIC_MARKS = re.compile(rb"(?:\xd9[\x80\x8b-\x92\xb0])+")
_ARABIC_MARK_CORE = r"\xd9[\x80\x8b-\x92\xb0]"
_HAN_SPACE_CORE = r"[\xe4-\xe9][\x80-\xbf]{2}(?:[ \n]|\xe3\x80\x80){1,2}[\xe4-\xe9]"
_AROUND = 75  # bytes on each side of such a space that the second look reads
_WRAPPED = 28  # bytes of a line that may wrap: shorter ones end on purpose


def _positions(
    data: bytes, found: list[tuple[int, int]], ascii_only: bool
) -> Iterator[tuple[int, int]]:
    """(term, code point offset) of byte ends, decoding the text between them once."""
    done = characters = 0
    for end, number in found:
        if ascii_only:
            characters = end
        elif end > done:
            characters += len(data[done:end].decode("utf-8", "ignore"))
            done = end
        yield number, characters


class _Without:
    """Bytes with something taken out, and the way back to the offsets in the original."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        self.kept: list[int] = []
        self.origin: list[int] = []
        self._length = 0

    def add(self, piece: bytes, origin: int) -> None:
        self.pieces.append(piece)
        self.kept.append(self._length)
        self.origin.append(origin)
        self._length += len(piece)

    def take_out(self, data: bytes, expression: re.Pattern[bytes]) -> None:
        position = 0
        for match in expression.finditer(data):
            self.add(data[position : match.start()], position)
            position = match.end()
        self.add(data[position:], position)

    def back(self, end: int) -> int:
        """The offset in the original of what ends at ``end`` here."""
        piece = max(bisect.bisect_left(self.kept, end) - 1, 0)
        return self.origin[piece] + end - self.kept[piece]


def _around_spaces(data: bytes, ends: list[int]) -> _Without:
    """What stands around white space between Han characters, without that white space.

    ``ends``: where the first byte of the character after the white space ends.
    """
    without = _Without()
    position = stop = -1
    for end in ends:
        after = end - 1
        if data[after - 1] == 0x0A and data.rfind(b"\n", max(end - _WRAPPED, 0), after - 1) >= 0:
            continue  # a short line ends on purpose
        before = after
        for _ in range(2):
            if data[before - 1] in b" \n":
                before -= 1
            elif data[before - 3 : before] == b"\xe3\x80\x80":
                before -= 3
        if before > stop:
            if stop >= 0:
                without.add(data[position:stop], position)
                without.add(b"\0", stop)
            position = max(before - _AROUND, 0)  # runs may overlap
        if before > position:
            without.add(data[position:before], position)
        position = max(after, position)
        stop = min(after + _AROUND, len(data))
    if stop >= 0:
        without.add(data[position:stop], position)
    return without


def _cache_file(key: str) -> Path | None:
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    folder = Path(base) / "counterwatch"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return folder / f"terms-{key}.hsdb"


class HyperscanEngine:
    """All cores in one block-mode database over UTF-8 bytes, cached on disk."""

    name = "hyperscan"

    def __init__(self, terms: Sequence[CompiledTerm]) -> None:
        import hyperscan

        self._hyperscan = hyperscan
        self._joiner = _Joiner(terms)
        cores, others = self._joiner.cores, self._joiner.others
        self._first_other = len(cores)
        self._mark = self._first_other + len(others)
        self._space = self._mark + 1
        expressions = [strict(core) for core in (*cores, *others)]
        expressions += [_ARABIC_MARK_CORE.encode("ascii"), _HAN_SPACE_CORE.encode("ascii")]
        flags = [hyperscan.HS_FLAG_CASELESS] * len(expressions)
        for number in range(self._first_other, self._mark + 1):
            flags[number] |= hyperscan.HS_FLAG_SINGLEMATCH
        key = hashlib.sha256(
            b"\0".join(expressions)
            + f"{version('hyperscan')} {flags[0]} {platform.machine()}".encode()
        ).hexdigest()[:24]
        self._database = self._load(key) or self._compile(expressions, flags, key)
        self._database.scratch = hyperscan.Scratch(self._database)

    def _load(self, key: str) -> Any:
        path = _cache_file(key)
        if path is None or not path.is_file():
            return None
        try:
            return self._hyperscan.loadb(path.read_bytes(), self._hyperscan.HS_MODE_BLOCK)
        except Exception as error:
            logger.info("compiling the terms anew: %s does not load (%s)", path, error)
            return None

    def _compile(self, expressions: list[bytes], flags: list[int], key: str) -> Any:
        hyperscan = self._hyperscan
        database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
        database.compile(
            expressions=expressions,
            ids=list(range(len(expressions))),
            elements=len(expressions),
            flags=flags,
        )
        path = _cache_file(key)
        if path is not None:
            try:
                with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
                    file.write(hyperscan.dumpb(database))
                os.replace(file.name, path)
            except OSError as error:
                logger.info("the compiled terms are not kept: %s", error)
        return database

    def _scan(self, data: bytes) -> tuple[dict[int, list[int]], list[int]]:
        """(core → byte ends, what else is there at all)."""
        found: dict[int, list[int]] = defaultdict(list)
        present: list[int] = []
        others, space = self._first_other, self._space

        def report(identifier: int, start: int, end: int, flags: int, context: Any) -> None:
            if others <= identifier < space:
                present.append(identifier - others)
            else:
                found[identifier].append(end)

        self._database.scan(data, match_event_handler=report)
        return found, present

    def candidates(self, text: str) -> Iterable[tuple[int, int]]:
        data = text.encode("utf-8", "replace")
        found, there = self._scan(data)
        if not found:
            return ()
        present = set(there)
        spaces = found.pop(self._space, None)
        if self._mark - self._first_other in present:
            without = _Without()
            without.take_out(data, _ARABIC_MARKS)
            self._look_again(without, found, present)
        if spaces:
            without = _around_spaces(data, spaces)
            if without.pieces:
                self._look_again(without, found, present)
        joined = self._joiner.join(data, found, present)
        return _positions(data, joined, len(data) == len(text)) if joined else ()

    def _look_again(
        self, without: _Without, found: dict[int, list[int]], present: set[int]
    ) -> None:
        """Add to ``found`` what the bytes without marks or spaces hold."""
        again, there = self._scan(b"".join(without.pieces))
        present.update(there)
        for core, ends in again.items():
            if core < self._first_other:
                found[core] = sorted({*found.get(core, ()), *map(without.back, ends)})


class PortableEngine:
    """The same with nothing but `re`: every term on every text."""

    name = "portable"

    def __init__(self, terms: Sequence[CompiledTerm]) -> None:
        self._terms = terms
        self._compiled: dict[int, re.Pattern[str]] = {}

    def candidates(self, text: str) -> Iterable[tuple[int, int]]:
        for number, term in enumerate(self._terms):
            expression = self._compiled.get(number)
            if expression is None:
                expression = self._compiled[number] = re.compile(term.exact)
            position = 0
            while match := expression.search(text, position):
                # Where it starts: the end may lie in another sentence, which is verified alone.
                yield number, match.start() + 1
                position = match.start() + 1


_LIST_ITEM = re.compile(r"[ \t]*(?:[-*•·–▪●○■□◆]|[(（]?\d{1,3}[)）.、]|[a-z][.)]\s)")
_HEADING_REACH = 3000  # characters that a heading governs


def governing_lines(
    text: str, position: int, headings: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """Spans of the heading and of the "label:" line that govern the sentence at ``position``."""
    above = [span for span in headings if span[1] <= position < span[1] + _HEADING_REACH]
    if above:
        yield max(above)
    line = text.rfind("\n", 0, position) + 1
    for _ in range(12):
        if not line or not _LIST_ITEM.match(text, line):
            return
        previous = text.rfind("\n", 0, line - 1) + 1
        if text[previous : line - 1].rstrip().endswith((":", "：")):
            yield previous, line - 1
            return
        line = previous


class Matcher:
    """All terms of a lexicon, ready to find."""

    def __init__(self, lexicon: Lexicon, engine: str | None = None) -> None:
        self.lexicon = lexicon
        self.terms = list(lexicon.terms)
        self._engine_name = engine or os.environ.get("COUNTERWATCH_ENGINE") or "hyperscan"
        self._expressions: dict[str, re.Pattern[str]] = {}

    @cached_property
    def engine(self) -> Engine:
        terms = [term.compiled for term in self.terms]
        if self._engine_name != "portable":
            try:
                return HyperscanEngine(terms)
            except ImportError:
                logger.info("hyperscan is not installed here: using the portable engine")
        return PortableEngine(terms)

    def expression(self, source: str) -> re.Pattern[str]:
        """A compiled expression, compiled once."""
        compiled = self._expressions.get(source)
        if compiled is None:
            compiled = self._expressions[source] = re.compile(source)
        return compiled

    def find(
        self,
        text: str,
        sentences: Sentences | None = None,
        headings: Sequence[tuple[int, int]] = (),
    ) -> list[Hit]:
        """Verified hits in order of position: leftmost, and shortest at that end."""
        sentences = sentences or Sentences(text)
        seen: set[tuple[int, tuple[int, int]]] = set()
        hits: list[Hit] = []
        for number, position in self.engine.candidates(text):
            span = sentences.at(max(position - 1, 0))
            if (number, span) in seen:
                continue
            seen.add((number, span))
            hits.extend(self._verify(self.terms[number], text, span, sentences, headings))
        hits.sort(key=lambda hit: (hit.start, hit.end, hit.term.id))
        return hits

    def _verify(
        self,
        term: Term,
        text: str,
        span: tuple[int, int],
        sentences: Sentences,
        headings: Sequence[tuple[int, int]],
    ) -> Iterator[Hit]:
        expression = self.expression(term.compiled.exact)
        position, end = span
        scope: tuple[int, int] | None = None
        while match := expression.search(text, position, end):
            position = match.end()
            if term.compiled.reach:
                while shorter := expression.search(text, match.start() + 1, match.end()):
                    match = shorter
            if scope is None:
                scope = span if term.scope == "sentence" else sentences.block(span[0])[:2]
                if term.required:
                    required = self.expression(term.required)
                    if not required.search(text, *scope) and not any(
                        required.search(text, *above)
                        for above in governing_lines(text, span[0], headings)
                    ):
                        return
                if term.forbidden and self.expression(term.forbidden).search(text, *scope):
                    return
            start = match.start()
            while text[start].isspace():
                start += 1
            stop = match.end()
            while text[stop - 1].isspace():
                stop -= 1
            yield Hit(term, start, stop, span)
