"""The front page: search, capabilities with who sells them, what is new, gone and denied."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from portal import vocabulary
from portal.display import linker
from portal.pages import bought
from portal.pages.render import render
from portal.reader import Reader, Row

SHOWN = 6
SELLERS = 3  # named beside each capability
_COUNTED = ("claims", "documents", "notices", "organizations", "captures")


# Served by the index on first_seen; a further column would sort every claim.
_LATEST = "c.first_seen DESC, c.rowid DESC"


async def show(datasette: Datasette, request: Request) -> Response:
    """``/``"""
    reader = Reader(datasette)
    counts = await reader.counts()
    questions = await datasette.get_canned_queries(reader.name, None)
    return await render(
        datasette,
        request,
        "front.html",
        database_name=reader.name,
        starting_questions=list(questions.values()),
        counts={table: counts.get(table) for table in _COUNTED},
        families=await _families(reader),
        asked={"buyer": "police"},
        choices=await bought.choices(reader),
        newest=await reader.claims(
            "+c.stance <> 'denies' AND +c.basis = 'archived'", SHOWN, _LATEST
        ),
        removals=await reader.rows(
            f"""SELECT r.*, s.title AS source_title FROM removals r
            LEFT JOIN sources s ON s.id = r.source_id ORDER BY r.at DESC, r.id LIMIT {SHOWN}"""
        ),
        denials=await reader.claims("c.stance = 'denies'", SHOWN, _LATEST),
    )


async def who_sells(datasette: Datasette, request: Request) -> Response:
    """``/who-sells?capability=CODE``, the form of the front page: on to the capability."""
    code = request.args.get("capability") or ""
    link = linker(datasette.urls.path)
    return Response.redirect(link("capability", code) + "#sellers" if code else link())


async def _families(reader: Reader) -> list[tuple[str, list[Row]]]:
    """(family, capabilities with ``claims``, ``sellers`` shown and ``others`` not shown)."""
    claims = {row["key"]: row["value"] for row in await reader.summary("claims by capability")}
    numbers = {
        row["key"]: row["value"] for row in await reader.summary("number of sellers by capability")
    }
    sellers: dict[str, list[dict[str, Any]]] = defaultdict(list)
    placed = [row["key"].split("/", 2) for row in await reader.summary("sellers by capability")]
    pairs = [(code, key) for code, place, key in placed if int(place) <= SELLERS]
    names = await reader.rows(
        "SELECT id, name, name_en, name_zh FROM organizations "
        "WHERE id IN (SELECT value FROM json_each(:ids))",
        ids=json.dumps([organization_id for _, organization_id in pairs]),
    )
    by_id = {row["id"]: row for row in names}
    for code, organization_id in pairs:
        if organization_id in by_id:
            sellers[code].append(by_id[organization_id])
    families: dict[str, list[Row]] = {family: [] for family in vocabulary.FAMILIES}
    for capability in await reader.rows("SELECT * FROM capabilities ORDER BY label"):
        code = capability["code"]
        capability["claims"] = claims.get(code, 0)
        capability["sellers"] = sellers[code]
        capability["others"] = max(numbers.get(code, 0) - len(sellers[code]), 0)
        families.setdefault(capability["family"], []).append(capability)
    for members in families.values():
        members.sort(key=lambda capability: (-capability["claims"], capability["label"]))
    return [(family, members) for family, members in families.items() if members]
