"""The chain-of-custody report: everything in it, nothing that runs, and no false comfort."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner

from db.exports.citations import NotFound
from db.exports.custody import NoEvidence, report
from db.schema import TABLES
from scripts.command_line import main
from spiders.archive import stamps
from spiders.archive.index import Index
from spiders.archive.manifest import manifests
from spiders.archive.runs import Run
from spiders.archive.stamps import Stamp
from spiders.archive.writer import ArchiveWriter

TEXT = "Before. The sample camera <script>alert(1)</script> counts crowds. After."
QUOTE = "The sample camera <script>alert(1)</script> counts crowds."
PAGE = f"<p>{TEXT}</p>".encode() * 20


@pytest.fixture
def archive(data: Path) -> Path:
    folder = data / "archive"
    for _ in range(3):
        with ArchiveWriter(folder, "vision", Run("vision")) as writer:
            writer.write_exchange(
                "https://vision.example/crowd",
                200,
                [(b"Content-Type", b"text/html"), (b"Server", b"sample<server>")],
                PAGE,
                request_headers=[(b"User-Agent", b"sample agent"), (b"Cookie", b"secret")],
                ip="192.0.2.7",
            )
    return folder


@pytest.fixture
def database(data: Path, archive: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(data / "counterwatch.db")
    for table, columns in TABLES.items():
        connection.execute(f"CREATE TABLE {table} ({columns})")
    with Index(archive / "index.db") as index:
        second = list(index.captures())[1]
    for id, capture in (("claim1", second.id), ("curated", None)):
        connection.execute(
            "INSERT INTO claims (id, capability, stance, quote, start, end, context,"
            " context_start, capture_id, term) VALUES (?, 'crowd-alert', 'claims', ?, 8, ?, ?, 0, ?, 't')",
            (id, QUOTE, 8 + len(QUOTE), TEXT, capture),
        )
    connection.commit()
    return connection


def test_the_report_holds_the_whole_chain(archive: Path, database: sqlite3.Connection) -> None:
    text = report(archive, database, "claim1")
    escaped = QUOTE.replace("<", "&lt;").replace(">", "&gt;")
    assert f"Before. <mark>{escaped}</mark> After." in text
    for said in (
        hashlib.sha256(PAGE).hexdigest(),
        f"confirmed: {len(PAGE)} bytes hashed again",
        "GET /crowd HTTP/1.1\nHost: vision.example\nUser-Agent: sample agent\nCookie: REDACTED",
        "Server: sample&lt;server&gt;",
        "warc-ip-address: 192.0.2.7",
        "The chain has 3 manifests and is unbroken",
        "No authority has stamped this run",
    ):
        assert said in text.replace("\r", ""), said
    # The claim's capture is a revisit: the response that holds the bytes stands before it.
    assert re.findall(r"<h3>(\w+)", text) == [
        "warcinfo", "request", "response", "warcinfo", "request", "revisit",
    ]  # fmt: skip
    for manifest in manifests(archive)[:2]:
        assert manifest.sha256 in text
        for file in manifest.content["files"]:
            assert f"{file['sha256']} (the file has it)" in text


def test_the_report_needs_and_runs_nothing(archive: Path, database: sqlite3.Connection) -> None:
    text = report(archive, database, "claim1")
    assert "<script" not in text
    assert not re.search(r"\b(src|href|on\w+)\s*=", re.sub(r"(?s)<pre>.*?</pre>", "", text))
    assert "default-src 'none'" in text


def test_damage_is_said_and_not_hidden(archive: Path, database: sqlite3.Connection) -> None:
    first, second = sorted(archive.glob("*/*/*.warc.gz"))[:2]
    second.chmod(0o644)
    second.write_bytes(second.read_bytes() + b"x")
    manifest = manifests(archive)[0].path
    manifest.chmod(0o644)
    manifest.write_text(manifest.read_text().replace('"finished"', '"edited"'))
    text = report(archive, database, "claim1")
    assert text.count("(THE FILE HAS IT NOT)") == 1
    assert f"is BROKEN at {manifests(archive)[1].path.name}" in text
    first.chmod(0o644)
    data = bytearray(first.read_bytes())
    with Index(archive / "index.db") as index:
        capture = next(index.captures())
    assert capture.warc_offset and capture.warc_length
    data[capture.warc_offset + capture.warc_length - 6] ^= 0xFF  # its gzip checksum
    first.write_bytes(data)
    text = report(archive, database, "claim1")
    assert "NOT CONFIRMED: " in text and "hashed again" not in text
    assert "DAMAGED: the record at" in text
    first.write_bytes(bytes(100))
    with pytest.raises(NoEvidence, match="claim1: its records cannot be read: the record at 0"):
        report(archive, database, "claim1")


def test_the_first_stamp_after_the_run_counts(
    archive: Path, database: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    third = manifests(archive)[2].path
    stamps.token_path(third, "one").parent.mkdir()
    stamps.token_path(third, "one").write_bytes(b"sample token")
    given = Stamp("2026-11-22T13:00:00Z", "CN=Sample authority", "1", trusted=True)
    monkeypatch.setattr(stamps, "check_token", lambda *_: given)
    text = report(archive, database, "claim1")
    for said in (
        third.name,
        given.time,
        given.authority,
        "signature confirmed",
        "c2FtcGxlIHRva2Vu",
    ):
        assert said in text

    def refuse(*_: object) -> Stamp:
        raise stamps.StampError("the token is about other bytes")

    monkeypatch.setattr(stamps, "check_token", refuse)
    assert "NOT CONFIRMED: the token is about other bytes" in report(archive, database, "claim1")


def test_what_rests_on_no_bytes_has_no_report(archive: Path, database: sqlite3.Connection) -> None:
    with pytest.raises(NotFound, match="x: no claim has this id"):
        report(archive, database, "x")
    with pytest.raises(NoEvidence, match="curated: it rests on no capture of this archive"):
        report(archive, database, "curated")


@pytest.mark.usefixtures("database")
def test_the_command(tmp_path: Path) -> None:
    run = CliRunner().invoke
    target = tmp_path / "custody.html"
    assert run(main, ["export", "custody", "claim1", "-o", str(target)]).exit_code == 0
    assert target.read_text().startswith("<!doctype html>")
    assert run(main, ["export", "custody", "x"]).exit_code == 3
