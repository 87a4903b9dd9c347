"""ccgp: notices of the China Government Procurement Network (www.ccgp.gov.cn).

Read are its detail pages (HTML, with the summary table of newer pages or without) and the JSON
form in which resellers pass its notices on. One file is one notice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from parsers.notices import json_input, values
from parsers.notices.ccgp_page import Page, parse
from parsers.notices.ccgp_text import (
    deadline_in,
    labelled,
    own_page_id,
    procedure_of,
    stage_of,
    suppliers_in,
)
from parsers.notices.json_input import JsonRefused
from parsers.notices.lines import Lines
from parsers.records import Notice, NoticeFailure, Party

FORMAT = "ccgp"
_ZONE = "+08:00"
_NOT_FOUND = ("你访问的页面找不回来了", "错误页面！中国政府采购网")
_BLOCKED = ("访问过于频繁", "稍后再试")

# Labels by what they mean; the first that a notice has wins.
_PROJECT = ("采购项目名称", "项目名称", "采购计划名称")
_BUYER = ("采购单位", "采购人名称", "采购人", "采购单位名称")
_AWARDED = (
    "总中标金额",
    "总成交金额",
    "中标（成交）金额",
    "中标金额",
    "成交金额",
    "中标（成交）总金额",
    "合同金额",
)
_ASKED = ("预算金额", "采购预算", "项目预算", "最高限价", "采购预算金额", "预算总金额")
_DEADLINE = (
    "开标时间",
    "响应文件开启时间",
    "首次响应文件提交截止时间",
    "投标截止时间",
    "提交投标文件截止时间",
    "递交投标文件截止时间",
    "响应文件提交截止时间",
    "截止时间",
)


def read(data: bytes, url: str = "") -> Iterator[Notice | NoticeFailure]:
    """The notice of a page or of a JSON object; a failure with its reason where it is none."""
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        yield from _read_json(data, url)
    else:
        yield _page_notice(parse(data), url)


def _page_notice(page: Page, url: str) -> Notice | NoticeFailure:
    for sign in (*_NOT_FOUND, *_BLOCKED):
        if sign in page.text[:4000] and not page.content:
            return NoticeFailure(FORMAT, f"the page says {sign}: no notice")
    warnings = list(page.warnings)
    lines = page.lines
    title = page.title or labelled(_PROJECT, page.summary, lines)
    buyer = _buyer(labelled(_BUYER, page.summary, lines) or _named_after("采购人信息", lines))
    if not title and buyer is None:
        return NoticeFailure(
            FORMAT, "neither title (meta ArticleTitle, h2) nor buyer (采购单位) is given"
        )
    if buyer is None:
        warnings.append("采购单位: no buyer is given")
    url = url or page.url
    stage = stage_of(url, title, page.breadcrumb)
    amount = _amount(page, stage in ("award", "contract"), warnings)
    project = labelled(_PROJECT, page.summary, lines)
    return Notice(
        format=FORMAT,
        source_notice_id=own_page_id(url)
        or labelled(("项目编号", "采购项目编号", "招标编号"), {}, lines),
        stage=stage,
        title=title,
        description=project if project != title else "",
        buyer=buyer,
        procedure=procedure_of(
            title, page.breadcrumb, labelled(("采购方式",), page.summary, lines)
        ),
        published=values.checked_date(
            page.published or labelled(("公告时间", "发布时间"), page.summary, lines),
            "PubDate",
            warnings,
            _ZONE,
        ),
        deadline=_deadline(page) if stage in ("tender", "correction") else "",
        amount=amount,
        currency="CNY" if amount is not None else "",
        country="CN",
        region=labelled(("行政区域", "地域"), page.summary, []),
        url=url,
        language="zh",
        suppliers=suppliers_in(page, warnings) if stage in ("award", "contract") else (),
        warnings=tuple(dict.fromkeys(warnings)),
    )


def _buyer(name: str) -> Party | None:
    name = re.split(r"[；;，,]|\s{2,}|地址[:：]", name)[0].strip()
    return Party(name, country="CN") if name else None


def _named_after(heading: str, lines: list[str]) -> str:
    """ "1.采购人信息" / "名称：X": the name under a heading, on the lines after it."""
    for index, line in enumerate(lines):
        if heading in line:
            following = " ".join([line.partition(heading)[2], *lines[index + 1 : index + 3]])
            if match := re.search(r"名\s*称\s*[:：]\s*([^\s;；:：]+)", following):
                return match.group(1)
    return ""


def _amount(page: Page, awarded: bool, warnings: list[str]) -> float | None:
    """The value in yuan: the summary's, made exact by the body's where both say the same.

    Summaries round ("668.79 万元" for 6,687,920.00 yuan).
    """
    labels = _AWARDED if awarded else _ASKED
    summary, body = labelled(labels, page.summary, []), labelled(labels, {}, page.lines)
    rounded = values.chinese_amount(summary, labels[0], warnings) if summary else None
    exact = values.chinese_amount(body, labels[0], warnings) if body else None
    if not rounded or exact is None:  # a summary of 0 yuan was left empty
        return rounded if exact is None else exact
    if abs(rounded - exact) <= 100 or abs(rounded - exact) <= 0.0005 * rounded:
        return exact
    several = [values.chinese_amount(found, labels[0], []) for found in page.all_labelled(labels)]
    if abs(sum(found for found in several if found) - rounded) <= 100:
        return rounded
    warnings.append(f"{labels[0]}: summary {rounded} and body {exact} differ; the summary is taken")
    return rounded


def _deadline(page: Page) -> str:
    for label in _DEADLINE:
        for found in (labelled((label,), page.summary, []), labelled((label,), {}, page.lines)):
            if date := values.iso_date(found, _ZONE):
                return date
    return deadline_in(" ".join(page.lines), _ZONE)


def _read_json(data: bytes, url: str) -> Iterator[Notice | NoticeFailure]:
    warnings: list[str] = []
    try:
        document = json_input.load(data, warnings)
    except JsonRefused as error:
        yield NoticeFailure(FORMAT, str(error))
        return
    for index, entry in enumerate(document if isinstance(document, list) else [document]):
        where = f"[{index}]" if isinstance(document, list) else ""
        if isinstance(entry, dict):
            yield _json_notice(entry, url, warnings, where)
        else:
            yield NoticeFailure(FORMAT, f"{type(entry).__name__} where a notice belongs", where)


def _json_notice(
    entry: dict[str, Any], url: str, inherited: list[str], where: str
) -> Notice | NoticeFailure:
    warnings = list(inherited)

    def field(key: str) -> str:
        return values.clean(entry.get(key))

    title, buyer = field("procurementName"), _buyer(field("procurementCompany"))
    if not title and buyer is None:
        return NoticeFailure(
            FORMAT, "neither title (procurementName) nor buyer (procurementCompany) is given", where
        )
    address = field("website") if field("website").startswith("http") else url
    content = field("content")
    kind = field("announcementType")
    dates = {
        key: values.checked_date(field(key), key, warnings, _ZONE)
        for key in (
            "correctionDate",
            "publishDate",
            "noticeDate",
            "firstNoticeDate",
            "createTime",
            "deadline",
        )
    }
    published = next((dates[key] for key in list(dates)[:5] if dates[key]), "")
    deadline = deadline_in(content, _ZONE)
    if not deadline and dates["deadline"] != dates["firstNoticeDate"]:
        deadline = dates["deadline"]
    elif dates["deadline"] and dates["deadline"] == dates["firstNoticeDate"]:
        warnings.append("deadline: the same as firstNoticeDate; the deadline in content is taken")
    lines = Lines()
    for label, key in (
        ("项目名称", "procurementName"),
        ("公告类型", "announcementType"),
        ("采购单位", "procurementCompany"),
        ("行政区域", "administrativeRegion"),
        ("品目", "item"),
    ):
        lines.add(label, field(key))
    lines.add("公告内容", re.split(r"(?<=[。；])\s*|\s{2,}", str(entry.get("content") or "")))
    money = labelled(_ASKED, {}, re.split(r"[。；\s]", content))
    amount = values.chinese_amount(money, "content", warnings) if money else None
    return Notice(
        format=FORMAT,
        source_notice_id=own_page_id(address)
        or labelled(("项目编号", "采购项目编号"), {}, content.split()),
        stage=stage_of(address, f"{kind} {title}", ""),
        title=title,
        buyer=buyer,
        procedure=procedure_of(kind, content[:2000], ""),
        published=published,
        deadline=deadline,
        amount=amount,
        currency="CNY" if amount is not None else "",
        country="CN",
        region=field("administrativeRegion"),
        url=address,
        language="zh",
        text=str(lines),
        warnings=tuple(dict.fromkeys(warnings)),
    )
