"""Filtered views as files: the same rows in every format, harmless to open, feeds that parse."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from pathlib import Path
from xml.etree import ElementTree

import pytest
from python_calamine import CalamineWorkbook

from db.exports import tables

VIEW = "/counterwatch/claims.{}?stance=denies"
ATOM = "{http://www.w3.org/2005/Atom}"


def _sheet(data: bytes, name: str = "rows") -> list[list[object]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name(name).to_python()


def test_every_format_holds_the_filtered_rows(get, database: Path) -> None:
    expected = [
        row[0]
        for row in sqlite3.connect(database).execute(
            "SELECT id FROM claims WHERE stance = 'denies'"
        )
    ]
    assert expected
    lines = get(VIEW.format("jsonl")).text.splitlines()
    assert sorted(json.loads(line)["id"] for line in lines) == sorted(expected)
    head, *rows = _sheet(get(VIEW.format("xlsx")).content)
    assert sorted(row[head.index("id")] for row in rows) == sorted(expected)
    read = csv.DictReader(io.StringIO(get(VIEW.format("csv") + "&_stream=on").text))
    assert sorted(row["id"] for row in read) == sorted(expected)


def test_a_search_a_query_and_an_order_are_kept(get) -> None:
    rows = get("/counterwatch/claims.jsonl?_search=維族&_sort=capability").text.splitlines()
    assert rows and all("维族" in json.loads(row)["context"] for row in rows)
    query = get("/counterwatch/who_sells.jsonl?capability=crowd-alert").text.splitlines()
    assert {json.loads(row)["capability"] for row in query} == {"crowd-alert"}
    assert get("/counterwatch.jsonl?sql=select+:a+as+a&a=%3Dx").text == '{"a": "=x"}\n'


def test_parquet(get, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
    table = parquet.read_table(io.BytesIO(get("/counterwatch/claims.parquet").content))
    assert table.num_rows == 20 and str(table.schema.field("start").type) == "int64"
    assert b"Stable id" in table.schema.field("id").metadata[b"description"]


def test_a_value_of_another_kind_is_not_bent_into_parquet(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    rows = [[1]] * tables.PARQUET_GROUP + [["x"]]
    with pytest.raises(ValueError, match="x"):
        tables.write_parquet(io.BytesIO(), ["n"], rows, {})


def test_a_workbook_explains_its_columns_and_starts_no_formula() -> None:
    file = io.BytesIO()
    number = tables.write_xlsx(
        file, ["a", "b"], [["=1+1", 2], ["http://x.invalid", None], ["x" * 40_000, 2**60]], {"a": "What a is."}
    )  # fmt: skip
    assert number == 3
    rows = _sheet(file.getvalue())
    assert rows[1] == ["'=1+1", 2.0] and rows[2] == ["http://x.invalid", ""]
    assert len(str(rows[3][0])) == tables.EXCEL_CELL and rows[3][1] == str(2**60)
    about = _sheet(file.getvalue(), "columns")
    assert ["a", "What a is."] in about
    assert any("1 texts were cut at 32,767 characters" in str(row[1]) for row in about)


def test_csv_of_the_writer_is_neutral_too() -> None:
    file = io.BytesIO()
    tables.write_csv(file, ["a"], [["@x"], [-1]], {})
    assert file.getvalue() == b"a\r\n'@x\r\n-1\r\n"


def test_the_database_cannot_be_changed_by_an_export(database: Path) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        tables.export(database, "DELETE FROM claims RETURNING id", "csv", io.BytesIO())
    with pytest.raises(KeyError):
        tables.export(database, "SELECT 1", "odt", io.BytesIO())


def test_a_slow_export_is_ended(get, monkeypatch: pytest.MonkeyPatch) -> None:
    from portal import renderers

    monkeypatch.setattr(renderers, "SECONDS", -1.0)
    response = get("/counterwatch.jsonl?sql=select+a.id+from+claims+a,claims+b,claims+c")
    assert response.status_code == 400 and "The export took too long" in response.text


def test_no_file_is_left_behind(get, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import tempfile

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert get("/counterwatch/claims.jsonl").status_code == 200
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("table", ["claims", "notices", "documents", "removals", "runs"])
def test_feeds(get, table: str) -> None:
    response = get(f"/counterwatch/{table}.atom")
    assert response.headers["content-type"].startswith("application/atom+xml")
    feed = ElementTree.fromstring(response.content)
    entries = feed.findall(f"{ATOM}entry")
    assert entries
    for entry in entries:
        updated = entry.findtext(f"{ATOM}updated") or ""
        assert updated.endswith("Z") and entry.findtext(f"{ATOM}title")
        link = entry.find(f"{ATOM}link")
        assert link is not None
        assert get(link.attrib["href"].removeprefix("http://localhost")).status_code == 200


def test_a_view_without_time_offers_no_feed(get) -> None:
    assert "/counterwatch/sources.atom" not in get("/counterwatch/sources").text
    page = get("/counterwatch/claims?stance=denies").text
    for ending in ("atom", "xlsx", "parquet", "jsonl", "json", "csv"):
        assert f"/counterwatch/claims.{ending}?" in page


def test_the_command_exports_what_the_site_does(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from click.testing import CliRunner

    from scripts.commands.export import command

    monkeypatch.setenv("COUNTERWATCH_DATA", str(database.parent))
    made = tmp_path / "denials.jsonl"
    run = CliRunner().invoke(
        command, ["jsonl", "claims", "--where", "stance = 'denies'", "-o", str(made)]
    )
    assert run.exit_code == 0
    assert {json.loads(line)["stance"] for line in made.read_text().splitlines()} == {"denies"}
    bad = CliRunner().invoke(command, ["csv", "clams"])
    assert bad.exit_code == 2 and "clams: no such table; there are sources" in bad.output


def test_a_whole_table_is_streamed_in_its_order(get, database: Path) -> None:
    for table, order in (
        ("captures", "fetched"),
        ("claims", "first_seen"),
        ("organization_names", ""),
    ):
        number = sqlite3.connect(database).execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        suffix = f"&_sort_desc={order}" if order else ""
        text = get(f"/counterwatch/{table}.csv?_stream=on&_size=3&_dl=on{suffix}").text
        rows = list(csv.DictReader(io.StringIO(text)))
        assert len(rows) == number > 3
        if order:
            assert [row[order] for row in rows] == sorted(
                (row[order] for row in rows), reverse=True
            )
    assert get("/counterwatch/claims.csv?_stream=on&_next=5").status_code == 400
    assert (
        get("/counterwatch/claims.csv?_stream=on&_header=off&stance=denies").text.count("\r\n") < 10
    )
