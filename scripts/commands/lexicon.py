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
    from parsers.capabilities import lexicon
    from parsers.capabilities.check import check as problems_of

    problems = problems_of(lexicon.lexicon_folder())
    for problem in problems:
        click.echo(problem)
    if problems:
        click.echo(f"{len(problems)} problems", err=True)
        sys.exit(LOOK)
    click.echo(f"the lexicon is in order (version {lexicon.load().version})")
