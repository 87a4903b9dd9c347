"""Check everything the archive says of itself, against the bytes on the disk.

Manifests and their chain, the hash of every file, the digests of every record, and that the
index tells of the same records. ``warcio check`` does the part about digests too.
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from spiders.archive import fields as names
from spiders.archive.decoding import DEFAULT_LIMIT, EncodingDamaged, EncodingTooLarge, decode
from spiders.archive.disk import file_sha256
from spiders.archive.fields import Row
from spiders.archive.index import Index
from spiders.archive.manifest import FORMAT, Manifest, manifests
from spiders.archive.members import Member, MemberError, WarcFile
from spiders.archive.rebuild import warc_paths

Progress = Callable[[str, int, int], None]


@dataclass(slots=True)
class Report:
    """What was checked, and every problem found (the first is the first file and byte)."""

    files: int = 0
    records: int = 0
    bytes: int = 0
    manifests: int = 0
    problems: list[str] = field(default_factory=list)


def verify(archive: Path, progress: Progress = lambda what, done, total: None) -> Report:
    """Check the whole archive. Files that a crawl is writing right now are left out."""
    report = Report()
    claimed = _manifests(archive, report)
    paths = {path.relative_to(archive).as_posix(): path for path in warc_paths(archive)}
    for name in sorted(claimed.keys() - paths.keys()):
        report.problems.append(f"{name}: the manifest of its run names it, but it is not there")
    with Index(archive / "index.db", read_only=True) as index:
        for done, (name, path) in enumerate(paths.items()):
            progress("verifying", done, len(paths))
            _file(index, path, name, claimed.get(name), report)
        for file in sorted(set(index.warc_files()) - paths.keys()):
            report.problems.append(f"{file}: the index names it, but it is not there")
    progress("verifying", len(paths), len(paths))
    return report


def _manifests(archive: Path, report: Report) -> dict[str, dict[str, Any]]:
    """Check the chain; {file name: what its manifest says}."""
    try:
        found = manifests(archive)
    except ValueError as error:
        report.problems.append(f"manifests/{error}")
        return {}
    claimed: dict[str, dict[str, Any]] = {}
    before: Manifest | None = None
    for number, manifest in enumerate(found, start=1):
        report.manifests += 1
        name, content = f"manifests/{manifest.path.name}", manifest.content
        if content.get("format") != FORMAT:
            report.problems.append(f"{name}: format is not {FORMAT}")
            continue
        if content["number"] != number:
            report.problems.append(f"{name}: is number {content['number']}, {number} was expected")
        expected = before and {"name": before.path.name, "sha256": before.sha256}
        if content["previous"] != expected:
            report.problems.append(
                f"{name}: the manifest before it is not the one it was chained to"
            )
        for file in content["files"]:
            claimed[file["name"]] = file
        before = manifest
    return claimed


def _file(
    index: Index, path: Path, name: str, claimed: dict[str, Any] | None, report: Report
) -> None:
    if claimed is None:
        with path.open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return  # being written
        report.problems.append(f"{name}: no manifest names it (the next crawl repairs the archive)")
    report.files += 1
    size = path.stat().st_size
    report.bytes += size
    differs = ""
    if claimed is not None:
        if size != claimed["size"]:
            differs = f"has {size} bytes, its manifest says {claimed['size']}"
        elif file_sha256(path) != claimed["sha256"]:
            differs = "its SHA-256 is not the one in its manifest"
    rows = {row.capture.warc_offset: row for _, row in index.rows(0, "warc_file = ?", name)}
    first = None
    for offset, problem in _records(path, name, rows, report):
        first = offset if first is None else first
        report.problems.append(f"{name} at {offset}: {problem}")
    for offset in sorted(offset for offset in rows if offset is not None):
        report.problems.append(f"{name} at {offset}: the index names a record that is not there")
    if differs:
        where = f"first at {first}" if first is not None else "each record by itself is whole"
        report.problems.append(f"{name}: {differs} ({where})")


def _records(
    path: Path, name: str, rows: dict[int | None, Row], report: Report
) -> Iterator[tuple[int, str]]:
    """Check every record; takes the rows it finds out of ``rows``."""
    with WarcFile(path) as file:
        members = file.members()
        while True:
            try:
                member = next(members, None)
                if member is None:
                    return
                problems = list(_digests(member))
            except MemberError as error:
                yield error.offset, str(error)
                return
            report.records += 1
            for problem in problems:
                yield member.offset, problem
            assert member.length is not None
            told = names.from_fields(member.fields, name, member.offset, member.length)
            row = rows.pop(member.offset, None)
            if told is not None and row is None:
                yield member.offset, "the record is not in the index"
            elif told != row:
                yield member.offset, "the index tells otherwise than the record"


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
    if (told := fields.get("warc-block-digest")) and told != _digest(block_sha1.digest()):
        yield "the block does not match WARC-Block-Digest"
    if fields["warc-type"] == "revisit":
        return
    if (told := fields.get("warc-payload-digest")) and told != _digest(payload_sha1.digest()):
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


def _digest(sha1: bytes) -> str:
    return "sha1:" + base64.b32encode(sha1).decode()
