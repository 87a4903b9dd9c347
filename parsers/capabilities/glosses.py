"""Chinese texts whose mirrors put pinyin inside words: 監(jiān)控, 數(shù)據(jù).

The tagger reads such a text without the glosses and carries the offsets back.
"""

from __future__ import annotations

import bisect
import re

# The bracket comes first so that `re` finds candidates fast; a tone mark makes it a gloss,
# as do the few syllables that have none.
_GLOSS = re.compile(
    r"\((?<=[\u3400-\u9fff]\()(?:[a-zü]{0,4}[āáǎàōóǒòēéěèīíǐìūúǔùǖǘǚǜ][a-zü]{0,3}|de|le|men|zi|ma|ne|zhe)\)"
)


class Glossed:
    """A text without its glosses, and the way back."""

    def __init__(self, text: str) -> None:
        pieces: list[str] = []
        self._kept: list[int] = []
        self._origin: list[int] = []
        position = length = 0
        for match in _GLOSS.finditer(text):
            self._kept.append(length)
            self._origin.append(position)
            pieces.append(text[position : match.start()])
            length += match.start() - position
            position = match.end()
        self._kept.append(length)
        self._origin.append(position)
        pieces.append(text[position:])
        self.text = "".join(pieces)

    def back(self, start: int, end: int) -> tuple[int, int]:
        """The span in the original of a span in ``text``, a gloss at its end included not."""
        first = bisect.bisect_right(self._kept, start) - 1
        last = bisect.bisect_left(self._kept, end) - 1
        low = self._origin[first] + start - self._kept[first]
        high = self._origin[max(last, 0)] + end - self._kept[max(last, 0)]
        return low, max(high, low)


def has_glosses(text: str) -> bool:
    return "(" in text and _GLOSS.search(text) is not None
