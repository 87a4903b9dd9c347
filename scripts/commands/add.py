"""``counterwatch add``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from scripts.commands.common import LOOK, Bars, fail
from spiders.paths import archive_folder


@click.command("add")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--source",
    required=True,
    help="Which source the files belong to; a new name makes a new source of reports.",
)
@click.option("--url", help="Where the file was published, if known (one file only).")
@click.option("--published", help="Date of publication, such as 2020-12-12.")
def command(paths: tuple[Path, ...], source: str, url: str | None, published: str | None) -> None:
    """Archive local files as evidence: leaked catalogues, downloaded reports, notices.

    Takes txt, html, pdf, pptx, docx, xlsx, csv, json, xml, folders and zip files. Adding the same
    bytes again changes nothing. A file that cannot be taken is named and the others go on.

    \b
    Examples:
      counterwatch add report.pdf --source reports --published 2020-12-12
      counterwatch add catalogue.zip --source leaked_catalogue
      counterwatch add downloads/ --source reports && counterwatch build
    """
    from spiders.archive.files import AddError, add_files

    missing = [path for path in paths if not path.exists()]
    if missing:
        fail(f"{missing[0]}: no such file or folder")
    bars = Bars()
    try:
        result = add_files(paths, source, url, published, archive=archive_folder(), progress=bars)
    except AddError as error:
        bars.close()
        fail(str(error), 2)
    bars.close()
    click.echo(
        f"{source}: {result.added} added, {result.unchanged} unchanged, {len(result.failed)} failed"
    )
    for name, reason in result.failed:
        click.echo(f"  {name}: {reason}", err=True)
    if result.failed:
        sys.exit(LOOK)
