"""PowerPoint (.pptx): slides separated by ``\\f``, tables as rows, speaker notes kept."""

from __future__ import annotations

import re
from typing import Any

from parsers.documents import language
from parsers.documents.blocks import Blocks, clean
from parsers.documents.dates import iso_date
from parsers.documents.limits import DEFAULT, Limits
from parsers.documents.media_type import PPTX
from parsers.documents.office_package import OfficePackage, core_properties
from parsers.records import DocumentError, Extraction

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_R_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
# What a slide shows besides its own shapes.
_SHOWN = ("diagramData", "chart")


def read(data: bytes, charset: str | None = None, limits: Limits = DEFAULT) -> Extraction:
    """Text of a presentation. Raises DocumentError where it holds none."""
    with OfficePackage(data, limits) as package:
        blocks = Blocks(limits)
        slides = _slides(package)
        for number, name in enumerate(slides):
            if number:
                blocks.new_page()
            related = package.relationships(name)
            _read_shapes(package.tree(name), blocks)
            for kind, part in related.values():
                if kind in _SHOWN and part in package.names():
                    _read_shapes(package.tree(part), blocks)
            for kind, part in related.values():
                if kind == "notesSlide" and part in package.names():
                    _read_shapes(package.tree(part), blocks, notes=True)
        title, created = core_properties(package)
    if not blocks:
        raise DocumentError(f"presentation of {len(slides)} slides without text (pictures only?)")
    text = blocks.text()
    title = clean(title)
    if not title or title.lower() in ("powerpoint presentation", "powerpoint 演示文稿"):
        title = clean(text.lstrip("\f\n").split("\n", 1)[0])
    return Extraction(
        media_type=PPTX,
        text=text,
        title=title[:500],
        language=language.detect(text),
        pages=max(1, len(slides)),
        published=iso_date(created),
        headings=tuple(blocks.headings),
    )


def _slides(package: OfficePackage) -> list[str]:
    """Slide parts in the order they are shown; hidden slides too."""
    names = package.names()
    main = "ppt/presentation.xml"
    if main in names:
        related = package.relationships(main)
        ids = [element.get(_R_ID) for element in package.tree(main).iter(f"{_P}sldId")]
        slides = [related[i][1] for i in ids if i in related and related[i][1] in names]
        if slides:
            return slides
    numbered = [(int(m.group(1)), m.group(0)) for n in names if (m := _SLIDE.fullmatch(n))]
    return [name for _, name in sorted(numbered)]


_SLIDE = re.compile(r"ppt/slides/slide(\d{1,5})\.xml")


def _read_shapes(root: Any, blocks: Blocks, notes: bool = False) -> None:
    """Paragraphs in document order; a table row is one line."""
    pending = [root]
    while pending:
        element = pending.pop()
        tag = element.tag
        if tag == f"{_P}sp":
            kind = _placeholder(element)
            if kind in ("sldNum", "dt", "sldImg") or (notes and kind in ("hdr", "ftr")):
                continue
            for paragraph in element.iter(f"{_A}p"):
                for line in _paragraph_text(paragraph).split("\n"):
                    blocks.add(line, heading=kind in ("title", "ctrTitle"))
        elif tag == f"{_A}tr":
            cells = [element_cell for element_cell in element if element_cell.tag == f"{_A}tc"]
            blocks.add_row(
                " ".join(_paragraph_text(p).replace("\n", " ") for p in cell.iter(f"{_A}p"))
                for cell in cells
            )
        elif tag == f"{_A}p":
            blocks.add_lines(_paragraph_text(element))
        else:
            pending.extend(reversed(element))


def _placeholder(shape: Any) -> str:
    found = next(shape.iter(f"{_P}ph"), None)
    return str(found.get("type") or "body") if found is not None else ""


def _paragraph_text(paragraph: Any) -> str:
    pieces = []
    for element in paragraph.iter():
        if element.tag == f"{_A}t":
            pieces.append(element.text or "")
        elif element.tag == f"{_A}br":
            pieces.append("\n")
    return "".join(pieces)
