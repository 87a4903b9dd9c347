"""``counterwatch lexicon``."""

from __future__ import annotations

import sys

import click

from scripts.commands.common import LOOK


@click.group("lexicon")
def command() -> None:
    """The lexicon: what words make a claim (parsers/capabilities/lexicon/*.yml)."""


@command.command("check")
def check() -> None:
    """Check every lexicon file: schema, duplicate terms, examples that do not fire.

    \b
    Example:
      counterwatch lexicon check
    """
    from parsers.capabilities import check as lexicon_check

    problems = list(lexicon_check.problems())
    for problem in problems:
        click.echo(problem)
    if problems:
        click.echo(f"{len(problems)} problems", err=True)
        sys.exit(LOOK)
    click.echo("the lexicon is in order")
