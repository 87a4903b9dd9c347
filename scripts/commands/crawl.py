"""``counterwatch crawl``."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

import click

from scripts.commands.common import LOOK, Bars, fail, table


@click.command("crawl")
@click.argument("sources", nargs=-1)
@click.option("--since", help="Only what was published from this date on, such as 2026-11-01.")
@click.option("--until", help="Only what was published before this date.")
@click.option("--limit", type=click.IntRange(1), help="Stop after this many pages of each source.")
@click.option(
    "--due",
    "only_due",
    is_flag=True,
    help="The sources whose schedule says so: one cron line runs everything.",
)
def command(
    sources: tuple[str, ...],
    since: str | None,
    until: str | None,
    limit: int | None,
    only_due: bool,
) -> None:
    """Archive SOURCES (see `counterwatch sources`), slowly and within their robots.txt.

    A source that fails does not stop the others. Ends with 1 when a run did not finish, was
    blocked, or received less than its listing announced.

    \b
    Examples:
      counterwatch crawl uk_find_a_tender --since 2026-11-20 --limit 50
      counterwatch crawl --due
    """
    from spiders.archive.index import Index
    from spiders.crawl import crawl
    from spiders.paths import index_path
    from spiders.schedule import due
    from spiders.sources import SourceError, load_sources

    try:
        register = load_sources()
    except SourceError as error:
        fail(str(error), 2)
    if only_due == bool(sources):
        fail("name the sources to crawl, or say --due; `counterwatch sources` lists them", 2)
    unknown = [s for s in sources if s not in register]
    if unknown:
        fail(f"no source {unknown[0]!r}; there are {', '.join(sorted(register))}", 2)
    if only_due:
        index = Index(index_path())
        sources = tuple(due(register, index, datetime.now(UTC)))
        index.close()
        if not sources:
            click.echo("No source is due.")
            return
    bars = Bars()
    results = crawl(list(sources), since=since, until=until, limit=limit, progress=bars)
    bars.close()
    table(
        ["source", "finished", "pages", "new", "changed", "gone", "blocked", "failed", "look"],
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
                r.trouble,
            ]
            for r in results
        ],
    )
    if any(r.trouble for r in results):
        sys.exit(LOOK)
