"""Local files as evidence: files, folders, zip files, and what is wrong with them."""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path

import pytest

from spiders.archive.files import AddError, Limits, add_files
from spiders.archive.index import Index
from spiders.archive.reader import read_payload
from spiders.archive.verify import verify

TEXT = "Invented report: a sample. 样本报告。\n".encode() * 30


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "archive"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "given"
    (folder / "more").mkdir(parents=True)
    (folder / "report 样本.txt").write_bytes(TEXT)
    (folder / "more" / "notice.xml").write_bytes(b"<?xml version='1.0'?><sample/>")
    (folder / ".hidden").write_bytes(b"not taken")
    return folder


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as container:
        for name, data in members.items():
            container.writestr(name, data)
    return out.getvalue()


def test_a_folder_becomes_resources(archive: Path, folder: Path) -> None:
    steps: list[tuple[str, int, int]] = []
    result = add_files(
        [folder], "reports", published="2020-12-12", archive=archive,
        progress=lambda *step: steps.append(step),
    )  # fmt: skip
    assert (result.added, result.unchanged, result.failed) == (2, 0, [])
    notice, report = sorted(result.captures, key=lambda capture: capture.name or "")
    assert (report.name, report.media_type, report.via) == ("report 样本.txt", "text/plain", "file")
    assert report.published == "2020-12-12"
    assert report.status is None
    assert notice.media_type == "application/xml"
    digest = hashlib.sha256(TEXT).hexdigest()
    assert report.sha256 == digest
    # Nothing of this machine: a name and the hash of the bytes.
    assert report.url == f"urn:counterwatch:file:{digest}/report%20%E6%A0%B7%E6%9C%AC.txt"
    assert read_payload(archive, report).data == TEXT
    assert steps[-1] == ("adding", 2, 2)
    assert verify(archive).problems == []
    with Index(archive / "index.db") as index:
        assert [(row["id"], row["kind"], row["title"]) for row in index.sources()] == [
            ("reports", "report", "reports")
        ]


def test_the_same_bytes_again_are_unchanged(archive: Path, folder: Path) -> None:
    add_files([folder], "reports", archive=archive)
    again = add_files([folder], "reports", archive=archive)
    assert (again.added, again.unchanged) == (0, 2)
    assert read_payload(archive, again.captures[0])
    with Index(archive / "index.db") as index:
        kinds = [row.record_type for _, row in index.rows()]
    # The small file is stored again because a reference would be larger.
    assert sorted(kinds) == ["resource", "resource", "resource", "revisit"]


def test_one_file_with_its_address(archive: Path, folder: Path) -> None:
    [capture] = add_files(
        [folder / "report 样本.txt"],
        "reports",
        "https://publisher.example/report.txt",
        archive=archive,
    ).captures
    assert capture.url == "https://publisher.example/report.txt"
    assert read_payload(archive, capture).data == TEXT
    with pytest.raises(AddError, match="one file was published, but 2 were given"):
        add_files([folder], "reports", "https://publisher.example/", archive=archive)


def test_a_date_that_is_none_is_refused(archive: Path, folder: Path) -> None:
    with pytest.raises(AddError, match=r"'12\.12\.2020' is no date; write it as YYYY-MM-DD"):
        add_files([folder], "reports", published="12.12.2020", archive=archive)
    assert not archive.exists()


def test_a_zip_is_kept_and_its_members_are_records(archive: Path, tmp_path: Path) -> None:
    path = tmp_path / "catalogue.zip"
    inner = zipped({"deep.txt": TEXT + b"deep"})
    path.write_bytes(zipped({"a/one.txt": TEXT, "b.html": b"<html>sample", "inner.zip": inner}))
    result = add_files([path], "leak", archive=archive)
    by_name = {capture.name: capture for capture in result.captures}
    assert list(by_name) == [
        "catalogue.zip", "catalogue.zip/a/one.txt", "catalogue.zip/b.html",
        "catalogue.zip/inner.zip", "catalogue.zip/inner.zip/deep.txt",
    ]  # fmt: skip
    assert by_name["catalogue.zip/a/one.txt"].parent_url == by_name["catalogue.zip"].url
    inner_url = by_name["catalogue.zip/inner.zip"].url
    assert by_name["catalogue.zip/inner.zip/deep.txt"].parent_url == inner_url
    assert read_payload(archive, by_name["catalogue.zip"]).data == path.read_bytes()
    assert read_payload(archive, by_name["catalogue.zip/a/one.txt"]).data == TEXT


