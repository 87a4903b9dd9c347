"""Stances of single sentences. `stance_sentences.tsv` holds invented ones in nine languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from parsers.capabilities import lexicon as lexicons
from parsers.capabilities.sentences import Sentences
from parsers.capabilities.stance import CueBook, StanceReader, languages_of

SENTENCES = [
    line.split("\t")
    for line in (Path(__file__).parent / "stance_sentences.tsv")
    .read_text(encoding="utf-8")
    .splitlines()
    if line and not line.startswith("#")
]


@pytest.fixture(scope="module")
def book() -> CueBook:
    book = CueBook(lexicons.FOLDER)
    assert book.problems == []
    return book


def stance_of(book: CueBook, kind: str, language: str, marked: str) -> str:
    """The stance of what stands in the last [brackets] of the sentence."""
    before, _, rest = marked.rpartition("[")
    hit, _, after = rest.partition("]")
    before = before.replace("[", "").replace("]", "")
    text = before + hit + after
    start, end = len(before), len(before) + len(hit)
    sentences = Sentences(text)
    reader = StanceReader(book, text, kind, language)  # type: ignore[arg-type]
    block = sentences.block(start)
    return reader.read("face-recognition", sentences.at(start), block[:2], start, end)


@pytest.mark.parametrize(("stance", "kind", "language", "marked"), SENTENCES)
def test_sentence(book: CueBook, stance: str, kind: str, language: str, marked: str) -> None:
    assert stance_of(book, kind, language, marked) == stance


@pytest.mark.parametrize("kind", ["tender", "award"])
def test_tenders_and_awards_speak_for_themselves(book: CueBook, kind: str) -> None:
    wanted = {"tender": "requires", "award": "supplies"}[kind]
    assert stance_of(book, kind, "en", "It must not use [facial recognition].") == wanted


def test_cues_of_one_language_do_not_read_another() -> None:
    assert languages_of("No autorizado", "es") == ("es",)
    assert languages_of("人脸识别 demo", "") == ("zh", "en")
    assert "fr" in languages_of("une caméra", "")


def test_a_broken_cue_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "stance.yml").write_text(
        "words:\n  act: {en: [sell*]}\ndenies:\n  before:\n"
        "    en:\n      - never <act>\n      - (never\n      - never <unknown>\n",
        encoding="utf-8",
    )
    book = CueBook(tmp_path)
    assert [problem.split(": ")[0] for problem in book.problems] == ["stance.yml:7", "stance.yml:8"]
    assert stance_of(book, "report", "en", "They never sell [facial recognition].") == "denies"
