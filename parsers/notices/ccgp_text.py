"""What Chinese notices say in words: labels, stages, procedures, deadlines, winners."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from parsers.notices import values
from parsers.records import Party, Stage, Supplier

if TYPE_CHECKING:
    from parsers.notices.ccgp_page import Page

# The folder of the page's address decides, then the words of the title, then the bread crumb.
_STAGE_OF_FOLDER: dict[str, Stage] = {
    "zbgg": "award",
    "cjgg": "award",
    "gzgg": "correction",
    "zzgg": "cancelled",
    "fblbgg": "cancelled",
    "gkzb": "tender",
    "yqzbgg": "tender",
    "jzxcs": "tender",
    "jzxtpgg": "tender",
    "xjgg": "tender",
    "zgysgg": "tender",
    "dylygg": "tender",
    "htgg": "contract",
    "cgyx": "planning",
}
_STAGE_OF_WORDS: tuple[tuple[str, Stage], ...] = (
    (r"更正|变更公告|澄清|补遗|延期公告", "correction"),
    (r"终止|废标|流标|采购失败", "cancelled"),
    (r"合同公告|合同公示|政府采购合同", "contract"),
    (r"中标|成交|结果公告|结果公示|入围", "award"),
    (r"采购意向|意向公开|采购计划|需求公示|征求意见", "planning"),
    (r"招标|磋商|谈判|询价|单一来源|资格预审|邀请|竞价|采购公告", "tender"),
)
_PROCEDURES = (
    "公开招标",
    "邀请招标",
    "竞争性磋商",
    "竞争性谈判",
    "单一来源",
    "询价",
    "框架协议",
    "资格预审",
)
_DATE = r"\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日(?:\s*(?:上午|下午)?\s*\d{1,2}\s*[:：时点]\s*\d{0,2}\s*分?)?"
# A heading that opens the winners' section, and any other numbered heading, which closes it.
_WINNERS_HEADING = re.compile(
    r"(?:中标|成交)[（(]?(?:成交|中标)?[）)]?(?:供应商)?(?:信息|结果|情况)"
)
_HEADING = re.compile(r"^[一二三四五六七八九十]{1,3}\s*[、.．]")
_WINNER_COLUMN = re.compile(
    r"^(?:中标|成交|中选|供应商|中标（成交）|成交（中标）)[（(]?(?:成交|中标)?[）)]?(?:供应商|人|单位|候选人)?(?:名称)?$"
)
_MONEY_COLUMN = re.compile(r"(?:中标|成交|合同|报价|总价)[^\t]{0,8}(?:金额|价)|^报价|^金额|^总价")
_MONEY_LABELS = (
    "中标（成交）金额",
    "中标金额",
    "成交金额",
    "中标（成交）总金额",
    "总中标金额",
    "总成交金额",
    "中标价",
    "成交价",
)
_NOT_A_COMPANY = re.compile(r"^(?:/|无|详见.*|—|-|\d.*)?$")


def labelled(labels: tuple[str, ...], summary: dict[str, str], lines: list[str]) -> str:
    """The value of the first of these labels: of the summary table, else after it in a line.

    A unit in the label, as in "中标金额（万元）：12.5", is put behind the value.
    """
    for label in labels:
        if summary.get(label):
            return summary[label]
    for label in labels:
        pattern = re.compile(
            rf"(?:^|[^\w一-鿿]|[\d一二三四五六七八九十]、){re.escape(label)}"
            r"(?:[（(]([^）)]{0,10})[）)])?\s*[:：\t]\s*([^\t]+)"
        )
        for line in lines:
            if (match := pattern.search(line)) and match.group(2).strip():
                unit, value = match.group(1) or "", match.group(2).strip()
                named = "万元" in unit and not re.search(r"[元万亿]", value)
                return f"{value}万元" if named else value
    return ""


def stage_of(url: str, title: str, breadcrumb: str) -> Stage:
    """The stage by the page's folder, its title's words, or where it hangs in the site."""
    folder = re.search(r"/cggg/[a-z]+/([a-z]+)/", url)
    if folder and folder.group(1) in _STAGE_OF_FOLDER:
        return _STAGE_OF_FOLDER[folder.group(1)]
    for words in (title, breadcrumb):
        for pattern, stage in _STAGE_OF_WORDS:
            if re.search(pattern, words):
                return stage
    return "tender"


def procedure_of(title: str, breadcrumb: str, written: str) -> str:
    """公开招标, 竞争性磋商, …: as written, else as title or place name it."""
    if written:
        return written[:40]
    return next((p for words in (title, breadcrumb) for p in _PROCEDURES if p in words), "")


def own_page_id(url: str) -> str:
    """ "t20170726_8583080" of the page's address."""
    match = re.search(r"/(t\d{8}_\d+)\.", url)
    return match.group(1) if match else ""


