"""A procurement notice: buyer, suppliers, amounts, its process, the claims found in its text."""

from __future__ import annotations

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from portal.pages.render import asked, found, render
from portal.reader import Reader


async def show(datasette: Datasette, request: Request) -> Response:
    """``/notice/ID``"""
    reader = Reader(datasette)
    key = asked(request, "id")
    notice = found(
        await reader.row(
            """SELECT n.*, s.title AS source_title, s.publisher, s.licence, s.licence_url,
                coalesce(s.sample, 0) AS sample, b.name, b.name_en, b.name_zh, d.capture_id,
                d.state, d.first_seen, d.last_seen
            FROM notices n LEFT JOIN sources s ON s.id = n.source_id
            LEFT JOIN organizations b ON b.id = n.buyer_id
            LEFT JOIN documents d ON d.id = n.document_id WHERE n.id = :id""",
            id=key,
        )
    )
    return await render(
        datasette,
        request,
        "notice.html",
        notice=notice,
        items=await reader.rows(
            "SELECT * FROM notice_items WHERE notice_id = :id ORDER BY scheme, code LIMIT 200",
            id=key,
        ),
        suppliers=await reader.rows(
            """SELECT s.*, o.name_en, o.name_zh FROM notice_suppliers s
            LEFT JOIN organizations o ON o.id = s.organization_id
            WHERE s.notice_id = :id ORDER BY s.amount DESC, s.name LIMIT 200""",
            id=key,
        ),
        claims=await reader.claims("c.notice_id = :id", 60, "c.capability, c.id", id=key),
        # Stages of one process share its open contracting id.
        process=await reader.rows(
            """SELECT id, stage, title, published, amount, currency FROM notices
            WHERE ocid = :ocid ORDER BY published, id LIMIT 100""",
            ocid=notice["ocid"],
        )
        if notice["ocid"]
        else [],
    )
