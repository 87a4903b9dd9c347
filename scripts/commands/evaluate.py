"""``counterwatch evaluate``."""

from __future__ import annotations

import json
from pathlib import Path

import click

from scripts.commands.common import fail, table


@click.command("evaluate")
@click.argument("gold", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object with every figure.")
@click.option("--misses", is_flag=True, help="List each missed and each false claim with its passage.")
def command(gold: tuple[Path, ...], as_json: bool, misses: bool) -> None:
    """Precision, recall, stance and parameters against labelled passages in GOLD.jsonl.

    Each line is {"id","lang","kind","text","claims":[{"capability","stance","quote","params"}]}.

    \b
    Examples:
      counterwatch evaluate passages.jsonl
      counterwatch evaluate zh.jsonl en.jsonl --json > scores.json
      counterwatch evaluate zh.jsonl --misses
    """
    from parsers.capabilities import evaluate

    try:
        passages = [row for path in gold for row in evaluate.read_gold(path)]
    except evaluate.GoldError as error:
        fail(str(error), 2)
    predictions = evaluate.predict(passages)
    scores = evaluate.score(passages, predictions)
    if as_json:
        click.echo(json.dumps(scores, ensure_ascii=False, indent=1))
        return
    if misses:
        for line in evaluate.differences(passages, predictions):
            click.echo(line)
        return
    for heading, heads, rows in evaluate.tables(scores):
        click.echo(f"\n{heading}")
        table(heads, rows)
