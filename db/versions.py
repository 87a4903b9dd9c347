"""What a stored result was made with: hashes of the code and data that made it.

A change of a parser re-parses, a change of the lexicon re-tags, and nobody has to remember to
raise a number.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import parsers

_PARSERS = Path(parsers.__file__).parent
_DATA_SUFFIXES = {".py", ".yml", ".yaml", ".json", ".csv", ".tsv", ".txt"}


def hash_of_files(*roots: Path) -> str:
    """12 hexadecimal digits over the names and contents of all code and data files below ``roots``."""
    digest = hashlib.sha256()
    for root in roots:
        files = [root] if root.is_file() else sorted(root.rglob("*"))
        for file in files:
            if file.suffix in _DATA_SUFFIXES and "__pycache__" not in file.parts:
                digest.update(file.relative_to(_PARSERS.parent).as_posix().encode())
                digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:12]


@cache
def parsing_version() -> str:
    return hash_of_files(
        _PARSERS / "documents",
        _PARSERS / "notices",
        _PARSERS / "redaction.py",
        _PARSERS / "records.py",
    )


@cache
def tagging_version() -> str:
    return hash_of_files(_PARSERS / "capabilities")


@cache
def publishing_version() -> str:
    """Everything else that shapes the published database: registers, schema, assembly."""
    return hash_of_files(_PARSERS / "organizations", Path(__file__).parent)
