"""Which records of the archive carry a source, a run, a claim or a capability."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from spiders.archive.fields import Row
from spiders.archive.index import Index
from spiders.archive.members import WarcFile


class NothingSelected(LookupError):
    """No capture is selected; ``str(error)`` says what was asked for."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What is wanted; what any part names is in."""

    sources: Sequence[str] = ()
    runs: Sequence[str] = ()
    claims: Sequence[str] = ()
    capabilities: Sequence[str] = ()

    def __str__(self) -> str:
        parts = {
            "source": self.sources, "run": self.runs, "claim": self.claims,
            "capability": self.capabilities,
        }  # fmt: skip
        return ", ".join(f"{name} {value}" for name, values in parts.items() for value in values)


@dataclass(frozen=True, slots=True)
class Place:
    """The byte range of one record; ``row`` where it is a capture."""

    file: str
    offset: int
    length: int
    record_id: str
    kind: str
    row: Row | None = None


def select(index: Index, database: sqlite3.Connection | None, wanted: Selection) -> list[Row]:
    """The selected captures in order of file and place.

    Claims and capabilities need the published ``database``; with a claim come the captures that
    prove the removal of its document. Raises NothingSelected.
    """
    found: dict[str, Row] = {}
    for column, values in (("source_id", wanted.sources), ("run_id", wanted.runs)):
        for value in values:
            found |= {row.record_id: row for _, row in index.rows(0, f"{column} = ?", value)}
    if database is not None:
        for id in _capture_ids(database, wanted):
            if row := index.row(id):
                found[row.record_id] = row
    if not found:
        raise NothingSelected(f"no capture in the archive for {wanted or 'nothing'}")
    # A revisit without the record that holds its payload would show nothing.
    for row in list(found.values()):
        if row.refers_to and (stored := index.record(row.refers_to)):
            found[stored.record_id] = stored
    return sorted(found.values(), key=lambda row: (row.capture.warc_file, row.capture.warc_offset))


def _capture_ids(database: sqlite3.Connection, wanted: Selection) -> Iterable[str]:
    for column, values in (("id", wanted.claims), ("capability", wanted.capabilities)):
        for value in values:
            for (id,) in database.execute(
                f"""
                SELECT capture_id FROM claims WHERE {column} = ?
                UNION SELECT proof_capture_id FROM removals JOIN claims USING (document_id)
                WHERE claims.{column} = ?
                """,
                (value, value),
            ):
                if id:
                    yield id


def places(archive: Path, index: Index, rows: Iterable[Row]) -> list[Place]:
    """The records of captures, their requests, and the first record of each of their files."""
    found: dict[tuple[str, int], Place] = {}
    for row in rows:
        name, offset = row.capture.warc_file, row.capture.warc_offset
        assert name is not None and offset is not None and row.capture.warc_length is not None
        with WarcFile(archive / name) as file:
            starts = [index.end_before(name, offset)]
            if (name, 0) not in found and starts[0]:
                starts.insert(0, 0)
            for start in starts:
                at = start
                while at < offset:
                    member = file.at(at)
                    length, kind = member.skip(), member.fields["warc-type"]
                    mine = member.fields.get("warc-concurrent-to") == row.record_id
                    if kind == "warcinfo" or mine:
                        id = member.fields["warc-record-id"]
                        found[(name, at)] = Place(name, at, length, id, kind)
                    at += length
                    if start == 0 and len(starts) == 2:
                        break
        found[(name, offset)] = Place(
            name, offset, row.capture.warc_length, row.record_id, row.record_type, row
        )
    return sorted(found.values(), key=lambda place: (place.file, place.offset))


def record_bytes(archive: Path, place: Place) -> bytes:
    """The record as it stands in its file: one gzip member."""
    with (archive / place.file).open("rb") as file:
        file.seek(place.offset)
        return file.read(place.length)
