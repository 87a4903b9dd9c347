"""A crash at any byte loses at most the record being written, and the next start says so."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from spiders.archive.index import Index
from spiders.archive.manifest import manifests
from spiders.archive.members import MemberError, WarcFile
from spiders.archive.reader import read_payload
from spiders.archive.repair import repair
from spiders.archive.runs import Run
from spiders.archive.verify import verify
from spiders.archive.writer import ArchiveWriter

REPOSITORY = Path(__file__).resolve().parents[3]
HTML = (b"Content-Type", b"text/html")


def body(number: int) -> bytes:
    return random.Random(number).randbytes(600)


@pytest.fixture
def interrupted(tmp_path: Path) -> Path:
    """An archive whose only run was cut off: eight pages, no end, no manifest."""
    archive = tmp_path / "interrupted"
    writer = ArchiveWriter(archive, "sample", Run("sample"))
    for number in range(8):
        writer.write_exchange(f"http://vendor.example/{number}", 200, [HTML], body(number))
    writer.write_listing("http://vendor.example/list", ["/1", "/2"], complete=True, announced=9)
    assert writer._files._file is not None
    writer._files._file.close()
    writer.index.close()
    return archive


def rows(archive: Path) -> list[object]:
    with Index(archive / "index.db", read_only=True) as index:
        captures = [(number, row) for number, row in index.rows()]
        return [
            captures, index.full_runs(), index.full_listings(), index.sources(), index.files(),
        ]  # fmt: skip


def whole_records(path: Path) -> list[tuple[str, int]]:
    """(URL, end) of the captures that are complete in a file."""
    found = []
    with WarcFile(path) as file:
        try:
            for member in file.members():
                end = member.offset + member.skip()
                if "warc-x-outcome" in member.fields:
                    found.append((member.fields["warc-target-uri"], end))
        except MemberError:
            pass
    return found


def test_the_file_may_end_at_any_byte(interrupted: Path, tmp_path: Path) -> None:
    [path] = interrupted.glob("*/*/*.warc.gz")
    size = path.stat().st_size
    cuts = sorted({*random.Random(7).sample(range(1, size), 24), size - 1, 1, size})
    for cut in cuts:
        archive = tmp_path / f"cut-{cut}"
        shutil.copytree(interrupted, archive)
        [copy] = archive.glob("*/*/*.warc.gz")
        os.truncate(copy, cut)
        whole = [url for url, end in whole_records(path) if end <= cut]
        messages = repair(archive)
        with Index(archive / "index.db") as index:
            assert [capture.url for capture in index.captures()] == whole
            for capture in index.captures():
                number = int(capture.url.rpartition("/")[2])
                assert read_payload(archive, capture, index=index).data == body(number)
        report = verify(archive)
        assert report.problems == []
        assert report.manifests == 1
        assert any("closed as interrupted" in message for message in messages)
        if cut not in [end for _, end in whole_records(path)] and len(whole) < 8 and whole:
            assert any("was not complete; cut" in message for message in messages) or any(
                "beyond the end" in message for message in messages
            )
        assert repair(archive) == []
        shutil.rmtree(archive)


def test_records_that_the_index_missed_are_added(interrupted: Path) -> None:
    with Index(interrupted / "index.db") as index:
        before = list(index.captures())
        index._db.execute("DELETE FROM captures WHERE number > 5")
    messages = repair(interrupted)
    assert any(
        message.endswith("3 records were missing in the index, added") for message in messages
    )
    with Index(interrupted / "index.db") as index:
        assert list(index.captures()) == before


def test_a_damaged_tail_is_set_aside_and_not_thrown_away(interrupted: Path) -> None:
    [path] = interrupted.glob("*/*/*.warc.gz")
    end = path.stat().st_size
    with path.open("ab") as file:
        file.write(b"\0" * 4096)  # what a power cut leaves on some file systems
    [message] = [m for m in repair(interrupted) if "no valid record" in m]
    assert f"the 4096 bytes from there were moved to {path.name}.damaged-{end}" in message
    assert path.stat().st_size == end
    assert path.with_name(f"{path.name}.damaged-{end}").read_bytes() == b"\0" * 4096
    assert verify(interrupted).problems == []


def test_the_index_is_built_again_from_the_files_to_the_same_rows(interrupted: Path) -> None:
    repair(interrupted)
    with ArchiveWriter(interrupted, "sample", Run("sample"), source_title="Sample") as writer:
        for number in range(3):
            writer.write_exchange(
                f"http://vendor.example/{number}",
                200,
                [HTML, (b"ETag", b'"x"')],
                body(number),
                name="附件 名.pdf",
                published="2026-01-02",
                parent_url="http://vendor.example/list",
            )
        writer.write_exchange("http://vendor.example/gone", 404, [HTML], b"no", outcome="gone",
                              message="HTTP 404")  # fmt: skip
        with Index(interrupted / "index.db") as index:
            stored = index.latest("http://vendor.example/0", "sample")
        assert stored is not None
        writer.write_not_modified("http://vendor.example/0", stored, [(b"ETag", b'"x"')])
        writer.write_failure("http://vendor.example/slow", "failed", "no answer — 30 s")
        writer.write_resource("urn:x:1", b"file" * 400, "text/plain", name="Übersicht 表.txt")
        writer.write_listing("http://vendor.example/list", ["/1"], complete=False)
    before = rows(interrupted)
    assert Index.rebuild(interrupted) == 15
    assert rows(interrupted) == before
    # Also where there is none, on the next start.
    (interrupted / "index.db").unlink()
    [message] = repair(interrupted)
    assert message == "index.db was missing: built again from the WARC files, 15 captures"
    assert rows(interrupted) == before


def test_a_run_that_another_process_writes_is_left_alone(tmp_path: Path) -> None:
    one = ArchiveWriter(tmp_path, "one", Run("one"))
    one.write_exchange("http://vendor.example/1", 200, [HTML], body(1))
    with ArchiveWriter(tmp_path, "two", Run("two")) as two:
        assert two.repaired == []
        two.write_exchange("http://vendor.example/2", 200, [HTML], body(2))
    one.write_exchange("http://vendor.example/3", 200, [HTML], body(3))
    one.close()
    assert verify(tmp_path).problems == []
    assert [m.content["run"]["source_id"] for m in manifests(tmp_path)] == ["two", "one"]


WRITE_FOR_EVER = """
import random, sys
from pathlib import Path
from spiders.archive.runs import Run
from spiders.archive.writer import ArchiveWriter

