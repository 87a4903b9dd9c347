"""HTML to text: blocks, table rows, headings, title, date.

Everything a reader could see is kept, hidden panels and noscript too: tabs and accordions hold
product claims. Left out are scripts, styles and form controls, and what the page itself marks as
navigation, as long as that is mere links; a catalogue of links in the page's body stays.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from parsers.documents import language
from parsers.documents.blocks import Blocks, clean
from parsers.documents.dates import iso_date
from parsers.documents.encoding import decode
from parsers.documents.limits import DEFAULT, Limits
from parsers.documents.media_type import HTML
from parsers.records import DocumentError, DocumentTooLarge, Extraction

_DROPPED = frozenset(
    (
        *("-comment", "audio", "canvas", "datalist", "embed", "head", "map", "math", "object"),
        *("script", "select", "style", "svg", "template", "video"),
    )
)
_INLINE = frozenset(
    (
        *("-text", "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "button", "cite", "code"),
        *("data", "del", "dfn", "em", "font", "i", "img", "input", "ins", "kbd", "label", "mark"),
        *("nobr", "noscript", "q", "rb", "ruby", "s", "samp", "small", "span", "strike"),
        *("strong", "sub", "sup", "time", "tt", "u", "var", "wbr"),
    )
)
# Ruby annotations are pronunciation (pinyin) in the middle of a word.
_ANNOTATION = frozenset(("rt", "rp"))
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_CELLS = frozenset(("td", "th"))
_NAVIGATION_ROLES = frozenset(("navigation", "menu", "menubar"))
_LABEL = 200
_PUBLISHED_NAMES = (
    *("article:published_time", "og:published_time", "pubdate", "publishdate", "publish_date"),
    *("publishtime", "published_time", "datepublished", "dc.date.issued", "dcterms.issued"),
    *("dcterms.created", "dc.date", "dcterms.date", "date", "article.published", "citation_date"),
)
_OPENING_OR_CLOSING = re.compile(
    rb"<(/?)(?!(?:br|hr|img|input|meta|link|wbr|area|base|col|param|source|track|embed|p|li|dt|dd|"
    rb"td|th|tr|tbody|thead|tfoot|option|optgroup)\b)[a-z]",
    re.I,
)
_WORD = re.compile(r"[^\W\d_]{2}")
_FILE_NAME = re.compile(r"^[\w.-]+\.(?:png|jpe?g|gif|svg|webp|bmp)$", re.I)


def read(data: bytes, charset: str | None = None, limits: Limits = DEFAULT) -> Extraction:
    """Text of one page. Raises DocumentError where it holds none."""
    _check_depth(data, limits)
    decoded = decode(data, charset or _declared_charset(data))
    tree = LexborHTMLParser(decoded.text)
    if tree.root is None:
        raise DocumentError("HTML without content")
    warnings = list(decoded.warnings)
    metadata = list(_metadata(tree))
    title = _title(tree, metadata)
    blocks, left_out = _read_body(tree, limits, keep_navigation=False)
    if left_out > 200 and blocks.characters < left_out:
        # Mostly "navigation": a list page, or markup that abuses nav. Lose nothing.
        blocks, _ = _read_body(tree, limits, keep_navigation=True)
        warnings.append("navigation kept: the page holds little else")
    if blocks.characters < 200 and (strings := _application_data(tree)):
        warnings.append("the page is drawn by scripts: its text was taken from application data")
        for string in strings:
            blocks.add(string)
    text, headings = _with_title_and_description(blocks, title, metadata, limits)
    if not text:
        raise DocumentError("HTML without text (drawn by scripts?)")
    return Extraction(
        media_type=HTML,
        text=text,
        title=title,
        language=language.detect(text) or _declared_language(tree),
        published=_published(tree, metadata),
        headings=headings,
        warnings=tuple(warnings),
    )


def text_of_fragment(source: str, limits: Limits = DEFAULT) -> str:
    """Text of HTML inside another format (a JSON or XML value)."""
    _check_depth(source.encode("utf-8", "replace"), limits)
    tree = LexborHTMLParser(source)
    return _read_body(tree, limits, keep_navigation=True)[0].text()


def _check_depth(data: bytes, limits: Limits) -> None:
    """The tree builder takes time quadratic in depth: 100,000 levels cost eleven seconds."""
    if len(data) < 3 * limits.depth:
        return
    depth = deepest = 0
    for closing in _OPENING_OR_CLOSING.findall(data):
        depth += -1 if closing else 1
        deepest = max(deepest, depth)
    # Unclosed elements count too, so leave room for careless but flat pages.
    if deepest > 10 * limits.depth:
        raise DocumentTooLarge(f"HTML nested deeper than {10 * limits.depth:,} levels")


def _declared_charset(data: bytes) -> str | None:
    match = re.search(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w-]+)""", data[:4_096], re.I)
    match = match or re.search(rb"""<\?xml[^>]{0,100}?encoding=["']([\w-]+)""", data[:200])
    return match.group(1).decode("ascii") if match else None


