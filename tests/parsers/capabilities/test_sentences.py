"""Where sentences end, and where they do not."""

from __future__ import annotations

import pytest

from parsers.capabilities.sentences import MAX_SENTENCE, Sentences


def sentences(text: str) -> list[str]:
    found, position = [], 0
    reader = Sentences(text)
    while position < len(text):
        start, end = reader.at(position)
        found.append(text[start:end].strip())
        position = max(end, position + 1)
    return [sentence for sentence in dict.fromkeys(found) if sentence]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("第一句。第二句！第三句;第四句", ["第一句。", "第二句！", "第三句;", "第四句"]),
        ("One. Two? Three!", ["One.", "Two?", "Three!"]),
        (
            "Acme Inc. sells to U.S. police. It ends.",
            ["Acme Inc. sells to U.S. police.", "It ends."],
        ),
        ("Nach § 5 Abs. 2 gilt z. B. dies. Ende.", ["Nach § 5 Abs. 2 gilt z. B. dies.", "Ende."]),
        ("It held 2.5 million faces. Then more.", ["It held 2.5 million faces.", "Then more."]),
        ("هل هذا؟ نعم", ["هل هذا؟", "نعم"]),
        ("label\tvalue. more\nnext\trow", ["label\tvalue. more", "next\trow"]),
        ("page one\fpage two", ["page one", "page two"]),
        ("short line\nnext line", ["short line", "next line"]),
        (
            "a line of running text that a narrow column has broken\nin the middle of a sentence. End.",
            [
                "a line of running text that a narrow column has broken\nin the middle of a sentence.",
                "End.",
            ],
        ),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_an_endless_sentence_is_cut() -> None:
    text = "word, " * 2000
    reader = Sentences(text)
    start, end = reader.at(6000)
    assert start <= 6000 < end
    assert end - start <= MAX_SENTENCE
