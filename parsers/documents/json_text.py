"""Any JSON: one line per value, its key before it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from parsers.documents import html, language
from parsers.documents.blocks import Blocks, clean
from parsers.documents.encoding import decode
from parsers.documents.limits import DEFAULT, Limits
from parsers.documents.media_type import JSON
from parsers.documents.xml_text import _MARKUP
from parsers.records import DocumentError, DocumentTooLarge, Extraction


def read(data: bytes, charset: str | None = None, limits: Limits = DEFAULT) -> Extraction:
    """Values of a JSON document, or of JSON lines. Broken lines are counted in a warning."""
    decoded = decode(data, charset)
    warnings = list(decoded.warnings)
    blocks = Blocks(limits)
    title = ""
    for value in _values(decoded.text, warnings):
        if not title and isinstance(value, dict):
            title = next(
                (str(value[key]) for key in ("title", "name", "headline") if value.get(key)), ""
            )
        for key, text in _flatten(value):
            if _MARKUP.search(text):
                text = html.text_of_fragment(text, limits)
            first, *rest = text.splitlines() or [""]
            if clean(first):
                blocks.add_row((key, first) if key else (first,))
            for line in rest:
                blocks.add(line)
    if not blocks:
        raise DocumentError("JSON without values")
    whole = blocks.text()
    return Extraction(
        media_type=JSON,
        text=whole,
        title=clean(title)[:500],
        language=language.detect(whole),
        warnings=tuple(warnings),
    )


def _load(source: str) -> Any:
    # Numbers stay as written: 1e9999 is no infinity, a million digits cost nothing.
    return json.loads(source, parse_int=str, parse_float=str, parse_constant=str)


def _values(source: str, warnings: list[str]) -> Iterator[Any]:
    try:
        yield _load(source)
        return
    except RecursionError:
        raise DocumentTooLarge("JSON nested too deeply to read") from None
    except ValueError as error:
        first_error = error
    good = bad = 0
    for line in source.splitlines():
        if not line.strip():
            continue
        try:
            value = _load(line)
        except RecursionError:
            raise DocumentTooLarge("JSON nested too deeply to read") from None
        except ValueError:
            bad += 1
            if good == 0 and bad > 10:
                break
            continue
        good += 1
        yield value
    if good == 0:
        raise DocumentError(f"not readable as JSON: {first_error}")
    if bad:
        warnings.append(f"{bad} of {good + bad} JSON lines are broken and were left out")


def _flatten(value: Any) -> Iterator[tuple[str, str]]:
    """(key, text) of every value in document order; list items repeat the list's key."""
    pending: list[tuple[str, Any]] = [("", value)]
    while pending:
        key, item = pending.pop()
        if isinstance(item, dict):
            pending.extend(reversed([(str(k), v) for k, v in item.items()]))
        elif isinstance(item, list):
            pending.extend((key, v) for v in reversed(item))
        elif isinstance(item, str):
            if item.strip():
                yield key, item
        elif item is not None:
            yield key, str(item).lower()
