"""The build: archive → parsed texts → tags → a new database, published atomically.

Incremental: a content is parsed once per version of the parsers and tagged once per version of the
lexicon (db/versions.py); when neither the archive nor any of these changed, nothing is done.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from db import curated, removals, summaries
from db.assemble import Assembler, segments
from db.gather import Content, Gathered, gather, is_plumbing
from db.load import Loader
from db.parse import parse
from db.publish import publish
from db.search import create_search, fill_search
from db.versions import parsing_version, publishing_version, tagging_version
from db.work import ParsedDocument, Work
from parsers.capabilities import lexicon, tag
from parsers.records import Capture, PassageKind
from spiders.archive.index import Index
from spiders.archive.reader import PayloadError, PayloadTooLarge, read_payload
from spiders.paths import archive_folder, database_path, index_path, work_path
from spiders.sources import Source, load_sources

Progress = Callable[[str, int, int], None]  # (what, done, total)

# Texts handed to a tagging worker at once: enough to outweigh the hand-over, little to keep in memory.
TAGGING_BATCH = 64
# Results saved between commits of the work database: what a kill costs at most.
COMMIT_EVERY = 200


class NothingArchived(Exception):
    """There is no archive to build from."""


@dataclass(slots=True)
class BuildReport:
    """What a build did. ``changed`` is false when everything was up to date."""

    changed: bool
    database: Path
    captures: int = 0
    parsed: int = 0
    tagged: int = 0
    failed: int = 0
    rows: dict[str, int] = field(default_factory=dict)


def _no_progress(what: str, done: int, total: int) -> None:
    return None


def build(
    rebuild: bool = False, jobs: int | None = None, progress: Progress = _no_progress
) -> BuildReport:
    """Bring the published database up to date with the archive, lexicon and registers.

    ``rebuild`` forgets all earlier parsing and tagging. Raises ``NothingArchived`` without an
    archive, ``db.publish.PublishError`` when the new database fails its check.
    """
    if not index_path().is_file():
        raise NothingArchived(
            f"{archive_folder()}: no archive; fill it with `counterwatch crawl` or `counterwatch add`"
        )
    index = Index(index_path())
    work = Work(work_path())
    try:
        sources = all_sources(index)
        fingerprint = _fingerprint(index, sources)
        if not rebuild and _published_fingerprint(database_path()) == fingerprint:
            return BuildReport(False, database_path())
        if rebuild:
            work.clear()
        report = BuildReport(True, database_path())
        gathered = gather(index.captures_by_url())
        report.captures = gathered.captures
        jobs = jobs or os.cpu_count() or 1
        _parse_new(gathered, work, report, jobs, progress)
        documents = _documents(gathered, work, removals.listing_urls(index, sources))
        _tag_new(documents, work, sources, report, jobs, progress)
        _write(gathered, documents, work, index, sources, fingerprint, report, progress)
        return report
    finally:
        work.close()
        index.close()


def all_sources(index: Index) -> dict[str, Source]:
    """The register's sources and those that the archive knows beside it (added files)."""
    sources = dict(load_sources())
    for row in index.sources():
        sources.setdefault(row["id"], _added_source(row["id"], row["title"]))
    return sources


def _added_source(source_id: str, title: str) -> Source:
    """A source that exists only as added files: reports, until somebody describes it in YAML."""
    return Source(
        id=source_id,
        title=title or source_id,
        kind="report",
        publisher="",
        country="",
        languages=(),
        url="",
        licence="",
        schedule="never",
        spider="",
        urls={},
        notes="",
    )


