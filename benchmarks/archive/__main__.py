"""``python -m benchmarks.archive``: each command prints rates of this machine and their ratios."""

from __future__ import annotations

import click

from benchmarks.archive.crawl import crawl
from benchmarks.archive.kills import kills
from benchmarks.archive.rates import rates
from benchmarks.archive.readers import readers


@click.group()
def main() -> None:
    """What archiving costs, and whether anything is ever lost.

    \b
    Examples:
      python -m benchmarks.archive crawl --pages 20000
      python -m benchmarks.archive rates
      python -m benchmarks.archive kills --count 100
      python -m benchmarks.archive readers
    """


for command in (crawl, rates, kills, readers):
    main.add_command(command)

if __name__ == "__main__":
    main()
