"""Whole claims: capability, stance, quote, parameters. All sentences are invented."""

from __future__ import annotations

from typing import Any

import pytest

from parsers.capabilities import strongest
from parsers.capabilities.tagger import Tagger
from parsers.records import PassageKind


def claims(
    tagger: Tagger, text: str, kind: PassageKind = "report", language: str = ""
) -> list[tuple[str, str]]:
    tags = tagger.tag(text, kind, language)
    for tag in tags:
        assert text[tag.start : tag.end] == tag.quote
        assert tag.sentence[0] <= tag.start < tag.end <= tag.sentence[1]
    return [(tag.capability, tag.stance) for tag in strongest(tags)]


FACE = "face-recognition"


@pytest.mark.parametrize(
    ("text", "kind", "language", "stance"),
    [
        ("The box offers facial recognition.", "vendor", "en", "claims"),
        ("Facial recognition for the north gate.", "tender", "en", "requires"),
        ("Facial recognition for the north gate.", "award", "en", "supplies"),
        ("The port uses facial recognition.", "report", "en", "reports"),
        ("The firm has never sold facial recognition.", "report", "en", "denies"),
        ("The firm denied that it sells facial recognition.", "report", "en", "denies"),
        ("The mayor could neither confirm nor deny facial recognition.", "report", "en", "reports"),
        ("The council banned facial recognition.", "report", "en", "restricts"),
        ("Facial recognition must not be used in parks.", "other", "en", "restricts"),
        ("The harbour seeks to procure facial recognition.", "report", "en", "requires"),
        ("Acme won a contract for facial recognition.", "report", "en", "supplies"),
        ("Our officers use facial recognition daily.", "other", "en", "operates"),
        ("§ 9 Die Wache kann eine Gesichtserkennung einsetzen.", "other", "de", "permits"),
        ("§ 9 Eine Gesichtserkennung ist unzulässig.", "other", "de", "restricts"),
        ("本公司从未销售人脸识别产品。", "report", "zh", "denies"),
        ("条例规定不得使用人脸识别。", "other", "zh", "restricts"),
        ("某港口拟采购人脸识别系统。", "report", "zh", "requires"),
        ("不仅支持人脸识别,还能统计。", "vendor", "zh", "claims"),
        ("Власти запретили распознавание лиц.", "report", "ru", "restricts"),
    ],
)
def test_stance(tagger: Tagger, text: str, kind: PassageKind, language: str, stance: str) -> None:
    assert (FACE, stance) in claims(tagger, text, kind, language)
    assert len([c for c in claims(tagger, text, kind, language) if c[0] == FACE]) == 1


def test_neighbouring_sentences_have_their_own_stance(tagger: Tagger) -> None:
    text = (
        "The report says the box has facial recognition. The firm does not sell facial recognition."
    )
    assert claims(tagger, text) == [(FACE, "reports"), (FACE, "denies")]


def test_the_next_sentence_can_speak_of_the_one_before(tagger: Tagger) -> None:
    text = "The town tried facial recognition. The technology is banned."
    assert claims(tagger, text) == [(FACE, "reports"), (FACE, "restricts")]
    assert strongest(tagger.tag(text))[1].quote == "The technology is banned."


def parameters(tagger: Tagger, text: str, kind: PassageKind, language: str) -> dict[str, Any]:
    return {
        f"{tag.capability} {name}": value
        for tag in strongest(tagger.tag(text, kind, language))
        for name, value in tag.parameters.items()
    }


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        (
            "The crowd alert can be set for groups of 4, eight or 30 people.",
            "en",
            {"crowd-alert crowd_sizes": [4, 8, 30]},
        ),
        ("人群聚集告警,人数>7即报警。", "zh", {"crowd-alert crowd_sizes": [7]}),
        (
            "人脸检索,底库不少于2000万,准确率不低于97%。",
            "zh",
            {f"{FACE} database_size": 20_000_000, f"{FACE} accuracy": 0.97},
        ),
        ("支持人脸识别。准确率不低于99.5%。", "zh", {f"{FACE} accuracy": 0.995}),
        (
            "高清枪机340路、人脸卡口12套。",
            "zh",
            {"video-surveillance-network quantity": 340, f"{FACE} quantity": 12},
        ),
        (
            "It bought 2,400 surveillance cameras.",
            "en",
            {"video-surveillance-network quantity": 2400},
        ),
        ("高清枪机\t台\t86", "zh", {"video-surveillance-network quantity": 86}),
        ("Facial recognition over 3 million faces", "en", {f"{FACE} database_size": 3_000_000}),
        ("Facial recognition for $3 million", "en", {}),
        ("Facial recognition since 2019", "en", {}),
        (
            "It can identify the ethnicity of Uyghurs by facial recognition.",
            "en",
            {"ethnicity-detection groups": ["uyghur"]},
        ),
        ("Facial recognition of protesters", "en", {f"{FACE} groups": ["protester"]}),
        (
            "They marched on Monday. Facial recognition was used. Students were named.",
            "en",
            {f"{FACE} groups": ["student"]},
        ),
        (
            "Journalists looked on. Facial recognition was used. Students were named.",
            "en",
            {},
        ),
        ("支持人脸识别,对象为服刑人员。", "zh", {f"{FACE} groups": ["detainee"]}),
    ],
)
def test_parameters(tagger: Tagger, text: str, language: str, expected: dict[str, Any]) -> None:
    assert parameters(tagger, text, "tender", language) == expected


def test_excluded_hits_are_none(tagger: Tagger) -> None:
    assert claims(tagger, "A crowd detection toy.") == []
    assert claims(tagger, "Nothing of interest stands here.") == []
    assert claims(tagger, "") == []


def test_pinyin_glosses_are_read_through(tagger: Tagger) -> None:
    text = "建設(shè)人臉識(shí)別(bié)系統(tǒng),接入視頻監(jiān)控"
    tags = strongest(tagger.tag(text, "tender", "zh"))
    assert [tag.capability for tag in tags] == [FACE, "video-surveillance-network"]
    for tag in tags:
        assert text[tag.start : tag.end] == tag.quote
    assert "人臉識(shí)別" in tags[0].quote


def test_a_label_line_lends_its_words_to_its_list(tagger: Tagger) -> None:
    listed = "In public places:\n- queue length\n- lost items"
    assert claims(tagger, listed, "vendor", "en") == [("crowd-alert", "claims")]
    assert claims(tagger, "In public places.\n- queue length", "vendor", "en") == []
    text = "Public squares\nqueue length"
    assert tagger.tag(text, "vendor", "en", headings=[(0, 14)]) != []


def test_engines_give_the_same_claims(tagger: Tagger, portable: Tagger) -> None:
    text = "The firm denied facial recognition. 高清枪机340路。It detects a crowd of 20 people."
    assert tagger.tag(text) == portable.tag(text)
