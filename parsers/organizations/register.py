"""The register of organisations: one YAML file each, readable by people who do not program."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import jsonschema
import yaml

_FOLDER = Path(__file__).parent
REGISTER = _FOLDER / "register"
# More folders (an investigation's own register, the sample site's), separated as PATH is.
FOLDERS_VARIABLE = "COUNTERWATCH_ORGANIZATIONS"

OrganizationKind = Literal["vendor", "buyer", "other"]


class RegisterError(Exception):
    """A file of the register that cannot be used; names the file and what to change."""


@dataclass(frozen=True, slots=True)
class Name:
    """One name. ``near``: words of which one must stand close by; ``without``: words that hold
    the name by accident ("中华为" holds 华为)."""

    text: str
    language: str = ""
    near: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """A sanctions or procurement list that names the organisation."""

    list: str
    since: str
    source_url: str
    programme: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Organization:
    """One organisation of the register. Empty string: not known or not certain."""

    id: str
    name: str
    kind: OrganizationKind
    name_en: str = ""
    name_zh: str = ""
    names: tuple[Name, ...] = ()
    reporter: bool = False
    country: str = ""
    parent: str = ""
    wikidata: str = ""
    lei: str = ""
    website: str = ""
    description: str = ""
    sample: bool = False
    listings: tuple[Listing, ...] = ()

    def all_names(self) -> Iterator[tuple[str, str]]:
        """(name, language) of every name, the main one first, none twice."""
        seen = set()
        for name in self.searchable():
            if name.text not in seen:
                seen.add(name.text)
                yield name.text, name.language

    def searchable(self) -> Iterator[Name]:
        """Names with the conditions under which they count in a text.

        A name listed under ``names`` with a condition keeps it where it is also the main name.
        """
        listed = {name.text: name for name in self.names}
        main = ((self.name, ""), (self.name_en, "en"), (self.name_zh, "zh"))
        for text, language in main:
            if text:
                yield listed.get(text) or Name(text, language)
        yield from self.names


def load_register(folders: Sequence[Path] | None = None) -> dict[str, Organization]:
    """All organisations by id.

    ``folders``: where to read, default the project's own and those in the environment variable
    COUNTERWATCH_ORGANIZATIONS. Raises RegisterError naming the file.
    """
    if folders is None:
        extra = os.environ.get(FOLDERS_VARIABLE, "")
        return _load((REGISTER, *(Path(part) for part in extra.split(os.pathsep) if part)))
    return _load(tuple(folders))


@cache
def _load(folders: tuple[Path, ...]) -> dict[str, Organization]:
    found: dict[str, Organization] = {}
    for path in files_of(folders):
        if path.stem in found:
            raise RegisterError(f"{path}: an organisation {path.stem} is registered already")
        found[path.stem] = _organization(path, read_checked(path, _FOLDER / "schema.yml"))
    for organization in found.values():
        if organization.parent and organization.parent not in found:
            raise RegisterError(
                f"{organization.id}.yml: parent {organization.parent} is not registered: "
                f"add {organization.parent}.yml or remove the line"
            )
    return found


def files_of(folders: Sequence[Path]) -> list[Path]:
    """YAML files of the folders by name. Raises RegisterError where a folder is missing."""
    files: list[Path] = []
    for folder in folders:
        if not folder.is_dir():
            raise RegisterError(f"{folder}: no such folder")
        files.extend(sorted(folder.glob("*.yml")))
    return files


def read_checked(path: Path, schema: Path) -> dict[str, Any]:
    """A YAML file that keeps to its schema. Raises RegisterError with file, place and problem."""
    try:
        content = yaml.load(path.read_text("utf-8"), Loader=_Loader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise RegisterError(f"{path}: not readable as YAML: {error}") from error
    problem = jsonschema.exceptions.best_match(_validator(schema).iter_errors(content))
    if problem is not None:
        place = ".".join(str(part) for part in problem.absolute_path) or "the file"
        raise RegisterError(f"{path}: {place}: {problem.message}")
    return dict(content)


class _Loader(yaml.SafeLoader):
    """Dates stay as written ("2019-10-09"), and NO is Norway."""


_Loader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern) for tag, pattern in resolvers if not tag.endswith((":timestamp", ":bool"))
    ]
    + [(tag, pattern) for tag, pattern in resolvers if tag.endswith(":bool") and first in "tTfF"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@cache
def _validator(schema: Path) -> Any:
    return jsonschema.Draft202012Validator(yaml.safe_load(schema.read_text("utf-8")))


def _organization(path: Path, content: dict[str, Any]) -> Organization:
    names = tuple(
        _name(item, "" if language == "und" else language)
        for language, items in content.pop("names", {}).items()
        for item in items
    )
    listings = tuple(Listing(**item) for item in content.pop("listings", ()))
    return Organization(id=path.stem, names=names, listings=listings, **content)


def _name(item: str | dict[str, Any], language: str) -> Name:
    if isinstance(item, str):
        return Name(item, language)
    return Name(item["name"], language, tuple(item.get("near", ())), tuple(item.get("not", ())))
