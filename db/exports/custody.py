"""The chain of custody of one claim as one HTML file: what was fetched, when, and how to check it.

Self-contained and without scripts: it can be printed, filed with a court and opened in twenty
years. Everything it says is read from the archive at this moment, and the payload is hashed again.
"""

from __future__ import annotations

import base64
import json
import shlex
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import Any

from db.exports.citations import NotFound, as_text, reference
from db.exports.selection import Place, places
from spiders.archive import stamps
from spiders.archive.disk import file_sha256
from spiders.archive.fields import Row
from spiders.archive.index import Index
from spiders.archive.manifest import Manifest, manifests
from spiders.archive.members import MemberError, WarcFile
from spiders.archive.reader import PayloadError, read_payload
from spiders.archive.runs import now

_HEAD = 64_000  # bytes of a request or of an answer's head that are printed


class NoEvidence(LookupError):
    """The claim rests on no archived bytes; ``str(error)`` says why."""


@dataclass(frozen=True, slots=True)
class Record:
    """A record as printed: its place, its named fields, and its HTTP head."""

    place: Place
    fields: dict[str, str]
    head: str


def report(archive: Path, database: sqlite3.Connection, claim: str) -> str:
    """The HTML file. Raises NotFound: no such claim; NoEvidence: nothing archived."""
    found = _claim(database, claim)
    with Index(archive / "index.db", read_only=True) as index:
        row = index.row(found["capture_id"] or "")
        if row is None:
            raise NoEvidence(f"{claim}: it rests on no capture of this archive")
        rows = [row]
        if row.refers_to and (stored := index.record(row.refers_to)):
            rows.insert(0, stored)
        try:
            records = [_record(archive, place) for place in places(archive, index, rows)]
        except (MemberError, OSError) as error:
            raise NoEvidence(f"{claim}: its records cannot be read: {error}") from None
        payload = _payload(archive, row, index)
    chain = manifests(archive)
    parts = [
        _said(database, found, claim),
        _fetched(row, payload),
        _records(records),
        _manifests(archive, chain, rows),
        _stamps(archive, chain, row),
        _checks(archive, row, rows[0], chain),
    ]
    title = f"Chain of custody: Counterwatch claim {claim}"
    return _PAGE.format(title=escape(title), time=now(), body="\n".join(parts))


def _claim(database: sqlite3.Connection, claim: str) -> dict[str, Any]:
    cursor = database.execute(
        """SELECT claims.*, capabilities.label, documents.title, documents.url AS document_url
        FROM claims LEFT JOIN capabilities ON capabilities.code = claims.capability
        LEFT JOIN documents ON documents.id = claims.document_id WHERE claims.id = ?""",
        (claim,),
    )
    row = cursor.fetchone()
    if row is None:
        raise NotFound(f"{claim}: no claim has this id")
    return {column[0]: row[i] for i, column in enumerate(cursor.description)}


def _record(archive: Path, place: Place) -> Record:
    data = b""
    try:
        with WarcFile(archive / place.file) as file:
            member = file.at(place.offset)
            for piece in member.block():
                data += piece
                if b"\r\n\r\n" in data or len(data) > _HEAD:
                    break
    except MemberError as error:
        return Record(place, {}, f"DAMAGED: {error}")
    if member.fields.get("content-type", "").startswith("application/http"):
        data = data.partition(b"\r\n\r\n")[0]
    return Record(place, member.fields, data[:_HEAD].decode("utf-8", "replace"))


def _payload(archive: Path, row: Row, index: Index) -> str:
    """What hashing the archived bytes again says."""
    try:
        data = read_payload(archive, row.capture, index=index).data
    except PayloadError as error:
        return f"NOT CONFIRMED: {error}"
    return f"confirmed: {len(data)} bytes hashed again for this report"


# Sections