def _walk(root: Any) -> Iterator[tuple[bool, Any]]:
    """(True, node) on entering, (False, node) on leaving, in document order, without recursion.

    ``send(True)`` after an entry skips what is inside the node.
    """
    node = root
    end = root.mem_id  # comparing nodes would compare their whole HTML
    while True:
        skip = yield True, node
        child = None if skip else node.child
        if child is not None:
            node = child
            continue
        while True:
            yield False, node
            if node.mem_id == end:
                return
            following = node.next
            if following is not None:
                node = following
                break
            node = node.parent
            if node is None:
                return


class _Writer:
    """Gathers inline text into blocks."""

    def __init__(self, blocks: Blocks) -> None:
        self.blocks = blocks
        self.inline: list[str] = []
        self.label = ""

    def flush(self, heading: bool = False) -> None:
        if not self.inline:
            return
        text = clean("".join(self.inline))
        self.inline.clear()
        if text and self.label:
            self.blocks.add_row((self.label, text))
            self.label = ""
        elif text:
            self.blocks.add(text, heading)


def _read_body(tree: LexborHTMLParser, limits: Limits, keep_navigation: bool) -> tuple[Blocks, int]:
    """Blocks of the body, and how many characters of navigation were left out."""
    blocks = Blocks(limits)
    writer = _Writer(blocks)
    left_out = 0
    root = tree.body or tree.root
    walk = _walk(root)
    step = next(walk, None)
    while step is not None:
        entering, node = step
        tag = node.tag or ""
        skip = None
        if tag == "-text":
            if entering:
                writer.inline.append(node.text_content or "")
        elif tag in _DROPPED or tag in _ANNOTATION:
            skip = entering or None
        elif tag == "a" and entering and _follows_link(node):
            writer.flush()
        elif entering and not keep_navigation and _is_navigation(node, tag):
            left_out += len(clean(node.text()))
            writer.flush()
            skip = True
        elif tag == "img":
            if entering and (alternative := _image_text(node)):
                writer.inline.append(f" {alternative} ")
        elif tag == "br":
            if entering:
                writer.flush()
        elif tag in _CELLS:
            # A cell of a layout table: a block of its own.
            writer.flush()
        elif entering and tag == "tr" and _is_data_row(node):
            writer.flush()
            _write_row(node, writer, limits)
            skip = True
        elif tag == "dt":
            _write_term(writer, entering)
        elif tag in _HEADINGS:
            writer.flush(heading=not entering)
        elif tag not in _INLINE:
            if entering and tag != "dd" and writer.label:
                blocks.add(writer.label)
                writer.label = ""
            writer.flush()
        step = _advance(walk, skip)
    writer.flush()
    if writer.label:
        blocks.add(writer.label)
    return blocks, left_out


def _advance(walk: Iterator[tuple[bool, Any]], skip: bool | None) -> tuple[bool, Any] | None:
    try:
        return walk.send(skip) if skip else next(walk)  # type: ignore[attr-defined]
    except StopIteration:
        return None


def _write_term(writer: _Writer, entering: bool) -> None:
    """A term of a definition list waits for its definition: label and value on one line."""
    if entering:
        writer.flush()
        if writer.label:
            writer.blocks.add(writer.label)
        writer.label = ""
        return
    label = clean("".join(writer.inline))
    writer.inline.clear()
    if writer.label:
        label = f"{writer.label} {label}"
    if len(label) <= _LABEL:
        writer.label = label
    else:
        writer.label = ""
        writer.blocks.add(label)


def _is_navigation(node: Any, tag: str) -> bool:
    """Marked as navigation by the page, and nearly all of its text is links."""
    attributes = node.attributes
    marked = tag in ("nav", "footer") or attributes.get("role") in _NAVIGATION_ROLES
    if not marked:
        return False
    whole = len(clean(node.text()))
    linked = sum(len(clean(link.text())) for link in node.css("a"))
    return whole == 0 or linked >= (0.8 if tag == "nav" else 0.6) * whole


def _follows_link(node: Any) -> bool:
    """A link with nothing but space between it and the link before: an entry of a list, no prose."""
    before = node.prev
    while before is not None and before.tag == "-text" and not (before.text_content or "").strip():
        before = before.prev
    return before is not None and before.tag == "a"


