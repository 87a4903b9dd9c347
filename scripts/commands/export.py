"""``counterwatch export``: evidence and data in other formats, one subcommand a format."""

from __future__ import annotations

import importlib

import click

# Format → (module with a click command of that name, help); loaded on use.
FORMATS = {
    "csv": ("scripts.commands.export_tables", "a table or query as CSV"),
    "jsonl": ("scripts.commands.export_tables", "a table or query as JSON, one object a line"),
    "xlsx": ("scripts.commands.export_tables", "a table or query as an Excel workbook"),
    "parquet": ("scripts.commands.export_tables", "a table or query as Parquet"),
    "citation": ("scripts.commands.export_evidence", "claims or captures as references to cite"),
    "custody": ("scripts.commands.export_evidence", "the chain of custody of a claim, for a court"),
    "wacz": ("scripts.commands.export_evidence", "a selection of the archive for ReplayWeb.page"),
}


class Formats(click.Group):
    """Loads a format's module only when that format is used."""

    def list_commands(self, context: click.Context) -> list[str]:
        return list(FORMATS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in FORMATS:
            return None
        module = importlib.import_module(FORMATS[name][0])
        command: click.Command = getattr(module, name.replace("-", "_"))
        return command

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Formats"):
            formatter.write_dl([(name, text) for name, (_, text) in FORMATS.items()])


@click.group("export", cls=Formats)
def command() -> None:
    """Evidence and data in other formats.

    \b
    Example:
      counterwatch export citation ctqcbq3ynnfq --format bibtex >> references.bib
    """
