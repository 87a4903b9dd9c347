"""The register of sources: one YAML file a source, checked against ``schema.yml``.

What a person must know to keep a source alive (who publishes, how often to ask, how slowly,
what a block looks like) is data, so that a source can be added without programming.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError

from parsers.records import SourceKind

FOLDER = Path(__file__).parent
SCHEMA = FOLDER / "schema.yml"
BASE = "{base}"
BASE_VARIABLE = "COUNTERWATCH_SAMPLE_BASE"
FOLDERS_VARIABLE = "COUNTERWATCH_SOURCES"
_ID = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*")

# What to write instead, where the schema's own message would not tell a researcher.
REMEDIES = {
    "country": "write the two-letter code, such as GB; EU for the European Union",
    "languages": "write a list of two-letter codes, such as [zh, en]",
    "schedule": "write hourly, daily, weekly, monthly, never, or such as: every 6 hours",
    "vendor": "write the organization's id from parsers/organizations/register, such as hikvision",
    "urls": "see docs/sources.md for the addresses this spider reads",
    "notes": "write a few sentences: where the facts come from and what surprises",
    "politeness": "see docs/sources.md; numbers only, seconds and megabytes",
    "since": "write a date in quotes, such as '2026-11-01'",
    "until": "write a date in quotes, such as '2026-11-01'",
}


class SourceError(Exception):
    """A source file that cannot be used; ``str(error)`` names file, line, key and remedy."""


@dataclass(frozen=True, slots=True)
class Source:
    """One source. Keys of ``urls``, ``options`` and ``politeness``: docs/sources.md."""

    id: str  # the file's name without .yml
    title: str
    kind: SourceKind
    publisher: str
    country: str
    languages: tuple[str, ...]
    url: str
    licence: str
    schedule: str
    spider: str
    urls: Mapping[str, Any]
    notes: str
    licence_url: str = ""
    vendor: str = ""
    sample: bool = False
    window: Mapping[str, Any] = field(default_factory=dict)
    politeness: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    revisit: Mapping[str, Any] = field(default_factory=dict)
    expect: Mapping[str, int] = field(default_factory=dict)
    block_markers: tuple[str, ...] = ()
    not_found_markers: tuple[str, ...] = ()
    path: Path | None = None

    def resolved(self, base: str | None = None) -> Source:
        """This source with ``{base}`` replaced by ``base``, or by ``$COUNTERWATCH_SAMPLE_BASE``.

        Raises SourceError where the placeholder is used and neither is given.
        """
        if not _has_base([self.url, self.licence_url, self.urls]):
            return self
        base = (base or os.environ.get(BASE_VARIABLE) or "").rstrip("/")
        if not base:
            raise SourceError(
                f"{self.path}: source {self.id} is served by the sample site, and {BASE_VARIABLE} "
                f"is not set. Start it with `python -m scripts.sample_site` and set the variable "
                f"to the address it prints."
            )
        return replace(
            self,
            url=self.url.replace(BASE, base),
            licence_url=self.licence_url.replace(BASE, base),
            urls=_replace_base(self.urls, base),
        )

    def addresses(self, name: str) -> list[str]:
        """``urls[name]`` as a list: one address and many are written alike."""
        value = self.urls.get(name, [])
        return [value] if isinstance(value, str) else list(value)


def source_folders() -> list[Path]:
    """``$COUNTERWATCH_SOURCES`` (several, separated as in PATH), or the folder of this package."""
    given = os.environ.get(FOLDERS_VARIABLE)
    return [Path(part) for part in given.split(os.pathsep) if part] if given else [FOLDER]


def load_sources(folders: Sequence[Path] | None = None) -> dict[str, Source]:
    """All sources by id, sorted; addresses resolved where the sample site's is known.

    Raises SourceError naming every file that is wrong, with line, key and remedy.
    """
    sources: dict[str, Source] = {}
    problems: list[str] = []
    for folder in source_folders() if folders is None else folders:
        if not folder.is_dir():
            problems.append(f"{folder}: no such folder. Set {FOLDERS_VARIABLE} to an existing one.")
            continue
        for path in sorted(folder.glob("*.yml")):
            if path.name == SCHEMA.name:
                continue
            try:
                source = load_source(path)
            except SourceError as error:
                problems.append(str(error))
                continue
            if source.id in sources:
                other = sources[source.id].path
                problems.append(f"{path}: {other} has the same name. Rename one of them.")
            sources[source.id] = source
    if problems:
        raise SourceError("\n".join(problems))
    return dict(sorted(sources.items()))


def load_source(path: Path) -> Source:
    """One source file. Raises SourceError."""
    text = _read(path)
    try:
        data = yaml.safe_load(text)
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        reason = getattr(error, "problem", None) or str(error)
        raise SourceError(
            f"{path}{line}: not valid YAML: {reason}. Check indentation and quotes on that line."
        ) from None
    if not isinstance(data, dict):
        raise SourceError(
            f"{path}: empty or not a mapping. Start from the example in docs/sources.md."
        )
    if not _ID.fullmatch(path.stem):
        raise SourceError(
            f"{path}: a source's file name is its id: lower-case letters, digits and underscores."
        )
    problems = [_describe(path, tree, error) for error in _errors(data)]
    if problems:
        raise SourceError("\n".join(problems))
    values: dict[str, Any] = {
        key: tuple(v) if isinstance(v, list) else v for key, v in data.items()
    }
    source = Source(id=path.stem, path=path, **values)
    return source.resolved() if os.environ.get(BASE_VARIABLE) else source


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"{path}: cannot be read: {error}. Save it as UTF-8 text.") from None


@cache
def _validator() -> Draft202012Validator:
    schema = yaml.safe_load(SCHEMA.read_text("utf-8"))
    return Draft202012Validator(schema, format_checker=FormatChecker())


def _errors(data: dict[str, Any]) -> list[ValidationError]:
    return sorted(_validator().iter_errors(data), key=lambda error: [str(p) for p in error.path])


def _describe(path: Path, tree: yaml.Node | None, error: ValidationError) -> str:
    keys = list(error.absolute_path)
    if error.validator == "additionalProperties" and isinstance(error.instance, dict):
        known = error.schema.get("properties", {})
        keys.append(next(key for key in error.instance if key not in known))
        message = f"unknown key. Known here: {', '.join(sorted(known))}"
    elif error.validator == "required":
        message = error.message.replace("is a required property", "is missing")
    elif error.validator == "pattern":
        message = f"{error.instance!r} has not the form expected"
    else:
        message = error.message
    remedy = next((REMEDIES[str(key)] for key in reversed(keys) if str(key) in REMEDIES), "")
    if not remedy and error.validator == "required":
        remedy = "add it; the example in docs/sources.md has all keys"
    place = ".".join(str(key) for key in keys) or "file"
    return f"{path}:{_line(tree, keys)}: {place}: {message}" + (f"; {remedy}." if remedy else ".")


def _line(node: yaml.Node | None, keys: Sequence[str | int]) -> int:
    """Line of the value that ``keys`` lead to, or of the deepest part that exists."""
    line = 1
    for key in keys:
        if isinstance(node, yaml.MappingNode):
            pair = next((pair for pair in node.value if pair[0].value == key), None)
            if pair is None:
                break
            line, node = pair[0].start_mark.line + 1, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(key, int):
            node = node.value[key]
            line = node.start_mark.line + 1
    return line


def _has_base(value: Any) -> bool:
    if isinstance(value, str):
        return BASE in value
    items = value.values() if isinstance(value, Mapping) else value
    return any(_has_base(item) for item in items)


def _replace_base(value: Any, base: str) -> Any:
    if isinstance(value, str):
        return value.replace(BASE, base)
    if isinstance(value, Mapping):
        return {key: _replace_base(item, base) for key, item in value.items()}
    return [_replace_base(item, base) for item in value]
