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
from parsers.documents.lines import join_lines
from parsers.documents.media_type import PDF
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
    pages: list[list[str]] = []
    warnings: list[str] = []
    unreadable = 0
    for number in range(count):
        if time.monotonic() > deadline:
            warnings.append(
                f"time limit of {limits.seconds:g} s reached: {number} of {count} pages read"
            )
            break
        try:
            pages.append(_page_lines(document, number))
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
        for paragraph in join_lines(_without_running(lines, running, shown)):
            blocks.add(paragraph)
    if not blocks:
        raise DocumentError(f"PDF of {count} pages has no text layer (scanned?); no OCR installed")
    empty = sum(1 for lines in pages if not lines)
    if empty > count / 2:
        warnings.append(f"{empty} of {count} pages hold no text (scanned?)")
    text = blocks.text()
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


def _page_lines(document: Any, number: int) -> list[str]:
    page = document[number]
    try:
        text_page = page.get_textpage()
        try:
            # U+FFFE marks a hyphen at a line end that pdfium took for a soft one.
            text = text_page.get_text_range().replace("\ufffe", "-")
        finally:
            text_page.close()
    finally:
        page.close()
    return [line for line in text.replace("\r", "\n").split("\n") if line.strip()]


def _running_lines(pages: list[list[str]]) -> frozenset[str]:
    """Headers and footers: the same line, but for numbers, at the edge of most pages."""
    if len(pages) < 5:
        return frozenset()
    seen = Counter(key for lines in pages for key in {_key(lines[n]) for n in _edges(lines)})
    return frozenset(key for key, times in seen.items() if times > 0.5 * len(pages))


def _edges(lines: list[str]) -> list[int]:
    """Places of the first two and last two lines; a nearly empty page has one of each."""
    depth = 2 if len(lines) > 6 else 1
    return [*range(min(depth, len(lines))), *range(max(depth, len(lines) - depth), len(lines))]


def _key(line: str) -> str:
    return re.sub(r"\d+", "0", clean(line))


def _without_running(lines: list[str], running: frozenset[str], shown: set[str]) -> list[str]:
    """Page numbers and running heads cut sentences in two where a page ends.

    The first of each running head is kept (``shown`` remembers): it may be the title.
    """
    left_out = set()
    for position in _edges(lines):
        key = _key(lines[position])
        if _PAGE_NUMBER.match(lines[position].strip()) or key in shown:
            left_out.add(position)
        elif key in running:
            shown.add(key)
    return [line for position, line in enumerate(lines) if position not in left_out]


def _metadata(document: Any) -> tuple[str, str]:
    try:
        title = clean(document.get_metadata_value("Title"))
        created = document.get_metadata_value("CreationDate")
    except pypdfium2.PdfiumError:
        return "", ""
    return ("" if _NO_TITLE.match(title) else title[:500]), iso_date(created)
