"""A full disk, a folder that may not be written, two crawls at once, a clock that jumps, kills."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from benchmarks.archive.kills import kill_often
from spiders.archive import runs
from spiders.archive.index import Index
from spiders.archive.manifest import manifests
from spiders.archive.reader import read_payload
from spiders.archive.repair import repair
from spiders.archive.runs import Run
from spiders.archive.verify import verify
from spiders.archive.writer import ArchiveWriter

REPOSITORY = Path(__file__).resolve().parents[3]
HTML = (b"Content-Type", b"text/html")

WRITE = """
import os, random, resource, signal, sqlite3, sys
from pathlib import Path
from spiders.archive.runs import Run
from spiders.archive.writer import ArchiveWriter

archive, name = Path(sys.argv[1]), sys.argv[2]
pages, limit, size = map(int, sys.argv[3:])
if limit:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
if os.environ.get("AS_NOBODY") and os.geteuid() == 0:
    os.seteuid(65534)
try:
    writer = ArchiveWriter(archive, "sample", Run("sample"), file_size=1_000_000)
    for number in range(pages):
        body = random.Random(f"{name} {number}").randbytes(size)
        capture = writer.write_exchange(
            f"http://vendor.example/{name}/{number}", 200, [(b"Content-Type", b"text/html")], body)
        print(capture.url, capture.sha256, flush=True)
    writer.close()
except (OSError, sqlite3.Error) as error:
    print(f"stopped: {error}")
"""


def start(
    archive: Path, name: str, pages: int, limit: int = 0, size: int = 3_000, **env: str
) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITE, str(archive), name, str(pages), str(limit), str(size)],
        cwd=REPOSITORY,
        env={**os.environ, **env},
        stdout=subprocess.PIPE,
        text=True,
    )


def told(process: subprocess.Popen[str]) -> list[str]:
    return process.communicate(timeout=60)[0].splitlines()


def kept(archive: Path) -> list[str]:
    """Every capture of the archive, after its bytes were read back."""
    with Index(archive / "index.db") as index:
        captures = list(index.captures())
        for capture in captures:
            read_payload(archive, capture, index=index)
    return [f"{capture.url} {capture.sha256}" for capture in captures]


@pytest.mark.parametrize(
    ("limit", "size", "refused"),
    [(600_000, 100_000, "cannot write sample/"), (150_000, 3_000, "disk")],
    ids=["the WARC file", "the index"],
)
def test_a_full_disk_stops_the_run_and_loses_nothing_acknowledged(
    tmp_path: Path, limit: int, size: int, refused: str
) -> None:
    *pages, last = told(start(tmp_path, "full", 100, limit, size))
    assert last.startswith("stopped: ") and refused in last
    assert 1 <= len(pages) < 50
    assert any("closed as interrupted" in message for message in repair(tmp_path))
    whole = kept(tmp_path)
    # The index may have refused the row of a record that the file had taken.
    assert whole[: len(pages)] == pages
    assert len(whole) <= len(pages) + 1
    assert verify(tmp_path).problems == []
    assert len(told(start(tmp_path, "again", 5))) == 5
    assert verify(tmp_path).problems == []


@pytest.fixture
def locked_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="counterwatch-test-"))
    yield folder
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    folder.rmdir()


def test_a_folder_that_may_not_be_written_stops_before_anything_is_fetched(
    locked_folder: Path,
) -> None:
    locked_folder.chmod(0o555)
    [message] = told(start(locked_folder / "archive", "x", 3, AS_NOBODY="1"))
    assert message.startswith("stopped: ") and "ermission denied" in message
    assert list(locked_folder.iterdir()) == []


def test_an_archive_that_became_read_only_is_left_as_it_was(locked_folder: Path) -> None:
    assert len(told(start(locked_folder, "first", 3))) == 3
    for path in [*locked_folder.rglob("*"), locked_folder]:
        path.chmod(stat.S_IMODE(path.stat().st_mode) & ~0o222)
    before = {path: path.stat().st_size for path in locked_folder.rglob("*.gz")}
    [message] = told(start(locked_folder, "second", 3, AS_NOBODY="1"))
    assert message.startswith("stopped: ")
    for path in [locked_folder, *locked_folder.rglob("*")]:
        path.chmod(stat.S_IMODE(path.stat().st_mode) | 0o200)
    assert {path: path.stat().st_size for path in locked_folder.rglob("*.gz")} == before
    assert verify(locked_folder).problems == []


def test_crawls_at_once_lose_and_double_nothing(tmp_path: Path) -> None:
    writers = [start(tmp_path, name, 60) for name in ("one", "two", "three")]
    pages = [told(writer) for writer in writers]
    assert [len(lines) for lines in pages] == [60, 60, 60]
    assert sorted(kept(tmp_path)) == sorted(page for lines in pages for page in lines)
    report = verify(tmp_path, thorough=True)
    assert (report.problems, report.manifests, report.files) == ([], 3, 3)


class Clock(datetime):
    """``datetime`` with a clock that the test sets."""

    time = datetime(2026, 11, 22, 12, tzinfo=UTC)

    @classmethod
    def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
        Clock.time += timedelta(seconds=1)
        return Clock.time


def test_a_clock_that_jumps_changes_no_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "datetime", Clock)
    url = "http://vendor.example/price"

    def write(*bodies: bytes) -> None:
        with ArchiveWriter(tmp_path, "sample", Run("sample")) as writer:
            for body in bodies:
                writer.write_exchange(url, 200, [HTML], body)
                Clock.time -= timedelta(hours=3)

    write(b"first " * 200, b"second " * 200)
    Clock.time -= timedelta(days=800)
    write(b"third " * 200)
    Clock.time = datetime(2091, 1, 1, tzinfo=UTC)
    write(b"third " * 200)
    Clock.time = datetime(1970, 1, 1, tzinfo=UTC)
    write(b"fourth " * 200)

    def history() -> list[tuple[str, str]]:
        with Index(tmp_path / "index.db") as index:
            latest = index.latest(url, "sample")
            assert latest is not None and read_payload(tmp_path, latest).data[:6] == b"fourth"
            return [(capture.fetched[:4], capture.outcome) for capture in index.captures()]

    expected = [("2026", "ok"), ("2026", "ok"), ("2024", "ok"), ("2091", "unchanged"), ("1970", "ok")]  # fmt: skip
    assert history() == expected
    Index.rebuild(tmp_path)
    assert history() == expected
    assert [manifest.content["number"] for manifest in manifests(tmp_path)] == [1, 2, 3, 4]
    assert verify(tmp_path).problems == []


def test_kills_at_random_moments(tmp_path: Path) -> None:
    """A few of what ``python -m benchmarks.archive kills`` does a hundred times."""
    tally = kill_often(tmp_path, 6, longest=0.4)
    assert tally.problems == []
    assert tally.kills == 6
    assert tally.kept >= tally.acknowledged > 0
