"""One manifest a run: its files and their hashes, chained to the manifest before it.

A chain makes removal and re-ordering visible: each manifest carries the SHA-256 of the one
before, so a run cannot be taken out, or put in later, without changing all that follow.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from spiders.archive import warc
from spiders.archive.disk import PIECE, Digests, digests, file_sha256, write_sealed
from spiders.archive.index import Index, StoredFile
from spiders.archive.runs import Run

FORMAT = "counterwatch-manifest/1"


@dataclass(frozen=True, slots=True)
class Manifest:
    path: Path
    sha256: str
    content: dict[str, Any]


def manifests(archive: Path) -> list[Manifest]:
    """All manifests in the order of their numbers. Raises ValueError: one that is no JSON."""
    return [_read(path) for path in sorted((archive / "manifests").glob("*.json"))]


def manifest_of_run(archive: Path, run_id: str) -> Manifest | None:
    found = sorted((archive / "manifests").glob(f"*-{run_id}.json"))
    return _read(found[0]) if found else None


def _read(path: Path) -> Manifest:
    data = path.read_bytes()
    try:
        content = json.loads(data)
    except ValueError as error:
        raise ValueError(f"{path.name}: not a manifest: {error}") from None
    if not isinstance(content, dict):
        raise ValueError(f"{path.name}: not a manifest: no JSON object")
    return Manifest(path, hashlib.sha256(data).hexdigest(), content)


def write_manifest(
    archive: Path, index: Index, run: Run, hashed: Mapping[str, Digests] | None = None
) -> Path:
    """Write the manifest of an ended run and note its hash in the index; its path.

    ``hashed``: digests of files by name, so that they are not read again. Asking twice gives the
    manifest that is there: two processes may end the same run.
    """
    folder = archive / "manifests"
    with _chain(folder):
        written = manifest_of_run(archive, run.id)
        if written is None:
            previous = max(folder.glob("*.json"), default=None)
            number = int(previous.name.partition("-")[0]) + 1 if previous else 1
            path = folder / f"{number:06d}-{run.id}.json"
            content = _content(index, run, number, previous)
            content["files"] = [
                _file(archive, file, (hashed or {}).get(file.name)) for file in index.files(run.id)
            ]
            text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
            write_sealed(path, text.encode())
            written = _read(path)
    run.manifest_sha256 = written.sha256
    index.put_run(run)
    for file in written.content["files"]:
        index.put_file(StoredFile(file["name"], run.id, file["size"], file["sha256"]))
    return written.path


def _content(index: Index, run: Run, number: int, previous: Path | None) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "number": number,
        "previous": previous and {"name": previous.name, "sha256": file_sha256(previous)},
        "run": {name: getattr(run, name) for name in Run.__slots__ if name != "manifest_sha256"},
        "outcomes": index.outcomes(run.id),
        "listings": [
            {
                "url": listing.listing_url,
                "complete": listing.complete,
                "announced": listing.announced,
                "received": listing.received,
            }
            for listing in index.full_listings(run.id)
        ],
        "software": warc.software(),
        "files": [],  # sorted by name
    }


def _file(archive: Path, file: StoredFile, hashed: Digests | None) -> dict[str, Any]:
    hashed = hashed or digests(archive / file.name)
    told: dict[str, Any] = {"name": file.name, "size": hashed.size, "sha256": hashed.sha256}
    if hashed.pieces:
        told["pieces"] = {"size": PIECE, "sha256": hashed.pieces}
    return told


@contextmanager
def _chain(folder: Path) -> Iterator[None]:
    """Only one process at a time adds to the chain."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
