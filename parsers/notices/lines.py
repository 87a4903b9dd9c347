"""The text of a notice that is data: lines of label, tab, value."""

from __future__ import annotations

import re
from collections.abc import Iterable

from parsers.notices.values import clean
from parsers.redaction import redact

# Publishers that lost their line breaks write the letters "rn" where "\r\n" stood: doubled, or
# between the end of a sentence and the next beginning.
_LOST_BREAKS = re.compile(
    r"(?:rn){2,}(?=\W|[A-Z\d]|http|www|$)|(?<=[^\w\s])\s?rn(?=\s|[A-Z\d•*(-]|http|$)"
    r"|(?<=\s)rn(?=[A-Z\d•*(\s-])|(?<=[a-z]{3})rn(?=[A-Z][a-z]|[•*]|\d\.)"
)
# What shows that a text lost its breaks at all; "ModernGov" alone does not.
_LOST_BREAKS_SIGN = re.compile(
    r"(?:rn){2,}(?=\W|[A-Z\d]|http|$)|[^\w\s]rn(?=\s|[A-Z\d•*(-]|$)|\srn[A-Z]"
)
_LONGEST_LABEL = 80
# A notice with more text than this is no notice; the rest is dropped and said so.
LONGEST_TEXT = 4_000_000


def restore_breaks(text: str) -> str:
    """Line breaks again where a publisher left the letters "rn" of them; other text unchanged."""
    return _LOST_BREAKS.sub("\n", text) if _LOST_BREAKS_SIGN.search(text) else text


class Lines:
    """Collects labelled lines, drops repetitions, masks personal contact data."""

    def __init__(self) -> None:
        self._lines: dict[str, None] = {}
        self._length = 0
        self.truncated = False

    def add(self, label: str, value: str | Iterable[str] | None) -> None:
        """Add a value; each of its paragraphs is a line under the same label."""
        if not value:
            return
        given = [value] if isinstance(value, str) else list(value)
        paragraphs = [part for text in given for part in re.split(r"[\r\n\u2028\u2029]+", text)]
        label = clean(label)[:_LONGEST_LABEL]
        for paragraph in _joined([clean(paragraph) for paragraph in paragraphs]):
            if self._length > LONGEST_TEXT:
                self.truncated = True
                return
            line = f"{label}\t{redact(paragraph)}"
            if line not in self._lines:
                self._lines[line] = None
                self._length += len(line) + 1

    def __str__(self) -> str:
        return "\n".join(self._lines)


def _joined(paragraphs: list[str]) -> list[str]:
    """Paragraphs again whole where a publisher broke them in mid-sentence."""
    whole: list[str] = []
    for paragraph in paragraphs:
        if not paragraph:
            continue
        # "a) first, b) second": a list item begins low too, and is no continuation.
        if (
            whole
            and paragraph[0].islower()
            and not re.search(r"[.:;!?]$", whole[-1])
            and not re.match(r"\w{1,3}[).]", paragraph)
        ):
            whole[-1] = f"{whole[-1]} {paragraph}"
            continue
        whole.append(paragraph)
    return whole
