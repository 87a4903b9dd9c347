"""``counterwatch export``: what carries one claim to people who do not use Counterwatch."""

from __future__ import annotations

import sqlite3

import click

from scripts.commands.common import fail


def database() -> sqlite3.Connection:
    """The published database, or the end of the command."""
    from db.query import NoDatabase, connect

    try:
        return connect()
    except NoDatabase as error:
        fail(str(error))


@click.command("citation")
@click.argument("ids", nargs=-1, required=True, metavar="CLAIM...")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "bibtex", "csl"]),
    default="text",
    show_default=True,
    help="Plain text, BibTeX, or CSL-JSON for Zotero and pandoc.",
)
def citation(ids: tuple[str, ...], format_: str) -> None:
    """References to cite: source, title, dates, address, archived copy, SHA-256.

    CLAIM is the id of a claim or of a capture, as the site shows it; several may be given.

    \b
    Examples:
      counterwatch export citation ctqcbq3ynnfq
      counterwatch export citation ctqcbq3ynnfq 3f9a1c22d0e1b7aa --format bibtex >> references.bib
    """
    from db.exports.citations import NotFound, citations

    connection = database()
    try:
        click.echo(citations(connection, ids, format_))
    except NotFound as error:
        fail(str(error))
    finally:
        connection.close()
