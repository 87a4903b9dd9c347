"""One search over capabilities, organisations, claims, notices and documents."""

from __future__ import annotations

import re
from typing import Any

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from db.search import LONGEST_QUERY, fold, match_expression, passage_pattern, query_terms
from portal.highlight import Piece, pieces
from portal.pages.render import render
from portal.reader import Reader, Row

SHOWN = 10
# Ranking reads every hit: beyond this many, the latest rows are shown instead of the best.
RANKED = 10_000
# Code points shown before and after the words found in a document.
AROUND = 120
# Where in a long document the words are looked for, to bound the time of a page.
LOOKED_THROUGH = 200_000


async def show(datasette: Datasette, request: Request) -> Response:
    """``/search?q=WORDS``"""
    reader = Reader(datasette)
    query = (request.args.get("q") or "").strip()[:LONGEST_QUERY]
    context: dict[str, Any] = {"query": query, "counts": {}, "asked": bool(query_terms(query))}
    if context["asked"]:
        context |= await _results(reader, query)
    return await render(datasette, request, "search.html", **context)


async def _results(reader: Reader, query: str) -> dict[str, Any]:
    match = match_expression(query)
    pattern = passage_pattern(query)
    counts = {}
    for table in ("organizations", "claims", "notices", "documents"):
        counts[table] = await reader.value(
            f"SELECT count(*) FROM {table}_fts WHERE {table}_fts MATCH :match", match=match
        )

    best = {table: _best(table, hits) for table, hits in counts.items()}
    claims = await _claims(reader, match, pattern, best["claims"])
    documents = await reader.rows(
        f"""SELECT d.id, d.title, d.url, d.language, d.media_type, d.last_seen, d.state,
            substr(d.text, 1, {LOOKED_THROUGH}) AS text,
            (SELECT count(*) FROM claims c WHERE c.document_id = d.id) AS claims
        FROM {best["documents"]} JOIN documents d ON d.rowid = f.rowid ORDER BY f.score""",
        match=match,
    )
    for document in documents:
        document["pieces"] = _excerpt(document.pop("text") or "", pattern)
    return {
        "counts": counts,
        "capabilities": await _capabilities(reader, query),
        "organizations": await _organizations(reader, query, match, best["organizations"]),
        "claims": claims,
        "notices": await reader.rows(
            f"""SELECT n.* FROM {best["notices"]} JOIN notices n ON n.rowid = f.rowid
            ORDER BY f.score""",
            match=match,
        ),
        "documents": documents,
    }


def _best(table: str, hits: int) -> str:
    """SQL of the rows to show of ``hits``, as ``f(rowid, score)``; the lowest score is the best."""
    if hits > RANKED:
        order, score = "rowid DESC", "-rowid"
    elif table == "claims":
        order, score = "score", "bm25(claims_fts, 10.0, 1.0)"  # the quote before its context
    else:
        order, score = "score", "rank"
    return (
        f"(SELECT rowid, {score} AS score FROM {table}_fts WHERE {table}_fts MATCH :match "
        f"ORDER BY {order} LIMIT {SHOWN}) f"
    )


async def _claims(
    reader: Reader, match: str, pattern: re.Pattern[str] | None, best: str
) -> list[Row]:
    """Claims with the words in the quote before those with them around it; ``pieces`` show where."""
    ids = await reader.rows(
        f"SELECT c.id FROM {best} JOIN claims c ON c.rowid = f.rowid ORDER BY f.score, c.id",
        match=match,
    )
    claims = await reader.claims_in_order([row["id"] for row in ids])
    for claim in claims:
        in_quote = bool(pattern and pattern.search(claim["quote"] or ""))
        claim["pieces"] = [] if in_quote else _excerpt(claim["context"] or "", pattern)
    return claims


async def _capabilities(reader: Reader, query: str) -> list[Row]:
    """Capabilities whose label or code holds every word; they are few enough to look through."""
    words = fold(query.replace('"', " ")).replace("-", " ").split()
    rows = await reader.rows("SELECT * FROM capabilities ORDER BY label")
    return [
        row
        for row in rows
        if all(
            word in fold(f"{row['label']} {row['label_zh']} {row['code']}").replace("-", " ")
            for word in words
        )
    ]


async def _organizations(reader: Reader, query: str, match: str, best: str) -> list[Row]:
    """Organisations found by name, or by another of their names that begins with the query."""
    return await reader.rows(
        f"""SELECT o.*, (SELECT count(*) FROM claims c WHERE c.organization_id = o.id) AS claims
        FROM organizations o WHERE o.rowid IN (SELECT rowid FROM {best})
            OR o.id IN (SELECT organization_id FROM organization_names
                WHERE name >= :query AND name < :query || char(1114111) LIMIT {SHOWN})
        ORDER BY claims DESC, o.name LIMIT {SHOWN}""",
        match=match,
        query=query,
    )


def _excerpt(text: str, pattern: re.Pattern[str] | None) -> list[Piece]:
    """The surroundings of the first place where the words stand, or the beginning of the text."""
    found = pattern.search(text) if pattern else None
    if pattern is None or found is None:
        return [Piece(text[: 2 * AROUND])]
    low, high = max(found.start() - AROUND, 0), found.end() + AROUND
    spans = [("found", *match.span()) for match in pattern.finditer(text, low, high)]
    return pieces(text[low:high], low, spans)
