"""The demonstration: the sample site crawled twice, the seeds of the register, a build.

Everything it touches lies in a folder of its own, so that sample data never mixes with real data.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from db.build import BuildReport, Progress, build
from scripts.sample_site import SampleSite
from spiders.crawl import CrawlResult, crawl
from spiders.paths import data_folder, index_path
from spiders.sources import load_sources

SAMPLE_SOURCES = Path(__file__).parent / "sample_sources"
SAMPLE_ORGANIZATIONS = Path(__file__).parent / "sample_organizations"


@dataclass(frozen=True, slots=True)
class DemoReport:
    crawls: tuple[CrawlResult, ...]  # empty when the sample was archived before
    build: BuildReport


@contextmanager
def sample_environment() -> Iterator[None]:
    """Point Counterwatch at the demonstration's own data folder and at the sample sources."""
    wanted = {
        "COUNTERWATCH_DATA": str(data_folder() / "demo"),
        "COUNTERWATCH_SOURCES": str(SAMPLE_SOURCES),
        "COUNTERWATCH_ORGANIZATIONS": str(SAMPLE_ORGANIZATIONS),
    }
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def demonstrate(say: Callable[[str], None], progress: Progress) -> DemoReport:
    """Crawl the sample site twice and build; inside ``sample_environment``.

    The second crawl finds one page changed and one gone. A finished demonstration is not
    crawled again: only the build looks whether parsers or lexicon changed.
    """
    crawls: list[CrawlResult] = []
    finished = data_folder() / "crawled-twice"
    if not (finished.exists() and index_path().is_file()):
        with SampleSite(version=1) as site:
            os.environ["COUNTERWATCH_SAMPLE_BASE"] = site.base
            say(f"Sample site (invented data) at {site.base}")
            for version in (1, 2):
                site.version = version
                say(
                    f"Crawl {version} of 2"
                    + (": one page changed, one is gone" if version == 2 else "")
                )
                crawls += crawl(sorted(load_sources()), progress=progress)
        # The address was of this moment; nothing that is published may depend on it.
        del os.environ["COUNTERWATCH_SAMPLE_BASE"]
        finished.parent.mkdir(parents=True, exist_ok=True)
        finished.touch()
    return DemoReport(tuple(crawls), build(progress=progress))
