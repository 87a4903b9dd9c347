"""Tables, queries and exports: what those who know Datasette rely on."""

from __future__ import annotations

import csv
import io
import sqlite3
from pathlib import Path

import pytest
import yaml

from db.schema import TABLES
from portal.serve import METADATA, inspect
from portal.spreadsheet import neutral

DESCRIBED = yaml.safe_load(METADATA.read_text(encoding="utf-8"))["databases"]["counterwatch"]


def columns(table: str) -> list[str]:
    connection = sqlite3.connect(":memory:")
    connection.execute(f"CREATE TABLE {table} ({TABLES[table]})")
    return [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]


def test_metadata_describes_every_table_and_no_other() -> None:
    assert set(DESCRIBED["tables"]) == set(TABLES)


@pytest.mark.parametrize("table", TABLES)
def test_metadata_describes_every_column_in_order(table: str) -> None:
    described = DESCRIBED["tables"][table]
    assert list(described["columns"]) == columns(table)
    for field in ("title", "title_zh", "description", "description_zh"):
        assert described[field]
    assert set(described.get("facets", [])) <= set(columns(table))
    assert described.get("sort_desc", columns(table)[0]) in columns(table)


@pytest.mark.parametrize("table", TABLES)
def test_table_page_and_exports(get, table: str) -> None:
    page = get(f"/counterwatch/{table}")
    assert page.status_code == 200
    assert DESCRIBED["tables"][table]["title"] in page.text
    rows = get(f"/counterwatch/{table}.json?_shape=array&_size=max").json()
    read = list(csv.DictReader(io.StringIO(get(f"/counterwatch/{table}.csv?_stream=on").text)))
    assert len(read) == len(rows)
    if rows:
        assert list(read[0])[-len(columns(table)) :] == columns(table)


@pytest.mark.parametrize("name", DESCRIBED["queries"])
def test_query(get, name: str) -> None:
    query = DESCRIBED["queries"][name]
    assert query["title"] and query["title_zh"] and query["description"] and query["description_zh"]
    page = get(f"/counterwatch/{name}")
    assert page.status_code == 200 and query["title"] in page.text
    answer = get(f"/counterwatch/{name}.json?_shape=array").json()
    assert len(answer) > 0, "the sample database has an answer to every question"


def test_who_sells_crowd_alerts(get) -> None:
    rows = get("/counterwatch/who_sells.json?_shape=array&capability=crowd-alert").json()
    assert {row["organization"] for row in rows} == {"Lindenvale Vision (sample)", "示例云眼科技"}
    assert "raises a crowd alert when groups of 3, 6, 10, 20 or 50 people form" in {row["evidence"] for row in rows}  # fmt: skip


def test_what_did_a_country_buy(get) -> None:
    rows = get(
        "/counterwatch/bought_in_country.json?_shape=array&country=CN&year=2026&region=Sample"
    ).json()
    assert [row["notice_id"] for row in rows] == ["notice-tender"]
    assert set(rows[0]["capabilities"].split(",")) == {
        "face-recognition",
        "crowd-alert",
        "video-surveillance-network",
    }
    assert (
        get("/counterwatch/bought_in_country.json?_shape=array&country=CN&year=1999").json() == []
    )


def test_query_offers_choices(get) -> None:
    page = get("/counterwatch/who_sells?capability=crowd-alert").text
    assert '<option value="crowd-alert" selected>Crowd alert</option>' in page


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("维族", 4),
        ("AI", 0),
        ('"', 0),
        ("face recognition", 4),
        ('"face recognition against"', 4),
        ("*", 0),
        ("维族 OR", 0),
    ],
)
def test_search_of_table_pages(get, query: str, expected: int) -> None:
    response = get("/counterwatch/claims.json", params={"_search": query, "_shape": "array"})
    assert response.status_code == 200
    assert len(response.json()) == expected


def test_csv_starts_no_formula(get) -> None:
    text = get("/counterwatch/organizations.csv?id=hostile").text
    (row,) = csv.DictReader(io.StringIO(text))
    assert row["name_en"] == '\'=HYPERLINK("http://hostile.invalid")'
    (plain,) = get("/counterwatch/organizations.json?id=hostile&_shape=array").json()
    assert plain["name_en"] == '=HYPERLINK("http://hostile.invalid")'


def test_neutral_touches_texts_only() -> None:
    assert [neutral(cell) for cell in ("=1", "+1", "-1", "@x", "\tx", "＝1", -1, 2.5, None, "", "a=1")] == ["'=1", "'+1", "'-1", "'@x", "'\tx", "'＝1", -1, 2.5, None, "", "a=1"]  # fmt: skip


def test_the_whole_database_can_be_taken(get, database: Path) -> None:
    response = get("/counterwatch.db")
    assert response.status_code == 200 and response.content == database.read_bytes()


def test_inspect_counts_rows(database: Path) -> None:
    data = inspect(database)["counterwatch"]
    assert data["tables"]["claims"] == {"count": 20} and len(data["hash"]) == 64
