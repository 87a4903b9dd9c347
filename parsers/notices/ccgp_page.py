"""A page of ccgp.gov.cn taken apart: title, summary table, body lines, body tables."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from parsers.notices.values import clean

LARGEST_PAGE = 20_000_000
_LONGEST_CELL = 400
_CONTENT = ("div.vF_detail_content", "div.vT_detail_content", "div.vF_detail_content_container")
_BLOCKS = frozenset(
    [
        "p",
        "div",
        "br",
        "tr",
        "li",
        "table",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "section",
        "article",
        "tbody",
        "title",
    ]
)


@dataclass(frozen=True, slots=True)
class Page:
    title: str
    published: str
    url: str
    breadcrumb: str
    summary: dict[str, str]
    lines: list[str]  # the body's lines; the cells of a row joined by one tab
    text: str
    content: bool  # whether the page has a body of a notice at all
    warnings: list[str] = field(default_factory=list)

    def all_labelled(self, labels: tuple[str, ...]) -> list[str]:
        """Every value that stands after one of the labels in the body."""
        pattern = re.compile(
            "(?:" + "|".join(map(re.escape, labels)) + r")[^:：\d]{0,12}[:：\t]\s*([^\t]+)"
        )
        return [match.group(1) for line in self.lines for match in pattern.finditer(line)]


def decode(data: bytes, warnings: list[str]) -> str:
    """UTF-8, or GB 18030 where the bytes are that, whatever the page declares."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    utf8, gb = data.decode("utf-8", errors="replace"), data.decode("gb18030", errors="replace")
    if gb.count("�") <= utf8.count("�") and _looks_chinese(gb) >= _looks_chinese(utf8):
        if re.search(rb"charset=[\"']?utf-?8", data[:4096], re.IGNORECASE):
            warnings.append("the page declares UTF-8 but is GB 18030")
        return gb
    warnings.append("broken UTF-8: replaced by �")
    return utf8


def _looks_chinese(text: str) -> int:
    """How often the words stand there that no notice lacks."""
    return sum(text.count(word) for word in ("采购", "公告", "项目", "中国政府"))


def parse(data: bytes) -> Page:
    """Take a page apart. Never raises: what is missing is empty."""
    warnings: list[str] = []
    if len(data) > LARGEST_PAGE:
        warnings.append(f"page of {len(data):,} bytes: only the first {LARGEST_PAGE:,} are read")
        data = data[:LARGEST_PAGE]
    tree = LexborHTMLParser(decode(data, warnings))
    for node in tree.css("script, style, noscript"):
        node.decompose()
    content = next((found for css in _CONTENT if (found := tree.css_first(css)) is not None), None)
    summary = _summary(tree)
    canonical = tree.css_first("link[rel=canonical]")
    body = content if content is not None else tree.body
    crumb = tree.css_first(
        "div.vF_deail_currentloc, div.vT_deail_currentloc, div.vT_detail_currentloc"
    )
    return Page(
        title=_meta(tree, "ArticleTitle")
        or _node_text(tree.css_first("h2.tc"))
        or _first_heading(tree),
        published=_meta(tree, "PubDate") or _node_text(tree.css_first("span#pubTime")),
        url=(canonical.attributes.get("href") or "") if canonical is not None else "",
        breadcrumb=_node_text(crumb),
        summary=summary,
        lines=_lines(body) if body is not None else [],
        text=tree.body.text(separator=" ")[:100_000] if tree.body is not None else "",
        content=content is not None,
        warnings=warnings,
    )


def _meta(tree: LexborHTMLParser, name: str) -> str:
    node = tree.css_first(f'meta[name="{name}"]')
    return clean(node.attributes.get("content") or "") if node is not None else ""


def _node_text(node: LexborNode | None) -> str:
    return clean(node.text(separator=" ")) if node is not None else ""


def _first_heading(tree: LexborHTMLParser) -> str:
    return next((t for css in ("h1", "h2", "title") if (t := _node_text(tree.css_first(css)))), "")


def _summary(tree: LexborHTMLParser) -> dict[str, str]:
    """Label and value of the table of contents ("公告概要"); the first value of a label counts."""
    found: dict[str, str] = {}
    table = tree.css_first("div.table table")
    if table is None:
        return found
    for cell in table.css("td.title"):
        value = cell.next
        while value is not None and value.tag != "td":
            value = value.next
        label = clean(cell.text(separator="")).replace(" ", "").rstrip("：:")
        if label and value is not None:
            found.setdefault(label, _node_text(value))
    return found


def _lines(body: LexborNode) -> list[str]:
    """Lines of the body: a block is a line, a table row is a line with tabs between its cells."""
    parts: list[str] = []
    # Node, text to write instead of it (after its children), whether it stands in a data cell.
    stack: list[tuple[LexborNode, str, bool]] = [(body, "", False)]
    while stack:
        node, closing, in_cell = stack.pop()
        tag = node.tag
        if closing:
            parts.append(closing)
            continue
        if tag == "-text":
            parts.append(node.text_content or "")
            continue
        if tag in ("td", "th"):
            # A cell that holds tables or long text is layout: what is in it makes its own lines.
            layout = node.css_first("table") is not None or len(node.text() or "") > _LONGEST_CELL
            in_cell = not layout
            if layout:
                parts.append("\n")
            stack.append((node, "\t", False))
        elif tag in _BLOCKS or _is_block(node):
            if in_cell and tag in ("p", "div", "br", "span", "li"):
                parts.append(" ")
            else:
                parts.append("\n")
                stack.append((node, "\n", False))
        children: list[tuple[LexborNode, str, bool]] = []
        child = node.child
        while child is not None:
            children.append((child, "", in_cell))
            child = child.next
        stack.extend(reversed(children))
    rows = []
    for line in "".join(parts).split("\n"):
        cells = [clean(cell) for cell in line.split("\t")]
        while cells and not cells[-1]:
            cells.pop()
        if any(cells):
            rows.append("\t".join(cells))
    return rows


def _is_block(node: LexborNode) -> bool:
    """Spans that a style makes a block, which the newer pages use for paragraphs."""
    return node.tag == "span" and "block" in (node.attributes.get("style") or "")
