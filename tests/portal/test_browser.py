"""A reader's walk through the served site in a real Chromium."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from portal import screenshots


def _needed() -> bool:
    return os.environ.get("CI") == "true" or os.environ.get("COUNTERWATCH_REQUIRE_BROWSER") == "1"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    if screenshots.chromium() is None:
        message = "no Chromium: install Debian's chromium, or set CHROMIUM to its path"
        pytest.fail(message) if _needed() else pytest.skip(message)
    with screenshots.browser() as running:
        yield running


@pytest.fixture(scope="module")
def address(database: Path) -> Iterator[str]:
    with screenshots.served(database) as running:
        yield running


class Reader:
    """A fresh browser profile that remembers what it asked for and what went wrong."""

    def __init__(self, running: Any, address: str, width: int, **options: Any) -> None:
        self.address = address
        self.requests: list[str] = []
        self.problems: list[str] = []
        self.context = running.new_context(viewport={"width": width, "height": 800}, **options)
        self.page = self.context.new_page()
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("dialog", lambda dialog: self.problems.append(f"dialog: {dialog.message}"))
        self.page.on(
            "console", lambda m: self.problems.append(m.text) if m.type == "error" else None
        )

    def open(self, path: str) -> Any:
        response = self.page.goto(self.address + path)
        assert response is not None and response.status in (200, 404)
        return self.page

    def elsewhere(self) -> list[str]:
        """Requests that went to any other origin."""
        own = urlsplit(self.address).netloc
        return [url for url in self.requests if urlsplit(url).netloc != own]

    def overflow(self) -> int:
        """Pixels by which the page is wider than the window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


@pytest.fixture
def reader(chromium: Any, address: str) -> Iterator[Reader]:
    reader = Reader(chromium, address, 1280)
    yield reader
    reader.context.close()
    assert reader.elsewhere() == []
    assert reader.problems == []


def test_from_the_front_page_to_the_sentence_that_proves_it(reader: Reader) -> None:
    page = reader.open("/")
    page.get_by_role("button", name="Show").click()
    assert page.get_by_role("heading", level=1).inner_text().startswith("Crowd alert")
    seller = page.locator("#sellers li").first
    assert "Lindenvale Vision (sample)" in seller.inner_text()
    assert (
        "raises a crowd alert when groups of 3, 6, 10, 20 or 50 people form" in seller.inner_text()
    )
    seller.get_by_role("link", name="Evidence").click()
    assert (
        page.locator("mark").first.inner_text()
        == "raises a crowd alert when groups of 3, 6, 10, 20 or 50 people form"
    )
    assert "SHA-256" in page.locator("main").inner_text()
    page.get_by_role("link", name="In the whole text").click()
    assert page.locator(".document-text mark").count() == 4


def test_search_of_two_characters(reader: Reader) -> None:
    page = reader.open("/")
    page.get_by_label("Search claims, documents").fill("维族")
    page.get_by_role("button", name="Search").click()
    first = page.locator("#claims ~ .cards .card").first
    assert "支持维族人员识别" in first.inner_text()
    first.get_by_role("link", name="Evidence").click()
    assert page.locator("mark").first.inner_text() == "支持维族人员识别，并按民族建库"


def test_the_language_stays_through_links_and_forms(reader: Reader) -> None:
    page = reader.open("/")
    page.get_by_role("link", name="中文").click()
    page.get_by_role("button", name="查看").click()
    assert "人群聚集预警" in page.get_by_role("heading", level=1).inner_text()
    page.locator("#sellers li").first.get_by_role("link", name="证据").click()
    assert "自行核验" in page.locator("main").inner_text()
    page.get_by_role("searchbox").fill("人脸识别")
    page.get_by_role("button", name="搜索").click()
    assert page.locator("h1").inner_text() == "搜索"
    assert reader.context.cookies() == []


def test_it_needs_no_script(chromium: Any, address: str) -> None:
    reader = Reader(chromium, address, 1280, java_script_enabled=False)
    page = reader.open("/capability/crowd-alert")
    assert page.locator("#sellers .organizations > li").count() == 2
    reader.context.close()


def test_the_keyboard_reaches_the_content(reader: Reader) -> None:
    page = reader.open("/about")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_page_fits_and_loads_nothing_from_elsewhere(
    chromium: Any, address: str, database: Path, width: int, language: str
) -> None:
    reader = Reader(chromium, address, width)
    connection = sqlite3.connect(database)
    paths = [
        *screenshots.pages(database).values(),
        "/organization/hostile",
        *(
            f"/claim/{key}"
            for (key,) in connection.execute(
                "SELECT id FROM claims WHERE organization_id = 'hostile'"
            )
        ),
        *(
            f"/document/{key}"
            for (key,) in connection.execute("SELECT id FROM documents WHERE url LIKE '%gazette%'")
        ),
        "/counterwatch/organizations",
    ]
    too_wide = {}
    for path in paths:
        reader.open(path + ("&" if "?" in path else "?") + f"_lang={language}")
        assert reader.page.locator("html").get_attribute("lang") == language
        assert reader.page.locator("main h1").count() == 1, path
        if reader.overflow() > 0:
            too_wide[path] = reader.overflow()
    reader.context.close()
    assert too_wide == {}
    assert reader.elsewhere() == []
    assert [problem for problem in reader.problems if "404" not in problem] == []


def test_the_printed_claim_has_the_evidence_and_no_navigation(
    reader: Reader, database: Path
) -> None:
    page = reader.open(screenshots.pages(database)["claim"])
    page.emulate_media(media="print")
    assert page.locator("mark").first.is_visible() and page.locator("h2#cite-title").is_visible()
    assert not page.locator("header nav").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_background(chromium: Any, address: str, scheme: str) -> None:
    """Contrast of at least 4.5 (WCAG AA) for every text of the capability page."""
    reader = Reader(chromium, address, 1280, color_scheme=scheme)
    faint = reader.open("/capability/crowd-alert").evaluate(_CONTRAST)
    reader.context.close()
    assert faint == []


_CONTRAST = """() => {
  const parse = (text) => text.match(/[\\d.]+/g).map(Number);
  const luminance = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const background = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const colour = parse(getComputedStyle(e).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const faint = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!own || element.tagName === "OPTION") continue;
    const pair = [parse(getComputedStyle(element).color), background(element)].map(luminance);
    const ratio = (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
    if (ratio < 4.5) faint.push(element.className + " " + element.textContent.slice(0, 30) + " " + ratio.toFixed(2));
  }
  return faint;
}"""