def _image_text(node: Any) -> str:
    """The alternative text, where it says something."""
    text = clean(node.attributes.get("alt") or "")
    return text if _WORD.search(text) and not _FILE_NAME.match(text) else ""


def _is_data_row(row: Any) -> bool:
    """A row whose cells hold text, not a row of a table that lays out the page."""
    return row.css_first("table, h1, h2, form, article") is None


def _write_row(row: Any, writer: _Writer, limits: Limits) -> None:
    cells = []
    node = row.child
    while node is not None:
        if node.tag in _CELLS:
            cells.append(_cell_lines(node, limits))
        node = node.next
    writer.blocks.add_row_of_lines(cells)


def _cell_lines(cell: Any, limits: Limits) -> list[str]:
    inner = Blocks(limits)
    writer = _Writer(inner)
    walk = _walk(cell)
    step = next(walk, None)
    while step is not None:
        entering, node = step
        tag = node.tag or ""
        skip = None
        if tag == "-text":
            if entering:
                writer.inline.append(node.text_content or "")
        elif tag in _DROPPED or tag in _ANNOTATION:
            skip = entering or None
        elif tag == "img":
            if entering and (alternative := _image_text(node)):
                writer.inline.append(f" {alternative} ")
        elif tag not in _INLINE:
            writer.flush()
        step = _advance(walk, skip)
    writer.flush()
    return inner.text().splitlines()


def _metadata(tree: LexborHTMLParser) -> Iterator[tuple[str, str]]:
    for node in tree.css("meta"):
        attributes = node.attributes
        name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop")
        content = clean(attributes.get("content") or "")
        if name and content:
            yield name.strip().lower(), content


def _first(metadata: list[tuple[str, str]], *names: str) -> str:
    for wanted in names:
        for name, content in metadata:
            if name == wanted:
                return content
    return ""


def _title(tree: LexborHTMLParser, metadata: list[tuple[str, str]]) -> str:
    node = tree.css_first("head title") or tree.css_first("title")
    title = clean(node.text()) if node is not None else ""
    # Chinese government sites put the article's own title here, without the site's name.
    title = _first(metadata, "articletitle") or title or _first(metadata, "og:title")
    if not title and (heading := tree.css_first("h1")) is not None:
        title = clean(heading.text())
    return title[:500]


def _with_title_and_description(
    blocks: Blocks, title: str, metadata: list[tuple[str, str]], limits: Limits
) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Put title and description first where the page does not show them itself."""
    text = blocks.text()
    flat = text.replace("\n", " ")
    shown = any(text[start:end] in title for start, end in blocks.headings[:5])
    first = Blocks(limits)
    if title and title not in flat and not shown:
        first.add(title, heading=True)
    description = _first(metadata, "description", "og:description")
    if description and description[:60] not in flat:
        first.add(description)
    if not first:
        return text, tuple(blocks.headings)
    if not text:
        return first.text(), tuple(first.headings)
    shift = first.characters + 1
    moved = [(start + shift, end + shift) for start, end in blocks.headings]
    return f"{first.text()}\n{text}", (*first.headings, *moved)


def _declared_language(tree: LexborHTMLParser) -> str:
    declared = (tree.root.attributes.get("lang") if tree.root is not None else "") or ""
    code = re.split("[-_]", declared.strip().lower())[0]
    return code if re.fullmatch("[a-z]{2}", code) else ""


def _published(tree: LexborHTMLParser, metadata: list[tuple[str, str]]) -> str:
    for name in _PUBLISHED_NAMES:
        if found := iso_date(_first(metadata, name)):
            return found
    for script in tree.css('script[type="application/ld+json"]'):
        match = re.search(r'"datePublished"\s*:\s*"([^"]+)"', script.text())
        if match and (found := iso_date(match.group(1))):
            return found
    for node in tree.css("time[datetime]"):
        if found := iso_date(node.attributes.get("datetime") or ""):
            return found
    return ""


def _application_data(tree: LexborHTMLParser) -> list[str]:
    """Sentences in the JSON that a script would draw the page from."""
    found: dict[str, None] = {}
    for script in tree.css('script[type="application/ld+json"], script[type="application/json"]'):
        try:
            pending: list[Any] = [json.loads(script.text())]
        except (ValueError, RecursionError):
            continue
        while pending:
            value = pending.pop()
            if isinstance(value, dict):
                pending.extend(reversed(value.values()))
            elif isinstance(value, list):
                pending.extend(reversed(value))
            elif isinstance(value, str) and _reads_as_text(value):
                found[value] = None
    return list(found)


def _reads_as_text(value: str) -> bool:
    return len(value) >= 8 and "://" not in value and (" " in value or not value.isascii())
