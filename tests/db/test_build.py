"""From added files to the published database: what is in it, and that building twice changes nothing."""

import gzip
import json
import sqlite3
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

import db
from db.build import NothingArchived, build
from spiders.archive.files import add_files
from spiders.paths import archive_folder

BROCHURE = """<!doctype html><html lang="en"><head><title>Sample brochure</title></head><body>
<h1>Examplia Watch (sample, invented)</h1>
<p>Examplia Watch raises a crowd alert when groups of 5, 10 or 50 people gather in a public square.</p>
<table><tr><td>Face recognition database</td><td>20 million faces</td></tr></table>
<p>Contact person: Jane Sample, telephone +44 20 7946 0000, jane@examplia.example</p>
</body></html>"""

CHINESE = "示例采购公告（虚构）。\n系统应支持人脸识别，底库不少于3000万。\n项目联系人：样先生 电话：010-12345678\n"


def archive(tmp_path: Path, files: dict[str, bytes]) -> None:
    folder = tmp_path / "input"
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    add_files([folder], "samples", archive=archive_folder())


def rows(query: str) -> list[tuple[object, ...]]:
    connection = db.connect()
    connection.row_factory = None
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def contents(database: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every public table but the release, whose time differs."""
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    tables = [
        name
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%_fts%' "
            "AND name NOT LIKE 'sqlite_%' AND name <> 'releases' ORDER BY 1"
        )
    ]
    found = {t: connection.execute(f'SELECT * FROM "{t}" ORDER BY 1, 2').fetchall() for t in tables}
    connection.close()
    return found


def test_a_claim_has_its_quote_offsets_context_and_record(data: Path, tmp_path: Path) -> None:
    archive(tmp_path, {"brochure.html": BROCHURE.encode()})
    assert build(jobs=1).changed
    [claim] = db.claims(capability="crowd-alert", basis="archived").to_dict("records")
    assert claim["parameters"] == {"crowd_sizes": [5, 10, 50]}
    [(text, sha256)] = rows("SELECT text, id FROM documents")
    assert isinstance(text, str)
    assert text[claim["start"] : claim["end"]] == claim["quote"]
    assert claim["quote"] in claim["context"]
    assert claim["document_id"] == sha256
    assert (archive_folder() / claim["warc_file"]).is_file()


def test_the_table_row_is_read_as_one_sentence(data: Path, tmp_path: Path) -> None:
    archive(tmp_path, {"brochure.html": BROCHURE.encode()})
    build(jobs=1)
    [claim] = db.claims(capability="face-recognition", basis="archived").to_dict("records")
    assert claim["parameters"] == {"database_size": 20_000_000}


def test_contact_data_stay_in_the_archive(data: Path, tmp_path: Path) -> None:
    archive(tmp_path, {"brochure.html": BROCHURE.encode(), "notice.txt": CHINESE.encode()})
    report = build(jobs=1)
    published = report.database.read_bytes()
    for secret in ("Jane Sample", "7946 0000", "jane@examplia.example", "样先生", "010-12345678"):
        assert secret.encode() not in published, secret


def test_a_second_build_does_nothing_and_new_files_alone_are_parsed(
    data: Path, tmp_path: Path
) -> None:
    archive(tmp_path, {"brochure.html": BROCHURE.encode()})
    assert build(jobs=1).parsed == 1
    second = build(jobs=1)
    assert (second.changed, second.parsed, second.tagged) == (False, 0, 0)
    archive(tmp_path, {"notice.txt": CHINESE.encode()})
    third = build(jobs=1)
    assert (third.changed, third.parsed, third.tagged) == (True, 1, 1)


def test_a_rebuild_gives_the_same_rows(data: Path, tmp_path: Path) -> None:
    archive(tmp_path, {"brochure.html": BROCHURE.encode(), "notice.txt": CHINESE.encode()})
    first = contents(build(jobs=1).database)
    assert contents(build(rebuild=True, jobs=2).database) == first


def test_damaged_files_are_recorded_and_the_others_unharmed(data: Path, tmp_path: Path) -> None:
    bomb = BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("zeros.txt", b"0" * 50_000_000)
    entities = b'<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;</a>'
    release = {"uri": "sample", "releases": [{"ocid": "ocds-sample-1", "id": "1", "tag": ["tender"],
               "tender": {"title": "Sample", "value": {"amount": "AMOUNT", "currency": "GBP"}},
               "buyer": {"name": "Ministry of Samples"}}]}  # fmt: skip
    archive(
        tmp_path,
        {
            "brochure.html": BROCHURE.encode(),
            "truncated.gz": gzip.compress(BROCHURE.encode())[:60],
            "bomb.zip": bomb.getvalue(),
            "entities.xml": entities,
            "empty.txt": b"",
            "broken.pdf": b"%PDF-1.7 broken",
            "gbk.html": b'<html><meta charset="utf-8"><p>' + "系统支持人脸识别比对".encode("gbk"),
            "infinite.json": json.dumps(release).replace('"AMOUNT"', "1e9999").encode(),
        },
    )
    report = build(jobs=2)
    reasons = dict(
        rows("SELECT name, reason FROM failures JOIN documents ON documents.id = document_id")
    )
    assert set(reasons) == {"truncated.gz", "entities.xml", "broken.pdf", "bomb.zip"}
    assert all(reasons.values())
    # What has no bytes is no document; the attempt stands among the captures.
    assert rows("SELECT outcome, message FROM captures WHERE url LIKE '%empty.txt'") == [
        ("failed", "empty.txt: the file is empty")
    ]
    assert report.rows["notices"] == 1
    assert rows("SELECT title, amount FROM notices") == [("Sample", None)]
    names = {
        name
        for (name,) in rows(
            "SELECT name FROM claims JOIN documents ON documents.id = document_id "
            "WHERE capability = 'face-recognition' AND basis = 'archived'"
        )
    }
    assert names == {"brochure.html", "gbk.html"}


def test_without_an_archive_the_build_says_what_to_do(data: Path) -> None:
    with pytest.raises(NothingArchived, match="counterwatch add"):
        build()


def test_without_a_database_questions_say_what_to_do(data: Path) -> None:
    with pytest.raises(db.NoDatabase, match="counterwatch build"):
        db.claims()
