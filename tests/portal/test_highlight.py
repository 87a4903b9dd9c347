from __future__ import annotations

from portal.highlight import pieces


def shape(text: str, offset: int, spans: list[tuple[str, int, int]]) -> list[tuple[str, str, str]]:
    return [(p.text, " ".join(p.claims), " ".join(p.starts)) for p in pieces(text, offset, spans)]


def test_overlapping_claims_keep_all_text() -> None:
    found = shape("abcdefgh", 100, [("long", 101, 106), ("short", 103, 105)])
    assert found == [("a", "", ""), ("bc", "long", "long"), ("de", "short long", "short"), ("f", "long", ""), ("gh", "", "")]  # fmt: skip


def test_spans_outside_and_across_the_window() -> None:
    assert shape("abc", 10, [("before", 0, 10), ("across", 5, 11), ("after", 13, 20), ("empty", 11, 11)]) == [("a", "across", ""), ("bc", "", "")]  # fmt: skip


def test_no_claims_and_no_text() -> None:
    assert shape("abc", 0, []) == [("abc", "", "")]
    assert shape("", 0, [("x", 0, 4)]) == []


def test_code_points_not_bytes() -> None:
    assert shape("𠮷维族人", 0, [("c", 1, 3)]) == [
        ("𠮷", "", ""),
        ("维族", "c", "c"),
        ("人", "", ""),
    ]
