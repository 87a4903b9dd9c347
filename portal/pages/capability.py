"""A capability: what it is, who sells it, who buys it, in which words, and who denies it."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from typing import Any

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from db.summaries import SELLING
from portal import display, vocabulary
from portal.pages.render import asked, found, render
from portal.reader import STRONGEST, Reader, Row

# Organisations shown; the table behind "all" has the rest.
ORGANIZATIONS = 40
# Claims whose parameters are counted: enough for any shape, bounded for the largest capability.
COUNTED = 20_000
BARS = 12

_BUYING = (
    "c.stance IN ('requires', 'supplies', 'operates') "
    "AND c.organization_role IN ('buyer', 'operator')"
)


_NOT_RULES = "c.stance NOT IN ('denies', 'restricts', 'permits')"


async def show(datasette: Datasette, request: Request) -> Response:
    """``/capability/CODE``"""
    reader = Reader(datasette)
    code = asked(request, "code")
    capability = found(await reader.row("SELECT * FROM capabilities WHERE code = :code", code=code))
    of_it = "c.capability = :code"
    denials = await reader.claims(f"{of_it} AND c.stance = 'denies'", 20, code=code)
    denied_by = {denial["organization_id"]: denial["id"] for denial in denials}
    sellers = await _organizations(reader, code, SELLING)
    for seller in sellers:
        seller["denial"] = denied_by.get(seller["organization_id"])
    stances = await reader.rows(
        "SELECT stance, count(*) AS n FROM claims WHERE capability = :code GROUP BY stance",
        code=code,
    )
    return await render(
        datasette,
        request,
        "capability.html",
        capability=capability,
        stances={row["stance"]: row["n"] for row in stances},
        sellers=sellers,
        buyers=await _organizations(reader, code, _BUYING),
        bought=await _bought(reader, code),
        quotes=await reader.claims(
            f"{of_it} AND c.basis = 'archived' AND {_NOT_RULES}",
            8,
            code=code,
        ),
        reports=await reader.claims(
            f"{of_it} AND c.basis = 'curated' AND c.stance <> 'denies'", 20, code=code
        ),
        denials=denials,
        rules=await reader.claims(
            f"{of_it} AND c.stance IN ('restricts', 'permits')", 10, code=code
        ),
        distributions=await _distributions(reader, code),
    )


async def _organizations(reader: Reader, code: str, which: str) -> list[Row]:
    """The strongest claim of each organisation among those of ``which``; ``claims`` counts them."""
    best = await reader.rows(
        f"""
        WITH ranked AS (
            SELECT c.id, c.organization_id, c.basis, c.stance,
                count(*) OVER (PARTITION BY c.organization_id) AS claims,
                row_number() OVER (
                    PARTITION BY c.organization_id
                    ORDER BY c.basis = 'archived' DESC, c.stance = 'reports',
                        c.state = 'changed', {STRONGEST}
                ) AS place
            FROM claims c WHERE c.capability = :code AND c.organization_id IS NOT NULL AND {which}
        )
        SELECT id, claims FROM ranked WHERE place = 1
        ORDER BY basis = 'archived' DESC, stance = 'reports', claims DESC, organization_id
        LIMIT {ORGANIZATIONS}
        """,
        code=code,
    )
    number = {row["id"]: row["claims"] for row in best}
    order = list(number)
    claims = await reader.claims(
        "c.id IN (SELECT value FROM json_each(:ids))", ORGANIZATIONS, ids=json.dumps(order)
    )
    claims.sort(key=lambda claim: order.index(claim["id"]))
    return [claim | {"claims": number[claim["id"]]} for claim in claims]


async def _bought(reader: Reader, code: str) -> list[Row]:
    """Award and contract notices whose text has the capability, the largest amounts first."""
    return await reader.rows(
        """
        SELECT DISTINCT n.id, n.title, n.stage, n.published, n.amount, n.currency, n.country,
            n.buyer_id, n.buyer_name AS name, b.name_en, b.name_zh
        FROM claims c JOIN notices n ON n.id = c.notice_id
        LEFT JOIN organizations b ON b.id = n.buyer_id
        WHERE c.capability = :code AND c.stance <> 'denies'
        ORDER BY n.published DESC, n.id LIMIT 20
        """,
        code=code,
    )


async def _distributions(reader: Reader, code: str) -> list[dict[str, Any]]:
    """For each parameter: its name and bars (label, number of claims, share of the longest bar)."""
    rows = await reader.rows(
        f"""SELECT parameters FROM claims WHERE capability = :code
        AND parameters NOT IN ('', '{{}}') LIMIT {COUNTED}""",
        code=code,
    )
    values: dict[str, Counter[Any]] = defaultdict(Counter)
    for row in rows:
        try:
            loaded = json.loads(row["parameters"])
        except ValueError:
            continue
        for name, value in loaded.items() if isinstance(loaded, dict) else ():
            values[name].update(value if isinstance(value, list) else [value])
    result = []
    for name in vocabulary.PARAMETERS:
        counter = values.get(name)
        if not counter:
            continue
        common = counter.most_common(BARS)
        if all(isinstance(value, int | float) for value, _ in common):
            common.sort()
        longest = max(n for _, n in common)
        bars = [
            (display.parameter_value(name, value if name == "accuracy" else _plain(value)), n,
             round(100 * n / longest))
            for value, n in common
        ]  # fmt: skip
        result.append({"name": name, "bars": bars, "more": len(counter) - len(common)})
    return result


def _plain(value: Any) -> Any:
    return value if isinstance(value, int | float) else [value]
