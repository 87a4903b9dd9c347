"""Serve the published database with Datasette, and start again when a new release replaces it."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from datasette.inspect import inspect_hash

from db.schema import TABLES

PORTAL = Path(__file__).resolve().parent
METADATA = PORTAL.parent / "metadata.yml"

SETTINGS: dict[str, str | int] = {
    "default_page_size": 50,
    "max_returned_rows": 1_000,
    "sql_time_limit_ms": 2_000,
    "facet_time_limit_ms": 1_000,
    "default_facet_size": 20,
    # Suggesting facets asks about every column: 2.5 s instead of 0.1 s on a million rows.
    "suggest_facets": "off",
    "truncate_cells_html": 300,
    "allow_download": "on",
    # Rows stream in constant memory, so the whole table may be taken; 0 means no limit.
    "allow_csv_stream": "on",
    "max_csv_mb": 0,
    "num_sql_threads": 4,
    "template_debug": "off",
    "trace_debug": "off",
}
# A release is one rename; looking once a second costs one stat.
LOOK_EVERY_SECONDS = 1.0
# Time a stopping server has for answers under way before it is ended.
PATIENCE_SECONDS = 10.0


class CannotServe(Exception):
    """The database is missing or unreadable; ``str(error)`` names it and says what to do."""


def inspect(database: Path) -> dict[str, Any]:
    """Datasette's inspect data: hash and row counts, so that no page has to count."""
    try:
        connection = sqlite3.connect(f"file:{database}?immutable=1", uri=True)
        try:
            counts = {
                table: connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]
                for table in TABLES
            }
        finally:
            connection.close()
    except sqlite3.DatabaseError as error:
        raise CannotServe(
            f"{database}: not a Counterwatch database ({error}); run `counterwatch build`"
        ) from error
    return {
        database.stem: {
            "hash": inspect_hash(database),
            "size": database.stat().st_size,
            "file": str(database),
            "tables": {table: {"count": count} for table, count in counts.items()},
        }
    }


def command(
    database: Path, inspect_file: Path, host: str, port: int, metadata: Path = METADATA
) -> list[str]:
    """The ``datasette serve`` command line for a database."""
    settings = [
        word for name, value in SETTINGS.items() for word in ("--setting", name, str(value))
    ]
    return [
        sys.executable, "-m", "datasette", "serve", "-i", str(database), "-m", str(metadata),
        "--inspect-file", str(inspect_file), "--plugins-dir", str(PORTAL / "plugins"),
        "--template-dir", str(PORTAL / "templates"), "--static", f"assets:{PORTAL / 'static'}",
        "--host", host, "--port", str(port), *settings,
    ]  # fmt: skip


def _identity(database: Path) -> tuple[int, int, int] | None:
    """What tells one release of the file from another; None while there is none."""
    try:
        status = database.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size


