from __future__ import annotations

import sqlite3

import pytest

from db.schema import SEARCH, TABLES
from db.search import bigrams, create_search, fill_search, match_expression, passage_pattern

TEXTS = {
    "c1": "系统支持维族人员识别，并向警方报警。",
    "c2": "AI人脸识别摄像机，识别率不低于90%。",
    "c3": "The camera performs face recognition of café visitors.",
    "c4": "系統支援維族人臉辨識",
    "c5": "人 脸\n识 别 终端",
    "c6": "recognition of a face",
    "c7": "ئۇيغۇر يۈز تونۇش سىستېمىسى",
    "c8": "ＡＩ監控 платформа распознавания ЛИЦ",
}


@pytest.fixture
def connection() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    for table, columns in TABLES.items():
        connection.execute(f"CREATE TABLE {table} ({columns})")
    for identifier, text in TEXTS.items():
        connection.execute(
            "INSERT INTO claims (id, quote, context) VALUES (?, ?, '')", (identifier, text)
        )
    create_search(connection)
    fill_search(connection)
    return connection


def found(connection: sqlite3.Connection, query: str) -> str:
    rows = connection.execute(
        "SELECT id FROM claims WHERE rowid IN (SELECT rowid FROM claims_fts WHERE claims_fts MATCH ?) ORDER BY id",
        (match_expression(query),),
    )
    return " ".join(row[0] for row in rows)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("维族", "c1 c4"),
        ("維族", "c1 c4"),
        ("维", "c1 c4"),
        ("别", "c1 c2 c5"),
        ("人脸识别", "c2 c5"),
        ("人脸识别摄像机", "c2"),
        ("脸人", ""),
        ("AI人脸", "c2"),
        ("ai人脸", "c2"),
        ("ai监控", "c8"),
        ("率不低于90", "c2"),
        ("face recognition", "c3 c6"),
        ('"face recognition"', "c3"),
        ("FACE", "c3 c6"),
        ("fac", ""),
        ("cafe", "c3"),
        ("لە", ""),
        ("يۈز تونۇش", "c7"),
        ("лиц", "c8"),
        ("维族 报警", "c1"),
        ("维族 摄像机", ""),
    ],
)
def test_finds(connection: sqlite3.Connection, query: str, expected: str) -> None:
    assert found(connection, query) == expected


@pytest.mark.parametrize(
    "query",
    ["", " ", '"', '""', "'", "*", "😀", "AND", "OR NOT", "NEAR(", "a AND", "(", "col:", "^", "-", "+", "--", "\x00", "%", "{x}", '"unclosed', "人*", "quote : x"],
)  # fmt: skip
def test_no_input_is_a_syntax_error(connection: sqlite3.Connection, query: str) -> None:
    found(connection, query)


def test_punctuation_alone_finds_nothing(connection: sqlite3.Connection) -> None:
    assert found(connection, '*"😀') == ""


def test_operators_are_words(connection: sqlite3.Connection) -> None:
    assert found(connection, "face OR 维族") == ""


def test_tokens() -> None:
    assert bigrams("AI人脸识别 Café") == "ai 人脸 脸识 识别 别 cafe"
    assert bigrams(None) == ""


def test_an_emptied_query_of_a_paste_is_cut() -> None:
    assert len(match_expression("人脸" * 100_000)) < 3_000


def test_search_survives_vacuum_into(connection: sqlite3.Connection, tmp_path) -> None:
    connection.execute("DELETE FROM claims WHERE id = 'c1'")
    connection.execute("DELETE FROM claims_fts WHERE 0")
    connection.commit()
    connection.execute("VACUUM INTO ?", (str(tmp_path / "copy.db"),))
    assert found(sqlite3.connect(tmp_path / "copy.db"), "AI人脸") == "c2"


def test_every_search_table_names_its_content(connection: sqlite3.Connection) -> None:
    for table, (content, _) in SEARCH.items():
        (sql,) = connection.execute(
            "SELECT sql FROM sqlite_master WHERE name = ?", (table,)
        ).fetchone()
        assert f'content="{content}"' in sql


def test_passage_pattern_finds_traditional_and_broken_words() -> None:
    pattern = passage_pattern("维族 人脸识别")
    assert pattern is not None
    assert [m.group() for m in pattern.finditer("維族的人 脸\n识别")] == ["維族", "人 脸\n识别"]
    assert passage_pattern("😀") is None
