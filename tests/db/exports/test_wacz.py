"""A selection of the archive as WACZ: whole, unaltered, with pages, text index and provenance."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import sqlite3
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from warcio.archiveiterator import ArchiveIterator

from db.exports.selection import NothingSelected, Selection
from db.exports.wacz import NoPage, pack, sort_key
from db.schema import TABLES
from scripts.command_line import main
from spiders.archive.index import Index
from spiders.archive.runs import Run
from spiders.archive.writer import ArchiveWriter

HTML = (b"Content-Type", b"text/html")
SENT = [(b"User-Agent", b"sample")]


@pytest.fixture
def archive(data: Path) -> Path:
    """Two sources; the second run of the first finds one page unchanged and one gone."""
    folder = data / "archive"
    for number, source in enumerate(("vision", "vision", "signals")):
        with ArchiveWriter(folder, source, Run(source)) as writer:
            for page in range(3):
                url = f"http://{source}.example/{page}"
                body = f"<p>sample page {page} of {source} ".encode() * 30
                if number == 1 and page == 2:
                    writer.write_exchange(url, 404, [HTML], b"no", outcome="gone",
                                          message="HTTP 404", request_headers=SENT)  # fmt: skip
                    continue
                writer.write_exchange(url, 200, [HTML], body, request_headers=SENT)
            writer.write_failure(f"http://{source}.example/slow", "failed", "no answer")
    return folder


@pytest.fixture
def database(data: Path, archive: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(data / "counterwatch.db")
    for table, columns in TABLES.items():
        connection.execute(f"CREATE TABLE {table} ({columns})")
    with Index(archive / "index.db") as index:
        capture = index.latest("http://vision.example/1", "vision")
    assert capture is not None and capture.sha256
    connection.execute(
        "INSERT INTO claims (id, capability, capture_id, document_id) VALUES (?, ?, ?, ?)",
        ("claim1", "crowd-alert", capture.id, capture.sha256),
    )
    connection.execute(
        "INSERT INTO documents (id, title, text) VALUES (?, 'Sample page', 'Sample text')",
        (capture.sha256,),
    )
    connection.commit()
    return connection


def contents(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as file:
        assert file.testzip() is None
        for information in file.infolist():
            if information.filename.endswith(".gz"):
                assert information.compress_type == zipfile.ZIP_STORED
        return {name: file.read(name) for name in file.namelist()}


def pages(files: dict[str, bytes]) -> list[dict[str, Any]]:
    head, *found = map(json.loads, files["pages/pages.jsonl"].splitlines())
    assert head["format"] == "json-pages-1.0" and head["hasText"] is True
    return found


def test_a_source_is_packed_with_everything_it_needs(archive: Path, tmp_path: Path) -> None:
    packed = pack(archive, None, Selection(sources=["vision"]), tmp_path / "x.wacz")
    files = contents(tmp_path / "x.wacz")
    # 8 captures, 6 requests (a failure has none), the first record of 2 files
    assert (packed.captures, packed.records) == (8, 16)
    assert [page["url"] for page in pages(files)] == [
        *(f"http://vision.example/{page}" for page in (0, 1, 2)),
        *(f"http://vision.example/{page}" for page in (0, 1)),
    ]
    package = json.loads(files["datapackage.json"])
    listed = {item["path"]: item for item in package["resources"]}
    assert package["wacz_version"] == "1.1.1"
    assert set(listed) == set(files) - {"datapackage.json", "datapackage-digest.json"}
    for path, item in listed.items():
        assert item["hash"] == f"sha256:{hashlib.sha256(files[path]).hexdigest()}"
        assert item["bytes"] == len(files[path])
    digest = json.loads(files["datapackage-digest.json"])["hash"]
    assert digest == f"sha256:{hashlib.sha256(files['datapackage.json']).hexdigest()}"


def test_records_are_those_of_the_archive_byte_for_byte(archive: Path, tmp_path: Path) -> None:
    pack(archive, None, Selection(sources=["vision"]), tmp_path / "x.wacz")
    files = contents(tmp_path / "x.wacz")
    told = json.loads(files["provenance/records.json"])["records"]
    copied = {Path(item["file"]).name: b"" for item in told}
    for item in told:
        data = (archive / item["file"]).read_bytes()[item["offset"] :][: item["length"]]
        assert hashlib.sha256(data).hexdigest() == item["sha256"]
        copied[Path(item["file"]).name] += data
    for name, data in copied.items():
        assert files[f"archive/{name}"] == data
        for record in ArchiveIterator(io.BytesIO(data), check_digests="raise"):
            record.raw_stream.read()
    manifests = sorted(name for name in files if name.startswith("provenance/0000"))
    assert [files[name] for name in manifests] == [
        path.read_bytes() for path in sorted((archive / "manifests").glob("*.json"))[:2]
    ]


def test_the_index_leads_to_the_records(archive: Path, tmp_path: Path) -> None:
    pack(archive, None, Selection(sources=["vision"]), tmp_path / "x.wacz")
    files = contents(tmp_path / "x.wacz")
    lines = gzip.decompress(files["indexes/index.cdx.gz"]).decode().splitlines()
    assert lines == sorted(lines) and len(lines) == 6
    for line in lines:
        key, _, rest = line.split(" ", 2)
        told = json.loads(rest)
        assert key == sort_key(told["url"])
        data = files[f"archive/{told['filename']}"]
        record = gzip.decompress(data[int(told["offset"]) :][: int(told["length"])])
        assert f"WARC-Target-URI: {told['url']}\r\n".encode() in record
    meta, block = files["indexes/index.idx"].decode().splitlines()
    assert meta.startswith("!meta 0 {")
    assert json.loads(block.split(" ", 2)[2])["length"] == len(files["indexes/index.cdx.gz"])


def test_a_claim_brings_what_it_rests_on(
    archive: Path, database: sqlite3.Connection, tmp_path: Path
) -> None:
    """Its capture is a revisit: the record that holds the bytes comes with it."""
    pack(archive, database, Selection(claims=["claim1"]), tmp_path / "x.wacz")
    files = contents(tmp_path / "x.wacz")
    found = [(page["url"], page["title"], page["text"]) for page in pages(files)]
    assert found == [("http://vision.example/1", "Sample page", "Sample text")] * 2
    kinds = [item["type"] for item in json.loads(files["provenance/records.json"])["records"]]
    assert kinds == ["warcinfo", "request", "response", "warcinfo", "request", "revisit"]
    pack(archive, database, Selection(capabilities=["crowd-alert"]), tmp_path / "y.wacz")
    assert pages(contents(tmp_path / "y.wacz")) == pages(files)


def test_nothing_selected_and_no_page_are_errors(
    archive: Path, database: sqlite3.Connection, tmp_path: Path
) -> None:
    with pytest.raises(NothingSelected, match="no capture in the archive for claim nothing"):
        pack(archive, database, Selection(claims=["nothing"]), tmp_path / "x.wacz")
    with ArchiveWriter(archive, "empty", Run("empty")) as writer:
        writer.write_failure("http://empty.example/", "failed", "no answer")
    with pytest.raises(NoPage, match="none of the 1 captures for source empty is a page"):
        pack(archive, database, Selection(sources=["empty"]), tmp_path / "x.wacz")
    assert not list(tmp_path.glob("*.wacz"))


@pytest.mark.usefixtures("database")
def test_the_command(tmp_path: Path) -> None:
    run = CliRunner().invoke
    target = tmp_path / "claim.wacz"
    done = run(main, ["export", "wacz", "--claim", "claim1", "-o", str(target)])
    assert done.output == f"{target}: 2 pages, 2 captures, 6 records\n"
    nothing = run(main, ["export", "wacz"])
    assert nothing.exit_code == 2 and "say what: --source" in nothing.output
    wrong = run(main, ["export", "wacz", "--run", "x", "-o", str(target)])
    assert (wrong.exit_code, wrong.output) == (
        3,
        "counterwatch: no capture in the archive for run x\n",
    )


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www.Vendor.example:8080/A?b=2&a=1", "example,vendor:8080)/a?a=1&b=2"),
        ("http://vendor.example", "example,vendor)/"),
        ("urn:counterwatch:file:1", "urn:counterwatch:file:1"),
    ],
)
def test_sort_key(url: str, key: str) -> None:
    assert sort_key(url) == key


def test_wacz_and_pywb_accept_it(archive: Path, tmp_path: Path) -> None:
    """With COUNTERWATCH_READERS: the folder that `benchmarks.archive readers` made."""
    if not (folder := os.environ.get("COUNTERWATCH_READERS")):
        pytest.skip("COUNTERWATCH_READERS names no environment with wacz and pywb")
    from benchmarks.archive.readers import replay, validate

    package = tmp_path / "x.wacz"
    pack(archive, None, Selection(sources=["vision"]), package)
    assert validate(Path(folder) / "bin", package).startswith("Validation succeeded")
    replayed = replay(Path(folder) / "bin", package, archive, "vision", tmp_path)
    assert (replayed.asked, replayed.same, replayed.problems) == (5, 5, [])