def free_port(host: str) -> int:
    """A port nobody listens on, the same for every restart."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


class Pinned:
    """Folders beside the database with a hard link to the release being served.

    Datasette opens the file again in each of its threads. Under the database's own name a thread
    might open the next release, or a damaged one, while others still read the last.
    """

    PREFIX = ".serving-"

    def __init__(self, database: Path) -> None:
        self.database = database
        self.folder: Path | None = None

    def pin(self) -> Path:
        """A path that goes on naming the file as it is now; its folder replaces the one before."""
        self._sweep()
        try:
            folder = Path(
                tempfile.mkdtemp(prefix=f"{self.PREFIX}{os.getpid()}-", dir=self.database.parent)
            )
        except OSError:
            return self.database  # a folder that may not be written to, or a read-only disk
        try:
            os.link(self.database, folder / self.database.name)
        except OSError:  # a file system without hard links
            folder.rmdir()
            return self.database
        return folder / self.database.name

    def keep(self, path: Path) -> None:
        """Serve from ``path`` from now on; let the release before it go."""
        self.release()
        self.folder = path.parent if path.parent != self.database.parent else None

    def discard(self, path: Path) -> None:
        """Let go of a file that was pinned but cannot be served."""
        if path.parent != self.database.parent:
            shutil.rmtree(path.parent, ignore_errors=True)

    def release(self) -> None:
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder = None

    def _sweep(self) -> None:
        """Remove folders of servers that were killed; their links would hold old releases."""
        for folder in self.database.parent.glob(f"{self.PREFIX}*"):
            number = folder.name.removeprefix(self.PREFIX).split("-")[0]
            if number.isdigit() and not _is_alive(int(number)):
                shutil.rmtree(folder, ignore_errors=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


class Server:
    """A Datasette process on one database, replaced by a new one when the file is replaced."""

    def __init__(
        self, database: Path, host: str, port: int, say: Callable[[str], None] = lambda _: None
    ) -> None:
        self.database, self.host, self.say = database.resolve(), host, say
        self.port = port or free_port(host)
        self.process: subprocess.Popen[bytes] | None = None
        self.served: tuple[int, int, int] | None = None
        self._folder = tempfile.TemporaryDirectory(prefix="counterwatch-serve-")
        self._pinned = Pinned(self.database)
        self.stopping = threading.Event()

    def start(self) -> None:
        """Start Datasette on the file as it is now; ``CannotServe`` where it cannot be read."""
        identity = _identity(self.database)
        if identity is None:
            raise CannotServe(f"{self.database}: no such file; run `counterwatch build` first")
        pinned = self._pinned.pin()
        try:
            data = inspect(pinned)
        except CannotServe as error:
            self._pinned.discard(pinned)
            raise CannotServe(str(error).replace(str(pinned), str(self.database))) from error
        inspect_file = Path(self._folder.name) / "inspect.json"
        inspect_file.write_text(json.dumps(data))
        self._end_process()
        self._pinned.keep(pinned)
        environment = dict(os.environ)
        environment["PYTHONPATH"] = os.pathsep.join(
            part for part in (str(PORTAL.parent), environment.get("PYTHONPATH")) if part
        )
        self.process = subprocess.Popen(
            command(pinned, inspect_file, self.host, self.port), env=environment
        )
        self.served = identity

    def watch(self) -> int:
        """Serve until stopped or until Datasette ends by itself; returns the exit code."""
        while not self.stopping.wait(LOOK_EVERY_SECONDS):
            if self.process is None:
                return 1
            code = self.process.poll()
            if code is not None:
                return code
            identity = _identity(self.database)
            if identity is not None and identity != self.served:
                self._replace(identity)
        return 0

    def _replace(self, identity: tuple[int, int, int]) -> None:
        try:
            self.start()
            self.say(f"{self.database}: new release, now served")
        except CannotServe as error:
            # The old release goes on being served from its open file; do not try this one again.
            self.served = identity
            self.say(f"{error}; the release before it stays")

    def _end_process(self) -> None:
        process, self.process = self.process, None
        if process is None or process.poll() is not None:
            return
        process.terminate()
        try:
            process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def close(self) -> None:
        self.stopping.set()
        self._end_process()
        self._pinned.release()
        self._folder.cleanup()


def serve(
    database: Path,
    host: str = "127.0.0.1",
    port: int = 8001,
    say: Callable[[str], None] = print,
) -> int:
    """Serve ``database`` until interrupted or terminated; returns an exit code.

    ``port`` 0 takes a free one; ``say`` is told the address and each new release.
    Raises ``CannotServe`` where the database is missing or unreadable at the start.
    """
    server = Server(database, host, port, say)

    def stop(number: int, frame: FrameType | None) -> None:
        server.stopping.set()

    previous = signal.signal(signal.SIGTERM, stop)
    try:
        server.start()
        say(f"http://{host}:{server.port}/")
        return server.watch()
    except KeyboardInterrupt:
        return 0
    finally:
        server.close()
        signal.signal(signal.SIGTERM, previous)


def wait_until_ready(host: str, port: int, seconds: float = 30.0) -> bool:
    """Whether the site answers within ``seconds``; for those who start it and then open it."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        connection = http.client.HTTPConnection(host, port, timeout=2)
        try:
            connection.request("GET", "/about")
            if connection.getresponse().status == 200:
                return True
        except OSError:
            time.sleep(0.2)
        finally:
            connection.close()
    return False
