"""Two documents compared: what a page said before, and what it says since."""

from __future__ import annotations

import asyncio

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from portal.differences import LONGEST, TooLong, differences
from portal.pages.render import asked, found, render
from portal.reader import Reader


async def show(datasette: Datasette, request: Request) -> Response:
    """``/difference/OLD/NEW``: SHA-256 of two documents"""
    reader = Reader(datasette)
    documents = [
        found(
            await reader.row(
                f"""SELECT id, title, url, language, first_seen, last_seen, state, characters,
                    substr(text, 1, {LONGEST + 1}) AS text FROM documents WHERE id = :id""",
                id=asked(request, name),
            )
        )
        for name in ("old", "new")
    ]
    before, after = documents
    try:
        lines = await asyncio.to_thread(differences, before["text"] or "", after["text"] or "")
    except TooLong:
        lines = None
    return await render(
        datasette,
        request,
        "difference.html",
        before=before,
        after=after,
        lines=lines,
        identical=lines is not None and all(line.kind in ("same", "skip") for line in lines),
        lost=await reader.claims("c.document_id = :id", 30, "c.start", id=before["id"]),
        gained=await reader.claims("c.document_id = :id", 30, "c.start", id=after["id"]),
    )
