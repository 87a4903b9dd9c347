"""The lexicon: one YAML file per capability, checked and compiled.

Every error names the file, the line and what to write instead. `docs/capabilities.md` shows
how to add a term; `lexicon/schema.yml` is the schema of a file.
"""

from __future__ import annotations

import functools
import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from parsers.capabilities.expressions import CompiledTerm, any_of, compile_term
from parsers.capabilities.terms import TermError

FOLDER = Path(__file__).with_name("lexicon")
LANGUAGES = ("zh", "en", "es", "fr", "pt", "de", "ru", "ar", "tr", "ug")
FAMILIES = ("biometrics", "sensing", "profiling", "interception")
SHARED_FILES = ("sets.yml", "schema.yml", "stance.yml", "groups.yml", "parameters.yml")
TERM_KEYS = {"term", "with", "without", "scope", "exact_case", "comment"}


class LexiconError(ValueError):
    """A lexicon file that cannot be used; the message names file, line and remedy."""


@dataclass(frozen=True, slots=True)
class Term:
    """One term of one capability. ``id`` is "crowd-alert/zh/3", counted from 1."""

    id: str
    capability: str
    language: str
    compiled: CompiledTerm
    required: str = ""  # expression of which one must stand in the scope, "" for none
    forbidden: str = ""  # expression of which none may stand in the scope
    scope: str = "sentence"
    line: int = 0


@dataclass(frozen=True, slots=True)
class Example:
    text: str
    language: str
    kind: str
    line: int


@dataclass(frozen=True, slots=True)
class Capability:
    code: str
    family: str
    label: str
    label_zh: str
    definition: str
    definition_zh: str
    concern: str
    concern_zh: str
    terms: tuple[Term, ...]
    exclude: str  # one expression of everything that is no hit, "" for none
    examples: tuple[Example, ...]
    counter_examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All capabilities. ``version`` changes with any byte of any file of the folder."""

    version: str
    capabilities: Mapping[str, Capability]
    sets: Mapping[str, Mapping[str, list[str]]] = field(default_factory=dict)

    @property
    def terms(self) -> Iterator[Term]:
        for capability in self.capabilities.values():
            yield from capability.terms

    @property
    def families(self) -> dict[str, list[str]]:
        """Family → codes of its capabilities, in the order of the files."""
        families: dict[str, list[str]] = {family: [] for family in FAMILIES}
        for capability in self.capabilities.values():
            families.setdefault(capability.family, []).append(capability.code)
        return families


class _LineLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML with the line of every list item and value of interest kept beside it."""


class Located(str):
    """A string that knows its line."""

    line = 0


def _string(loader: _LineLoader, node: yaml.ScalarNode) -> Located:
    value = Located(loader.construct_scalar(node))
    value.line = node.start_mark.line + 1
    return value


