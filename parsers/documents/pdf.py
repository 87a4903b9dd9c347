"""PDF to text: pages, paragraphs, ruled tables as rows."""

from __future__ import annotations

import re
import time
from collections import Counter
from typing import Any

import pypdfium2

from parsers.documents import language
from parsers.documents.blocks import Blocks, clean
from parsers.documents.dates import iso_date
from parsers.documents.limits import DEFAULT, Limits
from parsers.documents.lines import join_lines, mend_hyphens
from parsers.documents.media_type import PDF
from parsers.documents.pdf_tables import Grid, page_items
from parsers.records import DocumentError, DocumentTooLarge, Extraction

_PAGE_NUMBER = re.compile(
    r"^[-–—·\s]*(?:第?\s*\d{1,4}\s*页?|page\s+\d{1,4})"
    r"(?:\s*(?:[/,，]|of|共)\s*\d{1,4}\s*页?)?[-–—·\s]*$",
    re.I,
)
# A title that a program wrote, not a person.
_NO_TITLE = re.compile(
    r"^(?:untitled|microsoft word|document\d*|.*\.(?:docx?|pptx?|pdf|indd|wps))\b", re.I
)


def read(data: bytes, charset: str | None = None, limits: Limits = DEFAULT) -> Extraction:
    """Text of a PDF, pages separated by ``\\f``.

    Raises DocumentError where it is encrypted, damaged or has no text layer, DocumentTooLarge
    where it has too many pages or takes too long.
    """
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        reason = "is protected by a password" if "assword" in str(error) else "is damaged"
        raise DocumentError(f"PDF {reason}: {error}") from error
    try:
        return _read(document, limits)
    finally:
        document.close()


def _read(document: Any, limits: Limits) -> Extraction:
    count = len(document)
    if count > limits.pages:
        raise DocumentTooLarge(f"PDF has {count:,} pages, more than {limits.pages:,}")
    deadline = time.monotonic() + limits.seconds
    pages: list[list[str | Grid]] = []
    warnings: list[str] = []
    unreadable = 0
    for number in range(count):
        if time.monotonic() > deadline:
            warnings.append(
                f"time limit of {limits.seconds:g} s reached: {number} of {count} pages read"
            )
            break
        try:
            pages.append(_page_items(document, number))
        except pypdfium2.PdfiumError:
            pages.append([])
            unreadable += 1
    if unreadable:
        warnings.append(f"{unreadable} of {count} pages could not be read")
    running = _running_lines(pages)
    shown: set[str] = set()
    blocks = Blocks(limits)
    for number, lines in enumerate(pages):
        if number:
            blocks.new_page()
        _write_page(_without_running(lines, running, shown), blocks)
    if not blocks:
        raise DocumentError(f"PDF of {count} pages has no text layer (scanned?); no OCR installed")
    empty = sum(1 for lines in pages if not lines)
    if empty > count / 2:
        warnings.append(f"{empty} of {count} pages hold no text (scanned?)")
    text = mend_hyphens(blocks.text())
    title, published = _metadata(document)
    return Extraction(
        media_type=PDF,
        text=text,
        title=title or clean(text.lstrip("\f\n").split("\n", 1)[0])[:200],
        language=language.detect(text),
        pages=count,
        published=published,
        warnings=tuple(warnings),
    )


def _page_items(document: Any, number: int) -> list[str | Grid]:
    """Lines and tables of a page in reading order."""
    page = document[number]
    try:
        text_page = page.get_textpage()
        try:
            items = page_items(page, text_page)
            if items is None:
                # U+FFFE stands where pdfium found a hyphen at the end of a line: lines.BREAK.
                text = text_page.get_text_range().replace("\r", "\n")
                items = list(text.split("\n"))
        finally:
            text_page.close()
    finally:
        page.close()
    return [item for item in items if not isinstance(item, str) or item.strip()]


def _write_page(items: list[str | Grid], blocks: Blocks) -> None:
    """Paragraphs between tables, rows of tables."""
    lines: list[str] = []
    for item in [*items, None]:
        if isinstance(item, str):
            lines.append(item)
            continue
        for paragraph in join_lines(lines):
            blocks.add(paragraph)
        lines = []
        if item is not None:
            for row in item.rows():
                blocks.add_row_of_lines(row)


def _running_lines(pages: list[list[str | Grid]]) -> frozenset[str]:
    """Headers and footers: the same line, but for numbers, at the edge of most pages."""
    if len(pages) < 5:
        return frozenset()
    seen: Counter[str] = Counter()
    for items in pages:
        edge = (items[n] for n in _edges(items))
        seen.update({_key(line) for line in edge if isinstance(line, str)})
    return frozenset(key for key, times in seen.items() if times > 0.5 * len(pages))


def _edges(items: list[str | Grid]) -> list[int]:
    """Places of the first two and last two lines; a nearly empty page has one of each."""
    depth = 2 if len(items) > 6 or any(isinstance(item, Grid) for item in items) else 1
    return [*range(min(depth, len(items))), *range(max(depth, len(items) - depth), len(items))]


def _key(line: str) -> str:
    return re.sub(r"\d+", "0", clean(line))


def _without_running(
    items: list[str | Grid], running: frozenset[str], shown: set[str]
) -> list[str | Grid]:
    """Page numbers and running heads cut sentences in two where a page ends.

    The first of each running head is kept (``shown`` remembers): it may be the title.
    """
    left_out = set()
    for position in _edges(items):
        line = items[position]
        if not isinstance(line, str):
            continue
        key = _key(line)
        if _PAGE_NUMBER.match(line.strip()) or key in shown:
            left_out.add(position)
        elif key in running:
            shown.add(key)
    return [item for position, item in enumerate(items) if position not in left_out]


def _metadata(document: Any) -> tuple[str, str]:
    try:
        title = clean(document.get_metadata_value("Title"))
        created = document.get_metadata_value("CreationDate")
    except pypdfium2.PdfiumError:
        return "", ""
    return ("" if _NO_TITLE.match(title) else title[:500]), iso_date(created)
