"""``counterwatch serve``."""

from __future__ import annotations

import sys

import click

from scripts.commands.common import fail
from spiders.paths import database_path


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8001, show_default=True, help="Port; 0 takes a free one.")
def command(host: str, port: int) -> None:
    """The site: Datasette on the published database, restarted when a build publishes a new one.

    \b
    Examples:
      counterwatch serve
      counterwatch serve --host 0.0.0.0 --port 80
    """
    from portal.serve import CannotServe, serve

    if not database_path().is_file():
        fail(
            f"{database_path()}: no database; make one with `counterwatch build`, or see `counterwatch demo`"
        )
    try:
        sys.exit(serve(database_path(), host, port))
    except CannotServe as error:
        fail(str(error))
