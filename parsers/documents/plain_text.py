"""Plain text: lines, rejoined where an e-mail program or a typesetter broke them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from parsers.documents import language
from parsers.documents.blocks import Blocks, clean
from parsers.documents.encoding import decode
from parsers.documents.limits import DEFAULT, Limits
from parsers.documents.lines import join_lines, join_two, mend_hyphens
from parsers.documents.media_type import PLAIN
from parsers.records import DocumentError, DocumentTooLarge, Extraction

# Up to this many columns a text is set in lines; longer "lines" are paragraphs.
_WRAP_COLUMNS = 100
_TITLE = 200
_LOWER_START = re.compile(r"\s*[a-zß-öø-ÿа-я]{2,}")
_CUT_WORD = re.compile(r"[^\W\d_]{2,}-$")
_CUT_SENTENCE = re.compile(r"(?:[a-zß-öø-ÿа-я]{2,}|[,–—])$")


def read(data: bytes, charset: str | None = None, limits: Limits = DEFAULT) -> Extraction:
    """Text of a plain text file; a form feed in it begins a new page."""
    decoded = decode(data, charset)
    if len(decoded.text) > 2 * limits.characters:
        raise DocumentTooLarge(f"more than {limits.characters:,} characters of text")
    blocks = Blocks(limits)
    for number, page in enumerate(decoded.text.split("\f")):
        if number:
            blocks.new_page()
        for line in _mended(_lines(page)):
            if "\t" in line:
                blocks.add_row(line.split("\t"))
            else:
                blocks.add(line)
    if not blocks:
        raise DocumentError("text file without text")
    text = mend_hyphens(blocks.text())
    first = clean(text.lstrip("\f\n").split("\n", 1)[0])
    return Extraction(
        media_type=PLAIN,
        text=text,
        title=first if len(first) <= _TITLE else "",
        language=language.detect(text),
        pages=blocks.pages,
        warnings=decoded.warnings,
    )


def _lines(page: str) -> Iterator[str]:
    for paragraph in _paragraphs(page):
        yield from join_lines(paragraph) if _is_wrapped(paragraph) else paragraph


def _mended(lines: Iterable[str]) -> Iterator[str]:
    """Join what a page or column break cut in two, in text taken from a printed journal.

    Only where a word is hyphenated at the cut, or a long paragraph stops in mid-sentence and
    the next one goes on in lower case.
    """
    pending = ""
    for line in lines:
        if pending and _goes_on(pending, line):
            pending = join_two(pending.rstrip(), line.lstrip())
            continue
        if pending:
            yield pending
        pending = line
    if pending:
        yield pending


def _goes_on(paragraph: str, line: str) -> bool:
    if not _LOWER_START.match(line) or "\t" in line:
        return False
    return bool(_CUT_WORD.search(paragraph)) or (
        len(paragraph) > _WRAP_COLUMNS and bool(_CUT_SENTENCE.search(paragraph))
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
