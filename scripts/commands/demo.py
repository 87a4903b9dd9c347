"""``counterwatch demo``."""

from __future__ import annotations

import shutil
import sys

import click

from scripts.commands.common import Bars, fail, table


@click.command("demo")
@click.option("--serve/--no-serve", default=True, help="Serve the site at the end, or not.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8001, show_default=True, help="Port; 0 takes a free one.")
@click.option("--fresh", is_flag=True, help="Throw the demonstration's data away and start again.")
def command(serve: bool, host: str, port: int, fresh: bool) -> None:
    """The whole way on sample sources: crawl twice, build, serve. All sample data are invented.

    The register of reported systems is loaded beside them; it is real and cited. Data lie in
    data/demo and never mix with yours.

    \b
    Examples:
      counterwatch demo
      counterwatch demo --no-serve
      counterwatch demo --fresh --port 0
    """
    from scripts.demo import demonstrate, sample_environment
    from spiders.paths import data_folder, database_path

    with sample_environment():
        if fresh:
            shutil.rmtree(data_folder(), ignore_errors=True)
        bars = Bars()
        report = demonstrate(click.echo, bars)
        bars.close()
        if report.crawls:
            table(
                ["source", "finished", "pages", "new", "changed", "gone", "blocked", "failed"],
                [
                    [
                        r.source_id,
                        r.finish_reason,
                        r.pages,
                        r.new,
                        r.changed,
                        r.gone,
                        r.blocked,
                        r.failed,
                    ]
                    for r in report.crawls
                ],
            )
        if report.build.changed:
            table(["table", "rows"], list(report.build.rows.items()))
            click.echo(f"Published {database_path()}")
        else:
            click.echo(f"Nothing new: {database_path()} is up to date.")
        if serve:
            from portal.serve import CannotServe
            from portal.serve import serve as serve_site

            try:
                sys.exit(serve_site(database_path(), host, port))
            except CannotServe as error:
                fail(str(error))
        else:
            click.echo("Serve it with: counterwatch demo")
