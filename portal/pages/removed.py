"""What disappeared: pages gone, dropped from lists, catalogues that shrank, each with its proof."""

from __future__ import annotations

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from portal import vocabulary
from portal.pages.render import render, whole_number
from portal.reader import Reader

SHOWN = 50


async def show(datasette: Datasette, request: Request) -> Response:
    """``/removed?kind=KIND&page=N``"""
    reader = Reader(datasette)
    kind = request.args.get("kind") or ""
    kind = kind if kind in vocabulary.REMOVALS else ""
    page = max(whole_number(request, "page", 1), 1)
    removals = await reader.rows(
        f"""SELECT r.*, s.title AS source_title, s.publisher, coalesce(s.sample, 0) AS sample,
            l.fetched AS last_fetched, l.sha256 AS last_sha256, l.warc_file AS last_warc_file,
            l.warc_offset AS last_warc_offset,
            p.fetched AS proof_fetched, p.status AS proof_status, p.message AS proof_message,
            p.warc_file AS proof_warc_file, p.warc_offset AS proof_warc_offset
        FROM removals r LEFT JOIN sources s ON s.id = r.source_id
        LEFT JOIN captures l ON l.id = r.last_capture_id
        LEFT JOIN captures p ON p.id = r.proof_capture_id
        WHERE :kind = '' OR r.kind = :kind
        ORDER BY r.at DESC, r.id LIMIT {SHOWN + 1} OFFSET {(page - 1) * SHOWN}""",
        kind=kind,
    )
    return await render(
        datasette,
        request,
        "removed.html",
        removals=removals[:SHOWN],
        more=len(removals) > SHOWN,
        page=page,
        kind=kind,
    )
