"""What all pages do: find the row an address names, render a template."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Request, Response

from portal.reader import Reader, Row


async def render(datasette: Datasette, request: Request, template: str, **context: Any) -> Response:
    """The page ``template`` with ``context``."""
    html = await datasette.render_template(template, context, request=request)
    return Response.html(html)


def asked(request: Request, name: str) -> str:
    """The part of the address that the route calls ``name``, decoded."""
    return unquote(request.url_vars[name])


def found(row: Row | None) -> Row:
    """``row``, or the "nothing here" page."""
    if row is None:
        raise NotFound("no such row")
    return row


def whole_number(request: Request, name: str, default: int = 0) -> int:
    """A whole number of the query string; anything else is ``default``."""
    text = request.args.get(name) or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else default


__all__ = ["Reader", "asked", "found", "render", "whole_number"]
