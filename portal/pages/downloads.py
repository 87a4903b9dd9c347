"""Downloads: the whole data set, each table in each format, and how to use them."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from portal.pages.render import render
from portal.reader import Reader


async def show(datasette: Datasette, request: Request) -> Response:
    """``/downloads``"""
    reader = Reader(datasette)
    counts = await reader.counts()
    described = datasette.metadata("tables", database=reader.name) or {}
    path = reader.database.path
    return await render(
        datasette,
        request,
        "downloads.html",
        tables=[(table, about, counts.get(table) or 0) for table, about in described.items()],
        size=Path(str(path)).stat().st_size if path else 0,
        parquet=importlib.util.find_spec("pyarrow") is not None,
        feeds=("claims", "notices", "documents", "removals"),
    )
