"""``counterwatch sources``."""

from __future__ import annotations

import json
import sys

import click

from scripts.commands.common import LOOK, fail, table
from spiders.sources import Source, SourceError, load_sources


@click.group("sources", invoke_without_command=True)
@click.pass_context
def command(context: click.Context) -> None:
    """The register of sources (spiders/sources/*.yml).

    \b
    Examples:
      counterwatch sources
      counterwatch sources show ted
      counterwatch sources check
    """
    if context.invoked_subcommand is None:
        context.invoke(list_sources)


def _load() -> dict[str, Source]:
    try:
        return load_sources()
    except SourceError as error:
        fail(str(error), LOOK)


@command.command("list")
def list_sources() -> None:
    """Every source with kind, country, spider and schedule."""
    table(
        ["source", "kind", "country", "spider", "schedule", "title"],
        [
            [s.id, s.kind, s.country, s.spider, s.schedule, s.title]
            for _, s in sorted(_load().items())
        ],
    )


@command.command("show")
@click.argument("source")
def show(source: str) -> None:
    """Everything the register says of one source."""
    from dataclasses import asdict

    import yaml

    sources = _load()
    if source not in sources:
        fail(f"no source {source!r}; there are {', '.join(sorted(sources))}", 2)
    values = {**asdict(sources[source]), "path": str(sources[source].path)}
    plain = json.loads(json.dumps(values))  # tuples as lists
    click.echo(yaml.safe_dump(plain, allow_unicode=True, sort_keys=False), nl=False)


@command.command("check")
def check() -> None:
    """Check every source file against the schema."""
    try:
        sources = load_sources()
    except SourceError as error:
        click.echo(str(error), err=True)
        sys.exit(LOOK)
    click.echo(f"{len(sources)} sources in order")
