"""Tables of a PDF page, from the lines that rule them.

A PDF knows letters and lines, not cells. Lines that cross make a grid; where a line is missing
between two fields of the grid, they are one cell; a letter belongs to the cell around it.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pypdfium2.raw as pdfium

from parsers.documents.lines import BREAK, is_item_start, join_two

# Points (1/72 inch). Rulers of one line are drawn in pieces; corners do not quite meet.
_THIN = 2.5
_TOUCH = 3.0
_SHORTEST = 5.0
# Drawings and maps have thousands of lines and no tables.
_MOST_PATHS = 4_000
_MOST_LINES = 400
# A merged label is repeated in each row it stands for, if it is short.
_LABEL = 40

Cell = list[str]  # its lines
Row = list[Cell]


@dataclass(slots=True)
class _Line:
    """A ruler: ``at`` its fixed coordinate, from ``low`` to ``high`` on the other axis."""

    at: float
    low: float
    high: float

    def covers(self, low: float, high: float) -> bool:
        margin = 0.1 * (high - low) + 0.5
        return self.low <= low + margin and self.high >= high - margin


@dataclass(slots=True)
class Grid:
    """One table: sorted rulers and, for every field, the number of its cell."""

    xs: list[float]
    ys: list[float]  # from the top of the page down
    cell_of: list[list[int]]
    texts: dict[int, Cell] = field(default_factory=dict)

    def cell_at(self, x: float, y: float) -> int | None:
        column = _interval(self.xs, x)
        row = _interval([-value for value in self.ys], -y)
        return self.cell_of[row][column] if column is not None and row is not None else None

    def rows(self) -> list[Row]:
        """Cells row by row; a short cell that spans rows stands in each of them."""
        rows: list[Row] = []
        seen: set[int] = set()
        for numbers in self.cell_of:
            cells: Row = []
            last = None
            for number in numbers:
                if number == last:
                    continue
                last = number
                lines = self.texts.get(number, [])
                repeat = sum(map(len, lines)) <= _LABEL
                cells.append(lines if number not in seen or repeat else [])
                seen.add(number)
            rows.append(cells)
        return rows


def page_items(page: Any, text_page: Any) -> list[str | Grid] | None:
    """Lines of text and tables of a page in reading order; None where it has no table."""
    grids = _grids(*_rulers(page))
    if not grids:
        return None
    items: list[str | Grid] = []
    line: list[str] = []
    current: tuple[Grid, int] | None = None  # the cell that the last letter stood in
    fresh = True  # the next letter of a cell begins a line of it
    for character, box in _characters(text_page):
        if character in "\r\n":
            if line:
                items.append("".join(line))
                line = []
            fresh = True
            continue
        place = current
        if box is not None:
            x, y = box
            place = next(
                ((grid, cell) for grid in grids if (cell := grid.cell_at(x, y)) is not None), None
            )
        if place is None:
            line.append(character)
            current = None
            continue
        grid, cell = place
        if line:
            items.append("".join(line))
            line = []
        if grid not in items:
            items.append(grid)
        lines = grid.texts.setdefault(cell, [])
        if fresh or current is None or current[1] != cell or not lines:
            if character.isspace():
                continue
            lines.append(character)
        else:
            lines[-1] += character
        fresh = False
        current = place
    if line:
        items.append("".join(line))
    for grid in grids:
        grid.texts = {number: _joined(lines) for number, lines in grid.texts.items()}
    return items


def _joined(lines: Sequence[str]) -> Cell:
    """A narrow cell breaks every line: all are joined, but items of a list stay apart."""
    joined: Cell = []
    for line in lines:
        line = line.strip()
        if joined and not is_item_start(line):
            joined[-1] = join_two(joined[-1], line)
        elif line:
            joined.append(line)
    return joined


def _characters(text_page: Any) -> Any:
    """(character, middle of its box or None) in reading order."""
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    for index in range(pdfium.FPDFText_CountChars(text_page)):
        code = pdfium.FPDFText_GetUnicode(text_page, index)
        if code == 0:
            continue
        character = BREAK if code == 2 else chr(code) if code <= 0x10FFFF else "\ufffd"
        found = pdfium.FPDFText_GetCharBox(text_page, index, left, right, bottom, top)
        if not found or (right.value == left.value and top.value == bottom.value):
            yield character, None
        else:
            yield character, ((left.value + right.value) / 2, (top.value + bottom.value) / 2)


def _rulers(page: Any) -> tuple[list[_Line], list[_Line]]:
    """Horizontal and vertical rulers of a page: thin shapes, and the edges of boxes."""
    horizontal: list[_Line] = []
    vertical: list[_Line] = []
    for number, shape in enumerate(
        page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH], max_depth=3)
    ):
        if number > _MOST_PATHS:
            return [], []
        left, bottom, right, top = shape.get_bounds()
        width, height = right - left, top - bottom
        if height <= _THIN and width > _THIN:
            horizontal.append(_Line((top + bottom) / 2, left, right))
        elif width <= _THIN and height > _THIN:
            vertical.append(_Line((left + right) / 2, bottom, top))
        elif width > _SHORTEST and height > _SHORTEST:
            horizontal += [_Line(bottom, left, right), _Line(top, left, right)]
            vertical += [_Line(left, bottom, top), _Line(right, bottom, top)]
    return _merged(horizontal), _merged(vertical)


def _merged(lines: list[_Line]) -> list[_Line]:
    """Pieces of one ruler put together; what stays short is no ruler."""
    merged: list[_Line] = []
    for line in sorted(lines, key=lambda line: (round(line.at / _TOUCH), line.low)):
        last = merged[-1] if merged else None
        if last and abs(last.at - line.at) <= _TOUCH and line.low <= last.high + _TOUCH:
            last.high = max(last.high, line.high)
            last.low = min(last.low, line.low)
        else:
            merged.append(_Line(line.at, line.low, line.high))
    return [line for line in merged if line.high - line.low > _SHORTEST]


def _grids(horizontal: list[_Line], vertical: list[_Line]) -> list[Grid]:
    if len(horizontal) < 2 or len(vertical) < 3:
        return []
    if len(horizontal) + len(vertical) > _MOST_LINES:
        return []
    found = []
    for across, down in _connected(horizontal, vertical):
        ys = sorted(_clustered(line.at for line in across), reverse=True)
        xs = sorted(_clustered(line.at for line in down))
        # A frame around text, or a single column, is no table.
        if len(ys) >= 2 and len(xs) >= 3:
            grid = Grid(xs, ys, _cells(xs, ys, across, down))
            if len({number for numbers in grid.cell_of for number in numbers}) >= 2:
                found.append(grid)
    return found


def _connected(
    horizontal: list[_Line], vertical: list[_Line]
) -> list[tuple[list[_Line], list[_Line]]]:
    """Groups of rulers that touch one another."""
    group = list(range(len(horizontal) + len(vertical)))
    for i, h in enumerate(horizontal):
        for j, v in enumerate(vertical):
            if (
                h.low - _TOUCH <= v.at <= h.high + _TOUCH
                and v.low - _TOUCH <= h.at <= v.high + _TOUCH
            ):
                _unite(group, i, len(horizontal) + j)
    groups: dict[int, tuple[list[_Line], list[_Line]]] = {}
    for index in range(len(group)):
        across, down = groups.setdefault(_root(group, index), ([], []))
        if index < len(horizontal):
            across.append(horizontal[index])
        else:
            down.append(vertical[index - len(horizontal)])
    return [pair for pair in groups.values() if len(pair[0]) >= 2 and len(pair[1]) >= 2]


def _cells(
    xs: list[float], ys: list[float], across: list[_Line], down: list[_Line]
) -> list[list[int]]:
    """Number of the cell of every field: fields without a ruler between them are one."""
    rows, columns = len(ys) - 1, len(xs) - 1
    group = list(range(rows * columns))
    for row in range(rows):
        for column in range(columns):
            here = row * columns + column
            if column + 1 < columns and not any(
                abs(line.at - xs[column + 1]) <= _TOUCH and line.covers(ys[row + 1], ys[row])
                for line in down
            ):
                _unite(group, here, here + 1)
            if row + 1 < rows and not any(
                abs(line.at - ys[row + 1]) <= _TOUCH and line.covers(xs[column], xs[column + 1])
                for line in across
            ):
                _unite(group, here, here + columns)
    return [
        [_root(group, row * columns + column) for column in range(columns)] for row in range(rows)
    ]


def _clustered(values: Any) -> list[float]:
    clustered: list[float] = []
    for value in sorted(values):
        if not clustered or value - clustered[-1] > _TOUCH:
            clustered.append(value)
    return clustered


def _interval(edges: Sequence[float], value: float) -> int | None:
    if not edges[0] <= value < edges[-1]:
        return None
    return next(n for n in range(len(edges) - 1) if edges[n] <= value < edges[n + 1])


def _root(group: list[int], index: int) -> int:
    while group[index] != index:
        group[index] = group[group[index]]
        index = group[index]
    return index


def _unite(group: list[int], one: int, other: int) -> None:
    first, second = sorted((_root(group, one), _root(group, other)))
    group[second] = first
