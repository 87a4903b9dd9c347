"""Word (.docx): paragraphs, headings, tables, notes and text boxes in their order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from parsers.documents import language
from parsers.documents.blocks import Blocks, clean
from parsers.documents.dates import iso_date
from parsers.documents.limits import DEFAULT, Limits
from parsers.documents.media_type import DOCX
from parsers.documents.office_package import OfficePackage, core_properties
from parsers.records import DocumentError, Extraction

# Content controls, accepted revisions and alternatives: what they wrap is part of the text.
# (Names are compared without their namespace: "strict" files use another one.)
_WRAPPERS = frozenset(
    ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag", "AlternateContent", "Choice")
)
_NOTES = ("footnotes", "endnotes")


def read(data: bytes, charset: str | None = None, limits: Limits = DEFAULT) -> Extraction:
    """Text of a Word document. Raises DocumentError where it holds none."""
    with OfficePackage(data, limits) as package:
        main = _main_part(package)
        related = package.relationships(main)
        heading_styles = _heading_styles(package, related)
        blocks = Blocks(limits)
        root = package.tree(main)
        body = next((element for element in root if _word(element) == "body"), root)
        _read_children(body, blocks, heading_styles)
        for kind, name in related.values():
            if kind in _NOTES and name in package.names():
                for paragraph in _descendants(package.tree(name), "p"):
                    blocks.add_lines(_paragraph_text(paragraph))
        title, created = core_properties(package)
    if not blocks:
        raise DocumentError("Word document without text (pictures only?)")
    text = blocks.text()
    first = text.lstrip("\f\n").split("\n", 1)[0]
    return Extraction(
        media_type=DOCX,
        text=text,
        title=clean(title)[:500] or first[:200],
        language=language.detect(text),
        pages=blocks.pages,
        published=iso_date(created),
        headings=tuple(blocks.headings),
    )


def _main_part(package: OfficePackage) -> str:
    for kind, name in package.relationships("").values():
        if kind == "officeDocument":
            return name
    return "word/document.xml"


def _word(element: Any) -> str:
    """Local name; "" for comments and processing instructions."""
    tag = element.tag
    return tag.rsplit("}", 1)[-1] if isinstance(tag, str) else ""


def _value(element: Any, name: str = "val") -> str:
    for key, value in element.attrib.items():
        if key.rsplit("}", 1)[-1] == name:
            return str(value)
    return ""


def _descendants(element: Any, word: str) -> Iterator[Any]:
    return (found for found in element.iter() if _word(found) == word)


def _heading_styles(package: OfficePackage, related: dict[str, tuple[str, str]]) -> frozenset[str]:
    """Ids of heading styles; Chinese Word calls them "1", "2" and names them "heading 1"."""
    found = set()
    for kind, name in related.values():
        if kind != "styles" or name not in package.names():
            continue
        for style in _descendants(package.tree(name), "style"):
            names = [_value(child) for child in style if _word(child) == "name"]
            if any(n.lower().startswith(("heading", "title", "标题")) for n in names):
                found.add(_value(style, "styleId"))
    return frozenset(found)


def _read_children(parent: Any, blocks: Blocks, heading_styles: frozenset[str]) -> None:
    pending = list(reversed(parent))
    while pending:
        element = pending.pop()
        word = _word(element)
        if word == "p":
            _read_paragraph(element, blocks, heading_styles)
        elif word == "tbl":
            _read_table(element, blocks)
        elif word in _WRAPPERS:
            pending.extend(reversed(element))


def _read_paragraph(paragraph: Any, blocks: Blocks, heading_styles: frozenset[str]) -> None:
    style = next((_value(e) for e in _descendants(paragraph, "pStyle")), "")
    lines = _paragraph_text(paragraph).split("\n")
    for line in lines:
        blocks.add(line, heading=style in heading_styles)
    for box in _text_boxes(paragraph):
        _read_children(box, blocks, heading_styles)


def _text_boxes(paragraph: Any) -> list[Any]:
    """Text boxes of a paragraph; the fallback copy for old programs is left out."""
    boxes = []
    for box in _descendants(paragraph, "txbxContent"):
        ancestors = [_word(ancestor) for ancestor in box.iterancestors()]
        if "Fallback" not in ancestors and ancestors.count("txbxContent") == 0:
            boxes.append(box)
    return boxes


def _paragraph_text(paragraph: Any) -> str:
    """Runs joined; a break is a new line. Text boxes, deletions and field codes are skipped."""
    pieces: list[str] = []
    pending = list(reversed(paragraph))
    while pending:
        element = pending.pop()
        word = _word(element)
        if word == "t":
            pieces.append(element.text or "")
        elif word in ("tab", "ptab"):
            pieces.append(" ")
        elif word in ("br", "cr"):
            pieces.append("\n")
        elif word == "noBreakHyphen":
            pieces.append("-")
        elif word not in ("pPr", "rPr", "txbxContent", "del", "moveFrom", "instrText", "Fallback"):
            pending.extend(reversed(element))
    return "".join(pieces)


def _read_table(table: Any, blocks: Blocks) -> None:
    """Rows as lines. A table inside a cell follows its row, so that its rows stay rows."""
    for row in _own(table, "tr"):
        cells: list[str] = []
        inner: list[Any] = []
        for cell in _own(row, "tc"):
            paragraphs = [e for e in cell if _word(e) in ("p", "sdt")]
            cells.append(" ".join(_paragraph_text(p).replace("\n", " ") for p in paragraphs))
            inner.extend(_own(cell, "tbl"))
        blocks.add_row(cells)
        for nested in inner:
            _read_table(nested, blocks)


def _own(parent: Any, word: str) -> Iterator[Any]:
    """Children of that name, also inside content controls and revisions."""
    pending = list(reversed(parent))
    while pending:
        element = pending.pop()
        found = _word(element)
        if found == word:
            yield element
        elif found in _WRAPPERS:
            pending.extend(reversed(element))
