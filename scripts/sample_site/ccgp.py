"""The sample Chinese lists: Pager, detail pages, attachments by UUID."""

from __future__ import annotations

import re
from html import escape
from string import Template
from typing import Any

from scripts.sample_site.answer import Answer, Query, page
from scripts.sample_site.content import content, template
from scripts.sample_site.files import OFFICE, office_file

ROOT = "/ccgp/cggg/"
PAGE_SIZE = 6
LIST = re.compile(r"/ccgp/cggg/(zygg|dfgg)/(\w+)/(?:index(?:_(\d+))?\.htm)?")
DETAIL = re.compile(r"/ccgp/cggg/(zygg|dfgg)/(\w+)/\d{6}/t\d{8}_(\d+)\.htm")
DOWNLOAD = "/ccgp/oss/download"


def listing(query: Query) -> Answer | None:
    """One page of a list; page two is index_1.htm."""
    match = LIST.fullmatch(query.path)
    if not match:
        return None
    notices = sorted(
        (n for n in content("ccgp")["notices"] if (n["folder"], n["kind"]) == match.group(1, 2)),
        key=lambda n: n["date"],
        reverse=True,
    )
    number = int(match[3] or 0)
    pages = max(1, -(-len(notices) // PAGE_SIZE))
    if number >= pages:
        return None
    chosen = notices[number * PAGE_SIZE : (number + 1) * PAGE_SIZE]
    items = [
        Template(template("ccgp_item.html")).substitute(_escaped(n), href=f"./{file_of(n)}")
        for n in chosen
    ]
    return page(
        Template(template("ccgp_list.html")).substitute(
            title="示例政府采购公告列表", items="\n".join(items), size=pages, current=number
        )
    )


def file_of(notice: dict[str, Any]) -> str:
    day = notice["date"][:10].replace("-", "")
    return f"{day[:6]}/t{day}_{notice['id']}.htm"


def detail(query: Query) -> Answer | None:
    match = DETAIL.fullmatch(query.path)
    found = [n for n in content("ccgp")["notices"] if match and str(n["id"]) == match[3]]
    return page(html(found[0])) if found else None


def html(notice: dict[str, Any]) -> str:
    day, time = notice["date"].split()
    year, month, number = day.split("-")
    if "award" in notice:
        money = row("总中标金额", f"￥{notice['award']} 万元（人民币）")
        money += row("评审专家名单", content("ccgp")["contact"]["experts"])
        heading = "二、中标（成交）信息"
        supplier = f"<p>供应商名称：{escape(notice['supplier'])}</p>"
        supplier += f"<p>中标（成交）金额：{notice['award']}万元</p>"
    else:
        money = row("预算金额", f"￥{notice['budget']} 万元（人民币）")
        heading = "二、采购需求"
        supplier = f"<p>预算金额：{notice['budget']}万元</p>"
    attachments = "".join(
        f'<p><a class="bizDownload" href="" id="{file["uuid"]}">{escape(file["name"])}</a></p>'
        for file in notice.get("attachments", ())
    )
    return Template(template("ccgp_detail.html")).substitute(
        _escaped(notice) | _escaped(content("ccgp")["contact"]),
        date_zh=f"{year}年{month}月{number}日 {time}",
        money=money,
        heading=heading,
        supplier=supplier,
        body="\n".join(f"<p>{escape(text)}</p>" for text in notice["body"]),
        attachments=attachments,
    )


def row(label: str, value: str) -> str:
    return f'<tr><td class="title">{label}</td><td colspan="3">{escape(value)}</td></tr>'


def download(query: Query) -> Answer | None:
    """An attachment by its UUID."""
    if query.path != DOWNLOAD:
        return None
    for notice in content("ccgp")["notices"]:
        for file in notice.get("attachments", ()):
            if file["uuid"] == query.parameters.get("uuid"):
                name = file["file"]
                kind = name.rsplit(".", 1)[-1]
                return Answer(
                    office_file(name, kind, content("ccgp")["files"][name]),
                    OFFICE[kind],
                    headers={"Content-Disposition": f'attachment; filename="{name}"'},
                    cacheable=True,
                )
    return None


def _escaped(values: dict[str, Any]) -> dict[str, str]:
    return {key: escape(str(value)) for key, value in values.items()}
