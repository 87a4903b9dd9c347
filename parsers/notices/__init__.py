"""Procurement notices: from the bytes of a source's format to ``parsers.records.Notice``.

``recognise`` names the format of some bytes, ``read`` reads them, ``coverage`` says what was found.
A format is one module with a function ``read(data, url)``; docs/notices.md tells how to add one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from parsers.notices import ccgp, eforms, ocds, prozorro, sam_gov, ted_xml
from parsers.notices.coverage import FIELDS, CoverageRow, coverage, table
from parsers.notices.recognition import recognise
from parsers.records import Notice, NoticeFailure
from parsers.redaction import redact

__all__ = ["FIELDS", "FORMATS", "CoverageRow", "coverage", "read", "recognise", "table"]

Reader = Callable[[bytes, str], Iterator[Notice | NoticeFailure]]

FORMATS: dict[str, Reader] = {
    eforms.FORMAT: eforms.read,
    ted_xml.FORMAT: ted_xml.read,
    ocds.FORMAT: ocds.read,
    ccgp.FORMAT: ccgp.read,
    prozorro.FORMAT: prozorro.read,
    sam_gov.FORMAT: sam_gov.read,
}

_LABELS = ("Published", "Deadline", "Value")
_LABELS_ZH = ("发布时间", "截止时间", "金额")


def read(data: bytes, format: str, url: str = "") -> Iterator[Notice | NoticeFailure]:
    """All notices of a file in the format that ``recognise`` named.

    Never raises on bad input: what cannot be read is a NoticeFailure that names element, key or
    line. ``url`` is where the bytes came from; it becomes the notice's where the notice has none of
    its own. Raises KeyError only for a format that does not exist.
    """
    reader = FORMATS[format]
    try:
        for found in reader(data, url):
            yield finished(found) if isinstance(found, Notice) else found
    except (RecursionError, MemoryError) as error:
        yield NoticeFailure(format, f"{type(error).__name__}: nested too deeply or too large")
    except Exception as error:  # a parser must not end a build; the reason says what to mend
        yield NoticeFailure(format, f"unexpected {type(error).__name__}: {str(error)[:200]}")


def finished(notice: Notice) -> Notice:
    """What all formats share: contact data masked, dates and value as lines of the text."""
    lines = [notice.text] if notice.text else []
    if lines:
        labels = _LABELS_ZH if notice.language == "zh" else _LABELS
        facts = zip(labels, (notice.published, notice.deadline, _money(notice)), strict=True)
        lines += [f"{label}\t{value}" for label, value in facts if value]
    return replace(
        notice,
        title=redact(notice.title),
        description=redact(notice.description),
        text="\n".join(lines),
    )


def _money(notice: Notice) -> str:
    return "" if notice.amount is None else f"{notice.amount:.2f} {notice.currency}".strip()
