"""Spreadsheets (.xlsx, .xls, .ods): one row a line, sheets separated by ``\\f``."""

from __future__ import annotations

import datetime
import io
import time
import zipfile
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from parsers.documents import language
from parsers.documents.blocks import Blocks
from parsers.documents.limits import DEFAULT, Limits
from parsers.documents.media_type import XLSX
from parsers.documents.office_package import check_sizes
from parsers.records import DocumentError, DocumentTooLarge, Extraction

# The reader holds a sheet as a full grid: a single value in the last cell of an empty sheet
# would make it 16 thousand million cells.
_CELLS = 20_000_000


def read(data: bytes, charset: str | None = None, limits: Limits = DEFAULT) -> Extraction:
    """Rows of all sheets. Raises DocumentError where there are none."""
    if data.startswith(b"PK"):
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                check_sizes(archive, limits)
        except zipfile.BadZipFile as error:
            raise DocumentError(f"spreadsheet is damaged: {error}") from error
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = workbook.sheet_names
    except Exception as error:  # calamine raises one type per format, and ValueError
        raise DocumentError(f"spreadsheet is damaged: {error}") from error
    blocks = Blocks(limits)
    warnings = []
    deadline = time.monotonic() + limits.seconds
    for number, name in enumerate(names):
        if number:
            blocks.new_page()
        try:
            rows = _rows(workbook, name)
        except CalamineError as error:
            warnings.append(f"sheet {name} could not be read: {error}")
            continue
        if rows:
            blocks.add(name, heading=True)
        for row in rows:
            blocks.add_row(_cell(value) for value in row)
            if time.monotonic() > deadline:
                raise DocumentTooLarge(f"time limit of {limits.seconds:g} s reached")
    if not blocks:
        raise DocumentError("; ".join(warnings) or "spreadsheet without values")
    text = blocks.text()
    return Extraction(
        media_type=XLSX,
        text=text,
        language=language.detect(text),
        pages=blocks.pages,
        headings=tuple(blocks.headings),
        warnings=tuple(warnings),
    )


def _rows(workbook: CalamineWorkbook, name: str) -> list[list[Any]]:
    sheet = workbook.get_sheet_by_name(name)
    if sheet.total_height * sheet.total_width > _CELLS:
        raise DocumentTooLarge(
            f"sheet {name} spans {sheet.total_height:,} × {sheet.total_width:,} cells, "
            f"more than {_CELLS:,}"
        )
    return sheet.to_python(skip_empty_area=True)


def _cell(value: Any) -> str:
    """As a reader sees it: whole numbers without ".0", dates without midnight."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    if isinstance(value, datetime.datetime):
        return value.isoformat(sep=" ")
    return str(value)
