"""``counterwatch``: one command whose verbs are the stages of the project."""

from __future__ import annotations

import importlib
from collections.abc import Sequence

import click

# Verb → module, in the order people meet them; loaded on use, so that `--help` is instant.
VERBS = {
    "demo": "the whole way on sample sources, then the site",
    "sources": "the register of sources",
    "crawl": "archive sources",
    "add": "archive local files as evidence",
    "build": "parse, tag and publish what is new",
    "serve": "the site",
    "tag": "claims of one text",
    "evaluate": "precision and recall against labelled passages",
    "lexicon": "check the lexicon",
    "notices": "what was read out of the notices: a table of fields filled",
    "export": "evidence and data in other formats",
    "verify": "re-hash the archive and check its manifests",
    "status": "what ran, what failed, what is overdue, what disappeared",
}

EPILOG = """\b
Examples:
  counterwatch demo
  counterwatch add report.pdf --source reports && counterwatch build
  counterwatch crawl uk_find_a_tender --since 2026-11-01
  echo "crowd alerts for 20 people" | counterwatch tag -

\b
Exit codes:
  0  done
  1  done, but a person must look: something failed, is overdue or does not verify
  2  the command line is wrong
  3  what the command needs is missing (no archive, no database, no such file)
"""


class Stages(click.Group):
    """Loads a verb's module only when that verb is used."""

    def list_commands(self, context: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in VERBS:
            return None
        command: click.Command = importlib.import_module(f"scripts.commands.{name}").command
        return command

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(VERBS.items()))


@click.group(cls=Stages, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="counterwatch", prog_name="counterwatch")
def main() -> None:
    """Archive what surveillance vendors claim and what governments buy, before it vanishes; tag
    the capabilities; publish each claim with its evidence.

    Data lives in ./data; COUNTERWATCH_DATA moves it.
    """


def run(arguments: Sequence[str] | None = None) -> None:
    main(args=arguments, prog_name="counterwatch")


if __name__ == "__main__":
    run()
