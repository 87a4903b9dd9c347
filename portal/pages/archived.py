"""The archived copy of an observation: a page about it, its text in a sandbox, its bytes."""

from __future__ import annotations

import asyncio
from typing import Any

from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Request, Response

from portal import archived, settings
from portal.display import harmless
from portal.pages.render import asked, found, render
from portal.reader import Reader, Row


async def _observed(reader: Reader, key: str) -> tuple[Row, Row | None]:
    """The capture with its source, and the document it brought."""
    capture = found(
        await reader.row(
            """SELECT k.*, s.kind AS source_kind, s.title AS source_title, s.publisher,
                s.licence, s.licence_url, coalesce(s.sample, 0) AS sample
            FROM captures k LEFT JOIN sources s ON s.id = k.source_id WHERE k.id = :id""",
            id=key,
        )
    )
    document = await reader.row(
        "SELECT id, title, language, state FROM documents WHERE id = :id", id=capture["sha256"]
    )
    return capture, document


def _may_be_shown(datasette: Datasette, capture: Row) -> bool:
    return capture["source_kind"] in settings.archived_copies(datasette)


async def show(datasette: Datasette, request: Request) -> Response:
    """``/archived/CAPTURE``"""
    reader = Reader(datasette)
    capture, document = await _observed(reader, asked(request, "id"))
    return await render(
        datasette,
        request,
        "archived.html",
        capture=capture,
        document=document,
        copies=_may_be_shown(datasette, capture) and bool(capture["warc_file"]),
        others=await reader.rows(
            """SELECT id, fetched, outcome, sha256 FROM captures
            WHERE url = :url AND id <> :id ORDER BY fetched DESC LIMIT 20""",
            url=capture["url"],
            id=capture["id"],
        ),
    )


async def _payload(datasette: Datasette, reader: Reader, capture: Row, limit: int) -> bytes | str:
    # Where this record only says "unchanged", another holds the same bytes.
    same = await reader.rows(
        """SELECT * FROM captures WHERE sha256 = :sha256 AND id <> :id AND warc_file > ''
        ORDER BY outcome = 'ok' DESC, fetched LIMIT 3""",
        sha256=capture["sha256"],
        id=capture["id"],
    )
    archive = archived.archive_of(reader.database.path)
    return await asyncio.to_thread(archived.read_bytes, archive, [capture, *same], limit)


async def frame(datasette: Datasette, request: Request) -> Response:
    """``/archived/CAPTURE/text``: what the sandboxed frame holds. No script, no link, no picture."""
    reader = Reader(datasette)
    capture, document = await _observed(reader, asked(request, "id"))
    content: dict[str, Any] = {"sanitised": None, "text": None, "reason": None}
    kind = capture["media_type"] or ""
    if _may_be_shown(datasette, capture) and "html" in kind:
        data = await _payload(datasette, reader, capture, archived.LARGEST_SHOWN)
        if isinstance(data, bytes):
            content["sanitised"] = harmless(await asyncio.to_thread(archived.sanitised, data))
        else:
            content["reason"] = data
    if not content["sanitised"] and document:
        content["text"] = await reader.value(
            "SELECT substr(text, 1, 500000) FROM documents WHERE id = :id", id=document["id"]
        )
    html = await datasette.render_template(
        "archived_text.html", {**content, "document": document}, request=request
    )
    return Response.html(html, headers={"x-counterwatch-frame": "archived"})


async def download(datasette: Datasette, request: Request) -> Response:
    """``/archived/CAPTURE/bytes``: a file to save and to hash; never something to open here."""
    reader = Reader(datasette)
    capture, _ = await _observed(reader, asked(request, "id"))
    if not _may_be_shown(datasette, capture) or not capture["warc_file"]:
        raise NotFound("no copy is handed out")
    data = await _payload(datasette, reader, capture, archived.LARGEST)
    if isinstance(data, str):
        raise NotFound("the archive does not hold it")
    return Response(
        data,
        content_type="application/octet-stream",
        headers={
            "content-disposition": f'attachment; filename="{capture["sha256"]}.bin"',
            "x-counterwatch-frame": "archived",
        },
    )
