"""Capture rows as named fields of WARC records, and back.

Every row of the index comes from the named fields of exactly one record, so the index can be
built again from the WARC files alone. Fields that WARC 1.1 does not know begin with ``WARC-X-``;
other readers ignore them, as the standard asks.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from parsers.records import Capture, Outcome

SOURCE = "WARC-X-Source"
RUN = "WARC-X-Run"
KIND = "WARC-X-Kind"  # of records that are no capture: run, run-end, listing
OUTCOME = "WARC-X-Outcome"

# Fields of a capture that have no place in WARC 1.1, beside SOURCE, RUN and OUTCOME.
_TEXT = {
    "message": "WARC-X-Message",
    "media_type": "WARC-X-Media-Type",
    "sha256": "WARC-X-Payload-SHA256",
    "via": "WARC-X-Via",
    "name": "WARC-X-Name",
    "published": "WARC-X-Published",
    "parent_url": "WARC-X-Parent-URI",
}
_STATUS = "WARC-X-Status"
_STORED = {
    "payload_digest": "WARC-Payload-Digest",
    "etag": "WARC-X-ETag",
    "last_modified": "WARC-X-Last-Modified",
    "request_digest": "WARC-X-Request-Digest",
    "refers_to": "WARC-Refers-To",
}
# A failure's metadata record has a digest too, but of our report, not of something received.
_PAYLOADS = ("response", "resource", "revisit")
_BREAKS = re.compile(r"[\x00-\x20\x7f\x85\u2028\u2029]+")


def one_line(text: str | None, limit: int = 2000) -> str | None:
    """Text as it can stand in a header: no line breaks or control characters, bounded."""
    if text is None:
        return None
    text = text.encode("utf-8", "replace").decode("utf-8")
    return _BREAKS.sub(" ", text).strip()[:limit].strip() or None


@dataclass(frozen=True, slots=True)
class Row:
    """A capture with what only the archive itself needs.

    ``payload_digest``: "sha1:BASE32" of the payload as it was received. ``request_digest``: ""
    for a GET, else a digest of method and body: the same URL asked differently is another page.
    ``refers_to``: the record that holds the payload of a revisit.
    """

    capture: Capture
    record_id: str
    record_type: str
    payload_digest: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    request_digest: str = ""
    refers_to: str | None = None


def capture_id(record_id: str) -> str:
    return hashlib.sha256(record_id.encode()).hexdigest()[:16]


def to_fields(row: Row) -> dict[str, str]:
    """The named fields of the record that carries this row; its place in the file is not one."""
    capture = row.capture
    fields = {
        "WARC-Record-ID": row.record_id,
        "WARC-Date": capture.fetched,
        SOURCE: capture.source_id,
        RUN: capture.run_id,
        OUTCOME: capture.outcome,
    }
    if capture.status is not None:
        fields[_STATUS] = str(capture.status)
    for attribute, name in _TEXT.items():
        if value := getattr(capture, attribute):
            fields[name] = value
    for attribute, name in _STORED.items():
        if value := getattr(row, attribute):
            fields[name] = value
    return fields


def from_fields(fields: Mapping[str, str], file: str, offset: int, length: int) -> Row | None:
    """The row a record carries (``fields`` with lower-case names), or None: it is no capture."""
    outcome = fields.get(OUTCOME.lower())
    if outcome is None:
        return None
    record_id = fields["warc-record-id"]
    status = fields.get(_STATUS.lower())
    text = {attribute: fields.get(name.lower()) for attribute, name in _TEXT.items()}
    stored = {attribute: fields.get(name.lower()) for attribute, name in _STORED.items()}
    capture = Capture(
        id=capture_id(record_id),
        source_id=fields[SOURCE.lower()],
        run_id=fields[RUN.lower()],
        url=fields["warc-target-uri"],
        fetched=fields["warc-date"],
        status=int(status) if status else None,
        outcome=cast(Outcome, outcome),
        media_type=text["media_type"],
        sha256=text["sha256"],
        warc_file=file,
        warc_offset=offset,
        warc_length=length,
        via=text["via"] or "live",  # type: ignore[arg-type]
        message=text["message"] or "",
        name=text["name"],
        published=text["published"],
        parent_url=text["parent_url"],
    )
    return Row(
        capture=capture,
        record_id=record_id,
        record_type=fields["warc-type"],
        payload_digest=stored["payload_digest"] if fields["warc-type"] in _PAYLOADS else None,
        etag=stored["etag"],
        last_modified=stored["last_modified"],
        request_digest=stored["request_digest"] or "",
        refers_to=stored["refers_to"],
    )