def _said(database: sqlite3.Connection, claim: dict[str, Any], id: str) -> str:
    context, quote = claim["context"] or "", claim["quote"] or ""
    start = (claim["start"] or 0) - (claim["context_start"] or 0)
    if context[start : start + len(quote)] == quote:
        before, after = context[:start], context[start + len(quote) :]
        marked = f"{escape(before)}<mark>{escape(quote)}</mark>{escape(after)}"
    else:
        marked = f"<mark>{escape(quote)}</mark>"
    return _section("What is claimed", f"<blockquote dir='auto'>{marked}</blockquote>" + _table({
        "Capability": claim["label"] or claim["capability"],
        "Stance": claim["stance"],
        "Document": claim["title"],
        "Place in its text": f"characters {claim['start']} to {claim['end']}, page {claim['page']}",
        "Rule that found it": f"{claim['term']}, lexicon {claim['lexicon_version']}",
        "Citation": as_text(reference(database, id)),
    }))  # fmt: skip


def _fetched(row: Row, payload: str) -> str:
    capture = row.capture
    return _section("What was fetched", _table({
        "Address": capture.url,
        "Time": f"{capture.fetched} (UTC, by the clock of the machine that fetched)",
        "Answer": f"HTTP {capture.status}" if capture.status else "an added file",
        "Outcome": " ".join(filter(None, [capture.outcome, capture.message])),
        "Media type": capture.media_type,
        "SHA-256 of the content": capture.sha256,
        "Hash": payload,
        "Payload digest as received": row.payload_digest,
        "Record": row.record_id,
        "Archived copy": f"{capture.warc_file}, offset {capture.warc_offset}, "
                         f"{capture.warc_length} bytes",
        "Run": capture.run_id,
    }))  # fmt: skip


def _records(records: Iterable[Record]) -> str:
    parts = []
    for record in records:
        place = record.place
        fields = "\n".join(f"{name}: {value}" for name, value in reversed(record.fields.items()))
        parts.append(
            f"<h3>{escape(place.kind)} <small>{escape(place.file)} at {place.offset}, "
            f"{place.length} bytes</small></h3><pre>{escape(fields)}</pre>"
            f"<pre>{escape(record.head)}</pre>"
        )
    note = (
        "<p>Named fields of each record, then the head of the message. Keys and cookies read "
        "REDACTED. A <em>revisit</em> says that the same bytes were received again; the "
        "<em>response</em> before it holds them.</p>"
    )
    return _section("The records", note + "".join(parts))


def _manifests(archive: Path, chain: list[Manifest], rows: list[Row]) -> str:
    parts = []
    for run in dict.fromkeys(row.capture.run_id for row in rows):
        manifest = _of_run(chain, run)
        if manifest is None:
            parts.append(f"<p>Run {escape(run)} has not ended: it has no manifest yet.</p>")
            continue
        told = {"Manifest": manifest.path.name, "Its SHA-256": manifest.sha256}
        if previous := manifest.content["previous"]:
            told["The one before"] = f"{previous['name']}, SHA-256 {previous['sha256']}"
        for file in manifest.content["files"]:
            found = file_sha256(archive / file["name"]) if (archive / file["name"]).exists() else ""
            state = "the file has it" if found == file["sha256"] else "THE FILE HAS IT NOT"
            told[f"SHA-256 of {file['name']}"] = f"{file['sha256']} ({state})"
        text = manifest.path.read_text(encoding="utf-8", errors="replace")
        parts.append(
            _table(told)
            + f"<details><summary>The manifest</summary><pre>{escape(text)}</pre></details>"
        )
    broken = [
        after.path.name
        for before, after in pairwise(chain)
        if (after.content["previous"] or {}).get("sha256") != before.sha256
    ]
    state = f"BROKEN at {', '.join(broken)}" if broken else "unbroken"
    parts.append(
        f"<p>The chain has {len(chain)} manifests and is {escape(state)}. The newest is "
        f"{escape(chain[-1].path.name)}, SHA-256 <code>{chain[-1].sha256}</code>.</p>"
        if chain else "<p>There is no manifest yet.</p>"
    )  # fmt: skip
    return _section("The manifests", "".join(parts))


