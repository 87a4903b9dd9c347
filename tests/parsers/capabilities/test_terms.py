"""The term syntax: what each form finds, and what it leaves alone."""

from __future__ import annotations

import re

import pytest

from parsers.capabilities.expressions import compile_term
from parsers.capabilities.terms import TermError


def found(term: str, language: str, text: str, **options: bool) -> str | None:
    match = re.search(compile_term(term, language, **options).exact, text)
    return match.group().strip() if match else None


@pytest.mark.parametrize(
    ("term", "language", "text", "expected"),
    [
        ("crowd alert*", "en", "Crowd-Alerts for the square", "Crowd-Alerts"),
        ("crowd alert*", "en", "the crowd\nalert rings", "crowd\nalert"),
        ("anpr", "en", "hasanprishtina", None),
        ("anpr", "en", "an ANPR/CCTV unit", "ANPR"),
        ("face (scan|match)(ning|ing)?", "en", "face scanning", "face scanning"),
        (
            "detect* ..20.. crowd*",
            "en",
            "detects and counts the crowds",
            "detects and counts the crowds",
        ),
        ("detect* ..5.. crowd*", "en", "detects and counts the crowds", None),
        ("*überwachung", "de", "die Videoüberwachung der Stadt", "Videoüberwachung"),
        ("Überwachung*", "de", "UEBERWACHUNGSANLAGE", "UEBERWACHUNGSANLAGE"),
        ("распозна* лиц*", "ru", "система Распознавания лиц.", "Распознавания лиц"),
        ("yüz tanıma", "tr", "YÜZ TANIMA sistemi", "YÜZ TANIMA"),
        ("reconnaissance faciale", "fr", "RECONNAISSANCE FACIALE", "RECONNAISSANCE FACIALE"),
        ("vidéosurveillance", "fr", "la videosurveillance", "videosurveillance"),
        ("كثافة الحشود", "ar", "قياس كثافةَ حشود الساحة", "كثافةَ حشود"),
        ("人脸识别", "zh", "採用人臉識別技術", "人臉識別"),
        ("人脸识别", "zh", "采用人 脸 识别", "人 脸 识别"),
        ("4G布控球", "zh", "４Ｇ布控球一套", "４Ｇ布控球"),
        ("人群(聚集|密度)(预警|告警)?", "zh", "人群密度统计", "人群密度"),
        ("识别 ..6.. 民族", "zh", "识别行人的民族", "识别行人的民族"),
    ],
)
def test_a_term_finds_its_forms(term: str, language: str, text: str, expected: str | None) -> None:
    assert found(term, language, text) == expected


def test_exact_case_is_for_short_names() -> None:
    assert found("LIS", "en", "the lis pendens", exact_case=True) is None
    assert found("LIS", "en", "the LIS of the operator", exact_case=True) == "LIS"


@pytest.mark.parametrize(
    ("term", "says"),
    [
        ("face [a-z]+", "not part of the syntax"),
        ("face (scan|match", "lacks a closing )"),
        ("face scan)", "an opening ( is missing"),
        ("detect ..500.. crowd", "from 1 to 80"),
        ("人脸*", "no inflection"),
        ("(face)?", "must stand in the text"),
        ("face (|scan)", "empty alternative"),
        ("<nobody> face", "not in lexicon/sets.yml"),
        ("face?", "not part of the syntax"),
    ],
)
def test_broken_terms_say_what_to_write(term: str, says: str) -> None:
    with pytest.raises(TermError, match=re.escape(says)):
        compile_term(term, "zh" if "人" in term else "en")
