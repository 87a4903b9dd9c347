"""What a reader sees when something fails: what happened and what to try, never a trace."""

from __future__ import annotations

from datasette.app import Datasette
from datasette.database import QueryInterrupted
from datasette.utils.asgi import Base400, Forbidden, NotFound, Request, Response
from datasette.views.base import DatasetteError

from portal.language import translate


def explain(exception: Exception) -> tuple[int, str, str]:
    """(status, title, message) of an exception, for people."""
    if isinstance(exception, NotFound):
        return (
            404,
            translate("Nothing here"),
            translate(
                "No page or record has this address. It may have been in an earlier release."
            ),
        )
    slow = isinstance(exception, QueryInterrupted) or (
        isinstance(exception, DatasetteError) and exception.title == "SQL Interrupted"
    )
    if slow:
        return (
            400,
            translate("The query took too long"),
            translate(
                "Narrow it with a filter, or download the database and run it on your machine."
            ),
        )
    if isinstance(exception, DatasetteError):
        message = "" if exception.message_is_html else str(exception.message)
        # Datasette's default of 500 here means that the address asks for what cannot be.
        status = 400 if exception.status == 500 else exception.status
        return status, exception.title or translate("This did not work"), message
    if isinstance(exception, Forbidden):
        return (
            403,
            translate("Not open"),
            translate("This part of the site is not open to readers."),
        )
    if isinstance(exception, Base400):
        return exception.status, translate("This did not work"), str(exception)
    return (
        500,
        translate("A fault of this site"),
        translate("The page could not be made. The fault is recorded; please try again later."),
    )


async def respond(datasette: Datasette, request: Request, exception: Exception) -> Response:
    """The answer to a failed request: JSON where JSON was asked for, else a page."""
    status, title, message = explain(exception)
    path = request.path.split("?")[0]
    if path.endswith(".json"):
        error = {"ok": False, "status": status, "title": title, "error": message}
        return Response.json(error, status=status)
    if path.endswith(".csv"):
        return Response.text(f"{title}. {message}\n", status=status)
    template = datasette.jinja_env.select_template([f"{status}.html", "error.html"])
    html = await template.render_async(
        status=status, title=title, error=message, urls=datasette.urls, request=request
    )
    return Response.html(html, status=status)
