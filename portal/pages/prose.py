"""Pages of text: about, methodology, codebook, languages; and robots.txt."""

from __future__ import annotations

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from portal import language, settings
from portal.pages.render import render
from portal.reader import Reader


async def about(datasette: Datasette, request: Request) -> Response:
    """``/about``"""
    return await render(datasette, request, f"about.{language.current()}.html")


async def methodology(datasette: Datasette, request: Request) -> Response:
    """``/methodology``"""
    reader = Reader(datasette)
    return await render(
        datasette,
        request,
        f"methodology.{language.current()}.html",
        sources=await reader.rows("SELECT * FROM sources ORDER BY kind, title LIMIT 500"),
        outcomes=await reader.summary("documents by outcome"),
        bases=await reader.summary("claims by basis"),
    )


async def codebook(datasette: Datasette, request: Request) -> Response:
    """``/codebook``, from metadata.yml and the tables themselves."""
    reader = Reader(datasette)
    described = datasette.metadata("tables", database=reader.name) or {}
    counts = await reader.counts()
    tables = []
    for table, description in described.items():
        types = {
            row["name"]: row["type"]
            for row in await reader.rows("SELECT name, type FROM pragma_table_info(:t)", t=table)
        }
        tables.append(
            {
                "name": table,
                "description": language.pick(description, "description"),
                "title": language.pick(description, "title"),
                "columns": [
                    (column, types.get(column, ""), text)
                    for column, text in (description.get("columns") or {}).items()
                ],
                "rows": counts.get(table),
            }
        )
    return await render(datasette, request, "codebook.html", tables=tables)


async def languages(datasette: Datasette, request: Request) -> Response:
    """``/languages``: of the interface, and of the documents."""
    reader = Reader(datasette)
    documents = await reader.summary("documents by language")
    documents.sort(key=lambda row: (-row["value"], row["key"]))
    return await render(datasette, request, "languages.html", documents=documents)


async def robots(datasette: Datasette, request: Request) -> Response:
    """``/robots.txt``: pages may be indexed; endless combinations of filters need not be."""
    if settings.robots(datasette) == "block":
        return Response.text("User-agent: *\nDisallow: /\n")
    name = Reader(datasette).name
    endless = ("search", "bought", "compare", "difference", "archived")
    lines = [
        f"Disallow: /{name}/",
        f"Disallow: /{name}?",
        *(f"Disallow: /{path}" for path in endless),
    ]
    return Response.text("\n".join(["User-agent: *", *lines, ""]))
