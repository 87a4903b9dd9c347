"""A capability: what it is, who sells it, who buys it, in which words, and who denies it."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from portal import display, vocabulary
from portal.pages.render import asked, found, render
from portal.reader import Reader, Row

# Most of each on the page; the tables have all.
DENIALS, REPORTS, RULES = 10, 12, 6


async def show(datasette: Datasette, request: Request) -> Response:
    """``/capability/CODE``"""
    reader = Reader(datasette)
    code = asked(request, "code")
    capability = found(await reader.row("SELECT * FROM capabilities WHERE code = :code", code=code))
    of_it = "c.capability = :code"
    denials = await reader.claims(f"{of_it} AND c.stance = 'denies'", DENIALS, code=code)
    denied_by = {denial["organization_id"]: denial["id"] for denial in denials}
    sellers = await _organizations(reader, code, "sellers by capability")
    for seller in sellers:
        seller["denial"] = denied_by.get(seller["organization_id"])
    stances = await reader.summary("stances by capability", f"{code}/")
    quotes = await reader.summary("quotes by capability", f"{code}/")
    return await render(
        datasette,
        request,
        "capability.html",
        capability=capability,
        stances={row["label"]: row["value"] for row in stances},
        sellers=sellers,
        buyers=await _organizations(reader, code, "buyers by capability"),
        bought=await _notices(reader, code),
        quotes=await reader.claims_in_order([row["label"] for row in quotes]),
        reports=await reader.claims(
            f"{of_it} AND c.basis = 'curated' AND +c.stance <> 'denies'", REPORTS, code=code
        ),
        denials=denials,
        rules=await reader.claims(
            f"{of_it} AND c.stance IN ('restricts', 'permits')", RULES, code=code
        ),
        distributions=await _distributions(reader, code),
    )


async def _organizations(reader: Reader, code: str, summary: str) -> list[Row]:
    """The strongest claim of each organisation of a summary; ``claims`` counts all of them."""
    best = await reader.summary(summary, f"{code}/")
    number = {row["label"]: row["value"] for row in best}
    return [
        claim | {"claims": number[claim["id"]]} for claim in await reader.claims_in_order([*number])
    ]


async def _notices(reader: Reader, code: str) -> list[Row]:
    """The latest notices whose text has the capability."""
    latest = await reader.summary("notices by capability", f"{code}/")
    return await reader.rows(
        """SELECT n.id, n.title, n.stage, n.published, n.amount, n.currency, n.country,
            n.buyer_id, n.buyer_name AS name, b.name_en, b.name_zh
        FROM notices n LEFT JOIN organizations b ON b.id = n.buyer_id
        WHERE n.id IN (SELECT value FROM json_each(:ids)) ORDER BY n.published DESC, n.id""",
        ids=json.dumps([row["label"] for row in latest]),
    )


async def _distributions(reader: Reader, code: str) -> list[dict[str, Any]]:
    """For each parameter: its name and bars (label, number of claims, share of the longest bar)."""
    values: dict[str, list[tuple[Any, int]]] = defaultdict(list)
    for row in await reader.summary("parameters by capability", f"{code}/"):
        name = row["key"].split("/")[1]
        values[name].append((json.loads(row["label"]), row["value"]))
    result = []
    for name in vocabulary.PARAMETERS:
        common = values.get(name)
        if not common:
            continue
        if all(isinstance(value, int | float) for value, _ in common):
            common.sort()
        longest = max(n for _, n in common)
        bars = [
            (display.parameter_value(name, value), n, round(100 * n / longest))
            for value, n in common
        ]
        result.append({"name": name, "bars": bars})
    return result
