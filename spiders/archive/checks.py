"""Check one WARC file against its manifest and the index, down to the byte that differs.

The SHA-256 of a file covers every byte of it. Where it is the one in the manifest, the digests
inside say nothing new, so only the places and named fields of records are compared with the
index; where it is not (or ``thorough`` asks for it) every digest of every record is computed.
"""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from spiders.archive import fields as names
from spiders.archive.decoding import DEFAULT_LIMIT, EncodingDamaged, EncodingTooLarge, decode
from spiders.archive.disk import PIECE, digests, file_sha256
from spiders.archive.fields import Row
from spiders.archive.index import Index
from spiders.archive.members import Member, MemberError, WarcFile
from spiders.archive.warc import sha1_digest

_CAPTURE = b"\r\n" + names.OUTCOME.encode() + b":"


@dataclass(slots=True)
class FileCheck:
    """``skipped``: a crawl writes it right now."""

    name: str
    records: int = 0
    bytes: int = 0
    skipped: bool = False
    problems: list[str] = field(default_factory=list)


def check_file(
    archive: Path, name: str, claimed: dict[str, Any] | None, thorough: bool = False
) -> FileCheck:
    """Check a file; ``claimed`` is what its manifest says of it, None where none names it."""
    report = FileCheck(name)
    path = archive / name
    if claimed is None:
        with path.open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                report.skipped = True
                return report
        report.problems.append(f"{name}: no manifest names it (the next crawl repairs the archive)")
    report.bytes = path.stat().st_size
    differs = claimed is not None and _differs(path, claimed)
    with Index(archive / "index.db", read_only=True) as index:
        rows = {row.capture.warc_offset: row for _, row in index.rows(0, "warc_file = ?", name)}
    problems: list[tuple[int, str]] = []
    if claimed is not None and not differs and not thorough:
        report.records, problems = _walk(path, name, rows, whole=True)
    if claimed is None or differs or thorough or problems:
        report.records, problems = _walk(path, name, rows, whole=False)
    report.problems += [f"{name} at {offset}: {problem}" for offset, problem in problems]
    if claimed is not None and differs:
        first = min((offset for offset, _ in problems), default=None)
        report.problems.append(f"{name}: {differs} ({_where(path, claimed, first)})")
    return report


def _differs(path: Path, claimed: dict[str, Any]) -> str:
    if (size := path.stat().st_size) != claimed["size"]:
        return f"has {size} bytes, its manifest says {claimed['size']}"
    if file_sha256(path) != claimed["sha256"]:
        return "its SHA-256 is not the one in its manifest"
    return ""


def _where(path: Path, claimed: dict[str, Any], first_record: int | None) -> str:
    """Where the first byte lies that is not as it was, as closely as can be told."""
    if first_record is not None:
        return f"first at {first_record}"
    told = claimed.get("pieces", {"size": PIECE, "sha256": [claimed["sha256"]]})
    found = digests(path)
    pieces = found.pieces or (found.sha256,)
    same = 0
    while same < min(len(pieces), len(told["sha256"])) and pieces[same] == told["sha256"][same]:
        same += 1
    start = same * told["size"]
    if len(told["sha256"]) == 1:
        return "each record by itself is whole"
    return f"first in the {told['size']} bytes from {start}; each record by itself is whole"


def _walk(
    path: Path, name: str, rows: dict[int | None, Row], whole: bool
) -> tuple[int, list[tuple[int, str]]]:
    """(number of records, problems by offset). ``whole``: the bytes are known to be right."""
    problems: list[tuple[int, str]] = []
    records, offset, left = 0, 0, set(rows)
    with WarcFile(path) as file:
        size = file.size
        while offset < size:
            row = rows.get(offset)
            left.discard(offset)
            try:
                if whole and row is None and (length := file.no_capture(offset, _CAPTURE)):
                    records, offset = records + 1, offset + length
                    continue
                member = file.at(offset)
                if whole and row is not None:
                    # The next record stands where this one is said to end, or the walk fails.
                    member.length = row.capture.warc_length
                else:
                    problems += [(offset, problem) for problem in _digests(member)]
            except MemberError as error:
                problems.append((error.offset, str(error)))
                break
            records += 1
            assert member.length is not None
            if offset == 0 and member.fields.get("warc-filename", path.name) != path.name:
                told = member.fields["warc-filename"]
                problems.append((0, f"the file calls itself {told}"))
            told_row = names.from_fields(member.fields, name, offset, member.length)
            if told_row is not None and row is None:
                problems.append((offset, "the record is not in the index"))
            elif told_row != row:
                problems.append((offset, "the index tells otherwise than the record"))
            offset += member.length
    for missed in sorted(offset for offset in left if offset is not None):
        problems.append((missed, "the index names a record that is not there"))
    return records, problems


def _digests(member: Member) -> Iterator[str]:
    """Check block digest, payload digest and the SHA-256 of the decoded payload."""
    fields = member.fields
    block_sha1 = hashlib.sha1(usedforsecurity=False)
    payload_sha1 = hashlib.sha1(usedforsecurity=False)
    sha256 = hashlib.sha256()
    http = fields.get("content-type", "").startswith("application/http")
    head, in_head, encoding = b"", http, ""
    kept: list[bytes] = []
    for piece in member.block():
        block_sha1.update(piece)
        if in_head:
            head += piece
            end = head.find(b"\r\n\r\n")
            if end < 0:
                continue
            piece, head, in_head = head[end + 4 :], head[:end], False
            encoding = _encoding(head)
        payload_sha1.update(piece)
        sha256.update(piece)
        if encoding:
            kept.append(piece)
    if (told := fields.get("warc-block-digest")) and told != sha1_digest(block_sha1.digest()):
        yield "the block does not match WARC-Block-Digest"
    if fields["warc-type"] == "revisit":
        return
    if (told := fields.get("warc-payload-digest")) and told != sha1_digest(payload_sha1.digest()):
        yield "the payload does not match WARC-Payload-Digest"
    told = fields.get("warc-x-payload-sha256")
    if told and encoding:
        # What could not be decoded when it came is recorded by the SHA-256 of its encoded bytes.
        with suppress(EncodingDamaged, EncodingTooLarge):
            decoded = hashlib.sha256(decode(b"".join(kept), encoding, DEFAULT_LIMIT))
            sha256 = sha256 if told == sha256.hexdigest() else decoded
    if told and told != sha256.hexdigest():
        yield "the decoded payload does not match its SHA-256"


def _encoding(head: bytes) -> str:
    lines = (line.partition(b":") for line in head.split(b"\r\n")[1:])
    found = [value for key, _, value in lines if key.strip().lower() == b"content-encoding"]
    return b", ".join(value.strip() for value in found).decode("latin-1")
