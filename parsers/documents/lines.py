"""Joins the lines of a typeset page into paragraphs again.

A typesetter breaks lines where the column ends, in the middle of sentences and words, and a term
broken in two is never found. A line runs on where it fills its column, does not end a sentence,
and the next line does not look like the start of something new.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

# A justified line fills the column up to one Han character or a longer Latin word.
_FULL = 0.88
# Stands where a line ended in a hyphen; a noncharacter, which pdfium uses for the same.
BREAK = "\ufffe"
_LETTERS = re.compile(r"[^\W\d_]+")
_BROKEN = re.compile(rf"([^\W\d_]+){BREAK}([^\W\d_]+)")
# Narrower "columns" are labels and headings that stand alone.
_NARROWEST = 24
_HAN = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003134f"
_WIDE_END = re.compile(f"[{_HAN}“”‘’…—·]$")
_WIDE_START = re.compile(f"^[{_HAN}“”‘’…—·]")
_SENTENCE_END = re.compile(r"[。！？；!?]['\"”’）)」』]?$|[^.\s][.:]['\"”’)]?$|：$")
# "1." "1.2.3" "（1）" "(a)" "一、" "第三章" "①" "•" "★" begin something new, and so does "甲方：".
_ITEM_START = re.compile(
    r"^(?:[（(]?(?:\d{1,3}|[一二三四五六七八九十百]{1,4}|[a-zA-Z]|[ivxIVX]{1,5})[)）.、．]"
    r"|\d{1,2}(?:[.．]\d{1,3}){1,5}(?!\d)|第[一二三四五六七八九十百\d]{1,4}[章节条款部]"
    r"|[①-⑳⑴-⒇❶-❿•●○■□▪◆◇★☆▲△※➢✓√\uf000-\uf0ff*–-]\s?)"
)
_LABEL_START = re.compile(r"^[^\s：:，。]{1,8}[：:]")
_HYPHENATED = re.compile(r"[^\W\d_]{2,}[-\u00ad\u2010]$")
_LOWER_START = re.compile(r"^[a-zß-öø-ÿа-я]{2,}")


def is_item_start(line: str) -> bool:
    """Does the line begin an item of a list or a clause?"""
    return bool(_ITEM_START.search(line))


def columns(text: str) -> int:
    """Width in half-width columns: a Han character takes two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def join_lines(lines: Sequence[str], width: int | None = None) -> Iterator[str]:
    """Yield paragraphs of ``lines``. ``width``: the column's, else that of the longest lines."""
    widths = [columns(line.strip()) for line in lines]
    if width is None:
        width = typical_width(widths)
    paragraph = ""
    previous_width = 0
    for line, line_width in zip(lines, widths, strict=True):
        line = line.strip()
        if not line:
            continue
        if paragraph and _runs_on(paragraph, previous_width, line, width):
            paragraph = join_two(paragraph, line)
        else:
            if paragraph:
                yield paragraph
            paragraph = line
        previous_width = line_width
    if paragraph:
        yield paragraph


def typical_width(widths: Sequence[int]) -> int:
    """Width of the column: what the longest lines agree on, so that one outlier is not it."""
    if not widths:
        return 0
    ordered = sorted(widths)
    return ordered[min(len(ordered) - 1, int(len(ordered) * 0.9))]


def join_two(first: str, second: str) -> str:
    """Join two lines: Han without a space, a hyphen at the end by BREAK (see mend_hyphens)."""
    if _HYPHENATED.search(first) and _LOWER_START.search(second):
        return first[:-1] + BREAK + second
    if _WIDE_END.search(first) and _WIDE_START.search(second):
        return first + second
    if first.endswith(("-", "/", "\u2010")):
        return first + second
    return f"{first} {second}"


def mend_hyphens(text: str) -> str:
    """Decide for every BREAK: a word cut in two ("gather-ings") or a compound ("face-search").

    The text itself is the dictionary: a compound stays one where its halves are words of the
    text and the whole is not.
    """
    if BREAK not in text:
        return text
    known = {word.lower() for word in _LETTERS.findall(_BROKEN.sub(" ", text))}

    def mended(match: re.Match[str]) -> str:
        first, second = match.groups()
        halves = first.lower() in known and second.lower() in known
        compound = halves and (first + second).lower() not in known
        return f"{first}-{second}" if compound or not second[0].islower() else first + second

    return _BROKEN.sub(mended, text).replace(BREAK, "-")


def _runs_on(paragraph: str, previous_width: int, line: str, width: int) -> bool:
    if _HYPHENATED.search(paragraph) and _LOWER_START.search(line):
        return True
    if _SENTENCE_END.search(paragraph) or is_item_start(line) or _LABEL_START.search(line):
        return False
    if _LOWER_START.search(line) and paragraph[-1].isalpha() and paragraph[-1].islower():
        return previous_width >= 0.5 * width
    return width >= _NARROWEST and previous_width >= _FULL * width
