"""The table of what was read."""

from __future__ import annotations

from parsers.notices import coverage, table
from parsers.records import Notice, NoticeFailure, Party


def test_shares_and_failures() -> None:
    full = Notice("ocds", "1", "tender", "T", buyer=Party("B"), published="2025-01-01", amount=0.0)
    bare = Notice("ocds", "2", "award", "T", warnings=("w",))
    (row,) = coverage(
        [("a.json", full), ("a.json", bare), ("b.json", NoticeFailure("ocds", "not JSON"))]
    )
    assert (row.format, row.files, row.notices, row.failures, row.warnings) == ("ocds", 2, 2, 1, 1)
    assert row.filled == {
        "title": 1.0,
        "buyer": 0.5,
        "stage": 1.0,
        "published": 0.5,
        "deadline": 0.0,
        "amount": 0.5,
        "suppliers": 0.0,
    }
    assert row.reasons == (("not JSON", 1),)
    assert table([row]).split("\n")[1:] == [
        "ocds            2        2       100%        50%       100%        50%         0%        50%         0%         1",
        "ocds: 1 × not JSON",
    ]


def test_only_failures() -> None:
    (row,) = coverage([("a.xml", NoticeFailure("eforms", "empty"))])
    assert (row.notices, row.failures, row.filled["title"]) == (0, 1, 0.0)


def test_nothing() -> None:
    assert coverage([]) == []
