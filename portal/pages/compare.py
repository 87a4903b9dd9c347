"""Two organisations, or two countries, side by side."""

from __future__ import annotations

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from portal import places
from portal.display import name_of
from portal.pages.render import render
from portal.pages.world import country
from portal.reader import Reader, Row


async def show(datasette: Datasette, request: Request) -> Response:
    """``/compare?a=ID&b=ID``: two organisations, or ``/compare?of=countries&a=CN&b=GB``."""
    reader = Reader(datasette)
    of = "countries" if request.args.get("of") == "countries" else "organizations"
    keys = [(request.args.get(name) or "").strip()[:200] for name in ("a", "b")]
    if of == "countries":
        sides = [await country(reader, key.upper()) if key else None for key in keys]
        rows = {row["key"] for row in await reader.summary("found by country")}
        rows |= {row["key"] for row in await reader.summary("sellers by country")}
        offered = sorted(((code, places.name(code)) for code in rows), key=lambda pair: pair[1])
    else:
        sides = [await _vendor(reader, key) if key else None for key in keys]
        # Those with most claims; any other may be named in the address.
        best = await reader.rows(
            """SELECT o.id, o.name, o.name_en, o.name_zh FROM summaries s
            JOIN organizations o ON o.id = s.key WHERE s.name = 'claims by organization'
            ORDER BY s.value DESC, s.key LIMIT 200"""
        )
        offered = sorted(
            ((row["id"], name_of(row)) for row in best), key=lambda pair: pair[1].casefold()
        )
    codes = sorted({c["code"] for side in sides if side for c in side["capabilities"]})
    labels = {row["code"]: row for row in await reader.rows("SELECT * FROM capabilities")}
    counts = [{c["code"]: c["n"] for c in side["capabilities"]} if side else {} for side in sides]
    return await render(
        datasette,
        request,
        "compare.html",
        of=of,
        keys=keys,
        sides=sides,
        offered=offered,
        missing=[key for key, side in zip(keys, sides, strict=True) if key and not side],
        capabilities=[
            (labels.get(code, {"label": code}), code, [side.get(code, 0) for side in counts])
            for code in codes
        ],
    )


async def _vendor(reader: Reader, key: str) -> Row | None:
    """An organisation, or one of this name, with its claims and denials by capability."""
    row = await reader.row("SELECT * FROM organizations WHERE id = :key", key=key)
    if row is None:
        row = await reader.row(
            """SELECT o.* FROM organization_names n JOIN organizations o
            ON o.id = n.organization_id WHERE n.name = :key LIMIT 1""",
            key=key,
        )
    if row is None:
        return None
    capabilities = await reader.rows(
        """SELECT capability AS code, count(*) AS n, sum(stance = 'denies') AS denials
        FROM claims WHERE organization_id = :id GROUP BY 1 ORDER BY 2 DESC""",
        id=row["id"],
    )
    return row | {
        "shown_name": name_of(row),
        "capabilities": capabilities,
        "denials": {c["code"]: c["denials"] for c in capabilities if c["denials"]},
        "listings": await reader.rows(
            "SELECT * FROM listings WHERE organization_id = :id ORDER BY since", id=row["id"]
        ),
        "won": await reader.value(
            "SELECT count(*) FROM notice_suppliers WHERE organization_id = :id", id=row["id"]
        ),
        "bought": await reader.value(
            "SELECT count(*) FROM notices WHERE buyer_id = :id", id=row["id"]
        ),
    }
