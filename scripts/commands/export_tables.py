"""``counterwatch export csv|jsonl|xlsx|parquet``: a table, or what a query gives, as a file."""

from __future__ import annotations

import sqlite3
import sys
from typing import Any, BinaryIO

import click

from scripts.commands.common import fail


def _command(format_: str, name: str) -> click.Command:
    @click.command(format_, help=f"A table, filtered if wanted, as {name}.")
    @click.argument("table", default="claims")
    @click.option("--where", help="Condition in SQL, such as \"stance = 'denies'\".")
    @click.option("--sql", help="A whole query instead of TABLE.")
    @click.option("-o", "--output", type=click.File("wb"), default="-", help="File; else output.")
    def command(table: str, where: str | None, sql: str | None, output: Any) -> None:
        _export(format_, table, where, sql, output)

    return command


def _export(format_: str, table: str, where: str | None, sql: str | None, output: BinaryIO) -> None:
    from db.exports import tables
    from db.schema import TABLES
    from db.search import register
    from spiders.paths import database_path

    if not database_path().is_file():
        fail(f"{database_path()}: no database; make one with `counterwatch build`")
    if sql is None and table not in TABLES:
        fail(f"{table}: no such table; there are {', '.join(TABLES)}", 2)
    query = sql or f'SELECT * FROM "{table}"' + (f" WHERE {where}" if where else "")
    try:
        number = tables.export(database_path(), query, format_, output, prepare=register)
    except tables.Unavailable as error:
        fail(str(error))
    except sqlite3.Error as error:
        fail(f"{query}: {error}", 2)
    click.echo(f"{number:,} rows", err=True)
    sys.stdout.flush()


csv = _command("csv", "CSV; a text that would start a formula gets an apostrophe")
jsonl = _command("jsonl", "JSON, one object a line")
xlsx = _command("xlsx", "an Excel workbook")
parquet = _command("parquet", "Parquet (needs pyarrow)")
