"""References to cite: exact in every form, and safe for the programs that read them."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from db.exports import bibtex
from db.exports.citations import (
    NotFound,
    Reference,
    as_bibtex,
    as_csl,
    as_text,
    citation,
    citations,
)
from db.schema import TABLES
from scripts.command_line import main

SHA256 = "5a" * 32
SAMPLE = Reference(
    id="abcdefghijkl",
    kind="claim",
    source="Example Vision website",
    publisher="Example Vision & Söhne",
    title="CrowdSense {4}: 100 % sure",
    published="2026-03-01",
    captured="2026-11-22T13:00:05Z",
    url="https://vendor.example/a b?x={1}&y=2#top",
    archived="vendor/2026/vendor-1-00000.warc.gz",
    offset=4096,
    sha256=SHA256,
    language="en",
    quote="alerts when groups of 3 or 50 people form",
    page=2,
    capability="Crowd alert",
    stance="claims",
    lexicon="0a1b2c",
    release="2026-11-23",
)


@pytest.fixture
def connection(data: Path) -> Iterator[sqlite3.Connection]:
    """A published database with one archived claim, one curated claim and one capture."""
    data.mkdir()
    database = sqlite3.connect(data / "counterwatch.db")
    for table, columns in TABLES.items():
        database.execute(f"CREATE TABLE {table} ({columns})")

    def add(table: str, **values: object) -> None:
        marks = ", ".join("?" * len(values))
        database.execute(
            f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})", list(values.values())
        )

    add("sources", id="vendor", title=SAMPLE.source, publisher=SAMPLE.publisher, kind="vendor", sample=1)  # fmt: skip
    add("captures", id="capture1", source_id="vendor", url=SAMPLE.url, fetched=SAMPLE.captured,
        sha256=SHA256, warc_file=SAMPLE.archived, warc_offset=4096)  # fmt: skip
    add("captures", id="capture2", source_id="vendor", url="https://vendor.example/gone",
        fetched=SAMPLE.captured, outcome="gone", warc_file=SAMPLE.archived, warc_offset=9000)  # fmt: skip
    add("documents", id=SHA256, title=SAMPLE.title, published="2026-03-01T00:00:00Z", pages=3,
        language="en", url=SAMPLE.url)  # fmt: skip
    add("capabilities", code="crowd-alert", label="Crowd alert")
    add("claims", id=SAMPLE.id, capability="crowd-alert", stance="claims", document_id=SHA256,
        quote="alerts when groups\nof 3 or 50\u202e people form", capture_id="capture1", page=2,
        source_id="vendor", lexicon_version="0a1b2c", basis="archived")  # fmt: skip
    add("reported_systems", id="alarm", title="Sample alarm", publication="Sample Gazette",
        publisher="Gazette Ltd", published="2025-12-08", url="https://gazette.example/alarm")  # fmt: skip
    add("claims", id="curated", capability="crowd-alert", stance="reports", basis="curated",
        citation="Sample Gazette, “Sample alarm”, 8 December 2025.", reported_system_id="alarm")  # fmt: skip
    add("releases", id="one", built="2026-11-23T01:00:00Z")
    database.commit()
    yield database
    database.close()


TEXT = (
    "“alerts when groups of 3 or 50 people form” (page 2). CrowdSense {4}: 100 % sure. "
    "Example Vision & Söhne, Example Vision website. Published 2026-03-01. "
    "https://vendor.example/a b?x={1}&y=2#top. Archived 2026-11-22 13:00:05 UTC. "
    "Archived copy: vendor/2026/vendor-1-00000.warc.gz, offset 4096. "
    f"SHA-256 {SHA256}. Counterwatch claim abcdefghijkl: Crowd alert (claims), lexicon 0a1b2c, "
    "release of 2026-11-23."
)


def test_plain_text_names_everything() -> None:
    assert as_text(SAMPLE) == TEXT


def test_bibtex_is_one_entry_with_nothing_that_bibtex_would_misread() -> None:
    assert as_bibtex(SAMPLE) == "\n".join([
        "@misc{counterwatch-abcdefghijkl,",
        r'  author = {{Example Vision \& S{\"{o}}hne}},',
        r"  title = {{CrowdSense {\textbraceleft}4{\textbraceright}: 100 \% sure}},",
        "  howpublished = {Example Vision website},",
        "  year = {2026},",
        "  date = {2026-03-01},",
        "  url = {https://vendor.example/a%20b?x=%7B1%7D&y=2#top},",
        "  urldate = {2026-11-22},",
        "  note = {Quote: ``alerts when groups of 3 or 50 people form''. Page 2. "
        "Archived 2026-11-22 13:00:05 UTC. "
        "Archived copy: vendor/2026/vendor-1-00000.warc.gz, offset 4096. "
        f"SHA-256 {SHA256}. Counterwatch claim abcdefghijkl: Crowd alert (claims), "
        "lexicon 0a1b2c, release of 2026-11-23},",
        "}",
    ])  # fmt: skip


def test_csl_is_what_zotero_and_pandoc_read() -> None:
    assert as_csl(SAMPLE) == {
        "id": "counterwatch-abcdefghijkl",
        "type": "webpage",
        "title": SAMPLE.title,
        "author": [{"literal": "Example Vision & Söhne"}],
        "container-title": "Example Vision website",
        "publisher": "Example Vision & Söhne",
        "issued": {"date-parts": [[2026, 3, 1]]},
        "accessed": {"date-parts": [[2026, 11, 22]]},
        "URL": SAMPLE.url,
        "language": "en",
        "page": "2",
        "archive": "Counterwatch",
        "archive_location": "vendor/2026/vendor-1-00000.warc.gz at offset 4096",
        "abstract": SAMPLE.quote,
        "note": f"Archived 2026-11-22 13:00:05 UTC. SHA-256 {SHA256}. Counterwatch claim "
        "abcdefghijkl: Crowd alert (claims), lexicon 0a1b2c, release of 2026-11-23",
        "custom": {
            "sha256": SHA256,
            "captured": "2026-11-22T13:00:05Z",
            "capability": "Crowd alert",
            "stance": "claims",
            "lexicon_version": "0a1b2c",
        },
    }


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("50 % & 5 $ #1 a_b", r"50 \% \& 5 \$ \#1 a\_b"),
        (r"\input{/etc/passwd}", r"{\textbackslash}input{\textbraceleft}/etc/passwd{\textbraceright}"),
        ("}}, x = {", r"{\textbraceright}{\textbraceright}, x = {\textbraceleft}"),
        ("é ñ ç Š ő å Ł ï", r"{\'{e}} {\~{n}} {\c{c}} {\v{S}} {\H{o}} {\aa} {\L} {" + r'\"{\i}}'),
        ("人群聚集预警", "人群聚集预警"),
        ("يۈز", "يۈز"),
    ],
)  # fmt: skip
def test_latex_specials_and_accents(given: str, written: str) -> None:
    assert bibtex.text(given) == written


@pytest.mark.parametrize("hostile", ["}", "{{", r"\}", "%}", '"}@misc{x,', "a\\", "~^<>|"])
def test_braces_balance_whatever_the_text(hostile: str) -> None:
    it = replace(SAMPLE, title=hostile, publisher=hostile, quote=hostile, url=hostile)
    entry = as_bibtex(it)
    depth = 0
    for character in entry:
        depth += {"{": 1, "}": -1}.get(character, 0)
        assert depth >= 0
    assert depth == 0
    assert entry.endswith("\n}")
    assert len(re.findall(r"(?m)^  \w+ = \{", entry)) == 8


def test_from_the_database(connection: sqlite3.Connection) -> None:
    assert citation(connection, SAMPLE.id) == TEXT
    assert citation(connection, SAMPLE.id, "bibtex") == as_bibtex(SAMPLE)
    assert json.loads(citation(connection, SAMPLE.id, "csl")) == [as_csl(SAMPLE)]
    connection.row_factory = sqlite3.Row
    assert citation(connection, SAMPLE.id, "text") == TEXT


def test_a_capture_has_a_citation_too(connection: sqlite3.Connection) -> None:
    assert citation(connection, "capture2") == (
        "Example Vision & Söhne, Example Vision website. https://vendor.example/gone. "
        "Archived 2026-11-22 13:00:05 UTC. "
        "Archived copy: vendor/2026/vendor-1-00000.warc.gz, offset 9000. "
        "Counterwatch capture capture2, release of 2026-11-23."
    )


def test_a_curated_claim_is_cited_as_its_report(connection: sqlite3.Connection) -> None:
    assert citation(connection, "curated") == (
        "Sample Gazette, “Sample alarm”, 8 December 2025. https://gazette.example/alarm. "
        "Counterwatch claim curated: Crowd alert (reports), release of 2026-11-23."
    )
    assert citation(connection, "curated", "bibtex").startswith(
        "@misc{counterwatch-curated,\n  author = {{Gazette Ltd}},\n  title = {{Sample alarm}},\n"
    )
    [item] = json.loads(citation(connection, "curated", "csl"))
    assert (item["type"], item["container-title"]) == ("article-newspaper", "Sample Gazette")
    assert "archive" not in item


def test_an_unknown_id_is_an_error(connection: sqlite3.Connection) -> None:
    with pytest.raises(NotFound, match="nothing: no claim or capture has this id"):
        citations(connection, [SAMPLE.id, "nothing"], "csl")


@pytest.mark.usefixtures("connection")
def test_the_command_writes_them() -> None:
    run = CliRunner().invoke
    assert run(main, ["export", "citation", SAMPLE.id]).output == TEXT + "\n"
    both = run(main, ["export", "citation", SAMPLE.id, "curated", "--format", "csl"])
    assert [item["id"] for item in json.loads(both.output)] == [
        "counterwatch-abcdefghijkl",
        "counterwatch-curated",
    ]
    missing = run(main, ["export", "citation", "nothing"])
    assert (missing.exit_code, missing.output) == (
        3,
        "counterwatch: nothing: no claim or capture has this id\n",
    )


@pytest.mark.usefixtures("data")
def test_without_a_database_the_command_says_what_to_do() -> None:
    result = CliRunner().invoke(main, ["export", "citation", "x"])
    assert result.exit_code == 3
    assert "no database; make one with `counterwatch build`" in result.output
