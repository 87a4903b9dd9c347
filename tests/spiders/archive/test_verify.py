"""Whatever is changed, removed, swapped or added afterwards is found and named."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from spiders.archive.disk import PIECE
from spiders.archive.index import Index
from spiders.archive.runs import Run
from spiders.archive.verify import verify
from spiders.archive.writer import ArchiveWriter

HTML = (b"Content-Type", b"text/html")


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Two runs of two pages."""
    for run in range(2):
        with ArchiveWriter(tmp_path, "sample", Run("sample")) as writer:
            for page in range(2):
                text = f"sample page {page} of run {run} ".encode() * 40
                writer.write_exchange(f"http://vendor.example/{page}", 200, [HTML], text)
    return tmp_path


def warcs(archive: Path) -> list[Path]:
    return sorted(archive.glob("*/*/*.warc.gz"))


def change(path: Path, offset: int, data: bytes) -> None:
    path.chmod(0o644)
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(data)


def test_an_untouched_archive_verifies(archive: Path) -> None:
    steps: list[tuple[str, int, int]] = []
    report = verify(archive, progress=lambda *step: steps.append(step))
    assert (report.files, report.records, report.manifests) == (2, 12, 2)
    assert report.bytes == sum(path.stat().st_size for path in warcs(archive))
    assert report.problems == []
    assert steps[-1] == ("verifying", 2, 2)


def test_a_changed_byte_is_named_by_file_and_record(archive: Path) -> None:
    path = warcs(archive)[0]
    with Index(archive / "index.db") as index:
        capture = next(index.captures())
    assert capture.warc_offset and capture.warc_length
    change(path, capture.warc_offset + capture.warc_length - 12, b"\x00\x01\x02")
    problems = verify(archive).problems
    name = path.relative_to(archive).as_posix()
    assert problems[0].startswith(f"{name} at {capture.warc_offset}: ")
    assert problems[-1] == (
        f"{name}: its SHA-256 is not the one in its manifest (first at {capture.warc_offset})"
    )


def test_a_record_written_anew_with_valid_gzip_is_found(archive: Path) -> None:
    """Somebody who can write WARC records still cannot change one."""
    import gzip

    path = warcs(archive)[1]
    data = gzip.decompress(path.read_bytes()).replace(b"sample page 1", b"forged page 1")
    path.chmod(0o644)
    path.write_bytes(gzip.compress(data))
    assert any("its manifest says" in problem for problem in verify(archive).problems)


def _remove(archive: Path) -> str:
    path = warcs(archive)[0]
    path.unlink()
    return f"{path.relative_to(archive)}: the manifest of its run names it, but it is not there"


def _truncate(archive: Path) -> str:
    path = warcs(archive)[0]
    size = path.stat().st_size
    path.chmod(0o644)
    with path.open("r+b") as file:
        file.truncate(size - 30)
    return f"{path.relative_to(archive)}: has {size - 30} bytes, its manifest says {size}"


def _swap(archive: Path) -> str:
    one, two = warcs(archive)
    held = one.with_name("held")
    one.rename(held)
    two.rename(one)
    held.rename(two)
    return f"{one.relative_to(archive)}: "


def _reorder(archive: Path) -> str:
    """The runs told in another order: each manifest under the other's number."""
    one, two = sorted((archive / "manifests").glob("*.json"))
    one.rename(two.with_name(f"000003{one.name[6:]}"))
    return f"manifests/{two.name}: is number 2, 1 was expected"


def _swap_manifests(archive: Path) -> str:
    one, two = sorted((archive / "manifests").glob("*.json"))
    held = one.read_bytes()
    for path, data in ((one, two.read_bytes()), (two, held)):
        path.unlink()
        path.write_bytes(data)
    return f"manifests/{one.name}: is number 2, 1 was expected"


