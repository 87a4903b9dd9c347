"""Countries: a map of them, one of them, and what was found in them year by year."""

from __future__ import annotations

import json
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from db.places import REGIONS
from portal import language, places
from portal.pages.render import asked, found, render
from portal.reader import Reader, Row

# Upper bounds of the shades of the map; a count above the last takes the darkest.
SHADES = (1, 10, 100, 1_000)
EVENTS = 40


@cache
def geometry() -> dict[str, Any]:
    """Outlines of countries in the 1000 × 487 Equal Earth projection; Natural Earth, public domain."""
    loaded: dict[str, Any] = json.loads(
        (Path(__file__).parents[1] / "map.json").read_text(encoding="utf-8")
    )
    return loaded


def shade(count: int) -> int:
    """0 for nothing, then 1 to 5."""
    return 0 if not count else 1 + sum(count > bound for bound in SHADES)


async def show_map(datasette: Datasette, request: Request) -> Response:
    """``/map?of=bought|sold``"""
    reader = Reader(datasette)
    of = "sold" if request.args.get("of") == "sold" else "bought"
    rows = await reader.summary("sellers by country" if of == "sold" else "found by country")
    counts = {row["key"]: row["value"] for row in rows}
    regions = {row["key"]: row["value"] for row in await reader.summary("found by region")}
    drawn = geometry()
    return await render(
        datasette,
        request,
        "map.html",
        of=of,
        countries=[
            {"code": code, "name": places.name(code), "n": n, "shade": shade(n)}
            for code, n in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        ],
        blank="".join(path for code, path in drawn["countries"].items() if code not in counts)
        + drawn["rest"],
        paths={code: path for code, path in drawn["countries"].items() if code in counts},
        # Too small to be drawn: a dot where they are.
        points={
            code: point
            for code, point in drawn["points"].items()
            if code in counts and code not in drawn["countries"]
        },
        regions=[
            {"code": code, "name": places.name(code), "short": chinese[:2] if language.current() == "zh" else code[3:],
             "column": column, "row": row, "n": regions.get(code, 0), "shade": shade(regions.get(code, 0))}
            for code, (_, chinese, column, row, _) in REGIONS.items()
        ] if "CN" in counts and of == "bought" else [],
        shades=SHADES,
    )  # fmt: skip


async def country(reader: Reader, code: str) -> Row:
    """What a country's buyers sought and its vendors claim; ``compare`` shows two of these."""
    found_here = {row["key"]: row["value"] for row in await reader.summary("found by country")}
    notices = {row["key"]: row["value"] for row in await reader.summary("notices by country")}
    labels = {row["code"]: row for row in await reader.rows("SELECT * FROM capabilities")}
    capabilities = [
        {"code": row["label"], "n": row["value"], **labels.get(row["label"], {})}
        for row in await reader.summary("capabilities by country", f"{code}/")
    ]
    ranked = await reader.summary("organizations by country", f"{code}/")
    named = await reader.rows(
        "SELECT * FROM organizations WHERE id IN (SELECT value FROM json_each(:ids))",
        ids=json.dumps([row["key"].split("/", 3)[3] for row in ranked]),
    )
    by_id = {row["id"]: row for row in named}
    organizations: dict[str, list[Row]] = defaultdict(list)
    for row in ranked:
        known = by_id.get(row["key"].split("/", 3)[3])
        if known:
            organizations[row["label"]].append(known | {"n": row["value"]})
    return {
        "code": code,
        "name": places.name(code),
        "notices": notices.get(code, 0),
        "found": found_here.get(code, 0),
        "capabilities": sorted(capabilities, key=lambda row: (-row["n"], row["code"])),
        "sellers": organizations["seller"],
        "buyers": organizations["buyer"],
        "years": bars(
            [(r["label"], r["value"]) for r in await reader.summary("years by country", f"{code}/")]
        ),
    }


def bars(values: list[tuple[str, int]]) -> list[tuple[str, int, int]]:
    """(label, number, share of the longest in per cent)"""
    longest = max((n for _, n in values), default=1)
    return [(label, n, round(100 * n / longest)) for label, n in values]


async def show_country(datasette: Datasette, request: Request) -> Response:
    """``/country/CODE``"""
    reader = Reader(datasette)
    code = asked(request, "code").upper()
    about = await country(reader, code)
    known = code in places.countries() or about["notices"] or about["sellers"]
    found(about if known else None)
    return await render(
        datasette,
        request,
        "country.html",
        country=about,
        latest=await reader.rows(
            """SELECT n.*, o.name FROM notices n LEFT JOIN organizations o ON o.id = n.buyer_id
            WHERE n.country = :code AND EXISTS (SELECT 1 FROM claims c WHERE c.notice_id = n.id)
            ORDER BY n.published DESC LIMIT 15""",
            code=code,
        )
        if about["found"]
        else [],
    )


async def show_timeline(datasette: Datasette, request: Request) -> Response:
    """``/timeline``: notices with a capability by year, beside reports, listings and removals."""
    reader = Reader(datasette)
    families = {
        row["code"]: row["family"] for row in await reader.rows("SELECT * FROM capabilities")
    }
    years: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in await reader.summary("found by year"):
        years[row["key"].split("/")[0]][families.get(row["label"], "")] += row["value"]
    events: dict[str, list[Row]] = defaultdict(list)
    for row in await reader.rows(
        f"""SELECT * FROM (
            SELECT published AS at, 'report' AS kind, title, summary_zh AS title_zh,
                (SELECT min(id) FROM claims WHERE reported_system_id = r.id) AS key, publisher AS who
            FROM reported_systems r WHERE published > ''
            UNION ALL SELECT l.since, 'listing', l.list, NULL, l.organization_id, o.name
            FROM listings l JOIN organizations o ON o.id = l.organization_id WHERE l.since > ''
            UNION ALL SELECT * FROM (
                SELECT at, 'removal', coalesce(title, url), NULL, id, NULL FROM removals
                ORDER BY at DESC LIMIT {EVENTS})
        ) ORDER BY at DESC, title LIMIT 300"""
    ):
        events[str(row["at"])[:4]].append(row)
    most = max((sum(counts.values()) for counts in years.values()), default=1)
    return await render(
        datasette,
        request,
        "timeline.html",
        years=[
            {
                "year": year,
                "n": sum(years[year].values()) if year in years else 0,
                "bars": _stacked(years[year], most) if year in years else [],
                "events": events.get(year, []),
            }
            for year in sorted({*years, *events}, reverse=True)
        ],
    )


def _stacked(counts: dict[str, int], most: int) -> list[tuple[str, float, float, int]]:
    """(family, where its bar begins, its width, number); in per cent of the longest year."""
    at, result = 0.0, []
    for family in sorted(counts):
        width = 100 * counts[family] / most
        result.append((family, round(at, 2), round(width, 2), counts[family]))
        at += width
    return result
