"""The build's memory (work.db): parsed documents and their tags by content hash.

Not published: it can be deleted at any time and the next build makes it again from the archive.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from parsers.records import Notice, NoticeItem, Party, Supplier, Tag

_SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
    sha256 TEXT PRIMARY KEY, version TEXT NOT NULL, outcome TEXT NOT NULL, message TEXT NOT NULL,
    media_type TEXT, title TEXT, language TEXT, pages INTEGER, published TEXT,
    characters INTEGER NOT NULL, headings TEXT NOT NULL, members TEXT NOT NULL, text TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS notices (
    sha256 TEXT NOT NULL, number INTEGER NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL,
    data TEXT NOT NULL, PRIMARY KEY (sha256, number)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS failures (
    sha256 TEXT NOT NULL, number INTEGER NOT NULL, format TEXT, reason TEXT, position TEXT,
    PRIMARY KEY (sha256, number)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tags (
    sha256 TEXT PRIMARY KEY, version TEXT NOT NULL, segments TEXT NOT NULL, data TEXT NOT NULL
);
"""


# Raise it with any change of _SCHEMA: an older file is emptied and filled again.
_SCHEMA_VERSION = 2
_TABLES = ("documents", "notices", "failures", "tags")


@dataclass(frozen=True, slots=True)
class PlacedNotice:
    """A notice and the span of the document's text that is its own."""

    notice: Notice
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class FailedNotice:
    format: str
    reason: str
    position: str


@dataclass(frozen=True, slots=True)
class ParsedMember:
    """A file inside a container, parsed as a document of its own."""

    name: str
    document: ParsedDocument


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """Everything the parsers got out of one content. ``outcome`` is "ok", "failed" or "too-large"."""

    sha256: str
    outcome: str
    message: str
    media_type: str = ""
    title: str = ""
    language: str = ""
    pages: int = 1
    published: str = ""
    text: str = ""
    headings: tuple[tuple[int, int], ...] = ()
    notices: tuple[PlacedNotice, ...] = ()
    failures: tuple[FailedNotice, ...] = ()
    members: tuple[ParsedMember, ...] = field(default=())


def notice_to_json(notice: Notice) -> str:
    return json.dumps(asdict(notice), ensure_ascii=False)


def notice_from_json(text: str) -> Notice:
    """The inverse of ``notice_to_json``."""
    values: dict[str, Any] = json.loads(text)
    buyer = values.pop("buyer")
    items = values.pop("items")
    suppliers = values.pop("suppliers")
    warnings = values.pop("warnings")
    return Notice(
        **values,
        buyer=Party(**buyer) if buyer else None,
        items=tuple(NoticeItem(**item) for item in items),
        suppliers=tuple(
            Supplier(Party(**s["party"]), s["amount"], s["currency"]) for s in suppliers
        ),
        warnings=tuple(warnings),
    )


def tag_from_json(values: dict[str, Any]) -> Tag:
    return Tag(**{**values, "sentence": tuple(values["sentence"])})