writer = ArchiveWriter(Path(sys.argv[1]), "sample", Run("sample"), file_size=20_000)
number = int(sys.argv[2])
while True:
    capture = writer.write_exchange(
        f"http://vendor.example/{number}", 200, [(b"Content-Type", b"text/html")],
        random.Random(number).randbytes(600))
    print(capture.url, capture.sha256, flush=True)  # acknowledged
    number += 1
"""


def test_kill_minus_nine_loses_and_doubles_nothing(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    acknowledged: list[str] = []
    for attempt in range(4):
        process = subprocess.Popen(
            [sys.executable, "-c", WRITE_FOR_EVER, str(archive), str(len(acknowledged) + 100)],
            cwd=REPOSITORY,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        acknowledged.append(process.stdout.readline().strip())
        time.sleep(0.02 + 0.03 * attempt)
        process.send_signal(signal.SIGKILL)
        acknowledged += [line.strip() for line in process.stdout if line.endswith("\n")]
        process.wait()
    repair(archive)
    with Index(archive / "index.db") as index:
        kept = [f"{capture.url} {capture.sha256}" for capture in index.captures()]
        runs = index.full_runs()
    assert set(acknowledged) <= set(kept)
    # At most one record a kill was written and not yet acknowledged.
    assert len(kept) - len(acknowledged) <= 4
    assert [run.finish_reason for run in runs] == ["interrupted"] * 4
    assert sum(run.pages for run in runs) == len(kept)
    report = verify(archive)
    assert report.problems == []
    assert report.manifests == 4
    before = rows(archive)
    Index.rebuild(archive)
    assert rows(archive) == before
