"""PDF: pages, lines joined to paragraphs."""

from __future__ import annotations

import pytest

from parsers.documents import DocumentError, DocumentTooLarge, Limits, extract
from parsers.documents.lines import join_lines, mend_hyphens
from tests.parsers.documents.sample_documents import grid, pdf


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


def test_hyphens_at_line_ends_are_mended() -> None:
    page = "The system reports every gather-\ning of 20 people, and each face-\nsearch, by face or search."
    text = extract(pdf([page]), None).text
    assert (
        text
        == "The system reports every gathering of 20 people, and each face-search, by face or search."
    )


def test_a_ruled_table_gives_its_rows() -> None:
    page = (
        "72,740|采购需求\n"
        "75,690|序号\n"
        "125,690|名称\n"
        "255,690|要求\n"
        "75,650|1\n"
        "125,650|人脸\n"
        "125,635|识别\n"
        "255,650|Alerts for gather-\n"
        "255,635|ings of 20 people\n"
        "75,610|2\n"
        "125,610|服务器\n"
        "72,560|以上为样例。"
    )
    drawing = grid([70, 120, 250, 500], [710, 670, 630, 600])
    assert extract(pdf([page], drawing=drawing), None).text.split("\n") == [
        "采购需求",
        "序号\t名称\t要求",
        "1\t人脸识别\tAlerts for gatherings of 20 people",
        "2\t服务器",
        "以上为样例。",
    ]


def test_merged_cells_of_a_table() -> None:
    page = "75,690|技术\n125,690|人脸识别\n125,650|车牌识别\n75,610|合计：两项"
    drawing = "\n".join(
        f"{x1} {y1} m {x2} {y2} l S"
        for x1, y1, x2, y2 in [
            *((70, 710, 300, 710), (120, 670, 300, 670), (70, 630, 300, 630), (70, 600, 300, 600)),
            *((70, 710, 70, 600), (120, 710, 120, 630), (300, 710, 300, 600)),
        ]
    )
    assert extract(pdf([page], drawing=drawing), None).text.split("\n") == [
        "技术\t人脸识别",
        "技术\t车牌识别",
        "合计：两项",
    ]


def test_a_frame_around_text_is_no_table() -> None:
    page = "75,690|First line of a text in a frame that is long enough, and it\n75,676|goes on."
    text = extract(pdf([page], drawing=grid([70, 500], [710, 600])), None).text
    assert text == "First line of a text in a frame that is long enough, and it goes on."


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
        # A compound whose halves are words of the text keeps its hyphen.
        (
            ["The search for a face is fast. The system offers a simple face-", "search to all."],
            ["The search for a face is fast. The system offers a simple face-search to all."],
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
    assert mend_hyphens("\n".join(join_lines(lines))) == "\n".join(joined)