def _stamps(archive: Path, chain: list[Manifest], row: Row) -> str:
    """The first stamps at or after the run: a stamp covers every manifest before its own."""
    own = _of_run(chain, row.capture.run_id)
    try:
        roots = {authority.name: authority.roots for authority in stamps.authorities(archive)}
    except stamps.StampError:
        roots = {}
    parts, seen = [], set()
    for manifest in chain[chain.index(own) :] if own else []:
        folder = manifest.path.parent / stamps.FOLDER
        for token in sorted(folder.glob(f"{manifest.path.stem}.*.tsr")):
            name = token.stem.partition(".")[2]
            if name in seen:
                continue
            seen.add(name)
            data = token.read_bytes()
            try:
                stamp = stamps.check_token(data, manifest.path.read_bytes(), roots.get(name, ()))
                trust = "signature confirmed" if stamp.trusted else "signature not checked here"
                told = {"Time": stamp.time, "Authority": stamp.authority, "State": trust}
            except stamps.StampError as error:
                told = {"State": f"NOT CONFIRMED: {error}"}
            parts.append(
                _table({"Token": token.name, "Over": manifest.path.name, **told})
                + "<details><summary>The token (base64)</summary><pre>"
                + escape(base64.encodebytes(data).decode())
                + "</pre></details>"
            )
    if not parts:
        parts.append(
            "<p>No authority has stamped this run or one after it: its time rests on the clock "
            "of the machine that fetched.</p>"
        )
    return _section("Time stamps (RFC 3161)", "".join(parts))


def _checks(archive: Path, row: Row, stored: Row, chain: list[Manifest]) -> str:
    file = shlex.quote(stored.capture.warc_file or "")
    offset, length = stored.capture.warc_offset or 0, stored.capture.warc_length or 0
    commands = [
        ("The file is the one in the manifest", f"sha256sum {file}"),
        ("Every record in it is whole", f"warcio check {file}"),
        ("The record, headers and all", f"tail -c +{offset + 1} {file} | head -c {length} | gunzip"),
        ("The SHA-256 of the content", f"warcio extract --payload {file} {offset} | sha256sum"),
    ]  # fmt: skip
    if manifest := _of_run(chain, row.capture.run_id):
        name = f"manifests/{manifest.path.name}"
        commands.append(("The manifest; its hash is “previous” in the next", f"sha256sum {name}"))
        for token in sorted(
            manifest.path.parent.glob(f"{stamps.FOLDER}/{manifest.path.stem}.*.tsr")
        ):
            commands.append((
                "A time stamp, with the root certificate of its authority",
                f"openssl ts -verify -data {name} -in manifests/{stamps.FOLDER}/{token.name} "
                "-CAfile ROOT.pem",
            ))  # fmt: skip
    lines = "".join(
        f"<p>{escape(what)}:</p><pre>{escape(command)}</pre>" for what, command in commands
    )
    return _section("How to check it", "<p>In the archive's folder, with public tools:</p>" + lines)


def _of_run(chain: list[Manifest], run: str) -> Manifest | None:
    return next((one for one in chain if one.content["run"]["id"] == run), None)


def _section(title: str, body: str) -> str:
    return f"<section><h2>{escape(title)}</h2>{body}</section>"


def _table(rows: dict[str, Any]) -> str:
    cells = "".join(
        f"<tr><th>{escape(name)}</th><td dir='auto'>{escape(_shown(value))}</td></tr>"
        for name, value in rows.items()
        if value
    )
    return f"<table>{cells}</table>"


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
body {{ font: 15px/1.5 Georgia, serif; max-width: 52em; margin: 2em auto; padding: 0 1em; color: #111; background: #fff }}
h1 {{ font-size: 1.5em }} h2 {{ font-size: 1.2em; border-bottom: 1px solid #999; margin-top: 2em }}
small {{ font-weight: normal; color: #444 }}
table {{ border-collapse: collapse; width: 100% }}
th {{ text-align: left; vertical-align: top; width: 13em; font-weight: normal; color: #444 }}
th, td {{ padding: .2em .5em .2em 0; overflow-wrap: anywhere }}
pre, code {{ font: 12px/1.4 monospace; overflow-wrap: anywhere; white-space: pre-wrap }}
pre {{ background: #f4f4f4; padding: .6em }}
blockquote {{ margin: 1em 0; padding-left: 1em; border-left: 3px solid #999; white-space: pre-line }}
@media print {{ details {{ display: block }} section {{ break-inside: auto }} }}
</style></head><body>
<h1>{title}</h1>
<p>Made {time} from the archive itself. What each part proves is explained in docs/evidence.md.</p>
{body}
</body></html>
"""
