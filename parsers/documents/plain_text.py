"""Plain text: lines, rejoined where an e-mail program or a typesetter broke them."""

from __future__ import annotations

from parsers.documents import language
from parsers.documents.blocks import Blocks, clean
from parsers.documents.encoding import decode
from parsers.documents.limits import DEFAULT, Limits
from parsers.documents.lines import join_lines
from parsers.documents.media_type import PLAIN
from parsers.records import DocumentError, DocumentTooLarge, Extraction

# Up to this many columns a text is set in lines; longer "lines" are paragraphs.
_WRAP_COLUMNS = 100
_TITLE = 200


def read(data: bytes, charset: str | None = None, limits: Limits = DEFAULT) -> Extraction:
    """Text of a plain text file; a form feed in it begins a new page."""
    decoded = decode(data, charset)
    if len(decoded.text) > 2 * limits.characters:
        raise DocumentTooLarge(f"more than {limits.characters:,} characters of text")
    blocks = Blocks(limits)
    for number, page in enumerate(decoded.text.split("\f")):
        if number:
            blocks.new_page()
        for paragraph in _paragraphs(page):
            lines = join_lines(paragraph) if _is_wrapped(paragraph) else paragraph
            for line in lines:
                if "\t" in line:
                    blocks.add_row(line.split("\t"))
                else:
                    blocks.add(line)
    if not blocks:
        raise DocumentError("text file without text")
    text = blocks.text()
    first = clean(text.lstrip("\f\n").split("\n", 1)[0])
    return Extraction(
        media_type=PLAIN,
        text=text,
        title=first if len(first) <= _TITLE else "",
        language=language.detect(text),
        pages=blocks.pages,
        warnings=decoded.warnings,
    )


def _paragraphs(page: str) -> list[list[str]]:
    """Runs of lines without an empty line between them."""
    paragraphs: list[list[str]] = [[]]
    for line in page.split("\n"):
        if line.strip():
            paragraphs[-1].append(line.rstrip())
        elif paragraphs[-1]:
            paragraphs.append([])
    return [lines for lines in paragraphs if lines]


def _is_wrapped(lines: list[str]) -> bool:
    """Set in columns: several lines, none longer than a column is wide."""
    return len(lines) > 1 and max(map(len, lines)) <= _WRAP_COLUMNS
