"""The sample site crawled twice, by the spiders that go live."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import pytest

from parsers.records import Capture
from scripts.sample_site import SampleSite
from spiders.archive.index import Index
from spiders.archive.runs import Listing
from spiders.crawl import CrawlResult, crawl
from spiders.sources import SourceError, load_sources

SAMPLE_SOURCES = Path(__file__).parents[2] / "scripts" / "sample_sources"


@dataclass
class Crawled:
    base: str
    first: dict[str, CrawlResult]
    second: dict[str, CrawlResult]
    captures: list[Capture]
    listings: list[Listing]
    requests: list[tuple[str, str, str]]
    progress: list[tuple[str, int, int]]

    def of(self, source_id: str, run: int = 1) -> list[Capture]:
        run_id = (self.first if run == 1 else self.second)[source_id].run_id
        return [capture for capture in self.captures if capture.run_id == run_id]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    data = tmp_path_factory.mktemp("data")
    progress: list[tuple[str, int, int]] = []
    with pytest.MonkeyPatch.context() as patch, SampleSite() as site:
        patch.setenv("COUNTERWATCH_DATA", str(data))
        patch.setenv("COUNTERWATCH_SOURCES", str(SAMPLE_SOURCES))
        patch.setenv("COUNTERWATCH_SAMPLE_BASE", site.base)
        patch.delenv("COUNTERWATCH_CONTACT", raising=False)
        sources = list(load_sources())
        first = crawl(sources, progress=lambda *state: progress.append(state))
        site.version = 2
        second = crawl(sources)
        with Index(data / "archive" / "index.db", read_only=True) as index:
            yield Crawled(
                site.base,
                {result.source_id: result for result in first},
                {result.source_id: result for result in second},
                list(index.captures()),
                index.full_listings(),
                site.requests,
                progress,
            )
    shutil.rmtree(data)


def test_every_source_finishes_with_all_it_has(crawled: Crawled) -> None:
    told = {
        source_id: (result.finish_reason, result.documents, result.announced, result.received)
        for source_id, result in crawled.first.items()
    }
    assert told == {
        "sample_ccgp": ("finished", 22, None, 20),
        "sample_find_a_tender": ("finished", 18, None, 18),
        "sample_reports": ("finished", 5, None, 5),
        "sample_ted": ("finished", 13, 13, 13),
        "sample_vendor_signals": ("finished", 10, None, 9),
        "sample_vendor_vision": ("finished", 24, None, 21),
    }
    assert crawled.progress[-1] == ("crawl", sum(r.pages for r in crawled.first.values()), 0)
    assert not any(result.trouble for result in crawled.first.values())


def test_nothing_fails_but_what_robots_txt_forbids(crawled: Crawled) -> None:
    odd = {(c.url.removeprefix(crawled.base), c.outcome) for c in crawled.captures
           if c.outcome not in ("ok", "unchanged", "gone")}  # fmt: skip
    assert odd == {("/vision/en/internal/price-list.html", "refused")}
    assert not [path for _, path, _ in crawled.requests if "internal" in path]


def test_we_say_who_we_are(crawled: Crawled) -> None:
    assert {agent for _, _, agent in crawled.requests} == {
        "Mozilla/5.0 (compatible; Counterwatch/0.1; +https://counterwatch.example/about-our-crawler)"
    }


def test_the_second_crawl_sees_one_change_and_one_removal(crawled: Crawled) -> None:
    for source_id in (
        "sample_ccgp",
        "sample_find_a_tender",
        "sample_ted",
        "sample_reports",
        "sample_vendor_signals",
    ):
        counts = crawled.second[source_id].counts
        assert (counts["new"], counts["changed"], counts["gone"]) == (0, 0, 0)
        assert counts["unchanged"] == crawled.first[source_id].counts["new"]
    outcomes = {
        capture.url.removeprefix(crawled.base + "/vision/"): capture.outcome
        for capture in crawled.of("sample_vendor_vision", 2)
        if capture.outcome not in ("unchanged", "refused")
    }
    assert outcomes == {
        "sitemap.xml": "ok",
        "en/products/group-insight.html": "ok",
        "en/products/gait-walk.html": "gone",
    }


def test_sitemaps_are_listings_read_whole(crawled: Crawled) -> None:
    before, after = (
        listing
        for listing in crawled.listings
        if listing.listing_url.endswith("/vision/sitemap.xml")
    )
    assert before.complete and after.complete
    assert [url.removeprefix(crawled.base) for url in set(before.urls) - set(after.urls)] == [
        "/vision/en/products/gait-walk.html"
    ]


def test_searches_by_post_are_listings_with_totals(crawled: Crawled) -> None:
    searches = [
        listing
        for listing in crawled.listings
        if "#" in listing.listing_url and "/ted/" in listing.listing_url
    ]
    assert len(searches) == 4  # two windows, two runs
    assert all(listing.complete and listing.announced == listing.received for listing in searches)
    assert 'FT ~ "facial recognition"' in unquote(searches[0].listing_url)
    # The same windows have the same names in both runs.
    assert len({listing.listing_url for listing in searches}) == 2


def test_every_page_of_a_tender_listing_is_known_as_one(crawled: Crawled) -> None:
    """What reads the archive must tell lists from documents."""
    lists = {listing.listing_url for listing in crawled.listings}
    for path in ("dfgg/gkzb/", "dfgg/gkzb/index_1.htm", "dfgg/gkzb/index_2.htm", "zygg/zbgg/"):
        assert f"{crawled.base}/ccgp/cggg/{path}" in lists


def test_attachments_hang_on_their_page(crawled: Crawled) -> None:
    files = {c.name: c for c in crawled.of("sample_ccgp") if "download" in c.url}
    assert set(files) == {"采购需求.docx", "点位清单.xlsx"}
    assert files["采购需求.docx"].parent_url == (
        f"{crawled.base}/ccgp/cggg/dfgg/gkzb/202610/t20261009_900001.htm"
    )
    deck = next(c for c in crawled.of("sample_vendor_vision") if c.url.endswith(".pptx"))
    assert deck.name == "Safe City deck (PPTX)"
    assert deck.parent_url == f"{crawled.base}/vision/en/"


def test_an_unknown_source_is_told_before_anything_is_fetched(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COUNTERWATCH_SOURCES", str(SAMPLE_SOURCES))
    with pytest.raises(SourceError, match=r"no source nowhere\. There are: sample_ccgp"):
        crawl(["nowhere"])


def test_a_process_that_dies_is_a_result(
    data: Path, site: SampleSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COUNTERWATCH_SOURCES", str(SAMPLE_SOURCES))
    monkeypatch.setenv("COUNTERWATCH_SAMPLE_BASE", site.base)
    monkeypatch.setenv("PYTHONHASHSEED", "no number")  # Python will not even start
    (result,) = crawl(["sample_ted"])
    assert result.finish_reason.startswith("crashed: exit code 1; see ")
    assert result.trouble == result.finish_reason
    assert result.log and result.log.parent == data / "logs"


def test_a_limit_is_kept_and_said(
    data: Path, site: SampleSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COUNTERWATCH_SOURCES", str(SAMPLE_SOURCES))
    monkeypatch.setenv("COUNTERWATCH_SAMPLE_BASE", site.base)
    results = {r.source_id: r for r in crawl(list(load_sources()), limit=3)}
    told = {source_id: (r.finish_reason, r.trouble) for source_id, r in results.items()}
    assert set(told.values()) == {("limit", "")}
    documents = {source_id: r.documents for source_id, r in results.items()}
    # Releases come by the page.
    assert documents == dict.fromkeys(results, 3) | {"sample_find_a_tender": 6}
    with Index(data / "archive" / "index.db", read_only=True) as index:
        search = [x for x in index.full_listings() if "/search#" in x.listing_url]
    assert [(x.complete, x.announced, x.received) for x in search] == [(False, 10, 5)]
