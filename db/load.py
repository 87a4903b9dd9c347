"""Rows into the new database: named columns in, ``executemany`` in batches."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from pathlib import Path
from typing import Any

from db.schema import INDEXES, TABLES

# Large enough that Python's share of the work is small, small enough to keep memory flat.
BATCH = 2_000


class Loader:
    """A new database being filled. ``add`` buffers; ``finish`` indexes, fills search, and closes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.unlink(missing_ok=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        self.connection = sqlite3.connect(path)
        # A crash leaves a temporary file that nobody reads, so nothing need be durable until publish.
        self.connection.execute("PRAGMA journal_mode=OFF")
        self.connection.execute("PRAGMA synchronous=OFF")
        for table, columns in TABLES.items():
            self.connection.execute(f"CREATE TABLE {table} ({columns})")
        self._columns = {
            table: [row[1] for row in self.connection.execute(f"PRAGMA table_info({table})")]
            for table in TABLES
        }
        self._pending: dict[str, list[tuple[Any, ...]]] = defaultdict(list)

    def add(self, table: str, **values: Any) -> None:
        """Add a row; a second row with the same key is left out. Unknown columns are a fault."""
        columns = self._columns[table]
        if unknown := values.keys() - set(columns):
            raise KeyError(f"{table} has no column {', '.join(sorted(unknown))}")
        self._pending[table].append(tuple(values.get(column) for column in columns))
        if len(self._pending[table]) >= BATCH:
            self._flush(table)

    def _flush(self, table: str) -> None:
        rows = self._pending.pop(table, [])
        marks = ",".join("?" * len(self._columns[table]))
        self.connection.executemany(f"INSERT OR IGNORE INTO {table} VALUES ({marks})", rows)

    def flush(self) -> None:
        for table in list(self._pending):
            self._flush(table)

    def index(self) -> None:
        """Index every facet and foreign key; done last, when it costs least."""
        self.flush()
        create_indexes(self.connection)
        self.connection.execute("ANALYZE")
        self.connection.commit()

    def count(self, table: str) -> int:
        self._flush(table)
        row = self.connection.execute(f"SELECT count(*) FROM {table}").fetchone()
        return int(row[0])

    def close(self) -> None:
        self.connection.commit()
        self.connection.close()


def create_indexes(connection: sqlite3.Connection) -> None:
    """The indexes of ``db.schema.INDEXES``; several columns of one are written ``"a, b"``."""
    for table, indexes in INDEXES.items():
        for columns in indexes:
            name = "_".join([table, *columns.split(", ")])
            connection.execute(f'CREATE INDEX "{name}" ON "{table}" ({columns})')
