"""``counterwatch export``: what carries one claim to people who do not use Counterwatch."""

from __future__ import annotations

import sqlite3
from pathlib import Path

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


@click.command("wacz")
@click.option("--source", "sources", multiple=True, help="Everything of a source.")
@click.option("--run", "runs", multiple=True, help="Everything of a run.")
@click.option("--claim", "claims", multiple=True, help="What a claim rests on.")
@click.option("--capability", "capabilities", multiple=True, help="What its claims rest on.")
@click.option("-o", "--output", default="counterwatch.wacz", show_default=True, metavar="FILE")
def wacz(
    sources: tuple[str, ...],
    runs: tuple[str, ...],
    claims: tuple[str, ...],
    capabilities: tuple[str, ...],
    output: str,
) -> None:
    """Pack records of the archive, unaltered, with pages, text and provenance, as one WACZ file.

    Options may be repeated; whatever one of them names is in. ReplayWeb.page opens the file.

    \b
    Examples:
      counterwatch export wacz --claim ctqcbq3ynnfq -o claim.wacz
      counterwatch export wacz --source sample_vendor_vision --capability crowd-alert
    """
    from db.exports.selection import NothingSelected, Selection
    from db.exports.wacz import NoPage, pack
    from db.query import NoDatabase, connect
    from spiders.paths import archive_folder, index_path

    wanted = Selection(sources, runs, claims, capabilities)
    if not str(wanted):
        raise click.UsageError("say what: --source, --run, --claim or --capability")
    if not index_path().is_file():
        fail(f"{archive_folder()}: no archive to pack")
    try:
        connection = connect()
    except NoDatabase as error:
        if claims or capabilities:
            fail(str(error))
        connection = None  # titles and texts of pages stay empty
    try:
        packed = pack(archive_folder(), connection, wanted, Path(output))
    except (NothingSelected, NoPage) as error:
        fail(str(error))
    except OSError as error:
        fail(f"{output}: {error.strerror}")
    finally:
        if connection is not None:
            connection.close()
    click.echo(
        f"{output}: {packed.pages} pages, {packed.captures} captures, {packed.records} records"
    )


@click.command("custody")
@click.argument("claim")
@click.option("-o", "--output", default="-", metavar="FILE", help="Standard output unless given.")
def custody(claim: str, output: str) -> None:
    """The chain of custody of CLAIM: one HTML file that needs nothing else.

    Quote and context, the request and the answer, hashes, manifests, time stamps, and how to
    check each with sha256sum, warcio and openssl. No scripts; it opens anywhere and prints.

    \b
    Example:
      counterwatch export custody ctqcbq3ynnfq -o custody.html
    """
    from db.exports.citations import NotFound
    from db.exports.custody import NoEvidence, report
    from spiders.paths import archive_folder, index_path

    if not index_path().is_file():
        fail(f"{archive_folder()}: no archive")
    connection = database()
    try:
        text = report(archive_folder(), connection, claim)
    except (NotFound, NoEvidence) as error:
        fail(str(error))
    finally:
        connection.close()
    with click.open_file(output, "w", encoding="utf-8") as file:
        file.write(text)
