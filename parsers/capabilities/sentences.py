"""Sentences around a position, in any of the languages, computed only where asked.

A block is a line; a table row (a line with tabs) is one sentence. A line break inside running
text (PDF) does not end a sentence.
"""

from __future__ import annotations

import bisect
import re

from parsers.capabilities.han import is_han

MAX_SENTENCE = 700
_ABBREVIATIONS = re.compile(
    r"(?:\b(?:[A-Za-zА-Яа-я]|No|Nos|Nr|Inc|Ltd|Co|Corp|Mr|Mrs|Ms|Dr|Prof|St|vs|etc|e\.g|i\.e|cf|al|art|Art|"
    r"Abs|Nr|bzw|ca|gem|ggf|inkl|usw|vgl|z\.\s?B|d\.\s?h|o\.\s?g|u\.\s?a|S|ff|Sec|sec|para|p|pp|approx|"
    r"núm|pág|Sr|Sra|EE|UU|Av|fig|Fig|Rs|ст|г|гг|др|пр|тыс|млн|млрд|руб|ул|им|т|д|п|U\.S|U\.K|U\.N|"
    r"örn|vb|yy|bkz|гос|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec))\.$"
)
_END = re.compile(
    "[。！？；!?؟۔…]+[”’」』）)\"'»]*"
    "|(?<=[\u3400-\u9fff）)”」』])[;]"
    "|\\.(?:[”’\"'»)\\]]|(?<=[^0-9]\\.)\\[?\\d{1,3}\\]?)*(?=\\s|$)"
    '|(?<=[a-z])\\.\\d{1,2}(?=\\s+[A-Z“"])'
    "|\n"
)


def _is_wrap(text: str, newline: int) -> bool:
    """True where the line break at ``newline`` only wraps running text."""
    start = max(text.rfind("\n", 0, newline), text.rfind("\f", 0, newline)) + 1
    before = text[start:newline].rstrip()
    if newline + 1 >= len(text) or not before:
        return False
    stop = text.find("\n", newline + 1)
    after = text[newline + 1 : stop if stop >= 0 else len(text)].lstrip(" ")
    if not after or "\t" in before or "\t" in after:
        return False
    left, right = before[-1], after[0]
    if is_han(left) or left in "，、":
        return len(before) >= 28 and (is_han(right) or right in "，。、；）”")
    if right.islower():
        return len(before) >= 40 and (left.isalnum() or left in ",-–")
    return False


def block_at(text: str, position: int) -> tuple[int, int]:
    """The block around ``position``: its lines, joined where a line break only wraps."""
    start = position
    while True:
        newline = max(text.rfind("\n", 0, start), text.rfind("\f", 0, start))
        if newline < 0 or text[newline] == "\f" or not _is_wrap(text, newline):
            start = newline + 1
            break
        start = newline
    end = position
    while True:
        newline, page = text.find("\n", end), text.find("\f", end)
        if newline < 0 or 0 <= page < newline:
            end = page if page >= 0 else len(text)
            break
        if not _is_wrap(text, newline):
            end = newline
            break
        end = newline + 1
    return start, end


def split_block(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Spans of the sentences of one block; together they cover it."""
    if "\t" in text[start:end] and end - start <= 4 * MAX_SENTENCE:
        return [(start, end)]
    spans: list[tuple[int, int]] = []
    begin = start
    for match in _END.finditer(text, start, end):
        if match.group() == "\n":
            continue
        if match.group().startswith(".") and _ABBREVIATIONS.search(
            text, max(begin, match.start() - 12), match.start() + 1
        ):
            continue
        if match.end() > begin:
            _add(text, begin, match.end(), spans)
            begin = match.end()
    if begin < end:
        _add(text, begin, end, spans)
    return spans or [(start, end)]


def _add(text: str, start: int, end: int, spans: list[tuple[int, int]]) -> None:
    """Add a sentence, cut at soft marks where it is longer than any sentence should be."""
    while end - start > MAX_SENTENCE:
        window = text[start : start + MAX_SENTENCE]
        cut = max(window.rfind(mark) for mark in (";", "；", "，", ", ", "|", " - ", "• ", "、"))
        if cut < MAX_SENTENCE // 2:
            cut = max(cut, window.rfind(" "))
        cut = MAX_SENTENCE if cut < MAX_SENTENCE // 3 else cut + 1
        spans.append((start, start + cut))
        start += cut
    spans.append((start, end))


class Sentences:
    """The sentences of one text, split on demand and remembered."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._blocks: list[tuple[int, int, list[tuple[int, int]]]] = []

    def block(self, position: int) -> tuple[int, int, list[tuple[int, int]]]:
        """(start, end, sentence spans) of the block around ``position``."""
        if self._blocks:
            index = bisect.bisect_right(self._blocks, position, key=lambda item: item[0]) - 1
            if index >= 0:
                block = self._blocks[index]
                if block[0] <= position < block[1]:
                    return block
        start, end = block_at(self.text, position)
        block = (start, end, split_block(self.text, start, end))
        bisect.insort(self._blocks, block)
        return block

    def at(self, position: int) -> tuple[int, int]:
        """The sentence that holds the character at ``position``."""
        spans = self.block(position)[2]
        index = bisect.bisect_right(spans, position, key=lambda item: item[0]) - 1
        return spans[max(index, 0)]
