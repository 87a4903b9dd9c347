"""The archive's index: SQLite beside the WARC files, for lookups; never the truth.

Every row is written after the record's bytes were flushed, and all of it can be built again from
the WARC files (``Index.rebuild``), so losing it loses nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from itertools import count
from pathlib import Path
from typing import Any

from parsers.records import Capture
from spiders.archive.fields import Row
from spiders.archive.runs import Listing, Run, now

_CAPTURE = [field.name for field in fields(Capture)]
_STORED = [field.name for field in fields(Row) if field.name != "capture"]
_RUN = [field.name for field in fields(Run)]
# The columns of the public table; arguments and finer counts stay in index and manifest.
_PUBLISHED_RUN = (
    "id", "source_id", "started", "finished", "finish_reason", "announced", "received", "pages",
    "new", "changed", "gone", "blocked", "failed", "bytes", "manifest_sha256",
)  # fmt: skip
_LISTING = [field.name for field in fields(Listing)]

_SCHEMA = f"""
CREATE TABLE IF NOT EXISTS captures (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE, source_id TEXT NOT NULL, run_id TEXT NOT NULL, url TEXT NOT NULL,
    fetched TEXT NOT NULL, status INTEGER, outcome TEXT NOT NULL, media_type TEXT, sha256 TEXT,
    warc_file TEXT NOT NULL, warc_offset INTEGER NOT NULL, warc_length INTEGER NOT NULL,
    via TEXT NOT NULL, message TEXT NOT NULL, name TEXT, published TEXT, parent_url TEXT,
    record_id TEXT NOT NULL UNIQUE, record_type TEXT NOT NULL, payload_digest TEXT, etag TEXT,
    last_modified TEXT, request_digest TEXT NOT NULL, refers_to TEXT,
    UNIQUE (warc_file, warc_offset)
);
CREATE INDEX IF NOT EXISTS captures_by_url ON captures (url, source_id, request_digest, number);
CREATE INDEX IF NOT EXISTS captures_by_digest ON captures (payload_digest, number)
    WHERE record_type IN ('response', 'resource');
