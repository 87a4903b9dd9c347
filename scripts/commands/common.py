"""What the verbs share: exit codes, errors, progress, tables."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NoReturn

import click
from tqdm import tqdm

LOOK = 1  # done, but a person must look
MISSING = 3  # what the command needs is not there


def fail(message: str, code: int = MISSING) -> NoReturn:
    """Say what is wrong on standard error and end with ``code``."""
    click.echo(f"counterwatch: {message}", err=True)
    sys.exit(code)


class Bars:
    """Progress bars on standard error, one a stage; silent where nobody watches."""

    def __init__(self) -> None:
        self._bar: tqdm[Any] | None = None
        self._what = ""

    def __call__(self, what: str, done: int, total: int) -> None:
        if self._bar is None or what != self._what:
            self.close()
            self._what = what
            self._bar = tqdm(total=total, desc=what, unit="", file=sys.stderr, disable=None)
        self._bar.total = total
        self._bar.update(done - self._bar.n)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None


def width(text: str) -> int:
    """Columns a terminal needs: Chinese characters take two."""
    from unicodedata import east_asian_width

    return sum(2 if east_asian_width(c) in "WF" else 1 for c in text)


def table(
    heads: Sequence[str], rows: Iterable[Sequence[object]], echo: Callable[[str], None] = click.echo
) -> None:
    """Print rows under heads; columns of numbers to the right."""
    lines = [list(row) for row in rows]
    cells = [["" if cell is None else str(cell) for cell in row] for row in lines]
    numeric = [
        bool(lines) and all(isinstance(row[i], int | float | None) for row in lines)
        for i in range(len(heads))
    ]
    widths = [max([width(head), *(width(row[i]) for row in cells)]) for i, head in enumerate(heads)]
    for row in [list(heads), *cells]:
        parts = []
        for i, cell in enumerate(row):
            space = " " * (widths[i] - width(cell))
            parts.append(space + cell if numeric[i] else cell + space)
        echo("  ".join(parts).rstrip())
