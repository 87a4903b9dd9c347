"""An organisation: names, what it claims beside what it denies, contracts, partners, removals."""

from __future__ import annotations

import json

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from db.summaries import MANY_CLAIMS, STRONGEST_OF
from portal.pages.render import asked, found, render
from portal.reader import Reader, Row

CLAIMS = 40
_NO = "('denies', 'restricts')"


async def show(datasette: Datasette, request: Request) -> Response:
    """``/organization/ID``"""
    reader = Reader(datasette)
    key = asked(request, "id")
    organization = found(await reader.row("SELECT * FROM organizations WHERE id = :id", id=key))
    return await render(
        datasette,
        request,
        "organization.html",
        organization=organization,
        names=await reader.rows(
            """SELECT DISTINCT name, language FROM organization_names
            WHERE organization_id = :id ORDER BY name LIMIT 60""",
            id=key,
        ),
        parent=await reader.row(
            "SELECT * FROM organizations WHERE id = :id", id=organization["parent_id"]
        ),
        children=await reader.rows(
            "SELECT * FROM organizations WHERE parent_id = :id ORDER BY name LIMIT 60", id=key
        ),
        listings=await reader.rows(
            "SELECT * FROM listings WHERE organization_id = :id ORDER BY since", id=key
        ),
        products=await reader.rows(
            "SELECT * FROM products WHERE vendor_id = :id ORDER BY name LIMIT 60", id=key
        ),
        claims=await _by_capability(reader, key, 0),
        denials=await _by_capability(reader, key, 1),
        number_of_denials=await reader.value(
            f"SELECT count(*) FROM claims WHERE organization_id = :id AND stance IN {_NO}", id=key
        ),
        # By the index on reports: curated claims are few, an organisation may have many others.
        answers=await reader.rows(
            """SELECT DISTINCT r.* FROM claims c JOIN reported_systems r ON r.id = c.reported_system_id
            WHERE c.reported_system_id > '' AND +c.organization_id = :id AND r.id NOT IN (
                SELECT reported_system_id FROM claims WHERE reported_system_id > ''
                AND +organization_id = :id AND +stance = 'denies'
            ) ORDER BY r.published DESC LIMIT 40""",
            id=key,
        ),
        number_of_claims=await reader.value(
            "SELECT count(*) FROM claims WHERE organization_id = :id", id=key
        ),
        also_named=await reader.claims(
            """c.id IN (SELECT claim_id FROM claim_organizations WHERE organization_id = :id LIMIT 1000)
            AND c.organization_id <> :id""",
            20,
            id=key,
        ),
        won=await reader.rows(
            """SELECT n.*, s.amount AS own_amount, s.currency AS own_currency
            FROM notice_suppliers s JOIN notices n ON n.id = s.notice_id
            WHERE s.organization_id = :id ORDER BY n.published DESC LIMIT 40""",
            id=key,
        ),
        bought=await reader.rows(
            "SELECT * FROM notices WHERE buyer_id = :id ORDER BY published DESC LIMIT 40", id=key
        ),
        partners=await reader.rows(
            """SELECT DISTINCT o.id, o.name, o.name_en, o.name_zh, p.note, p.document_id,
                p.reported_system_id
            FROM partnerships p JOIN organizations o
                ON o.id = iif(p.organization_id = :id, p.partner_id, p.organization_id)
            WHERE p.organization_id = :id OR p.partner_id = :id ORDER BY o.name LIMIT 60""",
            id=key,
        ),
        removals=await reader.rows(
            """SELECT * FROM removals WHERE id IN (SELECT value FROM json_each(:ids))
            ORDER BY at DESC, id""",
            ids=json.dumps(
                [
                    row["label"]
                    for row in await reader.summary("removals by organization", f"{key}/")
                ]
            ),
        ),
    )


async def _by_capability(reader: Reader, key: str, denials: int) -> list[Row]:
    """The strongest claim, or denial, of each capability, with ``number`` of those on it."""
    best = await reader.rows(
        """SELECT label AS id, value AS n FROM summaries WHERE name = 'strongest by organization'
        AND key >= :prefix AND key < :prefix || char(1114111) ORDER BY value DESC, label""",
        prefix=f"{key}/{denials}/",
    )
    if not best:
        best = await reader.rows(
            f"""SELECT id, n FROM ({STRONGEST_OF} = :id LIMIT {MANY_CLAIMS + 1})
            WHERE best = 1 AND denial = :denials ORDER BY n DESC, id""",
            id=key,
            denials=denials,
        )
    number = {row["id"]: row["n"] for row in best[:CLAIMS]}
    claims = await reader.claims_in_order([*number])
    return [claim | {"number": number[claim["id"]]} for claim in claims]
