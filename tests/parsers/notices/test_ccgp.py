"""What ccgp pages say in different words and places. All content is invented."""

from __future__ import annotations

import pytest

from parsers.notices import read
from parsers.notices.ccgp_text import deadline_in, labelled, stage_of
from parsers.records import Notice


def page(body: str, title: str = "虚构市示例项目中标公告", summary: str = "") -> bytes:
    return (
        f'<html><meta name="ArticleTitle" content="{title}"><meta name="PubDate" content="2025-01-02">'
        f'<div class="table"><table>{summary}</table></div>'
        f'<div class="vF_detail_content">{body}</div></html>'
    ).encode()


def only(data: bytes, url: str = "") -> Notice:
    (found,) = read(data, "ccgp", url)
    assert isinstance(found, Notice)
    return found


@pytest.mark.parametrize(
    ("url", "title", "breadcrumb", "expected"),
    [
        ("https://www.ccgp.gov.cn/cggg/dfgg/gkzb/202501/t20250102_1.htm", "更正", "", "tender"),
        ("https://www.ccgp.gov.cn/cggg/zygg/zzgg/202501/t20250102_1.htm", "x", "", "cancelled"),
        ("", "某项目中标结果更正公告", "", "correction"),
        ("", "某项目废标公告", "", "cancelled"),
        ("", "某项目竞争性磋商成交公告", "", "award"),
        ("", "某局2025年1月政府采购意向", "", "planning"),
        ("", "某项目合同公告", "", "contract"),
        ("", "某项目竞争性磋商公告", "", "tender"),
        ("", "某项目", "政采公告 » 中标公告", "award"),
    ],
)
def test_stage(url: str, title: str, breadcrumb: str, expected: str) -> None:
    assert stage_of(url, title, breadcrumb) == expected


def test_labelled_winners_and_unit_behind_the_amount() -> None:
    found = only(
        page(
            "<p>采购单位：虚构市公安局</p><p>三、中标（成交）信息</p>"
            "<p>供应商名称：示例甲有限公司</p><p>供应商地址：虚构路1号</p>"
            "<p>中标（成交）金额：12.5000000（万元）</p>"
            "<p>供应商名称：示例乙有限公司</p><p>中标金额（万元）：3</p>"
            "<p>四、评审</p><p>供应商名称：落选有限公司</p>"
        )
    )
    assert [(s.party.name, s.amount, s.currency) for s in found.suppliers] == [
        ("示例甲有限公司", 125000.0, "CNY"),
        ("示例乙有限公司", 30000.0, "CNY"),
    ]


def test_amounts_that_differ_are_said_to() -> None:
    summary = '<tr><td class="title">总中标金额</td><td>￥10.0 万元</td></tr>'
    found = only(page("<p>采购人：虚构局</p><p>中标金额：500000元</p>", summary=summary))
    assert found.amount == 100000.0
    assert found.warnings == (
        "总中标金额: summary 100000.0 and body 500000.0 differ; the summary is taken",
    )


def test_summary_of_nothing_yields_to_the_body() -> None:
    summary = '<tr><td class="title">总中标金额</td><td>￥0.000000 万元</td></tr>'
    assert only(page("<p>中标金额：500000元</p>", summary=summary)).amount == 500000.0


def test_buyer_under_its_heading() -> None:
    found = only(page("<p>1.采购人信息</p><p>名 称：虚构县公安局</p><p>地址：虚构路</p>"))
    assert found.buyer is not None and found.buyer.name == "虚构县公安局"


def test_page_without_buyer_says_so() -> None:
    assert only(page("<p>正文</p>")).warnings == ("采购单位: no buyer is given",)


def test_own_address_gives_the_id() -> None:
    found = only(page("<p>x</p>"), "https://www.ccgp.gov.cn/cggg/dfgg/zbgg/202501/t20250102_7.htm")
    assert found.source_notice_id == "t20250102_7"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("提交投标文件截止时间：2025年03月25日 09点30分（北京时间）", "2025-03-25T09:30:00+08:00"),
        ("于2025年3月25日上午9:30前递交投标文件", "2025-03-25T09:30:00+08:00"),
        ("原截止时间2025年3月1日9时，现变更为2025年3月8日9时", "2025-03-08T09:00:00+08:00"),
        ("公告日期：2025年3月1日", ""),
    ],
)
def test_deadline_in_prose(text: str, expected: str) -> None:
    assert deadline_in(text, "+08:00") == expected


def test_label_is_a_whole_label() -> None:
    lines = ["非采购人名称：甲", "2、采购人名称：乙"]
    assert labelled(("采购人名称",), {}, lines) == "乙"
