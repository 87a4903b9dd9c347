"""A document: its text with the claims marked, its versions, and when it was seen."""

from __future__ import annotations

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from portal.highlight import pieces
from portal.pages.render import asked, found, render, whole_number
from portal.reader import Reader

# Code points of text on one page of the site: a long report stays readable, and quick on a phone.
WINDOW = 20_000

# A document's text may be megabytes: it is read in windows only.
_WITHOUT_TEXT = """
    d.id, d.url, d.title, d.language, d.media_type, d.pages, d.characters, d.published,
    d.first_seen, d.last_seen, d.state, d.outcome, d.message, d.name, d.parent_url,
    d.capture_id, d.source_id
"""


async def show(datasette: Datasette, request: Request) -> Response:
    """``/document/ID?from=OFFSET``; ``from`` is a code point offset into the text."""
    reader = Reader(datasette)
    key = asked(request, "id")
    document = found(
        await reader.row(
            f"""SELECT {_WITHOUT_TEXT}, s.title AS source_title, s.publisher, s.licence, s.licence_url,
                coalesce(s.sample, 0) AS sample FROM documents d
            LEFT JOIN sources s ON s.id = d.source_id WHERE d.id = :id""",
            id=key,
        )
    )
    length = document["characters"] or 0
    start = whole_number(request, "from")
    start = start - start % WINDOW if start < length else 0
    text = await reader.value(
        "SELECT substr(text, :first, :length) FROM documents WHERE id = :id",
        id=key,
        first=start + 1,
        length=WINDOW,
    )
    passages = await reader.rows(
        """SELECT p.claim_id, p.start, p.end
        FROM claims c JOIN claim_passages p ON p.claim_id = c.id
        WHERE c.document_id = :id AND p.end > :low AND p.start < :high
        ORDER BY p.start LIMIT 2000""",
        id=key,
        low=start,
        high=start + WINDOW,
    )
    claims = await reader.claims("c.document_id = :id", 200, "c.start", id=key)
    return await render(
        datasette,
        request,
        "document.html",
        document=document,
        pieces=pieces(
            text or "", start, [(row["claim_id"], row["start"], row["end"]) for row in passages]
        ),
        claims=claims,
        labels={claim["id"]: claim for claim in claims},
        start=start,
        window=WINDOW,
        length=length,
        starts=list(range(0, length, WINDOW)) if length > WINDOW else [],
        notices=await reader.rows(
            """SELECT id, title, stage, published FROM notices WHERE document_id = :id
            ORDER BY text_start LIMIT 50""",
            id=key,
        ),
        earlier=await reader.rows(
            """SELECT v.*, d.title FROM document_versions v JOIN documents d ON d.id = v.document_id
            WHERE v.next_document_id = :id""",
            id=key,
        ),
        later=await reader.rows(
            """SELECT v.*, d.title FROM document_versions v
            JOIN documents d ON d.id = v.next_document_id WHERE v.document_id = :id""",
            id=key,
        ),
        captures=await reader.rows(
            "SELECT * FROM captures WHERE url = :url ORDER BY fetched DESC LIMIT 30",
            url=document["url"],
        ),
        removals=await reader.rows(
            "SELECT * FROM removals WHERE document_id = :id ORDER BY at DESC", id=key
        ),
    )
