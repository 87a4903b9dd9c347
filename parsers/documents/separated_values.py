"""CSV and TSV: one row a line, cells joined by a tab."""

from __future__ import annotations

import csv
import io

from parsers.documents import language
from parsers.documents.blocks import Blocks
from parsers.documents.encoding import decode
from parsers.documents.limits import DEFAULT, Limits
from parsers.documents.media_type import CSV
from parsers.records import DocumentError, Extraction


def read(data: bytes, charset: str | None = None, limits: Limits = DEFAULT) -> Extraction:
    """Rows of a file of separated values, whatever the separator."""
    decoded = decode(data, charset)
    head = decoded.text[:20_000]
    try:
        dialect: type[csv.Dialect] = csv.Sniffer().sniff(head, delimiters=",;\t|")
    except csv.Error:
        dialect = csv.excel
    blocks = Blocks(limits)
    warnings = list(decoded.warnings)
    # The module's own bound (128 KB) refuses long descriptions.
    csv.field_size_limit(max(csv.field_size_limit(), limits.characters))
    reader = csv.reader(io.StringIO(decoded.text, newline=""), dialect)
    try:
        for row in reader:
            blocks.add_row(row)
    except csv.Error as error:
        warnings.append(f"line {reader.line_num}: {error}; read up to there")
    if not blocks:
        raise DocumentError("; ".join(warnings) or "table without rows")
    text = blocks.text()
    return Extraction(
        media_type=CSV,
        text=text,
        language=language.detect(text),
        warnings=tuple(warnings),
    )
