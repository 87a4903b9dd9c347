"""The evidence page: one claim, its words in context, the way back to the archived bytes."""

from __future__ import annotations

import re
import shlex

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from db.exports.citations import citation
from portal import glossary, language, settings
from portal.highlight import Piece, pieces
from portal.pages.render import asked, found, render
from portal.reader import CLAIM, Reader, Row


async def show(datasette: Datasette, request: Request) -> Response:
    """``/claim/ID``"""
    reader = Reader(datasette)
    key = asked(request, "id")
    claim = found(await reader.row(f"{CLAIM} WHERE c.id = :id", id=key))
    capture = await reader.row("SELECT * FROM captures WHERE id = :id", id=claim["capture_id"])
    passages = await reader.rows(
        """SELECT * FROM claim_passages WHERE claim_id = :id AND start <> :start
        ORDER BY start LIMIT 50""",
        id=key,
        start=claim["start"],
    )
    capability = await reader.row(
        "SELECT * FROM capabilities WHERE code = :code", code=claim["capability"]
    )
    return await render(
        datasette,
        request,
        "claim.html",
        claim=claim,
        capability=capability,
        capture=capture,
        context=marked(claim),
        passages=[(passage, marked(passage)) for passage in passages],
        organizations=await reader.rows(
            """SELECT x.role, o.id, o.name, o.name_en, o.name_zh, o.sample
            FROM claim_organizations x JOIN organizations o ON o.id = x.organization_id
            WHERE x.claim_id = :id ORDER BY x.rowid""",
            id=key,
        ),
        product=await reader.row("SELECT * FROM products WHERE id = :id", id=claim["product_id"]),
        notice=await reader.row(
            "SELECT id, title, stage FROM notices WHERE id = :id", id=claim["notice_id"]
        ),
        removals=await reader.rows(
            "SELECT * FROM removals WHERE document_id = :id ORDER BY at DESC",
            id=claim["document_id"],
        ),
        opposite=await reader.claims(
            "c.capability = :capability AND c.organization_id = :organization AND c.id <> :id "
            + (
                "AND c.stance <> 'denies'"
                if claim["stance"] == "denies"
                else "AND c.stance = 'denies'"
            ),
            5,
            capability=claim["capability"],
            organization=claim["organization_id"],
            id=key,
        ),
        citations=await citations(reader, key, address(datasette, request)),
        gloss=glossary.gloss(claim["quote"] or "", claim["context"] or "", claim["language"] or ""),
        report_address=settings.report_address(datasette, address(datasette, request)),
        commands=commands(capture),
    )


def marked(row: Row) -> list[Piece]:
    """The context of a claim or passage, cut where its quote begins and ends."""
    context = row["context"] or row["quote"] or ""
    if row["start"] is None:
        return [Piece(context)]
    offset = row["context_start"] if row["context_start"] is not None else row["start"]
    return pieces(context, offset, [("quote", row["start"], row["end"])])


def address(datasette: Datasette, request: Request) -> str:
    """The permanent address of this page, without the language of the interface."""
    return str(datasette.absolute_url(request, request.path))


# Ending of a citation's address → (format of db.exports.citations, media type)
_CITATIONS = {
    "txt": ("text", "text/plain"),
    "bib": ("bibtex", "application/x-bibtex"),
    "json": ("csl", "application/vnd.citationstyles.csl+json"),
}


async def citations(reader: Reader, key: str, url: str) -> dict[str, str]:
    """The claim as a reference in every format; the plain text ends with the address of its page."""
    made = await reader.database.execute_fn(
        lambda connection: {
            ending: citation(connection, key, format) for ending, (format, _) in _CITATIONS.items()
        }
    )
    return {**made, "txt": f"{made['txt']} {url}"}


async def cite(datasette: Datasette, request: Request) -> Response:
    """``/claim/ID/cite.txt``, ``.bib``, ``.json`` (CSL)"""
    reader = Reader(datasette)
    key, ending = asked(request, "id"), asked(request, "format")
    found(await reader.row("SELECT id FROM claims WHERE id = :id", id=key))
    url = str(datasette.absolute_url(request, request.path.rsplit("/", 1)[0]))
    made = await citations(reader, key, url)
    return Response(
        made[ending] + "\n",
        content_type=f"{_CITATIONS[ending][1]}; charset=utf-8",
        headers={
            "content-disposition": f'attachment; filename="counterwatch-{_plain(key)}.{ending}"'
        },
    )


def _plain(key: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]", "", key)


def commands(capture: Row | None) -> list[tuple[str, str]]:
    """(what it does, command) for checking a capture with tools that are not ours."""
    if not capture or not capture["warc_file"]:
        return []
    file = shlex.quote(capture["warc_file"])
    offset = int(capture["warc_offset"] or 0)
    return [
        (
            language.translate("Read the archived record, headers and all"),
            f"tail -c +{offset + 1} {file} | head -c {int(capture['warc_length'] or 0)} | gunzip",
        ),
        (
            language.translate("Recompute the hash of the archived bytes"),
            f"warcio extract --payload {file} {offset} | sha256sum",
        ),
    ]
