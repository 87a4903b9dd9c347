"""axe finds no violation on any page type; the keyboard reaches all; scripts run their own way."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from portal import screenshots

REPOSITORY = Path(__file__).resolve().parents[2]


def _axe() -> str | None:
    """The source of axe-core: ``$AXE_CORE``, or ``npm install --prefix build axe-core``."""
    for path in (
        Path(os.environ.get("AXE_CORE", "")) if os.environ.get("AXE_CORE") else None,
        REPOSITORY / "build" / "node_modules" / "axe-core" / "axe.min.js",
    ):
        if path and path.is_file():
            return path.read_text(encoding="utf-8")
    return None


@pytest.fixture(scope="module")
def site(database: Path) -> Iterator[tuple[Any, str]]:
    if screenshots.chromium() is None:
        pytest.skip("no Chromium: install Debian's chromium, or set CHROMIUM to its path")
    with screenshots.served(database) as address, screenshots.browser() as running:
        yield running, address


@pytest.mark.parametrize("look", [("en", "light", 1280), ("zh", "dark", 360)])
def test_axe_finds_nothing(
    site: tuple[Any, str], database: Path, look: tuple[str, str, int]
) -> None:
    axe = _axe()
    if axe is None:
        pytest.skip("no axe-core: npm install --prefix build axe-core, or set AXE_CORE")
    running, address = site
    language, scheme, width = look
    context = running.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True
    )
    page = context.new_page()
    found = []
    for name, path in screenshots.pages(database).items():
        page.goto(f"{address}{path}{'&' if '?' in path else '?'}_lang={language}")
        page.evaluate(axe)
        result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        found += [
            (name, violation["id"], node["html"][:160])
            for violation in result["violations"]
            for node in violation["nodes"][:3]
        ]
    context.close()
    shown = [f"{name}: {rule}: {html}" for name, rule, html in found]
    assert not shown, "\n".join(shown)


def test_uyghur_is_drawn_from_right_to_left(site: tuple[Any, str], database: Path) -> None:
    running, address = site
    (key,) = (
        sqlite3.connect(database).execute("SELECT id FROM claims WHERE language = 'ug'").fetchone()
    )
    page = running.new_page()
    page.goto(f"{address}/claim/{key}")
    quote = page.locator("blockquote [lang=ug]").first
    assert quote.get_attribute("dir") == "auto"
    assert quote.evaluate("e => getComputedStyle(e).direction") == "rtl"
    page.close()


def test_the_keyboard_opens_what_the_mouse_does(site: tuple[Any, str]) -> None:
    running, address = site
    page = running.new_page()
    page.goto(f"{address}/claim/none")  # a page with few links
    reached = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.textContent.trim().slice(0, 40)"))
    links = page.evaluate(
        "[...document.querySelectorAll('a[href]')].map(a => a.textContent.trim().slice(0, 40))"
    )
    assert set(links) - reached == set()
    page.close()
