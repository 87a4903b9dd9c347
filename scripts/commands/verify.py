"""``counterwatch verify``."""

from __future__ import annotations

import sys

import click

from scripts.commands.common import LOOK, Bars, fail
from spiders.paths import archive_folder, index_path


@click.command("verify")
@click.option("--thorough", is_flag=True, help="Compute every digest of every record too.")
@click.option("--jobs", type=int, help="Processes; as many as processors unless given.")
def command(thorough: bool, jobs: int | None) -> None:
    """Re-hash the archive; check manifests, their chain and time stamps, and the index.

    Ends with 1 and names the first file and byte that does not match.

    \b
    Example:
      counterwatch verify
    """
    from spiders.archive.verify import verify

    if not index_path().is_file():
        fail(f"{archive_folder()}: no archive to verify")
    bars = Bars()
    report = verify(archive_folder(), progress=bars, jobs=jobs, thorough=thorough)
    bars.close()
    click.echo(
        f"{report.files} files, {report.records} records, {report.bytes} bytes, "
        f"{report.manifests} manifests, {report.stamps} time stamps checked"
    )
    for note in report.notes:
        click.echo(f"  note: {note}", err=True)
    for problem in report.problems:
        click.echo(f"  {problem}", err=True)
    click.echo(
        "the archive verifies" if not report.problems else f"{len(report.problems)} problems"
    )
    if report.problems:
        sys.exit(LOOK)
