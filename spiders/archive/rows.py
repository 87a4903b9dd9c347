"""New rows: what a record will say of itself, before it has a place in a file."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from parsers.records import Capture, Outcome
from spiders.archive import exchange, warc
from spiders.archive.fields import Row, capture_id, one_line
from spiders.archive.runs import now

Via = Literal["live", "wayback", "common-crawl", "file"]


def new_row(
    source_id: str,
    run_id: str,
    target: str,
    record_type: str,
    *,
    sha1: bytes | None,
    sha256: str | None,
    outcome: Outcome,
    message: str,
    fetched: str | None,
    status: int | None = None,
    media_type: str | None = None,
    name: str | None = None,
    published: str | None = None,
    parent_url: str | None = None,
    via: Via = "live",
    etag: str | None = None,
    last_modified: str | None = None,
    request_digest: str = "",
) -> Row:
    """A row with a new record id and every text fit to stand in a WARC header."""
    record_id = warc.record_id()
    digest = warc.sha1_digest(sha1) if sha1 else None
    return Row(
        capture=Capture(
            id=capture_id(record_id),
            source_id=source_id,
            run_id=run_id,
            url=target,
            fetched=fetched or now(),
            status=status,
            outcome=outcome,
            media_type=one_line(media_type),
            sha256=sha256,
            warc_file=None,
            warc_offset=None,
            warc_length=None,
            via=via,
            message=one_line(message) or "",
            name=one_line(name),
            published=one_line(published),
            parent_url=exchange.target_uri(parent_url) if parent_url else None,
        ),
        record_id=record_id,
        record_type=record_type,
        payload_digest=digest,
        etag=etag,
        last_modified=last_modified,
        request_digest=request_digest,
    )


def as_revisit(row: Row, stored: Row) -> Row:
    return replace(
        row,
        record_type="revisit",
        payload_digest=stored.payload_digest,
        refers_to=stored.record_id,
    )


def revisit_fields(stored: Row, profile: str) -> dict[str, str]:
    return {
        "WARC-Profile": profile,
        "WARC-Refers-To-Target-URI": stored.capture.url,
        "WARC-Refers-To-Date": stored.capture.fetched,
    }
