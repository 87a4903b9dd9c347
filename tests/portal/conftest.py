"""The site over the sample database, in process and as a server."""

from __future__ import annotations

import asyncio
import importlib.util
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
import yaml
from datasette.app import Datasette

from portal.serve import METADATA, PORTAL, SETTINGS, inspect


def _module(name: str) -> ModuleType:
    """tests/ is no package, so its generators are loaded by their path."""
    specification = importlib.util.spec_from_file_location(
        name, Path(__file__).parent / f"{name}.py"
    )
    assert specification and specification.loader
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def sample_database() -> ModuleType:
    return _module("sample_database")


@pytest.fixture(scope="session")
def hostile() -> ModuleType:
    return _module("hostile_database")


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory, sample_database: ModuleType) -> Path:
    return Path(sample_database.build(tmp_path_factory.mktemp("site") / "counterwatch.db"))


def make_site(database: Path) -> Datasette:
    settings = {
        name: {"on": True, "off": False}.get(value, value) if isinstance(value, str) else value
        for name, value in SETTINGS.items()
    }
    return Datasette(
        immutables=[str(database)],
        inspect_data=inspect(database),
        metadata=yaml.safe_load(METADATA.read_text(encoding="utf-8")),
        plugins_dir=str(PORTAL / "plugins"),
        template_dir=str(PORTAL / "templates"),
        static_mounts=[("assets", str(PORTAL / "static"))],
        settings=settings,
    )


Get = Callable[..., httpx.Response]


@pytest.fixture(scope="session")
def get(database: Path) -> Iterator[Get]:
    """``get(path)``: an answer of the site, in process. One site and one event loop for all tests."""
    site = make_site(database)
    loop = asyncio.new_event_loop()
    loop.run_until_complete(site.invoke_startup())

    def ask(path: str, method: str = "get", **options: Any) -> httpx.Response:
        return loop.run_until_complete(getattr(site.client, method)(path, **options))

    yield ask
    loop.close()
