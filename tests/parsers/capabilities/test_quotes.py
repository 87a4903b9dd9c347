"""Quotes, and what is kept of several tags that say the same."""

from __future__ import annotations

from parsers.capabilities.quotes import quote_span, strongest
from parsers.capabilities.tagger import Tagger
from parsers.records import Tag


def _quoted(text: str, hit: str) -> str:
    start = text.index(hit)
    span = (start, start + len(hit))
    first, last = quote_span(text, [span], span, (0, len(text)))
    return text[first:last]


def test_a_short_sentence_is_quoted_whole() -> None:
    text = "Sample: the town bought 1,200 cameras with a crowd alarm, an official said."
    assert _quoted(text, "crowd alarm") == text


def test_a_long_sentence_gives_whole_clauses_and_whole_numbers() -> None:
    filler = "which nobody had expected of a town as small and as quiet as this one"
    text = f"The town, {filler}, {filler}, bought 1,200 cameras with a crowd alarm, {filler}."
    assert _quoted(text, "crowd alarm") == (
        f"{filler}, bought 1,200 cameras with a crowd alarm, {filler}."
    )


def test_a_clause_longer_than_a_quote_is_cut_between_words() -> None:
    text = "abcdefgh " * 40 + "crowd alarm" + " abcdefgh" * 40
    quote = _quoted(text, "crowd alarm")
    assert 150 <= len(quote) <= 200
    assert set(quote.replace("crowd alarm", "").split()) == {"abcdefgh"}


def test_a_chinese_quote_is_short_and_ends_with_a_clause() -> None:
    text = "示例项目的建设内容较多，" * 8 + "平台支持人群聚集告警，" + "其余部分另行说明，" * 8
    quote = _quoted(text, "人群聚集")
    assert len(quote) <= 60
    assert "平台支持人群聚集告警，" in quote


def test_strongest_keeps_the_sentence_with_most_places_and_joins_parameters() -> None:
    weak = Tag("crowd-alert", "claims", "long quote", 0, 10, {"crowd_sizes": [3], "quantity": 7})
    strong = Tag("crowd-alert", "claims", "q", 20, 21, {"crowd_sizes": [5]}, weight=2)
    other = Tag("crowd-alert", "denies", "q", 30, 31)
    kept = strongest([weak, strong, other])
    assert [(tag.start, tag.parameters) for tag in kept] == [
        (20, {"crowd_sizes": [5, 3], "quantity": 7}),
        (30, {}),
    ]
    assert strong.parameters == {"crowd_sizes": [5]}


def test_a_term_counts_only_in_texts_of_its_language(tagger: Tagger) -> None:
    german = "Die Stadt erprobt eine Gesichtserkennung an mehreren Plätzen und Bahnhöfen."
    polish = (
        "Gesichtserkennung to nazwa zespołu, który w sobotę zagra w naszym mieście "
        "koncert dla dzieci i młodzieży, a bilety można kupić w kasie teatru."
    )
    assert [tag.capability for tag in tagger.tag(german)] == ["face-recognition"]
    assert tagger.tag(polish) == []
    assert tagger.tag(polish, language="pl") == []


def test_a_block_too_short_to_tell_goes_with_its_document(tagger: Tagger) -> None:
    assert len(tagger.tag("Gesichtserkennung", language="de")) == 1
    assert len(tagger.tag("Gesichtserkennung")) == 1
    assert tagger.tag("Gesichtserkennung", language="pl") == []
