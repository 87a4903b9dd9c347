"""Crawl sources, each live one in a process of its own, and say how each ended."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from spiders.archive.index import Index
from spiders.paths import data_folder, index_path
from spiders.schedule import since_last_run
from spiders.sources import Source, SourceError, load_sources

ROOT = Path(__file__).resolve().parent.parent


# (what, pages so far, total or 0 where nobody knows), as the build's
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class CrawlResult:
    """How the crawl of one source ended.

    ``finish_reason``: ``finished``, ``limit``, ``incomplete: WHY``, ``blocked: NAME``,
    ``failed: WHY``, ``crashed: WHY``, ``shutdown`` (interrupted) or one of Scrapy's
    ``closespider_…`` (a bound was reached). ``counts``: captures by outcome, as in the archive.
    """

    source_id: str
    finish_reason: str
    run_id: str = ""
    documents: int = 0
    announced: int | None = None
    received: int = 0
    problems: tuple[str, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)
    log: Path | None = None

    @property
    def pages(self) -> int:
        """All captures of the run, failures included."""
        outcomes = ("new", "changed", "unchanged", "gone", "blocked", "failed", "refused")
        return sum(self.counts.get(outcome, 0) for outcome in outcomes)

    @property
    def new(self) -> int:
        return self.counts.get("new", 0)

    @property
    def changed(self) -> int:
        return self.counts.get("changed", 0)

    @property
    def gone(self) -> int:
        return self.counts.get("gone", 0)

    @property
    def blocked(self) -> int:
        return self.counts.get("blocked", 0)

    @property
    def failed(self) -> int:
        return self.counts.get("failed", 0)

    @property
    def trouble(self) -> str:
        """Why a person must look at this run, or ""."""
        if self.finish_reason not in ("finished", "limit"):
            return self.finish_reason
        if self.finish_reason == "finished" and self.received < (self.announced or 0):
            return f"{self.received} of {self.announced} announced entries received"
        return f"{self.blocked} blocked" if self.blocked else ""


def crawl(
    source_ids: Sequence[str],
    since: str | None = None,
    until: str | None = None,
    limit: int | None = None,
    progress: Progress | None = None,
    jobs: int = 4,
) -> list[CrawlResult]:
    """Crawl sources, ``jobs`` processes at once; results in the order asked.

    One source that fails stops no other. ``since`` and ``until`` are dates (ISO 8601); without
    ``since`` a tender source goes on where its last whole run began, less its overlap. ``progress``
    is called from threads, one call at a time. Raises SourceError for an unknown or broken source,
    before anything is fetched.
    """
    sources = load_sources()
    wanted = list(dict.fromkeys(source_ids))
    if unknown := [source_id for source_id in wanted if source_id not in sources]:
        raise SourceError(
            f"no source {', '.join(unknown)}. There are: {', '.join(sources) or 'none'}."
        )
    chosen = [sources[source_id].resolved() for source_id in wanted]
    given = {"since": since or "", "until": until or "", "limit": str(limit) if limit else ""}
    arguments = {source.id: _arguments(source, given) for source in chosen}
    tell = _Tally(progress)
    # The sample sources are ours and small: one start of Scrapy serves them all.
    groups = [[source.id for source in chosen if source.sample]]
    groups += [[source.id] for source in chosen if not source.sample]
    with ThreadPoolExecutor(max(1, jobs)) as pool:
        parts = pool.map(lambda ids: _run(ids, arguments, tell), filter(None, groups))
        results = {result.source_id: result for part in parts for result in part}
    return [results[source_id] for source_id in wanted]


def _arguments(source: Source, given: dict[str, str]) -> dict[str, str]:
    arguments = {key: value for key, value in given.items() if value}
    if "since" not in arguments and "until" not in arguments and index_path().exists():
        with Index(index_path(), read_only=True) as index:
            since = since_last_run(source, index)
        if since:
            arguments["since"] = since.isoformat()
    return arguments


class _Tally:
    """Pages of all sources together, told one call at a time."""

    def __init__(self, progress: Progress | None) -> None:
        self.progress = progress
        self.pages: dict[str, int] = {}
        self.lock = threading.Lock()

    def __call__(self, source_id: str, pages: int) -> None:
        with self.lock:
            self.pages[source_id] = max(pages, self.pages.get(source_id, 0))
            if self.progress is not None:
                self.progress("crawl", sum(self.pages.values()), 0)


def _run(
    source_ids: list[str], arguments: dict[str, dict[str, str]], tell: _Tally
) -> list[CrawlResult]:
    """One process for some sources; a result for each, whatever becomes of the process."""
    log = _log_path("sample" if len(source_ids) > 1 else source_ids[0])
    order = {"sources": source_ids, "arguments": arguments}
    paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))}
    results: dict[str, CrawlResult] = {}
    with log.open("ab") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "spiders.run", json.dumps(order)],
            stdout=subprocess.PIPE,
            stderr=errors,
            env=environment,
            text=True,
            encoding="utf-8",
        )
        assert process.stdout is not None
        with process.stdout as lines:
            for line in lines:
                _hear(line, log, results, tell)
        code = process.wait()
    for source_id in source_ids:
        if source_id not in results:
            reason = f"crashed: exit code {code}; see {log}"
            results[source_id] = CrawlResult(source_id, reason, log=log)
    return list(results.values())


def _hear(line: str, log: Path, results: dict[str, CrawlResult], tell: _Tally) -> None:
    try:
        event: dict[str, Any] = json.loads(line)
        source_id = event["source"]
    except (ValueError, TypeError, KeyError):
        return  # something a library printed
    if event.get("event") == "pages":
        tell(source_id, event["pages"])
        return
    result = CrawlResult(
        source_id,
        event["finish_reason"],
        run_id=event.get("run_id", ""),
        documents=event.get("documents", 0),
        announced=event.get("announced"),
        received=event.get("received", 0),
        problems=tuple(event.get("problems", ())),
        counts=event.get("counts", {}),
        log=log,
    )
    results[source_id] = result
    tell(source_id, result.pages)


def _log_path(name: str) -> Path:
    folder = data_folder() / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{datetime.now(UTC):%Y-%m-%d}-{name}.log"