_LineLoader.add_constructor("tag:yaml.org,2002:str", _string)
# "no", "on" and "yes" are words of terms here, and "2023-01-01" a text.
_LineLoader.yaml_implicit_resolvers = {
    first: [
        (tag, expression)
        for tag, expression in resolvers
        if tag.endswith((":int", ":float", ":null"))
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
for _first in "tf":
    _LineLoader.add_implicit_resolver(
        "tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), [_first]
    )


def read_yaml(path: Path) -> Any:
    """A YAML file of the lexicon. Raises `LexiconError`."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_LineLoader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path.name}:{mark.line + 1}" if mark else path.name
        problem = getattr(error, "problem", None) or error
        raise LexiconError(
            f"{where}: not valid YAML: {problem}. Put a term that holds ': ' or ' #', that begins "
            "with * & ! [ { or a quote, or that stands in [ … ] and ends with ?, between single "
            "quotes."
        ) from error


def _line(value: Any, default: int = 0) -> int:
    return getattr(value, "line", default)


def load_file(
    path: Path, sets: Mapping[str, Mapping[str, list[str]]]
) -> tuple[Capability, list[str]]:
    """(capability, problems). Terms with problems are left out and named in the list."""
    data = read_yaml(path)
    problems: list[str] = []
    if not isinstance(data, dict):
        raise LexiconError(f"{path.name}:1: a capability file is a mapping with code, family, …")

    def text_of(key: str, language: str) -> str:
        value = data.get(key)
        if isinstance(value, dict) and isinstance(value.get(language), str):
            return str(value[language]).strip()
        problems.append(f"{path.name}: {key}: give {{en: …, zh: …}}")
        return ""

    code = str(data.get("code") or "")
    if code != path.stem:
        problems.append(f"{path.name}: code {code!r} is not the file's name {path.stem!r}")
        code = path.stem
    family = str(data.get("family") or "")
    if family not in FAMILIES:
        problems.append(f"{path.name}: family {family!r}: one of {', '.join(FAMILIES)}")
    for key in data:
        if key not in {
            "code",
            "family",
            "label",
            "definition",
            "concern",
            "terms",
            "exclude",
            "examples",
            "counter_examples",
            "comment",
        }:
            problems.append(f"{path.name}:{_line(key)}: unknown key {key!r}")

    terms: list[Term] = []
    for language, entries in _by_language(data.get("terms"), "terms", path, problems):
        for number, entry in enumerate(entries, 1):
            try:
                terms.append(_term(f"{code}/{language}/{number}", code, language, entry, sets))
            except TermError as error:
                line = _line(entry if isinstance(entry, str) else entry.get("term", ""))
                problems.append(f"{path.name}:{line}: {error}")
    exclude: list[CompiledTerm] = []
    for language, entries in _by_language(data.get("exclude"), "exclude", path, problems):
        available = _sets_of(sets, language)
        for entry in entries:
            try:
                exclude.append(compile_term(str(entry), language, available))
            except TermError as error:
                problems.append(f"{path.name}:{_line(entry)}: {error}")
    examples = _examples(data, "examples", path, problems)
    counter_examples = _examples(data, "counter_examples", path, problems)
    capability = Capability(
        code, family, text_of("label", "en"), text_of("label", "zh"),
        text_of("definition", "en"), text_of("definition", "zh"),
        text_of("concern", "en"), text_of("concern", "zh"),
        tuple(terms), any_of(exclude), examples, counter_examples,
    )  # fmt: skip
    return capability, problems


def _by_language(
    value: Any, key: str, path: Path, problems: list[str]
) -> Iterator[tuple[str, list[Any]]]:
    if value is None:
        return
    if not isinstance(value, dict):
        problems.append(f"{path.name}: {key}: write a list per language, {key}: {{en: […]}}")
        return
    for language, entries in value.items():
        if language not in LANGUAGES:
            problems.append(
                f"{path.name}:{_line(language)}: {key}: unknown language {language!r}; "
                f"one of {', '.join(LANGUAGES)}"
            )
            continue
        yield str(language), entries or []


def _term(
    identifier: str,
    code: str,
    language: str,
    entry: Any,
    sets: Mapping[str, Mapping[str, list[str]]],
) -> Term:
    if isinstance(entry, str):
        entry_line, entry = _line(entry), {"term": entry}
    elif isinstance(entry, dict) and isinstance(entry.get("term"), str):
        entry_line = _line(entry["term"])
        unknown = set(entry) - TERM_KEYS
        if unknown:
            raise TermError(
                f"unknown key {', '.join(sorted(unknown))}; known: {', '.join(sorted(TERM_KEYS))}"
            )
    else:
        raise TermError(
            f"{entry!r} is no term: write a text, or a mapping with term, with, without; "
            "a term that holds ': ' stands between single quotes"
        )
    scope = str(entry.get("scope", "sentence"))
    if scope not in ("sentence", "paragraph"):
        raise TermError(f"scope {scope!r}: sentence or paragraph")
    compiled = compile_term(
        str(entry["term"]), language, _sets_of(sets, language), entry.get("exact_case") is True
    )
    return Term(
        identifier, code, language, compiled,
        _expression(entry.get("with") or [], language, sets),
        _expression(entry.get("without") or [], language, sets),
        scope, entry_line,
    )  # fmt: skip


def _sets_of(sets: Mapping[str, Mapping[str, list[str]]], language: str) -> dict[str, list[str]]:
    return {name: members[language] for name, members in sets.items() if members.get(language)}


def _expression(entries: Any, language: str, sets: Mapping[str, Mapping[str, list[str]]]) -> str:
    if isinstance(entries, str):
        entries = [entries]
    for entry in entries:
        if not isinstance(entry, str | int):
            raise TermError(f"{entry!r}: with, without and exclude are lists of texts")
    available = _sets_of(sets, language)
    return any_of(compile_term(str(entry), language, available) for entry in entries)


def _examples(data: Any, key: str, path: Path, problems: list[str]) -> tuple[Example, ...]:
    examples: list[Example] = []
    for entry in data.get(key) or []:
        if not isinstance(entry, dict) or not isinstance(entry.get("text"), str):
            problems.append(
                f'{path.name}: {key}: write - {{text: "…", language: en, kind: vendor}}'
            )
            continue
        examples.append(
            Example(
                str(entry["text"]),
                str(entry.get("language", "")),
                str(entry.get("kind", "report")),
                _line(entry["text"]),
            )
        )
    return tuple(examples)


def lexicon_folder() -> Path:
    """The folder of the lexicon; COUNTERWATCH_LEXICON names another one."""
    return Path(os.environ.get("COUNTERWATCH_LEXICON") or FOLDER)


def read_sets(folder: Path) -> dict[str, dict[str, list[str]]]:
    path = folder / "sets.yml"
    data = read_yaml(path) if path.is_file() else None
    return {
        str(name): {str(lang): [str(m) for m in members] for lang, members in languages.items()}
        for name, languages in (data or {}).items()
        if isinstance(languages, dict)
    }


def folder_version(folder: Path) -> str:
    """Short hash of every YAML file of a folder, names included."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.yml")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def load_folder(folder: Path) -> tuple[Lexicon, list[str]]:
    """(lexicon, problems) of a folder; a file that is broken altogether is a problem too."""
    capabilities: dict[str, Capability] = {}
    problems: list[str] = []
    sets: dict[str, dict[str, list[str]]] = {}
    try:
        sets = read_sets(folder)
    except LexiconError as error:
        problems.append(str(error))
    for path in sorted(folder.glob("*.yml")):
        if path.name in SHARED_FILES:
            continue
        try:
            capability, found = load_file(path, sets)
        except LexiconError as error:
            problems.append(str(error))
            continue
        problems += found
        capabilities[capability.code] = capability
    return Lexicon(folder_version(folder), capabilities, sets), problems


@functools.cache
def _load(folder: Path) -> Lexicon:
    return load_folder(folder)[0]


def load() -> Lexicon:
    """The lexicon of this installation. Broken terms are left out: `check` names them."""
    return _load(lexicon_folder())
