"""Broken and hostile servers: each answer ends with its outcome, and the run ends well."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from parsers.records import Capture
from scripts.sample_site import SampleSite
from spiders.archive.index import Index
from spiders.archive.runs import Listing
from spiders.crawl import CrawlResult, crawl

PAGES = [
    "good", "truncated-gzip", "gzip-bomb", "gbk-called-utf8", "broken-utf8", "empty",
    "two-gigabytes", "redirect-loop", "to-metadata", "to-private", "to-file", "not-found-200",
    "slow-drip", "forbidden", "good?last",
]  # fmt: skip
VENDOR = {"kind": "vendor", "vendor": "examplia-vision", "spider": "vendor_site"}
WINDOW = {"since": "2026-11-01", "until": "2026-11-02"}


def vendor(*names: str, politeness: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    start = [f"{{base}}/hostile/{name}" for name in names]
    return {**VENDOR, "urls": {"start": start}, "politeness": politeness or {}, **more}


def releases(name: str, **politeness: Any) -> dict[str, Any]:
    return {
        "kind": "tender", "spider": "uk_find_a_tender", "window": WINDOW,
        "urls": {"releases": f"{{base}}/hostile/{name}"}, "options": {"window_days": 1},
        "politeness": {"max_listing_pages": 8, **politeness},
    }  # fmt: skip


def ted(name: str) -> dict[str, Any]:
    return {
        "kind": "tender", "spider": "ted", "window": WINDOW,
        "urls": {"search": f"{{base}}/hostile/{name}", "notice": "{base}/hostile/good?{number}"},
        "options": {"fields": ["publication-number"], "terms": ["x"], "page_size": 1},
        "politeness": {"max_listing_pages": 6},
    }  # fmt: skip


SOURCES: dict[str, dict[str, Any]] = {
    "pages": vendor(*PAGES, politeness={"max_megabytes": 2, "timeout": 1.5},
                    not_found_markers=["你访问的页面找不回来了"]),
    "aws_challenge": vendor("aws-challenge", "good", politeness={"blocks_allowed": 1}),
    "three_refusals": vendor(*(f"forbidden?{n}" for n in range(6)), "good"),
    "deeper": vendor("deeper/"),
    "calendar": vendor("endless-links", politeness={"max_requests": 12, "max_depth": 20}),
    "no_sitemap": {**VENDOR, "urls": {"sitemaps": ["{base}/hostile/good"]}},
    "empty_sitemap": {**VENDOR, "urls": {"sitemaps": ["{base}/hostile/empty"]}},
    "too_frequent": {
        "kind": "tender", "spider": "ccgp", "window": WINDOW, "options": {"types": ["gkzb", "zbgg"]},
        "urls": {"lists": ["{base}/hostile/too-frequent/"], "download": "{base}/hostile/good"},
        "block_markers": ["访问过于频繁"],
    },
    "no_list": {
        "kind": "tender", "spider": "ccgp", "window": WINDOW, "options": {"types": ["gkzb"]},
        "urls": {"lists": ["{base}/hostile/good/"], "download": "{base}/hostile/good"},
    },
    "endless": releases("endless"),
    "endless_same": releases("endless-same"),
    "links_to_itself": releases("links-to-itself"),
    "next_is_number": releases("next-is-number"),
    "maintenance": releases("maintenance"),
    "infinite_number": releases("infinite-number"),
    "leading_zeros": releases("leading-zeros"),
    "missing": releases("no-such-page"),
    "throttled_long": releases("slow-down", longest_wait=60, retries=2),
    "throttled_short": releases("slow-down-briefly", longest_wait=60, retries=1),
    "endless_token": ted("endless-token"),
    "same_token": ted("same-token"),
}  # fmt: skip


class Outcome(NamedTuple):
    results: dict[str, CrawlResult]
    captures: list[Capture]
    listings: list[Listing]
    seconds: float
    requests: list[tuple[str, str, str]]

    def page(self, name: str, source_id: str = "pages") -> Capture:
        run_id = self.results[source_id].run_id
        return [c for c in self.captures if c.run_id == run_id and c.url.endswith(f"/{name}")][-1]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    folder, data = tmp_path_factory.mktemp("sources"), tmp_path_factory.mktemp("data")
    for name, values in SOURCES.items():
        whole = {
            "title": name, "publisher": "Nobody (invented)", "country": "XX", "languages": ["en"],
            "url": "{base}/", "licence": "invented", "schedule": "never", "sample": True,
            "notes": "A hostile source of the tests; everything it names is invented.", **values,
        }  # fmt: skip
        whole["politeness"] = {
            "delay": 0,
            "retries": 0,
            "timeout": 10,
            **whole.get("politeness", {}),
        }
        (folder / f"{name}.yml").write_text(yaml.safe_dump(whole, allow_unicode=True), "utf-8")
    with pytest.MonkeyPatch.context() as patch, SampleSite() as site:
        patch.setenv("COUNTERWATCH_DATA", str(data))
        patch.setenv("COUNTERWATCH_SOURCES", str(folder))
        patch.setenv("COUNTERWATCH_SAMPLE_BASE", site.base)
        started = time.monotonic()
        results = {result.source_id: result for result in crawl(list(SOURCES))}
        seconds = time.monotonic() - started
        with Index(Path(data) / "archive" / "index.db", read_only=True) as index:
            return Outcome(
                results, list(index.captures()), index.full_listings(), seconds, site.requests
            )


@pytest.mark.parametrize(
    ("source_id", "reason"),
    [
        ("pages", r"incomplete: start page "),
        ("aws_challenge", "blocked: AWS WAF challenge (HTTP 202)"),
        ("three_refusals", "blocked: HTTP 403: access refused"),
        ("deeper", "finished"),
        ("calendar", "closespider_pagecount"),
        ("no_sitemap", "incomplete: "),
        ("empty_sitemap", "incomplete: "),
        ("too_frequent", "blocked: block page: it says '访问过于频繁' (HTTP 200)"),
        ("no_list", "incomplete: "),
        ("endless", "incomplete: "),
        ("endless_same", "incomplete: "),
        ("links_to_itself", "incomplete: "),
        ("next_is_number", "incomplete: "),
        ("maintenance", "blocked: HTML where JSON was expected"),
        ("infinite_number", "finished"),
        ("leading_zeros", "finished"),
        ("missing", "incomplete: "),
        ("throttled_long", "blocked: rate limit (429, asked to wait 3600 s)"),
        ("throttled_short", "blocked: rate limit (429, asked to wait 1 s)"),
        ("endless_token", "incomplete: "),
        ("same_token", "incomplete: "),
    ],
)
def test_how_a_run_ends(hostile: Outcome, source_id: str, reason: str) -> None:
    assert hostile.results[source_id].finish_reason.startswith(reason)


@pytest.mark.parametrize(
    ("source_id", "problem"),
    [
        ("no_sitemap", "/hostile/good: not a sitemap: its root is <"),
        ("empty_sitemap", "/hostile/empty: not a sitemap: an empty body"),
        ("no_list", "neither entries nor Pager"),
        ("endless", "stopped after 8 pages: the listing did not end"),
        ("endless_same", "repeats itself"),
        ("links_to_itself", "links back to a page already read"),
        ("next_is_number", "links.next is no address: 7"),
        ("missing", "HTTP 404"),
        ("endless_token", "stopped after 6 pages: the listing did not end"),
        ("same_token", "1 notices came twice while paging"),
    ],
)
def test_why_a_listing_is_incomplete(hostile: Outcome, source_id: str, problem: str) -> None:
    assert problem in hostile.results[source_id].problems[0]
    listings = [x for x in hostile.listings if x.run_id == hostile.results[source_id].run_id]
    assert listings
    assert not any(listing.complete for listing in listings)


@pytest.mark.parametrize(
    ("name", "outcome", "message"),
    [
        ("good", "ok", ""),
        ("truncated-gzip", "failed", "gzip"),
        ("gzip-bomb", "too-large", ""),
        ("gbk-called-utf8", "ok", ""),
        ("broken-utf8", "ok", ""),
        ("empty", "failed", "empty body"),
        ("two-gigabytes", "too-large", "2147483648 bytes announced"),
        ("to-metadata", "ok", "redirects to http://169.254.169.254/"),
        ("latest/meta-data/", "refused", "169.254.169.254"),
        ("10.0.0.1/", "refused", "10.0.0.1"),
        ("not-found-200", "gone", "找不回来"),
        ("slow-drip", "failed", "1.5 seconds"),
        ("forbidden", "blocked", "HTTP 403"),
        ("good?last", "ok", ""),
    ],
)
def test_what_is_recorded_of_each_page(
    hostile: Outcome, name: str, outcome: str, message: str
) -> None:
    capture = hostile.page(name)
    assert capture.outcome == outcome
    assert message in capture.message


def test_a_redirect_loop_ends(hostile: Outcome) -> None:
    run_id = hostile.results["pages"].run_id
    loop = [c for c in hostile.captures if c.run_id == run_id and "redirect-loop" in c.url]
    assert len(loop) == 6
    assert (loop[-1].outcome, loop[-1].message) == ("failed", "more than 5 redirects, stopped")


def test_a_block_is_not_knocked_at_again(hostile: Outcome) -> None:
    paths = [path for _, path, _ in hostile.requests]
    assert len([path for path in paths if "/too-frequent/" in path]) == 1
    assert len([path for path in paths if path == "/hostile/aws-challenge"]) == 1
    assert len([path for path in paths if path.startswith("/hostile/forbidden?")]) == 3
    assert len([path for path in paths if path.startswith("/hostile/slow-down?")]) == 1
    # A wait we can afford is waited, then asked again, once.
    assert len([path for path in paths if path.startswith("/hostile/slow-down-briefly?")]) == 2


def test_a_link_that_leads_ever_deeper_is_not_followed(hostile: Outcome) -> None:
    depths = {path.count("deeper") for _, path, _ in hostile.requests}
    assert max(depths) == 2


def test_all_of_it_ends_soon(hostile: Outcome) -> None:
    assert hostile.seconds < 30
