"""Versions compared on the server."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from portal import differences
from portal.differences import Line, TooLong


def test_a_reworded_line_marks_its_words() -> None:
    before = "one\ntwo\nthree\nfour\nfive\nalerts on 3 people\nend"
    after = "one\ntwo\nthree\nfour\nfive\nalerts on 10 people\nend\nmore"
    assert differences.differences(before, after) == [
        Line("skip", ((False, "3"),)),
        Line("same", ((False, "four"),)),
        Line("same", ((False, "five"),)),
        Line("gone", ((False, "alerts on "), (True, "3"), (False, " people"))),
        Line("new", ((False, "alerts on "), (True, "10"), (False, " people"))),
        Line("same", ((False, "end"),)),
        Line("new", ((True, "more"),)),
    ]


def test_chinese_is_compared_by_character() -> None:
    gone, new = differences.differences("支持维族人员识别", "支持人员识别")
    assert (gone.kind, [text for changed, text in gone.pieces if changed]) == ("gone", ["维族"])
    assert new.pieces == ((False, "支持"), (False, "人员识别"))


def test_what_would_take_too_long_is_refused() -> None:
    with pytest.raises(TooLong):
        differences.differences("x\n" * (differences.MOST_LINES + 1), "")
    assert differences.differences("", "") == []


def test_the_page_of_two_versions(get, database: Path) -> None:
    old, new = (
        sqlite3.connect(database)
        .execute("SELECT document_id, next_document_id FROM document_versions")
        .fetchone()
    )
    page = get(f"/difference/{old}/{new}")
    assert page.status_code == 200 and "<del>" in page.text and "<ins>" in page.text
    assert f"/difference/{old}/{new}" in get(f"/document/{new}").text
    assert "The text is the same" in get(f"/difference/{old}/{old}").text
    assert get(f"/difference/{old}/none").status_code == 404
