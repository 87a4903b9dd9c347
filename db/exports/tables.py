"""Rows of any query as CSV, JSON lines, Excel or Parquet: streamed, explained, harmless to open.

Every writer takes column names and an iterable of rows and holds a bounded number of rows in
memory. In formats that spreadsheet programs open, a text that would start a formula is preceded
by an apostrophe (``neutral``); JSON and Parquet give every text unchanged.
"""

from __future__ import annotations

import csv
import io
import itertools
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import xlsxwriter

# What spreadsheet programs take for the start of a formula, full-width forms included.
FORMULA_STARTS = frozenset("=+-@\t\r\n＝＋－＠")
# What a sheet of Excel can hold; rows beyond are said to be missing on the second sheet.
EXCEL_ROWS = 1_048_575
EXCEL_CELL = 32_767
PARQUET_GROUP = 20_000

Row = Sequence[Any]


class Unavailable(Exception):
    """A format needs a library that is not installed; ``str(error)`` says which and how."""


def neutral(cell: Any) -> Any:
    """``cell`` with an apostrophe before it where it is a text that would start a formula."""
    if isinstance(cell, str) and cell[:1] in FORMULA_STARTS and cell:
        return "'" + cell
    return cell


def write_csv(
    file: BinaryIO, columns: Sequence[str], rows: Iterable[Row], notes: Mapping[str, str]
) -> int:
    """CSV in UTF-8, RFC 4180. Returns the number of rows. ``notes`` are not written."""
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(columns)
    number = 0
    for row in rows:
        writer.writerow([neutral(cell) for cell in row])
        number += 1
    text.flush()
    text.detach()
    return number


def write_jsonl(
    file: BinaryIO, columns: Sequence[str], rows: Iterable[Row], notes: Mapping[str, str]
) -> int:
    """One JSON object a line, UTF-8. Returns the number of rows. ``notes`` are not written."""
    number = 0
    for row in rows:
        line = json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False, default=_text)
        file.write(line.encode() + b"\n")
        number += 1
    return number


def write_xlsx(
    file: BinaryIO, columns: Sequence[str], rows: Iterable[Row], notes: Mapping[str, str]
) -> int:
    """A workbook: the rows, and a second sheet with what the columns mean and their units.

    Nothing in it is a formula or a link. Rows beyond what a sheet can hold, and characters beyond
    what a cell can, are left out; the second sheet says so. Returns the number of rows written.
    """
    book = xlsxwriter.Workbook(
        file,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "in_memory": False,
        },
    )
    head = book.add_format({"bold": True})
    sheet = book.add_worksheet("rows")
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(columns):
        sheet.write_string(0, place, column, head)
    rows = iter(rows)
    number = cut = 0
    for row in itertools.islice(rows, EXCEL_ROWS):
        number += 1
        for place, cell in enumerate(row):
            if isinstance(cell, bool | int | float) and abs(cell) < 2**53:
                sheet.write_number(number, place, cell)
            elif cell is not None:
                text = str(neutral(_text(cell) if isinstance(cell, bytes) else str(cell)))
                cut += len(text) > EXCEL_CELL
                sheet.write_string(number, place, text[:EXCEL_CELL])
    left = sum(1 for _ in rows)
    about = book.add_worksheet("columns")
    about.write_string(0, 0, "column", head)
    about.write_string(0, 1, "meaning", head)
    lines = [(column, notes.get(column, "")) for column in columns]
    if left:
        lines.append(("", f"{left:,} rows did not fit into a sheet; take CSV or Parquet for all."))
    if cut:
        lines.append(("", f"{cut:,} texts were cut at {EXCEL_CELL:,} characters."))
    lines.append(("", "A text that would start a formula has an apostrophe before it."))
    for line, pair in enumerate(lines, 1):
        for place, text in enumerate(pair):
            about.write_string(line, place, text)
    book.close()
    return number


def write_parquet(
    file: BinaryIO, columns: Sequence[str], rows: Iterable[Row], notes: Mapping[str, str]
) -> int:
    """Parquet (zstd) with the meaning of each column in its field's metadata.

    A column is integer, floating point or text by the values of its first rows that have one; a
    later value that does not fit makes the export fail rather than be changed: see ``_kind``.
    Raises ``Unavailable`` where pyarrow is not installed.
    """
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise Unavailable(
            "Parquet needs pyarrow: pip install 'counterwatch[parquet]', or take CSV"
        ) from None
    groups = _groups(iter(rows), PARQUET_GROUP)
    first = next(groups, [])
    kinds = [_kind([row[place] for row in first]) for place in range(len(columns))]
    types = {"integer": pyarrow.int64(), "number": pyarrow.float64(), "text": pyarrow.string()}
    schema = pyarrow.schema(
        [
            pyarrow.field(column, types[kind], metadata={"description": notes.get(column, "")})
            for column, kind in zip(columns, kinds, strict=True)
        ]
    )
    number = 0
    with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        for group in itertools.chain([first] if first else [], groups):
            arrays = [
                pyarrow.array(
                    [_as(kind, row[place]) for row in group], type=schema.field(place).type
                )
                for place, kind in enumerate(kinds)
            ]
            writer.write_table(pyarrow.Table.from_arrays(arrays, schema=schema))
            number += len(group)
    return number


def _groups(rows: Iterator[Row], size: int) -> Iterator[list[Row]]:
    while group := list(itertools.islice(rows, size)):
        yield group


def _kind(values: Iterable[Any]) -> str:
    kinds = {type(value) for value in values if value is not None}
    if kinds and kinds <= {int, bool}:
        return "integer"
    return "number" if kinds and kinds <= {int, bool, float} else "text"


def _as(kind: str, value: Any) -> Any:
    if value is None:
        return None
    return (
        int(value) if kind == "integer" else float(value) if kind == "number" else _text(str(value))
    )


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


Writer = Callable[[BinaryIO, Sequence[str], Iterable[Row], Mapping[str, str]], int]

# Format → (writer, media type)
FORMATS: dict[str, tuple[Writer, str]] = {
    "csv": (write_csv, "text/csv; charset=utf-8"),
    "jsonl": (write_jsonl, "application/x-ndjson"),
    "xlsx": (write_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "parquet": (write_parquet, "application/vnd.apache.parquet"),
}


def export(
    database: Path,
    sql: str,
    format: str,
    file: BinaryIO,
    parameters: Mapping[str, Any] | None = None,
    notes: Mapping[str, str] | None = None,
    prepare: Callable[[sqlite3.Connection], None] | None = None,
) -> int:
    """Write what ``sql`` gives over ``database`` in ``format``; returns the number of rows.

    The database is opened read-only, so that no statement can change it. ``prepare`` may register
    functions or limits on the connection. Raises KeyError for a format that does not exist.
    """
    writer = FORMATS[format][0]
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    try:
        if prepare:
            prepare(connection)
        cursor = connection.execute(sql, parameters or {})
        columns = _distinct([column[0] for column in cursor.description])
        return writer(file, columns, cursor, notes or {})
    finally:
        connection.close()


def _distinct(columns: Sequence[str]) -> list[str]:
    """Column names without repetition: a second ``id`` becomes ``id_2``."""
    seen: dict[str, int] = {}
    result = []
    for column in columns:
        seen[column] = seen.get(column, 0) + 1
        result.append(column if seen[column] == 1 else f"{column}_{seen[column]}")
    return result
