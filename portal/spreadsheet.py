"""CSV that a spreadsheet opens as text: a cell that would start a formula gets an apostrophe.

Quotes on this site come from pages nobody vetted. Numbers of the database are not touched; JSON
gives every text unchanged.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import Any

from db.exports.tables import neutral


class Writer:
    """``csv.writer`` with neutral cells. ``writerow`` returns what the file's write returns."""

    def __init__(self, file: Any, *arguments: Any, **options: Any) -> None:
        self._writer = csv.writer(file, *arguments, **options)

    def writerow(self, row: Iterable[Any]) -> Any:
        return self._writer.writerow([neutral(cell) for cell in row])


# Stands in for the module ``csv`` in Datasette's CSV view, which offers no hook (0.65).
writer = Writer
