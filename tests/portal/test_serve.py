"""Serving the published file, and a new release replacing it."""

from __future__ import annotations

import os
import shutil
import sqlite3
import threading
import time
import urllib.request
from pathlib import Path

import pytest

from portal.serve import CannotServe, Pinned, Server, free_port, wait_until_ready


def test_a_missing_or_foreign_file_is_named_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(CannotServe, match="no such file; run `counterwatch build`"):
        Server(tmp_path / "none.db", "127.0.0.1", 0).start()
    foreign = tmp_path / "counterwatch.db"
    foreign.write_bytes(b"not a database")
    with pytest.raises(CannotServe, match="not a Counterwatch database"):
        Server(foreign, "127.0.0.1", 0).start()


def _title(port: int, claim: str) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/claim/{claim}", timeout=10) as answer:
        return str(answer.read().decode())


def _until(condition: object, seconds: float = 20.0) -> bool:
    assert callable(condition)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if condition():
                return True
        except OSError:
            pass
        time.sleep(0.1)
    return False


def test_a_new_release_is_served_and_a_damaged_one_is_not(database: Path, tmp_path: Path) -> None:
    served = tmp_path / "counterwatch.db"
    shutil.copy(database, served)
    (claim,) = (
        sqlite3.connect(served)
        .execute("SELECT id FROM claims WHERE basis = 'archived' LIMIT 1")
        .fetchone()
    )
    said: list[str] = []
    server = Server(served, "127.0.0.1", free_port("127.0.0.1"), said.append)
    server.start()
    watcher = threading.Thread(target=server.watch, daemon=True)
    watcher.start()
    try:
        assert wait_until_ready("127.0.0.1", server.port)
        assert "sample-1" in _title(server.port, claim)

        new = tmp_path / "new.db"
        shutil.copy(database, new)
        connection = sqlite3.connect(new)
        connection.execute("UPDATE claims SET lexicon_version = 'second-release'")
        connection.commit()
        connection.close()
        os.replace(new, served)
        assert _until(lambda: "second-release" in _title(server.port, claim))
        assert any("new release, now served" in line for line in said)

        damaged = tmp_path / "damaged.db"
        damaged.write_bytes(b"damaged")
        os.replace(damaged, served)
        assert _until(lambda: any("the release before it stays" in line for line in said))
        for _ in range(8):
            assert "second-release" in _title(server.port, claim)
    finally:
        server.stopping.set()
        watcher.join()
        server.close()
    assert server.process is None
    assert not list(tmp_path.glob(".serving-*"))


def test_folders_of_killed_servers_are_swept(database: Path, tmp_path: Path) -> None:
    served = tmp_path / "counterwatch.db"
    shutil.copy(database, served)
    (tmp_path / ".serving-999999999-x").mkdir()
    pinned = Pinned(served)
    path = pinned.pin()
    assert [folder.name for folder in tmp_path.glob(".serving-*")] == [path.parent.name]
    served.unlink()
    assert path.stat().st_size == database.stat().st_size
    pinned.keep(path)
    pinned.release()
    assert not list(tmp_path.glob(".serving-*"))
