"""``counterwatch evaluate``."""

from __future__ import annotations

import json
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any

import click

from scripts.commands.common import Bars, fail


def plain(value: Any) -> Any:
    """Scores as JSON: counts with the rates that follow from them."""
    if is_dataclass(value) and not isinstance(value, type):
        rates = {name: getattr(value, name, None) for name in ("precision", "recall", "f1")}
        return {**rates, **asdict(value)}
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


@click.command("evaluate")
@click.argument("gold", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object with every figure.")
@click.option("--misses", is_flag=True, help="List what was missed, false or different instead.")
@click.option("--capability", default="", help="With --misses: only this capability.")
def command(gold: tuple[Path, ...], as_json: bool, misses: bool, capability: str) -> None:
    """Precision, recall, stance and parameters against labelled passages in GOLD.jsonl.

    Each line is {"id","lang","kind","text","claims":[{"capability","stance","quote","params"}]};
    the claims must be complete: a passage without claims is a hard negative.

    \b
    Examples:
      counterwatch evaluate passages.jsonl
      counterwatch evaluate zh.jsonl en.jsonl --json > scores.json
      counterwatch evaluate zh.jsonl --misses --capability crowd-alert
    """
    from parsers.capabilities import evaluate, strongest, tag

    for path in gold:
        if not path.is_file():
            fail(f"{path}: no such file")
    passages = evaluate.read_gold(gold)
    bars = Bars()
    predictions = {}
    for number, row in enumerate(passages, 1):
        tags = tag(row["text"], row.get("kind") or "report", row.get("lang") or "")
        predictions[row["id"]] = evaluate.as_claims(strongest(tags))
        bars("tagging", number, len(passages))
    bars.close()
    if misses:
        for item in evaluate.misses(passages, predictions, capability):
            click.echo(item)
        return
    scores = evaluate.score(passages, predictions)
    if as_json:
        click.echo(json.dumps(plain(scores), ensure_ascii=False, indent=1))
    else:
        click.echo(evaluate.table(scores))
