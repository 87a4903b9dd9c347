from __future__ import annotations

import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from spiders import settings

ROOT = Path(__file__).parents[2]


def test_the_user_agent_is_honest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERWATCH_CONTACT", "https://crawler.example/why")
    try:
        assert importlib.reload(settings).USER_AGENT == (
            "Mozilla/5.0 (compatible; Counterwatch/0.1; +https://crawler.example/why)"
        )
    finally:
        monkeypatch.delenv("COUNTERWATCH_CONTACT")
        importlib.reload(settings)


def test_manners_and_bounds() -> None:
    assert settings.ROBOTSTXT_OBEY is True
    assert settings.CONCURRENT_REQUESTS_PER_DOMAIN == 1
    assert settings.DOWNLOAD_DELAY >= 3
    assert settings.COOKIES_ENABLED is False
    assert settings.TELNETCONSOLE_ENABLED is False
    assert 403 not in settings.RETRY_HTTP_CODES
    assert 0 < settings.DOWNLOAD_MAXSIZE <= 100 * 1024 * 1024
    assert settings.CLOSESPIDER_TIMEOUT > 0 and settings.DEPTH_LIMIT > 0
    guard = settings.DOWNLOADER_MIDDLEWARES["spiders.archive.guard.GuardMiddleware"]
    others = [place for place in settings.DOWNLOADER_MIDDLEWARES.values() if place is not None]
    assert guard == min(others)


def test_scrapy_lists_the_spiders() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "scrapy", "list"],
        cwd=ROOT, capture_output=True, text=True, env=os.environ | {"PYTHONPATH": str(ROOT)}, timeout=60,
    )  # fmt: skip
    assert told.stdout.split() == ["ccgp", "ted", "uk_find_a_tender", "vendor_site"]