class Work:
    """The work database, open for one build."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self.connection = sqlite3.connect(path)
        # The file can be made again, so speed may be bought with the last transaction of a crash.
        self.connection.execute("PRAGMA journal_mode=WAL")
        self.connection.execute("PRAGMA synchronous=NORMAL")
        (version,) = self.connection.execute("PRAGMA user_version").fetchone()
        if version != _SCHEMA_VERSION:
            for table in _TABLES:
                self.connection.execute(f"DROP TABLE IF EXISTS {table}")
        self.connection.executescript(_SCHEMA)
        self.connection.execute(f"PRAGMA user_version={_SCHEMA_VERSION}")

    def close(self) -> None:
        self.connection.close()

    def clear(self) -> None:
        for table in _TABLES:
            self.connection.execute(f"DELETE FROM {table}")
        self.connection.commit()

    def parsed(self, version: str) -> set[str]:
        rows = self.connection.execute("SELECT sha256 FROM documents WHERE version = ?", (version,))
        return {row[0] for row in rows}

    def save(self, document: ParsedDocument, version: str) -> None:
        """Store a parsed document, its notices and the members of a container."""
        sha256 = document.sha256
        for table in ("notices", "failures", "tags"):
            self.connection.execute(f"DELETE FROM {table} WHERE sha256 = ?", (sha256,))
        self.connection.execute(
            "INSERT OR REPLACE INTO documents VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)",
            (
                sha256,
                version,
                document.outcome,
                document.message,
                document.media_type,
                document.title,
                document.language,
                document.pages,
                document.published,
                len(document.text),
                json.dumps(document.headings),
                json.dumps([[m.name, m.document.sha256] for m in document.members]),
                document.text,
            ),
        )
        self.connection.executemany(
            "INSERT INTO notices VALUES (?,?,?,?,?)",
            (
                (sha256, number, placed.start, placed.end, notice_to_json(placed.notice))
                for number, placed in enumerate(document.notices)
            ),
        )
        self.connection.executemany(
            "INSERT INTO failures VALUES (?,?,?,?,?)",
            (
                (sha256, number, failure.format, failure.reason, failure.position)
                for number, failure in enumerate(document.failures)
            ),
        )
        for member in document.members:
            self.save(member.document, version)

    def document(self, sha256: str) -> sqlite3.Row | None:
        cursor = self.connection.execute("SELECT * FROM documents WHERE sha256 = ?", (sha256,))
        cursor.row_factory = sqlite3.Row
        row: sqlite3.Row | None = cursor.fetchone()
        return row

    def outcome(self, sha256: str) -> tuple[str, int] | None:
        """(outcome, characters) without reading the text; None where nothing is known."""
        row: tuple[str, int] | None = self.connection.execute(
            "SELECT outcome, characters FROM documents WHERE sha256 = ?", (sha256,)
        ).fetchone()
        return row

    def has_notices(self, sha256: str) -> bool:
        query = "SELECT 1 FROM notices WHERE sha256 = ? LIMIT 1"
        return self.connection.execute(query, (sha256,)).fetchone() is not None

    def notices(self, sha256: str) -> list[PlacedNotice]:
        rows = self.connection.execute(
            "SELECT data, start, end FROM notices WHERE sha256 = ? ORDER BY number", (sha256,)
        )
        return [PlacedNotice(notice_from_json(data), start, end) for data, start, end in rows]

    def failures(self, sha256: str) -> list[FailedNotice]:
        rows = self.connection.execute(
            "SELECT format, reason, position FROM failures WHERE sha256 = ? ORDER BY number",
            (sha256,),
        )
        return [FailedNotice(*row) for row in rows]

    def members(self, sha256: str) -> list[tuple[str, str]]:
        """(name, sha256) of the files inside a container."""
        row = self.connection.execute(
            "SELECT members FROM documents WHERE sha256 = ?", (sha256,)
        ).fetchone()
        return [(name, member) for name, member in json.loads(row[0])] if row else []

    def tagged(self, version: str) -> dict[str, str]:
        """sha256 → segments of what is tagged at this version."""
        return dict(
            self.connection.execute(
                "SELECT sha256, segments FROM tags WHERE version = ?", (version,)
            )
        )

    def save_tags(self, rows: Iterable[tuple[str, str, str, str]]) -> None:
        """Rows of (sha256, version, segments, JSON list of tags)."""
        self.connection.executemany("INSERT OR REPLACE INTO tags VALUES (?,?,?,?)", rows)

    def tags(self, sha256: str) -> Iterator[Tag]:
        row = self.connection.execute(
            "SELECT data FROM tags WHERE sha256 = ?", (sha256,)
        ).fetchone()
        if row:
            for values in json.loads(row[0]):
                yield tag_from_json(values)