def _swap_same_size(archive: Path) -> str:
    """A file with every digest right and the right size, in another's place."""
    one, two = warcs(archive)
    data = two.read_bytes()
    one.unlink()
    one.write_bytes(data)
    return f"{one.relative_to(archive)} at 0: the file calls itself {two.name}"


def _remove_last_run(archive: Path) -> str:
    """Nothing follows the last manifest in the chain, but the index remembers it."""
    warcs(archive)[-1].unlink()
    path = sorted((archive / "manifests").glob("*.json"))[-1]
    path.unlink()
    return f"run {path.stem[7:]}: its manifest (SHA-256 "


def _put_in(archive: Path) -> str:
    path = warcs(archive)[0]
    added = path.with_name("sample-20200101T000000000Z-abcdef-00000.warc.gz")
    added.write_bytes(path.read_bytes())
    return f"{added.relative_to(archive)}: no manifest names it"


def _remove_manifest(archive: Path) -> str:
    path = sorted((archive / "manifests").glob("*.json"))[0]
    path.unlink()
    return "manifests/000002-"


def _edit_manifest(archive: Path) -> str:
    path = sorted((archive / "manifests").glob("*.json"))[0]
    content = json.loads(path.read_text())
    content["run"]["finish_reason"] = "nothing to see"
    path.chmod(0o644)
    path.write_text(json.dumps(content))
    return "manifests/000002-"


def _break_manifest(archive: Path) -> str:
    path = sorted((archive / "manifests").glob("*.json"))[0]
    path.chmod(0o644)
    path.write_text("{")
    return f"manifests/{path.name}: not a manifest"


def _forget_row(archive: Path) -> str:
    with Index(archive / "index.db") as index:
        capture = next(index.captures())
        index._db.execute("DELETE FROM captures WHERE id = ?", (capture.id,))
    return f"{capture.warc_file} at {capture.warc_offset}: the record is not in the index"


def _edit_row(archive: Path) -> str:
    with Index(archive / "index.db") as index:
        capture = next(index.captures())
        index._db.execute("UPDATE captures SET outcome = 'gone' WHERE id = ?", (capture.id,))
    return f"{capture.warc_file} at {capture.warc_offset}: the index tells otherwise"


@pytest.mark.parametrize(
    "tamper",
    [
        _remove, _truncate, _swap, _swap_same_size, _reorder, _swap_manifests, _remove_last_run,
        _put_in, _remove_manifest, _edit_manifest, _break_manifest,
        _forget_row, _edit_row,
    ],
)  # fmt: skip
def test_tampering_is_found(archive: Path, tamper: Callable[[Path], str]) -> None:
    expected = tamper(archive)
    problems = verify(archive).problems
    assert any(problem.startswith(expected) for problem in problems), problems


def test_the_piece_that_changed_is_named_where_every_record_is_whole(tmp_path: Path) -> None:
    """A time in a gzip header is read by nobody: only the hashes of pieces tell where it is."""
    with ArchiveWriter(tmp_path, "sample", Run("sample")) as writer:
        for page in range(5):
            body = random.Random(page).randbytes(400_000)
            writer.write_exchange(f"http://vendor.example/{page}", 200, [HTML], body)
    [path] = warcs(tmp_path)
    with Index(tmp_path / "index.db") as index:
        fourth = [capture.warc_offset for capture in index.captures()][3]
    assert fourth and fourth // PIECE == 1
    change(path, fourth + 4, b"\x01")
    name = path.relative_to(tmp_path).as_posix()
    assert verify(tmp_path).problems == [
        f"{name}: its SHA-256 is not the one in its manifest (first in the 1048576 bytes from "
        f"{PIECE}; each record by itself is whole)"
    ]


def test_processes_find_the_same(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    change(warcs(archive)[1], 40, b"\xff")
    alone = verify(archive)
    monkeypatch.setattr("spiders.archive.verify._SMALL", 0)
    assert verify(archive, jobs=2) == alone
    thorough = verify(archive, jobs=2, thorough=True)
    assert (thorough.problems, thorough.records) == (alone.problems, alone.records)
