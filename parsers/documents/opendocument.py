"""OpenDocument text and presentations (.odt, .odp): paragraphs, headings, table rows."""

from __future__ import annotations

from typing import Any

from parsers.documents import language
from parsers.documents.blocks import Blocks
from parsers.documents.limits import DEFAULT, Limits
from parsers.documents.media_type import ODT
from parsers.documents.office_package import OfficePackage
from parsers.records import DocumentError, Extraction


def read(data: bytes, charset: str | None = None, limits: Limits = DEFAULT) -> Extraction:
    """Text of an OpenDocument file. Raises DocumentError where it holds none."""
    blocks = Blocks(limits)
    slides = 0
    with OfficePackage(data, limits) as package:
        pending = [package.tree("content.xml")]
        while pending:
            element = pending.pop()
            word = _word(element)
            if word in ("p", "h"):
                blocks.add("".join(_texts(element)), heading=word == "h")
            elif word == "table-row":
                cells = [cell for cell in element if _word(cell) == "table-cell"]
                blocks.add_row(" ".join(_texts(cell)) for cell in cells)
            else:
                if word == "page":
                    slides += 1
                    if slides > 1:
                        blocks.new_page()
                pending.extend(reversed(element))
    if not blocks:
        raise DocumentError("OpenDocument file without text")
    text = blocks.text()
    return Extraction(
        media_type=ODT,
        text=text,
        title=text.lstrip("\f\n").split("\n", 1)[0][:200],
        language=language.detect(text),
        pages=blocks.pages,
        headings=tuple(blocks.headings),
    )


def _word(element: Any) -> str:
    return element.tag.rsplit("}", 1)[-1] if isinstance(element.tag, str) else ""


def _texts(element: Any) -> list[str]:
    pieces = []
    for found in element.iter():
        if _word(found) in ("s", "tab", "line-break"):
            pieces.append(" ")
        if found.text and isinstance(found.tag, str):
            pieces.append(found.text)
        if found.tail and found is not element:
            pieces.append(found.tail)
    return pieces
