"""``counterwatch status``."""

from __future__ import annotations

import json
import sqlite3
import sys
from datetime import UTC, datetime
from typing import Any

import click

from scripts.commands.common import LOOK, fail, table
from spiders.paths import database_path, index_path


def runs_of(index_rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The last run of each source."""
    last: dict[str, dict[str, Any]] = {}
    for run in index_rows:
        if run["source_id"] not in last or run["started"] >= last[run["source_id"]]["started"]:
            last[run["source_id"]] = run
    return last


def trouble_of(run: dict[str, Any]) -> str:
    """Why a person must look at a run, or ''."""
    reason = run["finish_reason"] or "unfinished"
    if reason != "finished":
        return reason
    announced, received = run["announced"], run["received"]
    if announced is not None and received is not None and received < announced:
        return f"{received} of {announced} announced entries received"
    if run["blocked"]:
        return f"{run['blocked']} blocked"
    return ""


def shortened(text: str) -> str:
    """What fits a line of a table; `--json` has all of it."""
    return text if len(text) <= 100 else text[:99] + "…"


@click.command("status")
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
def command(as_json: bool) -> None:
    """Sources, last runs, what failed, what is overdue, what disappeared.

    Ends with 1 when a person must look.

    \b
    Example:
      counterwatch status || mail -s "Counterwatch needs you" operator@example.org
    """
    from spiders.archive.index import Index
    from spiders.schedule import due
    from spiders.sources import load_sources

    if not index_path().is_file():
        fail(
            f"{index_path()}: no archive yet; fill it with `counterwatch crawl` or `counterwatch add`"
        )
    index = Index(index_path())
    try:
        last = runs_of(list(index.runs()))
        sources = load_sources()
        overdue = set(due(sources, index, datetime.now(UTC)))
    finally:
        index.close()
    report: list[dict[str, Any]] = []
    for source_id in sorted({*last, *sources}):
        run = last.get(source_id)
        trouble = trouble_of(run) if run else ""
        report.append(
            {
                "source": source_id,
                "last run": run["started"] if run else None,
                "pages": run["pages"] if run else None,
                "new": run["new"] if run else None,
                "changed": run["changed"] if run else None,
                "gone": run["gone"] if run else None,
                "blocked": run["blocked"] if run else None,
                "failed": run["failed"] if run else None,
                "due": "due" if source_id in overdue else "",
                "look": trouble if as_json else shortened(trouble),
            }
        )
    database = _database_report()
    if as_json:
        click.echo(json.dumps({"sources": report, **database}, ensure_ascii=False, indent=1))
    else:
        table(list(report[0]), [list(row.values()) for row in report]) if report else None
        for heading, rows in database.items():
            click.echo(f"\n{heading}: {len(rows)}")
            for row in rows[:20]:
                click.echo("  " + "  ".join(str(v) for v in row.values() if v is not None))
            if len(rows) > 20:
                click.echo(f"  … and {len(rows) - 20} more")
    if any(row["look"] for row in report):
        sys.exit(LOOK)


def _database_report() -> dict[str, list[dict[str, Any]]]:
    if not database_path().is_file():
        return {"no database": []}
    connection = sqlite3.connect(f"file:{database_path()}?mode=ro", uri=True)
    connection.row_factory = sqlite3.Row
    try:
        questions = {
            "documents that could not be read": """
                SELECT failures.source_id, coalesce(documents.name, failures.url) AS document, reason
                FROM failures LEFT JOIN documents ON documents.id = document_id ORDER BY 1, 2""",
            "disappeared": """
                SELECT at, source_id, kind, coalesce(title, '') AS title, url, claims_lost
                FROM removals ORDER BY at DESC""",
        }
        return {
            heading: [dict(row) for row in connection.execute(query)]
            for heading, query in questions.items()
        }
    finally:
        connection.close()
