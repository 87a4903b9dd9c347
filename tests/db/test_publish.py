"""Readers see the old database or the new one, whole."""

import sqlite3
from pathlib import Path

import pytest

from db.publish import PublishError, publish


def database(path: Path, value: str) -> Path:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE parents (id TEXT PRIMARY KEY)")
    connection.execute("CREATE TABLE rows (value TEXT, parent TEXT REFERENCES parents(id))")
    connection.execute("INSERT INTO rows VALUES (?, NULL)", (value,))
    connection.commit()
    connection.close()
    return path


def value_in(path: Path) -> str:
    connection = sqlite3.connect(path)
    try:
        return str(connection.execute("SELECT value FROM rows").fetchone()[0])
    finally:
        connection.close()


def test_the_new_database_takes_the_place_of_the_old(tmp_path: Path):
    target = database(tmp_path / "site.db", "old")
    publish(database(tmp_path / "site.db.new", "new"), target)
    assert value_in(target) == "new"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["site.db"]


def test_a_reader_keeps_the_old_file_while_it_reads(tmp_path: Path):
    target = database(tmp_path / "site.db", "old")
    reader = sqlite3.connect(f"file:{target}?mode=ro", uri=True)
    publish(database(tmp_path / "site.db.new", "new"), target)
    assert reader.execute("SELECT value FROM rows").fetchone() == ("old",)
    reader.close()


def test_a_damaged_database_is_refused_and_the_old_one_stands(tmp_path: Path):
    target = database(tmp_path / "site.db", "old")
    damaged = database(tmp_path / "site.db.new", "new")
    damaged.write_bytes(damaged.read_bytes()[:4096] + b"\xff" * 4096)
    with pytest.raises(PublishError, match=r"site\.db\.new"):
        publish(damaged, target)
    assert value_in(target) == "old"


def test_a_row_that_refers_to_nothing_is_refused(tmp_path: Path):
    target = database(tmp_path / "site.db", "old")
    new = database(tmp_path / "site.db.new", "new")
    connection = sqlite3.connect(new)
    connection.execute("INSERT INTO rows VALUES ('orphan', 'nobody')")
    connection.commit()
    connection.close()
    with pytest.raises(PublishError, match="refer to nothing: rows row 2 → parents"):
        publish(new, target)
    assert value_in(target) == "old"
