"""Files on the disk: hashed, synced, sealed, replaced whole."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import BinaryIO


def file_sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def seal(file: BinaryIO, path: Path) -> None:
    """Make sure a finished file is on the disk, and read-only from here on."""
    os.fsync(file.fileno())
    path.chmod(0o444)


def write_sealed(path: Path, data: bytes) -> None:
    """Write a small file that is either there whole or not there at all."""
    unfinished = path.with_name(f".{path.name}.new")
    with unfinished.open("wb") as file:
        file.write(data)
        file.flush()
        seal(file, unfinished)
    os.replace(unfinished, path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
