"""PDF: pages, lines joined to paragraphs."""

from __future__ import annotations

import pytest

from parsers.documents import DocumentError, DocumentTooLarge, Limits, extract
from parsers.documents.lines import join_lines
from tests.parsers.documents.sample_documents import pdf


def test_pages_title_date() -> None:
    extraction = extract(pdf(["Crowd alerts.\nFor the police.", "Page two."], title="Deck"), None)
    assert extraction.text == "Crowd alerts.\nFor the police.\fPage two."
    assert (extraction.pages, extraction.title) == (2, "Deck")
    assert extraction.published == "2024-05-06"


def test_chinese_lines_are_joined_without_a_space() -> None:
    page = (
        "一、技术要求\n"
        "系统应当支持人群聚集检测，当现场人员数量超过二十人时自动向指挥中心发送预\n"
        "警信息，并保存前后各三十秒的视频录像。\n"
        "（1）支持人脸识别。\n"
        "（2）支持车牌识别。"
    )
    assert extract(pdf([page]), None).text.split("\n") == [
        "一、技术要求",
        "系统应当支持人群聚集检测，当现场人员数量超过二十人时自动向指挥中心发送预警信息，并保存前后各三十秒的视频录像。",
        "（1）支持人脸识别。",
        "（2）支持车牌识别。",
    ]


def test_page_numbers_and_repeated_running_heads_are_left_out() -> None:
    words = ["gate", "dome", "drone", "server", "alarm", "radar"]
    pages = [f"Sample tender 2026\nPage {n} of 6\n" + f"A {words[n]}.\n" * 6 for n in range(6)]
    pages = extract(pdf(pages), None).text.split("\f")
    assert pages[0] == "Sample tender 2026" + "\nA gate." * 6
    assert pages[5] == "\n".join(["A radar."] * 6)


def test_short_pages_with_alike_lines_keep_them() -> None:
    pages = [f"Head\nAlert when {n} people gather.\n{n}" for n in range(1, 7)]
    assert extract(pdf(pages), None).text.split("\f")[5] == "Alert when 6 people gather."


def test_no_text_layer_is_a_recorded_failure() -> None:
    with pytest.raises(DocumentError, match=r"PDF of 1 pages has no text layer \(scanned\?\)"):
        extract(pdf([""]), "application/pdf")


def test_too_many_pages() -> None:
    with pytest.raises(DocumentTooLarge, match="PDF has 4 pages, more than 3"):
        extract(pdf(["x"] * 4), None, limits=Limits(pages=3))


def test_time_limit_keeps_what_was_read_or_fails() -> None:
    with pytest.raises(DocumentError):
        extract(pdf(["x"] * 4), None, limits=Limits(seconds=0))


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        (
            ["The system detects people who gather in public pla-", "ces and alerts the police."],
            ["The system detects people who gather in public places and alerts the police."],
        ),
        (
            ["A state-of-the-art camera with face recognition and", "Bluetooth is required here."],
            ["A state-of-the-art camera with face recognition and Bluetooth is required here."],
        ),
        (["Name: A", "Price: B"], ["Name: A", "Price: B"]),
        (["1. First item of the list", "2. Second item of the list"],) * 2,
        (["采购单位：样例市公安局", "预算金额：一百万元"],) * 2,
        (["第一章 总则", "本办法适用于本市。"],) * 2,
        ([], []),
    ],
)
def test_join_lines(lines: list[str], joined: list[str]) -> None:
    assert list(join_lines(lines)) == joined
