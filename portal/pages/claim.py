"""The evidence page: one claim, its words in context, the way back to the archived bytes."""

from __future__ import annotations

import shlex
from typing import Any

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from portal import display, language
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
        citation=citation(claim, capture, await reader.release(), address(datasette, request)),
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


def citation(claim: Row, capture: Row | None, release: Row | None, url: str) -> str:
    """The claim as a reference to paste: whose words, where, when archived, under which hash."""
    parts: list[Any] = []
    if claim["basis"] == "curated":
        parts.append(claim["citation"] or claim["report_title"])
    else:
        parts.append(f"“{display.harmless(claim['quote'])}”")
        parts.append(claim["document_title"] or claim["document_url"])
        parts.append(claim["publisher"])
        parts.append(claim["document_url"])
        if capture:
            parts.append(f"archived {capture['fetched']}")
            parts.append(f"SHA-256 {capture['sha256']}")
    if release:
        parts.append(f"Counterwatch, release of {display.day(release['built'])}")
    parts.append(url)
    return ". ".join(str(display.harmless(part)).rstrip(".") for part in parts if part) + "."


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
