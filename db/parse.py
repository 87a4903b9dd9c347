"""One content through the parsers: bytes in, ``ParsedDocument`` out. Never raises on bad input."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from db.work import FailedNotice, ParsedDocument, ParsedMember, PlacedNotice
from parsers import notices
from parsers.documents.sandbox import extract_bounded
from parsers.records import DocumentError, Extraction, Notice, NoticeFailure
from parsers.redaction import redact

# A container may hold containers; beyond this depth nothing honest is lost.
MAXIMUM_DEPTH = 3


def parse(
    data: bytes, media_type: str | None, name: str = "", charset: str | None = None, url: str = ""
) -> ParsedDocument:
    """Text, notices and members of one content, personal contact data masked.

    A failure is a result: ``outcome`` and ``message`` say what and why.
    """
    return _parse(data, media_type, name, charset, url, depth=0)


def _parse(
    data: bytes, media_type: str | None, name: str, charset: str | None, url: str, depth: int
) -> ParsedDocument:
    sha256 = hashlib.sha256(data).hexdigest()
    try:
        notice_format = notices.recognise(data, media_type, url or name)
        readings = list(notices.read(data, notice_format, url)) if notice_format else []
        found = [reading for reading in readings if isinstance(reading, Notice)]
        failures = tuple(
            FailedNotice(reading.format, reading.reason, reading.where)
            for reading in readings
            if isinstance(reading, NoticeFailure)
        )
        if any(notice.text for notice in found):
            return _from_data(sha256, media_type or "", found, failures)
        if notice_format and not found and failures:
            return ParsedDocument(
                sha256,
                "failed",
                f"{notice_format}: {failures[0].reason}",
                media_type or "",
                failures=failures,
            )
        extraction = extract_bounded(data, media_type, name, charset)
        members = _members(extraction, depth)
    except DocumentError as error:
        return ParsedDocument(sha256, error.outcome, str(error), media_type or "")
    except RecursionError:
        return ParsedDocument(sha256, "too-large", "nested too deeply to read", media_type or "")
    except Exception as error:  # hostile bytes find faults in any parser; the run goes on
        message = f"parser fault {type(error).__name__}: {error}"[:500]
        return ParsedDocument(sha256, "failed", message, media_type or "")
    text = redact(extraction.text)
    return ParsedDocument(
        sha256=sha256,
        outcome="ok",
        message="; ".join(extraction.warnings),
        media_type=extraction.media_type,
        title=redact(extraction.title),
        language=extraction.language,
        pages=extraction.pages,
        published=extraction.published,
        text=text,
        headings=extraction.headings,
        notices=tuple(PlacedNotice(notice, 0, len(text)) for notice in found),
        failures=failures,
        members=members,
    )


def _members(extraction: Extraction, depth: int) -> tuple[ParsedMember, ...]:
    if depth >= MAXIMUM_DEPTH:
        return ()
    return tuple(
        ParsedMember(m.name, _parse(m.data, None, m.name, None, "", depth + 1))
        for m in extraction.members
    )


def _from_data(
    sha256: str, media_type: str, found: Sequence[Notice], failures: tuple[FailedNotice, ...]
) -> ParsedDocument:
    """A data file of notices: its text is the notices' texts, one page a notice."""
    placed: list[PlacedNotice] = []
    texts: list[str] = []
    position = 0
    for notice in found:
        text = redact(notice.text.replace("\f", "\n"))
        placed.append(PlacedNotice(notice, position, position + len(text)))
        texts.append(text)
        position += len(text) + 1  # the form feed between pages
    languages = {notice.language for notice in found}
    return ParsedDocument(
        sha256=sha256,
        outcome="ok",
        message="",
        media_type=media_type,
        title=redact(found[0].title)
        if len(found) == 1
        else f"{len(found)} notices ({found[0].format})",
        language=languages.pop() if len(languages) == 1 else "",
        pages=len(found),
        published=min((n.published for n in found if n.published), default=""),
        text="\f".join(texts),
        notices=tuple(placed),
        failures=failures,
    )