CREATE INDEX IF NOT EXISTS captures_by_sha256 ON captures (sha256);
CREATE INDEX IF NOT EXISTS captures_by_run ON captures (run_id);
CREATE TABLE IF NOT EXISTS runs (
    id TEXT PRIMARY KEY, {", ".join(name for name in _RUN if name != "id")}
);
CREATE TABLE IF NOT EXISTS listings (
    {", ".join(_LISTING)}, PRIMARY KEY (run_id, listing_url)
);
CREATE TABLE IF NOT EXISTS sources (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, title TEXT NOT NULL, first_seen TEXT NOT NULL
);
-- One row a WARC file. sha256 is NULL while a run still writes it.
CREATE TABLE IF NOT EXISTS files (
    name TEXT PRIMARY KEY, run_id TEXT NOT NULL, size INTEGER, sha256 TEXT
);
"""


@dataclass(frozen=True, slots=True)
class StoredFile:
    name: str  # relative to the archive folder
    run_id: str
    size: int | None
    sha256: str | None  # None: not closed


class Index:
    """``data/archive/index.db``, opened for one thread; a context manager.

    ``read_only`` opens an index that must exist, and never changes it.
    """

    def __init__(self, path: Path, read_only: bool = False) -> None:
        self.path = path
        if read_only:
            self._db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=30)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, timeout=30)
        self._db.isolation_level = None  # every statement commits: a row is there or it is not
        self._db.row_factory = sqlite3.Row
        if not read_only:
            # WAL without a sync per row: rows that a power cut loses are read from the WARC again.
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")
            # Every row touches each index: at the usual 1,000 pages the disk is asked to sync
            # for every hundred captures.
            self._db.execute("PRAGMA wal_autocheckpoint = 8000")
            self._db.executescript(_SCHEMA)
            self._add_columns("runs", _RUN)

    def _add_columns(self, table: str, names: list[str]) -> None:
        """Columns that an index of an older version has not."""
        there = {found["name"] for found in self._db.execute(f"PRAGMA table_info({table})")}
        for name in names:
            if name not in there:
                self._db.execute(f"ALTER TABLE {table} ADD COLUMN {name} INTEGER DEFAULT 0")

    def __enter__(self) -> Index:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._db.close()

    # Reading

    def rows(self, since: int = 0, where: str = "", *values: Any) -> Iterator[tuple[int, Row]]:
        """(number, row) of captures after number ``since``, oldest first."""
        clause = f" AND ({where})" if where else ""
        query = f"SELECT * FROM captures WHERE number > ?{clause} ORDER BY number"
        for found in self._db.execute(query, (since, *values)):
            yield found["number"], _row(found)

    def captures(self, since_rowid: int = 0) -> Iterator[Capture]:
        """Captures added after row ``since_rowid``, in the order they were made."""
        return (row.capture for _, row in self.rows(since_rowid))

    def last_rowid(self) -> int:
        """The number of the newest capture, to ask ``captures`` later for what came after."""
        return self._db.execute("SELECT coalesce(max(number), 0) FROM captures").fetchone()[0]

    def capture(self, id: str) -> Capture | None:
        found = self._one("id = ?", id)
        return found.capture if found else None

    def latest(self, url: str, source_id: str, request_digest: str = "") -> Capture | None:
        """The newest capture of this URL by this source, whatever its outcome."""
        found = self._one(
            "url = ? AND source_id = ? AND request_digest = ?", url, source_id, request_digest
        )
        return found.capture if found else None

    def latest_conclusive(self, url: str, source_id: str, request_digest: str = "") -> Row | None:
        """The newest capture that says whether the page was there: ok, unchanged or gone.

        Blocks and failures say nothing about the page.
        """
        return self._one(
            "url = ? AND source_id = ? AND request_digest = ?"
            " AND outcome IN ('ok', 'unchanged', 'gone')",
            url, source_id, request_digest,
        )  # fmt: skip

    def seen_well(
        self, url: str, source_id: str, request_digest: str = "", before: int | None = None
    ) -> bool:
        """Whether this source ever had this page (before capture number ``before``)."""
        return bool(
            self._db.execute(
                "SELECT 1 FROM captures WHERE url = ? AND source_id = ? AND request_digest = ?"
                " AND outcome IN ('ok', 'unchanged') AND number < ? LIMIT 1",
                (url, source_id, request_digest, 1 << 62 if before is None else before),
            ).fetchone()
        )

    def payload_by_digest(self, payload_digest: str) -> Row | None:
        """The first record that holds these payload bytes in full, for a revisit to refer to."""
        found = self._db.execute(
            "SELECT * FROM captures WHERE payload_digest = ?"
            " AND record_type IN ('response', 'resource') ORDER BY number LIMIT 1",
            (payload_digest,),
        ).fetchone()
        return _row(found) if found else None

    def row(self, capture_id: str) -> Row | None:
        return self._one("id = ?", capture_id)

    def record(self, record_id: str) -> Row | None:
        return self._one("record_id = ?", record_id)

    def _one(self, where: str, *values: Any) -> Row | None:
        found = self._db.execute(
            f"SELECT * FROM captures WHERE {where} ORDER BY number DESC LIMIT 1", values
        ).fetchone()
        return _row(found) if found else None

    def captures_by_url(self) -> Iterator[Capture]:
        """All captures sorted by source, URL and time: one page's history after the other."""
        query = "SELECT * FROM captures ORDER BY source_id, url, fetched, number"
        return (_row(found).capture for found in self._db.execute(query))

    def state(self) -> str:
        """Changes exactly when captures, listings, runs or sources do; the same after a rebuild."""
        digest = hashlib.sha256()
        for query in (
            "SELECT id FROM captures ORDER BY id",
            "SELECT id, finished, finish_reason FROM runs ORDER BY id",
            "SELECT run_id, listing_url, recorded FROM listings ORDER BY 1, 2",
            "SELECT id, title FROM sources ORDER BY id",
        ):
            for found in self._db.execute(query):
                digest.update(repr(tuple(found)).encode())
        return digest.hexdigest()[:16]

    def runs(self) -> list[dict[str, Any]]:
        """All runs as published (db.schema), oldest first; one going on has no ``finished``."""
        query = f"SELECT {', '.join(_PUBLISHED_RUN)} FROM runs ORDER BY id"
        return [dict(found) for found in self._db.execute(query)]

    def full_runs(self) -> list[Run]:
        """All runs with everything the archive knows of them, oldest first."""
        return [_run(found) for found in self._db.execute("SELECT * FROM runs ORDER BY id")]

    def run(self, id: str) -> Run | None:
        found = self._db.execute("SELECT * FROM runs WHERE id = ?", (id,)).fetchone()
        return _run(found) if found else None

    def listings(self, run_id: str | None = None) -> list[dict[str, Any]]:
        """Readings of lists in order of time, as mappings of ``runs.Listing``'s fields."""
        return [asdict(listing) for listing in self.full_listings(run_id)]

    def full_listings(self, run_id: str | None = None) -> list[Listing]:
        where, values = ("WHERE run_id = ?", (run_id,)) if run_id else ("", ())
        query = f"SELECT * FROM listings {where} ORDER BY run_id, recorded, listing_url"
        return [_listing(found) for found in self._db.execute(query, values)]

    def sources(self) -> list[dict[str, Any]]:
        """Every source that ever wrote here: id, kind, title, first_seen."""
        query = "SELECT id, kind, title, first_seen FROM sources ORDER BY id"
        return [dict(found) for found in self._db.execute(query)]

    def files(self, run_id: str | None = None) -> list[StoredFile]:
        where, values = ("WHERE run_id = ?", (run_id,)) if run_id else ("", ())
        query = f"SELECT name, run_id, size, sha256 FROM files {where} ORDER BY name"
        return [StoredFile(*found) for found in self._db.execute(query, values)]

    def warc_files(self) -> list[str]:
        """The files that captures are in."""
        found = self._db.execute("SELECT DISTINCT warc_file FROM captures ORDER BY 1")
        return [name for (name,) in found]

    def outcomes(self, run_id: str) -> dict[str, int]:
        """Captures of a run by outcome."""
        query = "SELECT outcome, count(*) FROM captures WHERE run_id = ? GROUP BY 1 ORDER BY 1"
        return dict(self._db.execute(query, (run_id,)).fetchall())

    def saved(self, run_id: str) -> int:
        """Bytes that a run's revisit records are shorter than the records they refer to."""
        return self._db.execute(
            "SELECT coalesce(sum(stored.warc_length - again.warc_length), 0) FROM captures again"
            " JOIN captures stored ON stored.record_id = again.refers_to"
            " WHERE again.run_id = ? AND again.record_type = 'revisit'",
            (run_id,),
        ).fetchone()[0]

    # Writing

    def add_capture(self, row: Row) -> bool:
        """Add a row; False where this record is there already (adding twice is harmless)."""
        values = {**_values(row.capture, _CAPTURE), **_values(row, _STORED)}
        cursor = self._db.execute(
            f"INSERT OR IGNORE INTO captures ({', '.join(values)})"
            f" VALUES ({', '.join('?' * len(values))})",
            list(values.values()),
        )
        return cursor.rowcount == 1

    def remove_beyond(self, file: str, size: int) -> int:
        """Remove rows whose record ends beyond ``size``: bytes the disk never got."""
        return self._db.execute(
            "DELETE FROM captures WHERE warc_file = ? AND warc_offset + warc_length > ?",
            (file, size),
        ).rowcount

    def end_of_rows(self, file: str) -> int:
        """Where the last indexed record of a file ends; 0 where it has none."""
        return self._db.execute(
            "SELECT coalesce(max(warc_offset + warc_length), 0) FROM captures WHERE warc_file = ?",
            (file,),
        ).fetchone()[0]

    def end_before(self, file: str, offset: int) -> int:
        """Where the last indexed record before ``offset`` ends; 0 where there is none."""
        return self._db.execute(
            "SELECT coalesce(max(warc_offset + warc_length), 0) FROM captures"
            " WHERE warc_file = ? AND warc_offset < ?",
            (file, offset),
        ).fetchone()[0]

    def put_run(self, run: Run) -> None:
        values = asdict(run) | {"arguments": json.dumps(run.arguments, sort_keys=True)}
        self._replace("runs", values)

    def put_listing(self, listing: Listing) -> None:
        values = asdict(listing) | {"urls": json.dumps(listing.urls, ensure_ascii=False)}
        self._replace("listings", values)

    def put_file(self, file: StoredFile) -> None:
        self._replace("files", asdict(file))

    def remove_file(self, name: str) -> None:
        self._db.execute("DELETE FROM files WHERE name = ?", (name,))

    def add_source(self, id: str, kind: str, title: str, first_seen: str | None = None) -> None:
        """Register a source once; its first registration stands."""
        self._db.execute(
            "INSERT OR IGNORE INTO sources VALUES (?, ?, ?, ?)",
            (id, kind, title, first_seen or now()),
        )

    def _replace(self, table: str, values: dict[str, Any]) -> None:
        self._db.execute(
            f"INSERT OR REPLACE INTO {table} ({', '.join(values)})"
            f" VALUES ({', '.join('?' * len(values))})",
            list(values.values()),
        )

    def sort_captures(self, runs: Sequence[str]) -> None:
        """Number all captures in this order of runs, then of place in their files."""
        columns = [found[1] for found in self._db.execute("PRAGMA table_info(captures)")][1:]
        listed = ", ".join(columns)
        self._db.execute(f"CREATE TEMP TABLE sorted AS SELECT {listed} FROM captures")
        self._db.execute("CREATE TEMP TABLE run_order (run TEXT PRIMARY KEY, place INTEGER)")
        self._db.executemany("INSERT INTO run_order VALUES (?, ?)", zip(runs, count()))
        self._db.execute("DELETE FROM captures")
        self._db.execute("DELETE FROM sqlite_sequence WHERE name = 'captures'")
        self._db.execute(
            f"INSERT INTO captures ({listed}) SELECT {listed} FROM temp.sorted"
            " LEFT JOIN temp.run_order ON run = run_id"
            " ORDER BY place, run_id, warc_file, warc_offset"
        )
        self._db.execute("DROP TABLE temp.sorted")
        self._db.execute("DROP TABLE temp.run_order")

    def begin(self) -> None:
        """Start one transaction over many rows (rebuild, repair); ``commit`` ends it."""
        self._db.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        self._db.execute("COMMIT")

    @classmethod
    def rebuild(cls, archive: Path) -> int:
        """Build ``archive/index.db`` again from the WARC files; the number of captures.

        The old index is replaced only once the new one is complete. Readers that have it open
        keep the old one.
        """
        from spiders.archive.rebuild import fill

        target = archive / "index.db"
        fresh = archive / f"index.db.rebuild-{os.getpid()}"
        fresh.unlink(missing_ok=True)
        try:
            with cls(fresh) as index:
                captures = fill(index, archive)
                index._db.execute("PRAGMA journal_mode = DELETE")
            for suffix in ("-wal", "-shm"):
                Path(f"{target}{suffix}").unlink(missing_ok=True)
            os.replace(fresh, target)
        finally:
            for left in archive.glob(f"{fresh.name}*"):
                left.unlink()
        return captures


def _values(record: Any, names: list[str]) -> dict[str, Any]:
    return {name: getattr(record, name) for name in names}


def _row(found: sqlite3.Row) -> Row:
    capture = Capture(**{name: found[name] for name in _CAPTURE})
    return Row(capture=capture, **{name: found[name] for name in _STORED})


def _run(found: sqlite3.Row) -> Run:
    values = {name: found[name] for name in _RUN if name in found.keys()}  # noqa: SIM118
    return Run(**values | {"arguments": json.loads(values["arguments"])})


def _listing(found: sqlite3.Row) -> Listing:
    values = {name: found[name] for name in _LISTING}
    values["complete"] = bool(values["complete"])
    return Listing(**values | {"urls": tuple(json.loads(values["urls"]))})
