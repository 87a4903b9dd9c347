"""``counterwatch notices``: what was read out of the notice files, and what was not."""

from __future__ import annotations

import json
import sqlite3

import click

from scripts.commands.common import fail, table

# Column of the table → condition on a row of notices.
FIELDS = {
    "title": "title <> ''",
    "buyer": "buyer_name IS NOT NULL AND buyer_name <> ''",
    "stage": "stage IS NOT NULL",
    "published": "published IS NOT NULL",
    "deadline": "deadline IS NOT NULL",
    "amount": "amount IS NOT NULL",
    "supplier": "id IN (SELECT notice_id FROM notice_suppliers)",
}


def rows(connection: sqlite3.Connection, source: str | None) -> list[list[object]]:
    """Per source and format: files, notices, notices with each field, failures."""
    counts = ", ".join(f"sum({condition})" for condition in FIELDS.values())
    where = "WHERE source_id = ?" if source else ""
    values = [source] if source else []
    found: dict[tuple[str, str], list[object]] = {}
    query = (
        f"SELECT source_id, format, count(DISTINCT document_id), count(*), {counts} "
        f"FROM notices {where} GROUP BY 1, 2"
    )
    for row in connection.execute(query, values):
        found[row[0], row[1]] = [*row, 0]
    query = f"SELECT source_id, coalesce(format, ''), count(*) FROM failures {where} GROUP BY 1, 2"
    for source_id, name, count in connection.execute(query, values):
        key = (source_id, name)
        found.setdefault(key, [source_id, name, 0, 0, *([0] * len(FIELDS)), 0])[-1] = count
    return [found[key] for key in sorted(found)]


@click.command("notices")
@click.option("--source", help="Only this source.")
@click.option("--failures", is_flag=True, help="List each failure with its reason instead.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
def command(source: str | None, failures: bool, as_json: bool) -> None:
    """What was read out of the notices: files, notices, fields filled, failures.

    \b
    Examples:
      counterwatch notices
      counterwatch notices --source real --failures
    """
    import db

    try:
        connection = db.connect()
    except db.NoDatabase as error:
        fail(str(error))
    connection.row_factory = None
    if failures:
        heads = ["source", "stage", "format", "where", "reason", "file"]
        query = (
            "SELECT failures.source_id, failures.stage, failures.format, position, reason, "
            "coalesce(documents.name, failures.url) FROM failures "
            "LEFT JOIN documents ON documents.id = document_id "
            + ("WHERE failures.source_id = ? " if source else "")
            + "ORDER BY 1, 2, 3, 6"
        )
        lines = [list(row) for row in connection.execute(query, [source] if source else [])]
    else:
        heads = ["source", "format", "files", "notices", *FIELDS, "failures"]
        lines = rows(connection, source)
    if as_json:
        click.echo(
            json.dumps(
                [dict(zip(heads, row, strict=True)) for row in lines], ensure_ascii=False, indent=1
            )
        )
    else:
        table(heads, lines)
