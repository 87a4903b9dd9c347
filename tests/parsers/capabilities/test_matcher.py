"""Both engines find the same hits, with exact spans."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.capabilities.matcher import Matcher
from parsers.capabilities.tagger import Tagger

PIECES = [
    "crowd", " ", "detects", "alert", "gathering", "the ", "a fair number of ", "facial", "recognition",
    "FRT", "frt", "CCTV", "-", "\n", "\t", "。", ". ", "人群", "聚集", "检测", "檢測", "人 群", "人\n群",
    "聚 集", "密度", "识别", "識別", "人脸", "人臉", "Gesichtserkennung", "auto", "распознавание", "лиц", "كثافة",
    "كثافةَ", "الحشود", "حشــود", " و", "funding", "é", "😀", "\x00", "queue length", "public", "checkout",
    "视频监控", "視頻監控", "ＣＣＴＶ", "x", "，", "x" * 45, "\f", "(jiān)", "面部", "面 部", "1:N", "比对", "12", "路",
]  # fmt: skip


def hits(tagger: Tagger, text: str) -> list[tuple[str, int, int, tuple[int, int]]]:
    return [(h.term.id, h.start, h.end, h.sentence) for h in tagger.matcher.find(text)]


@settings(max_examples=800, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=24).map("".join))
def test_engines_agree_on_composed_text(tagger: Tagger, portable: Tagger, text: str) -> None:
    assert hits(tagger, text) == hits(portable, text)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=80))
def test_engines_agree_on_any_text(tagger: Tagger, portable: Tagger, text: str) -> None:
    assert hits(tagger, text) == hits(portable, text)


def test_a_long_line_is_read_to_its_end(tagger: Tagger, portable: Tagger) -> None:
    text = "ordinary words, " * 4000 + "then crowd alerts " + "and more words " * 4000
    assert [text[a:b] for _, a, b, _ in hits(tagger, text)] == ["crowd alerts"]
    assert hits(tagger, text) == hits(portable, text)


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        ("It detects small and large gatherings.", ["detects small and large gatherings"]),
        ("detect, then detect a crowd", ["detect a crowd"]),
        ("It detects. Gatherings are fun.", []),
        ("Queue length in the public square", ["Queue length"]),
        ("Queue length at the public checkout", []),
        ("平台支持人群\n聚集告警", []),
        (
            "沿线各路口按照统一标准建设并接入市局平台的系统应当支持人群\n聚集告警功能",
            ["人群\n聚集告警"],
        ),
        ("採用人臉識別", ["人臉識別"]),
        ("die Autogesichtserkennung", ["Autogesichtserkennung"]),
        ("hasFRTx or FRT", ["FRT"]),
    ],
)
def test_spans(tagger: Tagger, text: str, quotes: list[str]) -> None:
    assert [text[h.start : h.end] for h in tagger.matcher.find(text)] == quotes


def test_the_compiled_terms_are_kept_and_survive_damage(
    sample_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tagger: Tagger
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    text = "crowd alerts"
    assert Matcher(tagger.lexicon).find(text)
    (kept,) = (tmp_path / "counterwatch").iterdir()
    kept.write_bytes(b"damaged")
    assert Matcher(tagger.lexicon).find(text)


def test_a_cache_that_cannot_be_written_does_no_harm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tagger: Tagger
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert Matcher(tagger.lexicon).find("crowd alerts")


def test_the_environment_chooses_the_engine(
    monkeypatch: pytest.MonkeyPatch, tagger: Tagger
) -> None:
    monkeypatch.setenv("COUNTERWATCH_ENGINE", "portable")
    assert Matcher(tagger.lexicon).engine.name == "portable"
