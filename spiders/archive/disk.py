"""Files on the disk: hashed, synced, sealed, replaced whole."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

# A manifest keeps the hash of every piece of a larger file, so that `verify` can say which
# piece changed: 67 KB of hashes for a file of 1 GB.
PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Digests:
    """SHA-256 of a file, and of its pieces of ``PIECE`` bytes where it has more than one."""

    size: int
    sha256: str
    pieces: tuple[str, ...]


def file_sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def digests(path: Path) -> Digests:
    whole, size, pieces = hashlib.sha256(), 0, []
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            whole.update(piece)
            pieces.append(hashlib.sha256(piece).hexdigest())
            size += len(piece)
    return Digests(size, whole.hexdigest(), tuple(pieces) if len(pieces) > 1 else ())


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
