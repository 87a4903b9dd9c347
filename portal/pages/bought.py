"""What was bought: notices by buyer, place, year and capability, each with what was found in it."""

from __future__ import annotations

import json
from typing import Any

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from db.places import BUYERS, REGIONS
from db.search import any_of, match_expression, query_terms
from portal import places
from portal.pages.render import render, whole_number
from portal.reader import Reader, Row

SHOWN = 30
# Rows counted for "n notices"; beyond this the page says "more than".
COUNTED = 200
# Beyond this the table of notices serves better.
PAGES = 300
FILTERS = ("buyer", "place", "words", "year", "capability", "every")


async def show(datasette: Datasette, request: Request) -> Response:
    """``/bought?buyer=KIND&place=CODE&words=TEXT&year=2019&capability=CODE&every=1&page=N``"""
    reader = Reader(datasette)
    asked = {name: (request.args.get(name) or "").strip()[:200] for name in FILTERS}
    page = min(max(whole_number(request, "page", 1), 1), PAGES)
    where, values = _conditions(asked)
    ids = [
        row["id"]
        for row in await reader.rows(
            f"""SELECT n.id FROM notices n WHERE {where} ORDER BY n.published DESC, n.id
            LIMIT {max(COUNTED, page * SHOWN) + 1}""",
            **values,
        )
    ]
    shown = ids[(page - 1) * SHOWN : page * SHOWN]
    notices = await reader.rows(
        """SELECT n.*, o.name, o.name_en, o.name_zh FROM notices n
        LEFT JOIN organizations o ON o.id = n.buyer_id
        WHERE n.id IN (SELECT value FROM json_each(:ids)) ORDER BY n.published DESC, n.id""",
        ids=json.dumps(shown),
    )
    await _add_claims(reader, notices)
    return await render(
        datasette,
        request,
        "bought.html",
        asked=asked,
        notices=notices,
        more=len(ids) > page * SHOWN,
        page=page,
        number=len(ids),
        counted=COUNTED,
        choices=await choices(reader),
        # What to drop where nothing was found, most particular first.
        given=[name for name in ("words", "capability", "year", "buyer", "place") if asked[name]],
    )


def _conditions(asked: dict[str, str]) -> tuple[str, dict[str, Any]]:
    """SQL over ``notices n`` and its values for what was asked."""
    where: list[str] = ["1"]
    values: dict[str, Any] = {}
    place = asked["place"]
    if place in REGIONS:
        where.append(
            "n.country = 'CN' AND (n.rowid IN (SELECT rowid FROM notices_fts "
            "WHERE notices_fts MATCH :region) OR n.region IN (SELECT label FROM summaries "
            "WHERE name = 'regions of notices' AND key >= :place || '/' AND key < :place || '0'))"
        )
        values |= {"region": any_of(("title", "buyer_name"), REGIONS[place][4]), "place": place}
    elif place:
        where.append("n.country = :place")
        values["place"] = place
    if asked["year"]:
        where.append("n.published >= :year AND n.published < :year || ':'")
        values["year"] = asked["year"]
    if asked["buyer"] in BUYERS:
        where.append("n.rowid IN (SELECT rowid FROM notices_fts WHERE notices_fts MATCH :buyer)")
        values["buyer"] = any_of(("buyer_name",), BUYERS[asked["buyer"]])
    if query_terms(asked["words"]):
        where.append("n.rowid IN (SELECT rowid FROM notices_fts WHERE notices_fts MATCH :words)")
        values["words"] = match_expression(asked["words"])
    if asked["capability"]:
        where.append("n.id IN (SELECT notice_id FROM claims WHERE capability = :capability)")
        values["capability"] = asked["capability"]
    elif not asked["every"]:
        where.append("EXISTS (SELECT 1 FROM claims c WHERE c.notice_id = n.id)")
    return " AND ".join(where), values


async def _add_claims(reader: Reader, notices: list[Row]) -> None:
    """Give each notice ``claims``: one for each capability in it."""
    claims = await reader.rows(
        """SELECT min(c.id) AS id, c.notice_id, c.capability, c.stance, c.quote, c.language,
            k.label, k.label_zh
        FROM claims c LEFT JOIN capabilities k ON k.code = c.capability
        WHERE c.notice_id IN (SELECT value FROM json_each(:ids))
        GROUP BY c.notice_id, c.capability ORDER BY c.capability""",
        ids=json.dumps([notice["id"] for notice in notices]),
    )
    for notice in notices:
        notice["claims"] = [claim for claim in claims if claim["notice_id"] == notice["id"]]


async def choices(reader: Reader) -> dict[str, list[tuple[str, str, int]]]:
    """What the form offers: (value, name, number of notices) of countries, regions and years."""
    countries = await reader.summary("notices by country")
    regions = {row["key"]: row["value"] for row in await reader.summary("found by region")}
    years = await reader.summary("notices by year")
    return {
        "countries": [
            (row["key"], places.name(row["key"]), row["value"])
            for row in sorted(countries, key=lambda row: (-row["value"], row["key"]))
        ],
        "regions": [(code, places.name(code), regions.get(code, 0)) for code in REGIONS],
        "years": [(row["key"], row["key"], row["value"]) for row in reversed(years)],
    }
