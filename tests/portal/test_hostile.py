"""Every page type over a hostile database, in Chromium: nothing runs, nothing is fetched."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from portal import rate, screenshots


@pytest.fixture(scope="module")
def poisoned(database: Path, hostile: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("hostile") / "counterwatch.db"
    shutil.copy(database, target)
    return Path(hostile.poison(target))


@pytest.fixture(scope="module")
def page_and_address(poisoned: Path) -> Iterator[tuple[Any, str]]:
    if screenshots.chromium() is None:
        pytest.skip("no Chromium: install Debian's chromium, or set CHROMIUM to its path")
    with screenshots.served(poisoned) as address, screenshots.browser() as running:
        yield running.new_page(), address


def _paths(database: Path, hostile: ModuleType) -> list[str]:
    connection = sqlite3.connect(database)

    def some(sql: str) -> list[str]:
        return [str(row[0]) for row in connection.execute(sql)]

    old = connection.execute(
        "SELECT document_id, next_document_id FROM document_versions"
    ).fetchone()
    paths = [
        "/", "/bought?every=1", "/map", "/country/CN", "/timeline", "/compare?a=lindenvale&b=yunyan", "/removed",
        "/methodology", "/codebook", "/downloads", "/languages", f"/difference/{old[0]}/{old[1]}",
        *(f"/claim/{key}" for key in some("SELECT id FROM claims LIMIT 8")),
        *(f"/capability/{key}" for key in some("SELECT DISTINCT capability FROM claims LIMIT 4")),
        *(f"/organization/{key}" for key in some("SELECT id FROM organizations LIMIT 6")),
        *(f"/notice/{key}" for key in some("SELECT id FROM notices LIMIT 3")),
        *(f"/document/{key}" for key in some("SELECT id FROM documents LIMIT 4")),
        *(f"/archived/{key}" for key in some("SELECT id FROM captures LIMIT 2")),
        *(f"/counterwatch/{table}" for table in hostile.FOREIGN),
        f"/counterwatch/claims/{some('SELECT id FROM claims LIMIT 1')[0]}",
        "/counterwatch/who_sells", "/counterwatch?sql=select+quote+from+claims",
    ]  # fmt: skip
    return paths + [f"/search?q={quote(payload[:300])}" for payload in hostile.PAYLOADS[::9]]


def test_there_are_a_hundred_payloads(hostile: ModuleType) -> None:
    assert len(set(hostile.PAYLOADS)) >= 100


def test_nothing_runs_and_nothing_is_fetched(
    page_and_address: tuple[Any, str], poisoned: Path, hostile: ModuleType
) -> None:
    page, address = page_and_address
    requests: list[str] = []
    dialogs: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("dialog", lambda dialog: (dialogs.append(page.url), dialog.dismiss()))
    ran, failed, code = [], [], []
    for path in _paths(poisoned, hostile):
        response = page.goto(address + path, wait_until="domcontentloaded")
        if response.status >= 500:
            failed.append(path)
        if page.evaluate("window.executed"):
            ran.append(path)
        code += page.evaluate(
            """[...document.querySelectorAll("a[href], form[action], iframe[src], [onclick], [onerror], [onload], script, style, base, object, embed, meta[http-equiv]")]
            .filter(e => ["SCRIPT", "STYLE", "BASE", "OBJECT", "EMBED", "META"].includes(e.tagName)
                || e.hasAttribute("onclick") || e.hasAttribute("onerror") || e.hasAttribute("onload")
                || !/^(https?|mailto):/.test(new URL(e.getAttribute("href") || e.getAttribute("action") || e.getAttribute("src") || "/", location).href))
            .map(e => location.pathname + " " + e.outerHTML.slice(0, 200))"""
        )
    assert (ran, failed, code, dialogs) == ([], [], [], [])
    assert [url for url in requests if urlsplit(url).netloc != urlsplit(address).netloc] == []


def test_more_requests_than_allowed_must_wait() -> None:
    limiter = rate.Limiter(60)
    assert [limiter.wait("a", 0.0) for _ in range(60)] == [0.0] * 60
    assert limiter.wait("a", 0.0) == pytest.approx(1.0)
    assert limiter.wait("b", 0.0) == 0.0
    assert limiter.wait("a", 1.0) == 0.0
    assert rate.Limiter(0).wait("a") == 0.0


def test_only_trusted_proxies_say_who_asks() -> None:
    trusted = frozenset({"10.0.0.1", "10.0.0.2"})
    assert rate.reader_address("9.9.9.9", "1.1.1.1", trusted) == "9.9.9.9"
    assert rate.reader_address("10.0.0.1", "6.6.6.6, 1.1.1.1, 10.0.0.2", trusted) == "1.1.1.1"
    assert rate.reader_address("10.0.0.1", "", trusted) == "10.0.0.1"
