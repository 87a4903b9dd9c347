"""Where terms stand in a text.

An engine says where a term may end; `Matcher.find` then verifies each such sentence with `re`,
so that every engine gives the same spans. Hyperscan is the engine; where it has no wheel, or
where ``COUNTERWATCH_ENGINE=portable``, google-re2 or plain `re` does the same work, slower.
"""

from __future__ import annotations

import hashlib
import logging
import os
import platform
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol

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

    def __init__(self, cores: Sequence[str]) -> None:
        import hyperscan

        self._hyperscan = hyperscan
        flags = hyperscan.HS_FLAG_CASELESS
        # Many terms share a core (a word and its inflected form): scan each core once.
        self._terms_of: list[list[int]] = []
        index: dict[str, int] = {}
        for number, core in enumerate(cores):
            if core not in index:
                index[core] = len(index)
                self._terms_of.append([])
            self._terms_of[index[core]].append(number)
        expressions = [core.encode("ascii") for core in index]
        key = hashlib.sha256(
            b"\0".join(expressions)
            + f"{version('hyperscan')} {flags} {platform.machine()}".encode()
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

    def _compile(self, expressions: list[bytes], flags: int, key: str) -> Any:
        hyperscan = self._hyperscan
        database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
        database.compile(
            expressions=expressions,
            ids=list(range(len(expressions))),
            elements=len(expressions),
            flags=[flags] * len(expressions),
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

    def candidates(self, text: str) -> Iterable[tuple[int, int]]:
        data = text.encode("utf-8", "replace")
        found: list[tuple[int, int]] = []

        def report(identifier: int, start: int, end: int, flags: int, context: Any) -> None:
            found.append((end, identifier))

        self._database.scan(data, match_event_handler=report)
        if not found:
            return ()
        found.sort()
        return self._positions(data, found, ascii_only=len(data) == len(text))

    def _positions(
        self, data: bytes, found: list[tuple[int, int]], ascii_only: bool
    ) -> Iterator[tuple[int, int]]:
        """Byte ends → code points, decoding the text between them once."""
        done = characters = 0
        for end, identifier in found:
            if ascii_only:
                characters = end
            elif end > done:
                characters += len(data[done:end].decode("utf-8", "ignore"))
                done = end
            for term in self._terms_of[identifier]:
                yield term, characters


class PortableEngine:
    """The same candidates with google-re2, or with nothing but `re`."""

    name = "portable"

    def __init__(self, cores: Sequence[str], exact: Sequence[str]) -> None:
        self._exact = exact
        self._compiled: dict[int, re.Pattern[str]] = {}
        self._cores = [re.compile(core.encode("ascii"), re.IGNORECASE) for core in cores]

    def candidates(self, text: str) -> Iterable[tuple[int, int]]:
        data = text.encode("utf-8", "replace")
        for number, core in enumerate(self._cores):
            if core.search(data) is None:
                continue
            expression = self._compiled.get(number)
            if expression is None:
                expression = self._compiled[number] = re.compile(self._exact[number])
            position = 0
            while match := expression.search(text, position):
                yield number, match.end()
                position = match.start() + 1


class Matcher:
    """All terms of a lexicon, ready to find."""

    def __init__(self, lexicon: Lexicon, engine: str | None = None) -> None:
        self.lexicon = lexicon
        self.terms = list(lexicon.terms)
        self._engine_name = engine or os.environ.get("COUNTERWATCH_ENGINE") or "hyperscan"
        self._expressions: dict[str, re.Pattern[str]] = {}

    @cached_property
    def engine(self) -> Engine:
        cores = [term.compiled.core for term in self.terms]
        if self._engine_name != "portable":
            try:
                return HyperscanEngine(cores)
            except ImportError:
                logger.info("hyperscan is not installed here: using the portable engine")
        return PortableEngine(cores, [term.compiled.exact for term in self.terms])

    def expression(self, source: str) -> re.Pattern[str]:
        """A compiled expression, compiled once."""
        compiled = self._expressions.get(source)
        if compiled is None:
            compiled = self._expressions[source] = re.compile(source)
        return compiled

    def find(self, text: str, sentences: Sentences | None = None) -> list[Hit]:
        """Verified hits in order of position: leftmost, and shortest at that end."""
        sentences = sentences or Sentences(text)
        seen: set[tuple[int, tuple[int, int]]] = set()
        hits: list[Hit] = []
        for number, position in self.engine.candidates(text):
            span = sentences.at(max(position - 1, 0))
            if (number, span) in seen:
                continue
            seen.add((number, span))
            hits.extend(self._verify(self.terms[number], text, span, sentences))
        hits.sort(key=lambda hit: (hit.start, hit.end, hit.term.id))
        return hits

    def _verify(
        self, term: Term, text: str, span: tuple[int, int], sentences: Sentences
    ) -> Iterator[Hit]:
        expression = self.expression(term.compiled.exact)
        position, end = span
        scope: tuple[int, int] | None = None
        while match := expression.search(text, position, end):
            position = match.end()
            if term.compiled.gapped:
                while shorter := expression.search(text, match.start() + 1, match.end()):
                    match = shorter
            if scope is None:
                scope = span if term.scope == "sentence" else sentences.block(span[0])[:2]
                if term.required and not self.expression(term.required).search(text, *scope):
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
