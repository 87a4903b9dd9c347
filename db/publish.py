"""Put a finished database in place so that readers see the old one or the new one, never a half."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path


class PublishError(Exception):
    """The new database is damaged or could not be put in place; the old one still stands."""


def fsync_path(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def publish(new: Path, target: Path) -> None:
    """Check ``new``, then rename it over ``target`` (same file system).

    Raises ``PublishError`` and leaves ``target`` untouched when the check fails.
    """
    connection = sqlite3.connect(f"file:{new}?mode=ro", uri=True)
    try:
        problems = [row[0] for row in connection.execute("PRAGMA quick_check(5)")]
        orphans = connection.execute("PRAGMA foreign_key_check").fetchmany(5)
    except sqlite3.DatabaseError as error:
        raise PublishError(
            f"{new}: not a readable database ({error}); run the build again"
        ) from error
    finally:
        connection.close()
    if problems != ["ok"]:
        raise PublishError(
            f"{new}: damaged: {'; '.join(problems)}; run `counterwatch build --rebuild`"
        )
    if orphans:
        rows = ", ".join(f"{table} row {row} → {parent}" for table, row, parent, _ in orphans)
        raise PublishError(
            f"{new}: rows that refer to nothing: {rows}; this is a fault of the build"
        )
    fsync_path(new)
    os.replace(new, target)
    fsync_path(target.parent)