def deadline_in(text: str, zone: str) -> str:
    """The deadline in prose: of a correction the new one, else the first after 截止."""
    corrected = re.search(
        rf"(?:现更正|更正后|现变更为|变更为|修改为|更正为|延期至)[^。]*?(?:截止|开标)?[^。]*?({_DATE})",
        text,
    )
    plain = re.search(rf"截止时间[^。；]{{0,40}}?({_DATE})", text) or re.search(
        rf"({_DATE})[^。；]{{0,12}}前[^。；]{{0,30}}(?:递交|提交|送交)", text
    )
    found = corrected or plain
    return values.iso_date(re.sub(r"\s", "", found.group(1)), zone) if found else ""


def suppliers_in(page: Page, warnings: list[str]) -> tuple[Supplier, ...]:
    """The winners: labelled lines of the winners' section, else tables with a winners' column.

    Bidders and ranked candidates stand in other sections and are no suppliers.
    """
    shares: dict[str, list[float | None]] = {}
    for section in _sections(page.lines):
        for name, money in _labelled_winners(section) or _tabled_winners(section):
            amount = values.chinese_amount(money, "中标（成交）金额", warnings) if money else None
            shares.setdefault(name, []).append(amount)
    suppliers = []
    for name, amounts in shares.items():
        known = [amount for amount in amounts if amount is not None]
        total = round(sum(known), 2) if known and len(known) == len(amounts) else None
        suppliers.append(
            Supplier(Party(name, country="CN"), total, "CNY" if total is not None else "")
        )
    return tuple(suppliers)


def _sections(lines: list[str]) -> list[list[str]]:
    """Sections under a heading that speaks of winners; without headings, the whole body."""
    sections: list[list[str]] = []
    open_section = False
    headed = False
    for line in lines:
        if _HEADING.match(line):
            headed = True
            open_section = bool(_WINNERS_HEADING.search(line)) and "候选" not in line
            if open_section:
                sections.append([])
        if open_section:
            sections[-1].append(line)
    return sections if sections or headed else [lines]


def _labelled_winners(lines: list[str]) -> list[tuple[str, str]]:
    # The whole label, never its end: 项目联系人：样先生 names a person, 采购单位：… the buyer.
    names = re.compile(
        r"(?:(?:中标|成交)(?:（成交）|（中标）)?(?:供应商|单位|人)|(?<![\u4e00-\u9fff])供应商)(?:名称)?"
        r"\s*[:：]\s*([^\t;；，,。]+)"
    )
    found: list[tuple[str, str]] = []
    for line in lines:
        if (match := names.search(line)) and not _NOT_A_COMPANY.match(match.group(1).strip()):
            found.append((match.group(1).strip(), ""))
        money = labelled(_MONEY_LABELS, {}, [line])
        if money and found and not found[-1][1]:
            found[-1] = (found[-1][0], money)
    return found


def _tabled_winners(lines: list[str]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    columns: tuple[int, int | None, str] | None = None
    for line in lines:
        cells = line.split("\t")
        heads = [
            index for index, cell in enumerate(cells) if _WINNER_COLUMN.match(cell.replace(" ", ""))
        ]
        if heads and len(cells) > 1:
            money = next((i for i, cell in enumerate(cells) if _MONEY_COLUMN.search(cell)), None)
            unit = "万元" if money is not None and "万元" in cells[money] else "元"
            columns = (heads[0], money, unit)
        elif columns is not None and len(cells) > columns[0]:
            name = cells[columns[0]]
            amount = cells[columns[1]] if columns[1] is not None and len(cells) > columns[1] else ""
            if len(name) >= 4 and not _NOT_A_COMPANY.match(name):
                has_unit = re.search(r"[元万亿]", amount)
                found.append((name, amount if has_unit or not amount else f"{amount}{columns[2]}"))
        elif len(cells) == 1:
            columns = None
    return found
