"""``counterwatch build``."""

from __future__ import annotations

import sys

import click

from scripts.commands.common import LOOK, Bars, fail, table


@click.command("build")
@click.option(
    "--rebuild", is_flag=True, help="Forget all earlier parsing and tagging; do everything again."
)
@click.option(
    "--jobs", type=click.IntRange(1), help="Worker processes.  [default: one per processor]"
)
def command(rebuild: bool, jobs: int | None) -> None:
    """Parse, tag and load what is new in the archive; publish the database atomically.

    A second build of the same archive does nothing and says so. Ends with 1 when documents could
    not be read; they are listed in the table `failures`.

    \b
    Examples:
      counterwatch build
      counterwatch build --rebuild --jobs 2
    """
    from db.build import NothingArchived, build
    from db.publish import PublishError

    bars = Bars()
    try:
        report = build(rebuild, jobs, bars)
    except (NothingArchived, PublishError) as error:
        bars.close()
        fail(str(error))
    bars.close()
    if not report.changed:
        click.echo(f"Nothing new: {report.database} is up to date.")
        return
    click.echo(
        f"{report.captures} captures; parsed {report.parsed}, tagged {report.tagged} documents."
    )
    table(["table", "rows"], list(report.rows.items()))
    click.echo(f"Published {report.database}")
    if report.failed:
        click.echo(
            f"{report.failed} documents could not be read: see the table failures "
            "(`counterwatch status`).",
            err=True,
        )
        sys.exit(LOOK)