def test_office_files_and_gzip_files_stay_one_document(archive: Path, tmp_path: Path) -> None:
    import gzip

    (tmp_path / "deck.pptx").write_bytes(
        zipped({"[Content_Types].xml": b"<Types/>", "x.xml": b"<x/>"})
    )
    (tmp_path / "data.json.gz").write_bytes(gzip.compress(b'{"sample": true}'))
    result = add_files([tmp_path / "deck.pptx", tmp_path / "data.json.gz"], "x", archive=archive)
    deck, data = result.captures
    assert deck.media_type and deck.media_type.endswith("presentationml.presentation")
    assert data.media_type == "application/gzip"
    assert gzip.decompress(read_payload(archive, data).data) == b'{"sample": true}'


def test_zip_bombs_are_bounded_and_recorded(archive: Path, tmp_path: Path) -> None:
    limits = Limits(members=5, expanded=3_000_000, depth=2)
    bombs = {
        "ratio.zip": ({"zeros": bytes(2_500_000)}, "ratio.zip/zeros: expands"),
        "many.zip": ({f"{n}.txt": b"sample %d" % n for n in range(9)}, "has more than 5 members"),
        "size.zip": (
            {f"{n}.bin": hashlib.shake_128(b"%d" % n).digest(900_000) for n in range(4)},
            "expands to more than 3000000 bytes",
        ),
        "deep.zip": (
            {"1.zip": zipped({"2.zip": zipped({"3.zip": zipped({"x.txt": TEXT})})})},
            "more than 2 deep",
        ),
    }
    for name, (members, reason) in bombs.items():
        (tmp_path / name).write_bytes(zipped(members))
        result = add_files([tmp_path / name], "bombs", archive=archive, limits=limits)
        [(failed, told)] = result.failed
        assert reason in f"{failed}: {told}"
        last = next(capture for capture in result.captures if capture.outcome != "ok")
        assert last.outcome == "too-large"
        assert last.message == f"{failed}: {told}"
    assert verify(archive).problems == []


def test_broken_files_are_recorded_and_the_others_go_on(archive: Path, tmp_path: Path) -> None:
    good = tmp_path / "z-good.txt"
    good.write_bytes(TEXT)
    (tmp_path / "empty.txt").touch()
    (tmp_path / "link.txt").symlink_to("/etc/hostname")
    (tmp_path / "broken.zip").write_bytes(zipped({"a.txt": TEXT})[:-30])
    (tmp_path / "large.bin").write_bytes(bytes(5000))
    names = ("empty.txt", "link.txt", "broken.zip", "large.bin", "not-there.txt", "z-good.txt")
    result = add_files(
        [tmp_path / name for name in names], "mixed", archive=archive, limits=Limits(file=4000)
    )
    assert result.added == 2  # the good one, and the broken zip as it is
    assert dict(result.failed) == {
        "empty.txt": "the file is empty",
        "link.txt": "a symbolic link, not followed",
        "broken.zip": "the zip file is damaged: File is not a zip file",
        "large.bin": "5000 bytes, more than the limit of 4000",
        "not-there.txt": "cannot be read: No such file or directory",
    }
    with Index(archive / "index.db") as index:
        outcomes = {capture.name: capture.outcome for capture in index.captures()}
    assert outcomes["large.bin"] == "too-large"
    assert outcomes["z-good.txt"] == "ok"


def test_member_names_in_gbk_are_read(archive: Path, tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as container:
        info = zipfile.ZipInfo("x")
        info.filename = "采购.txt".encode("gbk").decode("cp437")
        container.writestr(info, TEXT)
    data = out.getvalue()
    # Chinese tools write GBK without the flag that says UTF-8.
    name = info.filename.encode()
    raw = "采购.txt".encode("gbk")
    (tmp_path / "gbk.zip").write_bytes(_rename(data, name, raw))
    result = add_files([tmp_path / "gbk.zip"], "x", archive=archive)
    assert result.captures[1].name == "gbk.zip/采购.txt"


def _rename(data: bytes, name: bytes, raw: bytes) -> bytes:
    """A zip with one member, its name replaced and the UTF-8 flag cleared."""
    start = data.index(name)
    central = data.index(b"PK\x01\x02")
    local = bytearray(data[:start] + raw + data[start + len(name) : central])
    local[6:8] = b"\0\0"
    local[26:28] = len(raw).to_bytes(2, "little")
    second = data.index(name, central)
    end = data.index(b"PK\x05\x06")
    entry = bytearray(data[central:second] + raw + data[second + len(name) : end])
    entry[8:10] = b"\0\0"
    entry[28:30] = len(raw).to_bytes(2, "little")
    tail = bytearray(data[end:])
    tail[12:16] = len(entry).to_bytes(4, "little")
    tail[16:20] = len(local).to_bytes(4, "little")
    return bytes(local + entry + tail)
