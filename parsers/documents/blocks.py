"""Collects the text of a document: blocks, table rows, pages and headings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from parsers.documents.limits import DEFAULT, Limits
from parsers.records import DocumentTooLarge

# Characters without a picture that break words: control characters, soft hyphen, zero-width
# space, word joiner, byte-order mark, direction marks, interlinear marks. Zero-width (non-)joiner
# stay: they are spelling in Persian, Urdu and Hindi.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u2069\ufeff\ufff9-\ufffb]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")


def clean(text: str) -> str:
    """One block's text: no control characters, no surrogates, trimmed.

    Every run of white space becomes one space (no-break, ideographic, line and paragraph
    separators too), so that a term matches however it was typeset.
    """
    if text.isprintable():  # no control character, no invisible one, no space but the plain one
        return " ".join(text.split()) if "  " in text else text.strip()
    text = _INVISIBLE.sub("", text)
    if not text.isascii():
        text = _SURROGATE.sub("\ufffd", text)
    return " ".join(text.split())


# A longer row is a text set as a table: its cells' own lines read better than one long line.
_LONG_ROW = 600
_LABEL = 200


class Blocks:
    """Builds ``Extraction.text``: blocks by ``\\n``, cells by ``\\t``, pages by ``\\f``.

    Raises DocumentTooLarge when the text grows beyond ``limits.characters``.
    """

    def __init__(self, limits: Limits = DEFAULT) -> None:
        self._limits = limits
        self._pieces: list[str] = []
        self._length = 0
        self._at_page_start = True
        self.pages = 1
        self.headings: list[tuple[int, int]] = []

    def add(self, text: str, heading: bool = False) -> bool:
        """Add one block; False where nothing visible is left of it."""
        text = clean(text)
        return self._add_line(text, heading) if text else False

    def add_row(self, cells: Iterable[str]) -> bool:
        """Add one table row; empty cells in the middle stay, so columns can be counted."""
        line = "\t".join(clean(cell) for cell in cells).rstrip("\t")
        return self._add_line(line, False) if line.strip() else False

    def add_row_of_lines(self, cells: Sequence[Sequence[str]]) -> None:
        """Add one table row whose cells have lines.

        One block, as any row; but a long row (a specification) keeps the lines of its long
        cells as blocks, the short cells before them with their first line.
        """
        joined = [" ".join(lines) for lines in cells]
        if sum(map(len, joined)) <= _LONG_ROW or max(map(len, cells), default=0) < 2:
            self.add_row(joined)
            return
        started: list[str] = []
        for lines, whole in zip(cells, joined, strict=True):
            if len(whole) <= _LABEL:
                started.append(whole)
                continue
            self.add_row((*started, lines[0]))
            started = []
            for line in lines[1:]:
                self.add(line)
        if started:
            self.add_row(started)

    def add_lines(self, text: str) -> None:
        """Add every line of a text as a block."""
        for line in text.splitlines():
            self.add(line)

    def new_page(self) -> None:
        self._push("\f")
        self._at_page_start = True
        self.pages += 1
        if self.pages > self._limits.pages:
            raise DocumentTooLarge(f"more than {self._limits.pages:,} pages")

    def text(self) -> str:
        return "".join(self._pieces)

    def __bool__(self) -> bool:
        return any(piece not in "\n\f" for piece in self._pieces)

    @property
    def characters(self) -> int:
        return self._length

    def _add_line(self, line: str, heading: bool) -> bool:
        if not self._at_page_start:
            self._push("\n")
        start = self._length
        self._push(line)
        self._at_page_start = False
        if heading:
            self.headings.append((start, self._length))
        return True

    def _push(self, piece: str) -> None:
        self._pieces.append(piece)
        self._length += len(piece)
        if self._length > self._limits.characters:
            raise DocumentTooLarge(f"more than {self._limits.characters:,} characters of text")
