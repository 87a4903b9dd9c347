"""Every filtered view as Excel, Parquet, JSON lines and Atom, under the address of the view."""

from __future__ import annotations

import asyncio
import re
import sqlite3
import tempfile
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, cast
from urllib.parse import urlencode
from xml.sax.saxutils import escape, quoteattr

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response, asgi_send_file
from datasette.views.base import DatasetteError

from db.exports import tables
from db.search import match_expression, register
from portal import display
from portal.language import translate

# A file is made whole before it is sent: it may take this long and hold this many rows.
SECONDS = 60.0
ROWS = 1_500_000
FEED = 50
# Tables of which a feed makes sense: the column of time, and the page of a row.
_FEEDS = {
    "claims": ("first_seen", "claim", "quote"),
    "notices": ("published", "notice", "title"),
    "documents": ("last_seen", "document", "title"),
    "removals": ("at", None, "title"),
    "runs": ("started", None, "source_id"),
    "captures": ("fetched", None, "url"),
    "releases": ("built", None, "id"),
}
_LIMIT = re.compile(r"\s+limit\s+\d+\s*$", re.IGNORECASE)
# XML 1.0 has no place for these.
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_busy = asyncio.Semaphore(2)


def can_render_feed(table: str | None, columns: list[str]) -> bool:
    return table in _FEEDS and _FEEDS[table][0] in columns


def can_render_file(sql: str | None) -> bool:
    return bool(sql)


class _Limits:
    """Interrupts a statement that runs too long."""

    def __init__(self, seconds: float) -> None:
        self.deadline = time.monotonic() + seconds

    def __call__(self, connection: sqlite3.Connection) -> None:
        register(connection)
        connection.create_function("escape_fts", 1, match_expression, deterministic=True)
        connection.set_progress_handler(lambda: int(time.monotonic() > self.deadline), 2_000)


def _make(
    format: str, database: Path, sql: str, parameters: Mapping[str, Any], notes: Mapping[str, str]
) -> Path:
    """The file of a query in a temporary place; the sender deletes it."""
    whole = _LIMIT.sub("", sql)
    with tempfile.NamedTemporaryFile(
        prefix="counterwatch-", suffix=f".{format}", delete=False
    ) as made:
        path = Path(made.name)
        try:
            tables.export(
                database,
                f"SELECT * FROM ({whole}) LIMIT {ROWS}",
                format,
                cast(BinaryIO, made),
                parameters,
                notes,
                _Limits(SECONDS),
            )
        except BaseException:
            path.unlink(missing_ok=True)
            raise
    return path


class _Download(Response):
    """A file that is deleted when it has been sent, or the reader has gone."""

    def __init__(self, path: Path, filename: str, content_type: str) -> None:
        super().__init__(b"", content_type=content_type)
        self.path, self.filename = path, filename

    async def asgi_send(self, send: Any) -> None:
        try:
            await asgi_send_file(
                send,
                str(self.path),
                filename=self.filename,
                content_type=self.content_type,
                headers=self.headers,
            )
        finally:
            self.path.unlink(missing_ok=True)


def _renderer(format: str) -> Any:
    async def render(
        datasette: Datasette,
        request: Request,
        sql: str,
        data: dict[str, Any],
        database: str,
        table: str | None,
        query_name: str | None,
    ) -> Any:
        described = datasette.metadata("tables", database=database) or {}
        notes = (described.get(table or "") or {}).get("columns") or {}
        parameters = (data.get("query") or {}).get("params") or {}
        source = datasette.get_database(database).path
        async with _busy:
            try:
                path = await asyncio.to_thread(
                    _make, format, Path(str(source)), sql, parameters, notes
                )
            except tables.Unavailable as error:
                raise DatasetteError(str(error), title="No Parquet", status=501) from error
            except sqlite3.OperationalError as error:
                if "interrupted" not in str(error):
                    raise
                raise DatasetteError(
                    translate(
                        "Narrow it with a filter, or download the database and run it on your machine."
                    ),
                    title=translate("The export took too long"),
                    status=400,
                ) from error
        name = re.sub(r"[^a-z0-9_-]", "", (query_name or table or "query").lower()) or "query"
        return _Download(path, f"{name}.{format}", tables.FORMATS[format][1])

    return render


async def render_feed(
    datasette: Datasette,
    request: Request,
    columns: list[str],
    rows: list[Any],
    table: str,
    database: str,
) -> Response:
    """An Atom feed of the view's first rows, newest first where the view is sorted so."""
    moment, page, title = _FEEDS[table]
    link = display.linker(datasette.urls.path)

    def absolute(path: str) -> str:
        return str(datasette.absolute_url(request, path))

    query = urlencode([(k, v) for k in request.args for v in request.args.getlist(k)])
    own = absolute(request.path + (f"?{query}" if query else ""))
    entries = []
    newest = ""
    for row in rows[:FEED]:
        values = {column: _plain(row[column]) for column in columns}
        key = values.get("id") or ""
        when = _moment(values.get(moment))
        newest = max(newest, when)
        address = absolute(link(page, key) if page else link(database, table, key))
        about = " · ".join(
            values[name]
            for name in ("capability", "stance", "stage", "kind", "buyer_name", "url")
            if values.get(name)
        )
        entries.append(
            f"<entry><id>{escape(address)}</id><title>{_xml(values.get(title) or about or key)[:300]}</title>"
            f"<link href={quoteattr(address)}/><updated>{when}</updated>"
            f'<summary type="text">{_xml(about)[:1000]}</summary></entry>'
        )
    body = (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
        f"<id>{escape(own)}</id><title>Counterwatch: {_xml(table)}</title>"
        f"<author><name>Counterwatch</name></author><updated>{newest or _moment(None)}</updated>"
        f"<link rel={quoteattr('self')} href={quoteattr(own)}/>{''.join(entries)}</feed>\n"
    )
    return Response(body, content_type="application/atom+xml; charset=utf-8")


def _plain(value: Any) -> str:
    if isinstance(value, dict):  # a foreign key that Datasette expanded
        value = value.get("value")
    return "" if value is None else str(value)


def _xml(text: str) -> str:
    return escape(_NO_XML.sub("", str(display.harmless(text))))


def _moment(value: str | None) -> str:
    """RFC 3339; a bare date is its midnight, nonsense the epoch."""
    try:
        moment = datetime.fromisoformat((value or "").replace("Z", "+00:00"))
    except ValueError:
        moment = datetime(1970, 1, 1, tzinfo=UTC)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


RENDERERS = [
    {"extension": "xlsx", "render": _renderer("xlsx"), "can_render": can_render_file},
    {"extension": "parquet", "render": _renderer("parquet"), "can_render": can_render_file},
    {"extension": "jsonl", "render": _renderer("jsonl"), "can_render": can_render_file},
    {"extension": "atom", "render": render_feed, "can_render": can_render_feed},
]
