"""Check everything the archive says of itself, against the bytes on the disk.

Manifests and their chain, their time stamps, the hash of every file, and that the index tells of
the same records. ``thorough`` computes every digest of every record too, as ``warcio check`` does.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from spiders.archive import stamps
from spiders.archive.checks import FileCheck, check_file
from spiders.archive.index import Index
from spiders.archive.manifest import FORMAT, Manifest, manifests
from spiders.archive.rebuild import warc_paths

Progress = Callable[[str, int, int], None]

# Below this, starting processes takes longer than the work.
_SMALL = 64 << 20


@dataclass(slots=True)
class Report:
    """What was checked, and every problem found (the first is the first file and byte).

    ``stamps``: tokens that hold under a trusted root. ``notes``: what could not be checked or is
    still awaited; no proof of anything wrong.
    """

    files: int = 0
    records: int = 0
    bytes: int = 0
    manifests: int = 0
    stamps: int = 0
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def verify(
    archive: Path,
    progress: Progress = lambda what, done, total: None,
    *,
    jobs: int | None = None,
    thorough: bool = False,
) -> Report:
    """Check the whole archive. Files that a crawl is writing right now are left out.

    ``jobs``: processes, one file each; as many as there are processors unless given.
    """
    report = Report()
    found = _read_manifests(archive, report)
    claimed = _chain(found, report)
    paths = {path.relative_to(archive).as_posix(): path for path in warc_paths(archive)}
    for name in sorted(claimed.keys() - paths.keys()):
        report.problems.append(f"{name}: the manifest of its run names it, but it is not there")
    size = sum(path.stat().st_size for path in paths.values())
    jobs = 1 if size < _SMALL else min(jobs or os.cpu_count() or 1, len(paths))
    for done, checked in enumerate(_checks(archive, list(paths), claimed, thorough, jobs), 1):
        report.files += not checked.skipped
        report.records += checked.records
        report.bytes += checked.bytes
        report.problems += checked.problems
        progress("verifying", done, len(paths))
    with Index(archive / "index.db", read_only=True) as index:
        for file in sorted(set(index.warc_files()) - paths.keys()):
            report.problems.append(f"{file}: the index names it, but it is not there")
        hashes = {manifest.sha256 for manifest in found}
        for run in index.full_runs():
            if run.manifest_sha256 and run.manifest_sha256 not in hashes:
                report.problems.append(
                    f"run {run.id}: its manifest (SHA-256 {run.manifest_sha256}) is not there"
                )
    _stamps(archive, found, report)
    return report


def _checks(
    archive: Path, names: list[str], claimed: dict[str, Any], thorough: bool, jobs: int
) -> Iterator[FileCheck]:
    work = (repeat(archive), names, [claimed.get(name) for name in names], repeat(thorough))
    if jobs == 1:
        yield from map(check_file, *work)
        return
    # "spawn": the caller may hold locks and database connections that a fork would copy.
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        yield from pool.map(check_file, *work)


def _read_manifests(archive: Path, report: Report) -> list[Manifest]:
    try:
        return manifests(archive)
    except ValueError as error:
        report.problems.append(f"manifests/{error}")
        return []


def _chain(found: list[Manifest], report: Report) -> dict[str, dict[str, Any]]:
    """Check the chain; {file name: what its manifest says}."""
    claimed: dict[str, dict[str, Any]] = {}
    before: Manifest | None = None
    for number, manifest in enumerate(found, start=1):
        report.manifests += 1
        name, content = f"manifests/{manifest.path.name}", manifest.content
        if content.get("format") != FORMAT:
            report.problems.append(f"{name}: format is not {FORMAT}")
            continue
        if content["number"] != number:
            report.problems.append(f"{name}: is number {content['number']}, {number} was expected")
        expected = before and {"name": before.path.name, "sha256": before.sha256}
        if content["previous"] != expected:
            report.problems.append(
                f"{name}: the manifest before it is not the one it was chained to"
            )
        for file in content["files"]:
            claimed[file["name"]] = file
        before = manifest
    return claimed


def _stamps(archive: Path, found: list[Manifest], report: Report) -> None:
    """Check every token; note what is missing or cannot be checked here."""
    folder = archive / "manifests" / stamps.FOLDER
    by_stem = {manifest.path.stem: manifest for manifest in found}
    try:
        trusted = {authority.name: authority for authority in stamps.authorities(archive)}
    except stamps.StampError as error:
        report.problems.append(str(error))
        trusted = {}
    for path in sorted(folder.glob("*.tsr")):
        stem, _, authority = path.stem.partition(".")
        name = f"manifests/{stamps.FOLDER}/{path.name}"
        if stem not in by_stem:
            report.problems.append(f"{name}: the manifest it stamps is not there")
            continue
        roots = trusted[authority].roots if authority in trusted else ()
        data = by_stem[stem].path.read_bytes()
        try:
            stamp = stamps.check_token(path.read_bytes(), data, roots)
        except stamps.StampUncheckable as error:
            report.notes.append(f"{name}: not checked: {error}")
            continue
        except stamps.StampError as error:
            report.problems.append(f"{name}: {error}")
            continue
        if stamp.trusted:
            report.stamps += 1
        else:
            report.notes.append(
                f"{name}: says {stamp.time}; its signature was not checked: timestamps.yml names "
                f"no root for {authority}"
            )
    for path in sorted(folder.glob("*.failed")):
        report.notes.append(f"manifests/{stamps.FOLDER}/{path.name}: {stamps.failure(path)}")
