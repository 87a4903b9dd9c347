"""The register of reported systems: what publications reported, as cited facts in our words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, cast

from parsers.organizations.register import RegisterError, files_of, load_register, read_checked
from parsers.records import Stance

_FOLDER = Path(__file__).parent
REPORTED = _FOLDER / "reported"


@dataclass(frozen=True, slots=True)
class ReportedClaim:
    """One claim of a publication. ``others``: (organisation id, role) besides the first."""

    capability: str
    stance: Stance
    organization: str
    role: str
    statement: str
    others: tuple[tuple[str, str], ...] = ()
    parameters: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReportedSystem:
    """A system, programme or listing with its source. ``published``: date, or year and month."""

    id: str
    title: str
    publication: str
    publisher: str
    summary: dict[str, str]
    claims: tuple[ReportedClaim, ...]
    authors: tuple[str, ...] = ()
    published: str = ""
    published_note: str = ""
    url: str = ""
    answer: str = ""
    answer_by: str = ""


def load_reported(folders: Sequence[Path] | None = None) -> dict[str, ReportedSystem]:
    """All reported systems by id. Raises RegisterError naming the file."""
    return _load(tuple(folders) if folders is not None else (REPORTED,))


@cache
def _load(folders: tuple[Path, ...]) -> dict[str, ReportedSystem]:
    register = load_register()
    found: dict[str, ReportedSystem] = {}
    for path in files_of(folders):
        content = read_checked(path, _FOLDER / "reported_schema.yml")
        claims = tuple(_claim(item) for item in content.pop("claims"))
        for claim in claims:
            for named in (claim.organization, *(other for other, _ in claim.others)):
                if named not in register:
                    raise RegisterError(
                        f"{path}: organisation {named} is not registered: add register/{named}.yml"
                    )
        authors = tuple(content.pop("authors", ()))
        found[path.stem] = ReportedSystem(id=path.stem, claims=claims, authors=authors, **content)
    return found


def _claim(item: dict[str, Any]) -> ReportedClaim:
    return ReportedClaim(
        capability=item["capability"],
        stance=cast(Stance, item["stance"]),
        organization=item["organization"],
        role=item["role"],
        statement=item["statement"],
        others=tuple((other["organization"], other["role"]) for other in item.get("others", ())),
        parameters=dict(item.get("parameters", {})),
    )
