"""Datasette's hooks: routes, functions of SQL and templates, cells, errors, headers."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils import format_bytes
from datasette.utils.asgi import Request, Response
from datasette.views import base as datasette_views
from jinja2 import Environment
from markupsafe import Markup

from db.search import match_expression, register
from portal import (
    cells,
    display,
    errors,
    headers,
    highlight,
    language,
    pages,
    places,
    renderers,
    settings,
    spreadsheet,
    streaming,
    vocabulary,
)

# Columns of claims a reader wants to see in a table first.
CLAIM_COLUMNS = ["capability", "stance", "organization_id", "quote", "basis", "state", "first_seen", "document_id"]  # fmt: skip
STATIC = Path(__file__).parent / "static"


@hookimpl
def startup(datasette: Datasette) -> Callable[[], Awaitable[None]]:
    """Neutralise spreadsheet formulas in every CSV (portal.spreadsheet); learn the capabilities."""
    datasette_views.csv = spreadsheet
    datasette_views.DataView.as_csv = streaming.as_csv

    async def learn() -> None:
        rows = await pages.Reader(datasette).rows("SELECT code, label, label_zh FROM capabilities")
        cells.learn_capabilities(rows)

    return learn


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Awaitable[Response]]]]:
    return pages.ROUTES


# trylast: Datasette's own escape_fts is registered first and replaced here.
@hookimpl(trylast=True)
def prepare_connection(conn: sqlite3.Connection) -> None:
    register(conn)
    conn.create_function("escape_fts", 1, match_expression, deterministic=True)


@hookimpl
def register_output_renderer() -> list[dict[str, Any]]:
    return renderers.RENDERERS


@hookimpl
def asgi_wrapper(datasette: Datasette) -> Callable[[headers.Application], headers.Application]:
    def wrap(application: headers.Application) -> headers.Application:
        return headers.wrap(
            application,
            settings.requests_per_minute(datasette),
            settings.trusted_proxies(datasette),
        )

    return wrap


@hookimpl
def render_cell(
    row: Any, value: Any, column: str, table: str | None, datasette: Datasette
) -> Markup | None:
    return cells.render(row, value, column, table, display.linker(datasette.urls.path))


@hookimpl
def handle_exception(
    datasette: Datasette, request: Request, exception: Exception
) -> Callable[[], Awaitable[Response]]:
    async def respond() -> Response:
        return await errors.respond(datasette, request, exception)

    return respond


@hookimpl
def prepare_jinja2_environment(env: Environment, datasette: Datasette) -> None:
    env.finalize = display.harmless
    style = hashlib.sha256((STATIC / "site.css").read_bytes()).hexdigest()[:12]

    facts: dict[str, Any] = {}

    async def site_facts() -> dict[str, Any]:
        """What every page shows: the release and whether sample data are among the rows."""
        # Many parts of a page ask; the served file never changes.
        if not facts:
            reader = pages.Reader(datasette)
            facts.update(
                release=await reader.release(),
                samples=await reader.shows_samples(),
                database=reader.name,
            )
        return facts

    async def choices(parameter: str) -> list[tuple[str, str]]:
        """Values to choose from for a parameter of a query; empty where any text may be typed."""
        return await cells.choices(pages.Reader(datasette), parameter)

    async def capability_choices() -> list[tuple[str, str]]:
        return await cells.choices(pages.Reader(datasette), "capability")

    env.globals.update(
        before_codes=lambda claims: list(dict.fromkeys(claim["capability"] for claim in claims)),
        file_size=format_bytes,
        capability_choices=capability_choices,
        claim_columns=CLAIM_COLUMNS,
        place_name=places.name,
        without=lambda row, name: {k: v for k, v in row.items() if k != name and v},
        with_value=lambda row, name, value: {**{k: v for k, v in row.items() if v}, name: value},
        t=language.translate,
        pick=language.pick,
        name_of=display.name_of,
        link=display.linker(datasette.urls.path),
        keep=language.keep,
        with_language=language.with_language,
        languages=language.LANGUAGES,
        interface_language=language.current,
        style_version=style,
        external=display.external,
        code=display.code,
        coded=display.coded,
        column_label=display.column_label,
        described=display.described,
        file_kind=display.file_kind,
        language_name=display.language_name,
        paged=display.paged,
        capability_name=cells.capability_name,
        parameters=display.parameters,
        quoted_sentence=highlight.quoted_sentence,
        words=vocabulary,
        site_facts=site_facts,
        choices=choices,
    )
    env.filters.update(
        number=display.number,
        money=display.money,
        day=display.day,
        minute=display.minute,
        size=display.size,
    )
