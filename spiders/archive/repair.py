"""After a crash: cut the record that was being written, index what the index missed.

Looks only at files that no manifest covers and nobody has locked, so it is quick on a large
archive and leaves a crawl in another process alone.
"""

from __future__ import annotations

import fcntl
import logging
import os
from pathlib import Path

from spiders.archive.disk import file_sha256, seal
from spiders.archive.index import Index, StoredFile
from spiders.archive.manifest import write_manifest
from spiders.archive.members import MemberDamaged, MemberUnfinished
from spiders.archive.rebuild import index_records, warc_paths
from spiders.archive.runs import Run

logger = logging.getLogger(__name__)


def repair(archive: Path, index: Index | None = None) -> list[str]:
    """Repair every unfinished file of ``archive``; one message for each thing done.

    A run that never ended is closed with the finish reason "interrupted" and gets its manifest.
    """
    if not archive.is_dir():
        return []
    messages: list[str] = []
    path = archive / "index.db"
    if index is None and not path.exists() and warc_paths(archive):
        count = Index.rebuild(archive)
        messages.append(f"index.db was missing: built again from the WARC files, {count} captures")
    own = index or Index(path)
    try:
        closed = {file.name: file for file in own.files() if file.sha256}
        runs: dict[str, list[Path]] = {}
        for warc in warc_paths(archive):
            name = warc.relative_to(archive).as_posix()
            if name in closed:
                continue
            run_id = _repair_file(own, warc, name, messages)
            if run_id:
                runs.setdefault(run_id, []).append(warc)
        unfinished = {run.id for run in own.full_runs() if run.manifest_sha256 is None}
        for run_id in sorted(unfinished | set(runs)):
            _close_run(own, archive, run_id, runs.get(run_id, []), messages)
    finally:
        if index is None:
            own.close()
    for message in messages:
        logger.warning("archive: %s", message)
    return messages


def _repair_file(index: Index, path: Path, name: str, messages: list[str]) -> str | None:
    """Make one file end with a whole record; its run's id, or None where it is being written."""
    path.chmod(0o644)
    with path.open("r+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return None
        size = os.fstat(file.fileno()).st_size
        removed = index.remove_beyond(name, size)
        if removed:
            messages.append(
                f"{name}: {removed} index rows pointed beyond the end of the file, removed; "
                "the disk never got their records"
            )
        start = index.end_of_rows(name)
        added = 0
        try:
            for _ in index_records(index, path, name, start):
                added += 1
        except MemberUnfinished as error:
            _cut(file.fileno(), error.offset)
            messages.append(
                f"{name}: the last record was not complete; cut {size - error.offset} bytes "
                f"at {error.offset}"
            )
        except MemberDamaged as error:
            offset = error.offset
            kept = path.with_name(f"{path.name}.damaged-{offset}")
            with path.open("rb") as source:
                source.seek(offset)
                kept.write_bytes(source.read())
            _cut(file.fileno(), offset)
            messages.append(
                f"{name}: no valid record at {offset} ({error}); the {size - offset} bytes from "
                f"there were moved to {kept.name}"
            )
        if added:
            messages.append(f"{name}: {added} records were missing in the index, added")
    found = next((file for file in index.files() if file.name == name), None)
    if path.stat().st_size == 0:
        messages.append(f"{name}: holds no record, removed")
        index.remove_file(name)
        path.unlink()
    return found.run_id if found and path.exists() else None


def _cut(descriptor: int, size: int) -> None:
    os.ftruncate(descriptor, size)
    os.fsync(descriptor)


def _close_run(
    index: Index, archive: Path, run_id: str, paths: list[Path], messages: list[str]
) -> None:
    """Give a run that was interrupted its last state, closed files and a manifest."""
    run = index.run(run_id)
    repaired = {path.relative_to(archive).as_posix() for path in paths}
    for file in index.files(run_id):
        if file.sha256 or file.name in repaired:
            continue
        if (archive / file.name).exists():
            return  # locked: another process still writes this run
        index.remove_file(file.name)
    if run is None:
        return
    for path in paths:
        with path.open("rb") as opened:
            seal(opened, path)
        name = path.relative_to(archive).as_posix()
        index.put_file(StoredFile(name, run_id, path.stat().st_size, file_sha256(path)))
    if not run.finished:
        recount(index, run)
        index.put_run(run)
        messages.append(f"run {run_id} of {run.source_id} had not ended: closed as interrupted")
    write_manifest(archive, index, run)


def recount(index: Index, run: Run) -> None:
    """The counts of an interrupted run, from its captures."""
    last = run.started
    for outcome, count in index.outcomes(run.id).items():
        if outcome not in ("ok", "too-large"):
            setattr(run, outcome, count)
    run.pages = run.new = run.changed = 0
    for number, row in index.rows(0, "run_id = ?", run.id):
        run.pages += 1
        last = max(last, row.capture.fetched)
        if row.capture.outcome == "ok":
            if index.seen_well(
                row.capture.url, row.capture.source_id, row.request_digest, before=number
            ):
                run.changed += 1
            else:
                run.new += 1
    run.saved = index.saved(run.id)
    run.failed = sum(index.outcomes(run.id).get(name, 0) for name in ("failed", "too-large"))
    run.finished, run.finish_reason = last, "interrupted"
    listings = index.full_listings(run.id)
    announced = [item.announced for item in listings if item.announced is not None]
    run.announced = sum(announced) if announced else None
    run.received = sum(item.received for item in listings) if listings else None
