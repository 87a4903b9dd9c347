"""``counterwatch tag``: claims of one text, or of many as JSON lines."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import click

from parsers.capabilities import strongest, tag
from parsers.records import DocumentError, PassageKind, Tag
from scripts.commands.common import fail

KINDS = get_args(PassageKind)


def claim_of(found: Tag) -> dict[str, Any]:
    """The public form of a tag; offsets are code points into the text it was found in."""
    return {
        "capability": found.capability,
        "stance": found.stance,
        "quote": found.quote,
        "start": found.start,
        "end": found.end,
        "params": found.parameters,
    }


@click.command("tag")
@click.argument("file", default="-")
@click.option(
    "--jsonl",
    is_flag=True,
    help='Read lines {"id","text","kind"?,"lang"?}; write lines {"id","claims"}.',
)
@click.option(
    "--kind",
    type=click.Choice(KINDS),
    default="report",
    show_default=True,
    help="Who speaks: decides the stance. A line's own kind comes first.",
)
@click.option("--json", "as_json", is_flag=True, help="Write one JSON list instead of a text.")
def command(file: str, jsonl: bool, kind: PassageKind, as_json: bool) -> None:
    """The claims of FILE (any document that `add` takes), or of standard input with -.

    \b
    Examples:
      echo "The alert can be set for clusters of 20 people" | counterwatch tag -
      counterwatch tag brochure.pdf --kind vendor --json
      counterwatch tag passages.jsonl --jsonl > claims.jsonl
    """
    if file != "-" and not Path(file).is_file():
        fail(f"{file}: no such file")
    if jsonl:
        _tag_lines(file, kind)
        return
    text, language = _text_of(file)
    claims = [claim_of(found) for found in strongest(tag(text, kind, language))]
    if as_json:
        click.echo(json.dumps(claims, ensure_ascii=False, indent=1))
        return
    for claim in claims:
        parameters = json.dumps(claim["params"], ensure_ascii=False) if claim["params"] else ""
        quote = " ".join(claim["quote"].split())
        click.echo(
            f"{claim['capability']:<28} {claim['stance']:<10} {claim['start']}–{claim['end']}  “{quote}” {parameters}".rstrip()
        )
    if not claims:
        click.echo("no claims found", err=True)


def _text_of(file: str) -> tuple[str, str]:
    from parsers.documents import extract

    data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    name = "standard input.txt" if file == "-" else Path(file).name
    try:
        extraction = extract(data, "text/plain" if file == "-" else None, name)
    except DocumentError as error:
        fail(f"{file}: {error}")
    return extraction.text, extraction.language


def _lines(file: str) -> Iterator[tuple[int, str]]:
    with contextlib.nullcontext(sys.stdin.buffer) if file == "-" else open(file, "rb") as stream:
        for number, line in enumerate(stream, 1):
            if line.strip():
                try:
                    yield number, line.decode("utf-8-sig")
                except UnicodeDecodeError as error:
                    fail(
                        f"{file} line {number}: not UTF-8 ({error.reason} at byte {error.start})", 2
                    )


def _tag_lines(file: str, kind: PassageKind) -> None:
    for number, line in _lines(file):
        try:
            row = json.loads(line)
            text, own_kind = row["text"], row.get("kind") or kind
            if not isinstance(text, str):
                raise TypeError("text is not a string")
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            fail(f'{file} line {number}: not a JSON object with "id" and "text" ({error})', 2)
        if own_kind not in KINDS:
            fail(f"{file} line {number}: kind {own_kind!r} is not one of {', '.join(KINDS)}", 2)
        tags = tag(text, own_kind, row.get("lang") or "")
        claims = [claim_of(found) for found in strongest(tags)]
        click.echo(json.dumps({"id": row.get("id"), "claims": claims}, ensure_ascii=False))