def _fingerprint(index: Index, sources: dict[str, Source]) -> str:
    """Changes exactly when a build would give another database."""
    parts = [
        index.state(),
        parsing_version(),
        tagging_version(),
        publishing_version(),
        json.dumps([{**asdict(sources[key]), "path": ""} for key in sorted(sources)]),
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _published_fingerprint(database: Path) -> str | None:
    if not database.is_file():
        return None
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    try:
        row = connection.execute("SELECT fingerprint FROM releases").fetchone()
        return row[0] if row else None
    except sqlite3.DatabaseError:
        return None  # an older layout or a damaged file: build anew
    finally:
        connection.close()


# ---------------------------------------------------------------- parse


def _parse_capture(archive: Path, capture: Capture) -> ParsedDocument:
    """Runs in a worker process."""
    try:
        payload = read_payload(archive, capture)
    except PayloadError as error:
        outcome = "too-large" if isinstance(error, PayloadTooLarge) else "failed"
        return ParsedDocument(capture.sha256 or "", outcome, str(error), capture.media_type or "")
    if is_plumbing(capture.url, payload.data):
        return ParsedDocument(capture.sha256 or "", "plumbing", "", capture.media_type or "")
    parsed = parse(
        payload.data, payload.media_type, capture.name or "", payload.charset, capture.url
    )
    # The index names the payload: a parser must not decide what a document is called.
    assert capture.sha256
    return replace(parsed, sha256=capture.sha256)


def _parse_new(
    gathered: Gathered, work: Work, report: BuildReport, jobs: int, progress: Progress
) -> None:
    version = parsing_version()
    done = work.parsed(version)
    new = [c.capture for sha256, c in gathered.contents.items() if sha256 not in done]
    archive = archive_folder()
    saved = 0
    for parsed in _in_processes(_parse_capture, [(archive, capture) for capture in new], jobs):
        work.save(parsed, version)
        saved += 1
        report.failed += parsed.outcome not in ("ok", "plumbing")
        if saved % COMMIT_EVERY == 0:
            work.connection.commit()
        progress("parsing", saved, len(new))
    work.connection.commit()
    report.parsed = saved


def _in_processes(
    function: Callable[..., Any], arguments: Sequence[tuple[Any, ...]], jobs: int
) -> Iterator[Any]:
    """Results in any order; few in flight, so memory stays flat.

    A worker that dies breaks the whole pool: what was in flight is done again one by one, and
    only the argument that kills its worker again is given up (as a failed document).
    """
    if not arguments:
        return
    if jobs == 1 or len(arguments) == 1:
        yield from (function(*a) for a in arguments)
        return
    waiting = iter(arguments)
    in_flight: dict[Future[Any], tuple[Any, ...]] = {}
    pool = ProcessPoolExecutor(jobs)
    try:
        while True:
            for argument in waiting:
                in_flight[pool.submit(function, *argument)] = argument
                if len(in_flight) >= jobs * 4:
                    break
            if not in_flight:
                return
            finished, _ = wait(in_flight, return_when=FIRST_COMPLETED)
            for future in finished:
                in_flight_argument = in_flight[future]
                try:
                    result = future.result()
                except BrokenProcessPool:
                    pool.shutdown(wait=False)
                    lost = list(in_flight.values())
                    in_flight.clear()
                    yield from _one_by_one(function, lost)
                    pool = ProcessPoolExecutor(jobs)
                    break
                del in_flight[future]
                del in_flight_argument
                yield result
    finally:
        pool.shutdown(cancel_futures=True)


def _one_by_one(
    function: Callable[..., Any], arguments: Iterable[tuple[Any, ...]]
) -> Iterator[Any]:
    for argument in arguments:
        with ProcessPoolExecutor(1) as pool:
            try:
                yield pool.submit(function, *argument).result()
            except BrokenProcessPool:
                capture = argument[-1]
                if not isinstance(capture, Capture):
                    raise
                yield ParsedDocument(
                    capture.sha256 or "",
                    "failed",
                    "the parser's process died",
                    capture.media_type or "",
                )


# ---------------------------------------------------------------- tag


Segments = list[tuple[int, int, PassageKind]]


def _tag_batch(
    database: Path, batch: list[tuple[str, str]], version: str
) -> list[tuple[str, str, str, str]]:
    """Runs in a worker process: reads the texts itself, so that none travels between processes."""
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    results = []
    try:
        for sha256, parts in batch:
            text, language, headings = connection.execute(
                "SELECT text, language, headings FROM documents WHERE sha256 = ?", (sha256,)
            ).fetchone()
            tags = _tag_document(text, json.loads(parts), language or "", json.loads(headings))
            results.append((sha256, version, parts, json.dumps(tags, ensure_ascii=False)))
    finally:
        connection.close()
    return results


def _tag_document(
    text: str, parts: list[list[Any]], language: str, headings: list[list[int]]
) -> list[dict[str, Any]]:
    found = []
    for start, end, kind in parts:
        spans = [(a - start, b - start) for a, b in headings if a >= start and b <= end]
        for t in tag(text[start:end], kind, language, spans):
            values = asdict(t)
            values["start"] += start
            values["end"] += start
            values["sentence"] = [t.sentence[0] + start, t.sentence[1] + start]
            found.append(values)
    return found


def _tag_new(
    documents: Sequence[Content],
    work: Work,
    sources: dict[str, Source],
    report: BuildReport,
    jobs: int,
    progress: Progress,
) -> None:
    version = tagging_version()
    tagged = work.tagged(version)
    wanted: list[tuple[str, str]] = []
    for content in documents:
        kind = sources[content.capture.source_id].kind
        for sha256 in _with_members(work, content.sha256):
            known = work.outcome(sha256)
            if known is None or known[0] != "ok":
                continue
            parts = json.dumps(segments(kind, work.notices(sha256), known[1]))
            if tagged.get(sha256) != parts:
                wanted.append((sha256, parts))
    batches = [wanted[i : i + TAGGING_BATCH] for i in range(0, len(wanted), TAGGING_BATCH)]
    arguments = [(work.path, batch, version) for batch in batches]
    for rows in _in_processes(_tag_batch, arguments, jobs):
        work.save_tags(rows)
        work.connection.commit()
        report.tagged += len(rows)
        progress("tagging", report.tagged, len(wanted))


def _with_members(work: Work, sha256: str) -> Iterator[str]:
    yield sha256
    for _, member in work.members(sha256):
        yield from _with_members(work, member)


# ---------------------------------------------------------------- write


def _write(
    gathered: Gathered,
    documents: Sequence[Content],
    work: Work,
    index: Index,
    sources: dict[str, Source],
    fingerprint: str,
    report: BuildReport,
    progress: Progress,
) -> None:
    target = database_path()
    new = target.with_name(target.name + ".new")
    lexicon_version = lexicon.load().version
    loader = Loader(new)
    try:
        curated.load_capabilities(loader, lexicon_version)
        curated.load_sources(loader, sources)
        curated.load_organizations(loader)
        index_to_rows(loader, index)
        assembler = Assembler(loader, work, sources, lexicon_version)
        for number, content in enumerate(documents, 1):
            assembler.document(content)
            progress("writing", number, len(documents))
        curated.load_reported_systems(loader, lexicon_version)
        removals.load(loader, gathered, index, sources, assembler.claims_by_document)
        loader.flush()
        summaries.load(loader)
        loader.add(
            "releases",
            id=fingerprint,
            built=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            lexicon_version=lexicon_version,
            archive_captures=gathered.captures,
            claims=loader.count("claims"),
            documents=loader.count("documents"),
            notices=loader.count("notices"),
            fingerprint=fingerprint,
        )
        loader.index()
        create_search(loader.connection)
        fill_search(loader.connection)
        report.rows = {
            table: loader.count(table)
            for table in ("documents", "notices", "organizations", "claims", "removals", "failures")
        }
    finally:
        loader.close()
    publish(new, target)


def _documents(
    gathered: Gathered, work: Work, listings: frozenset[tuple[str, str]]
) -> list[Content]:
    """Contents that are documents: parsed, no mere plumbing, no list that only leads to notices."""
    found = []
    for content in gathered.contents.values():
        known = work.outcome(content.sha256)
        if known is None or known[0] == "plumbing":
            continue
        capture = content.capture
        is_listing = (capture.source_id, capture.url) in listings
        if not is_listing or work.has_notices(content.sha256):
            found.append(content)
    return found


def index_to_rows(loader: Loader, index: Index) -> None:
    """Runs and captures of the archive as published rows."""
    for run in index.runs():
        loader.add("runs", **run)
    for capture in index.captures():
        values = asdict(capture)
        for private in ("name", "published", "parent_url"):
            del values[private]
        loader.add("captures", **values)
