from __future__ import annotations

from portal.highlight import pieces, quoted_sentence, sentence


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


def test_the_sentence_around_a_quote() -> None:
    text = "First one. It alerts when a crowd of 3.5 forms, they say! Then more.\n第一句。系统支持人脸识别，报警。完"
    for quote, expected in (
        ("crowd of 3.5", "It alerts when a crowd of 3.5 forms, they say!"),
        ("First", "First one."),
        ("Then more.", "Then more."),
        ("人脸识别", "系统支持人脸识别，报警。"),
        ("完", "完"),
    ):
        start = text.index(quote)
        low, high = sentence(text, start, start + len(quote))
        assert text[low:high] == expected


def test_an_endless_sentence_is_cut() -> None:
    low, high = sentence("x" * 1000, 500, 510)
    assert (low, high) == (300, 710)


def test_a_context_that_does_not_hold_the_quote_shows_the_quote_alone() -> None:
    row = {"quote": "abc", "context": "xyz", "start": 5, "context_start": 5}
    assert [p.text for p in quoted_sentence(row)] == ["abc"]
    assert [p.text for p in quoted_sentence(row | {"start": None})] == ["abc"]
