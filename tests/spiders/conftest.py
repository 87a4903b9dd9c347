"""Sources for tests: written to a folder, served by the sample site, crawled in one process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.sample_site import SampleSite

SAMPLE_SOURCES = Path(__file__).parents[2] / "scripts" / "sample_sources"

VALID: dict[str, Any] = {
    "title": "A source for tests",
    "kind": "vendor",
    "publisher": "Nobody (invented)",
    "country": "XX",
    "languages": ["en"],
    "url": "{base}/",
    "licence": "invented",
    "schedule": "daily",
    "spider": "vendor_site",
    "vendor": "examplia-vision",
    "sample": True,
    "urls": {"start": ["{base}/hostile/good"]},
    "politeness": {"delay": 0, "timeout": 10, "retries": 0},
    "notes": "A source that exists in tests only; everything it names is invented.",
}


@pytest.fixture(scope="session")
def site() -> Iterator[SampleSite]:
    with SampleSite() as running:
        yield running


@pytest.fixture
def write_source(tmp_path: Path) -> Callable[..., Path]:
    """Write a source file: VALID with changes; a value of None removes the key."""

    def write(name: str = "test_source", **changes: Any) -> Path:
        values = {k: v for k, v in (VALID | changes).items() if v is not None}
        path = tmp_path / f"{name}.yml"
        path.write_text(yaml.safe_dump(values, allow_unicode=True), "utf-8")
        return path

    return write
