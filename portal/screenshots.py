"""Renew the screenshots of docs/: ``python -m portal.screenshots [DATABASE] [FOLDER] [--all]``.

Without DATABASE it is the one that `counterwatch demo` made.

Taken with the Chromium of the system. With ``--all`` every page type in both languages and two
widths, for looking at. Pictures over 300 KB are refused, since they live in the repository.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from PIL import Image

from portal.serve import Server, wait_until_ready
from spiders.paths import data_folder

WIDTHS = {"wide": 1280, "phone": 360}
HEIGHT = 900
# Longest picture; a page goes on below it, but nobody looks at more in documentation.
LONGEST = 1_800
LARGEST_BYTES = 300_000
COLOURS = 96
# What docs/ keeps: page, language, width → file.
KEPT = {
    ("front", "en", "wide"): "front.png",
    ("front", "zh", "wide"): "front-chinese.png",
    ("claim", "en", "wide"): "claim.png",
    ("claim", "zh", "phone"): "claim-chinese-phone.png",
    ("capability", "en", "wide"): "capability.png",
    ("organization", "en", "wide"): "organization.png",
    ("notice", "en", "wide"): "notice.png",
    ("document", "en", "wide"): "document.png",
    ("bought", "en", "wide"): "bought.png",
    ("map", "en", "wide"): "map.png",
    ("removed", "en", "wide"): "removed.png",
    ("table", "en", "wide"): "table.png",
}
# No background traffic of the browser: the pictures are taken where no network is.
ARGUMENTS = [
    "--no-sandbox", "--headless", "--disable-quic", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run",
]  # fmt: skip


def chromium() -> str | None:
    """Path of the system's Chromium, or None."""
    for name in (os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name) if name else None
        if found:
            return found
    return None


@contextmanager
def served(database: Path) -> Iterator[str]:
    """The address of the site, served from ``database`` while the block runs."""
    server = Server(database, "127.0.0.1", 0)
    try:
        server.start()
        watcher = threading.Thread(target=server.watch, daemon=True)
        watcher.start()
        if not wait_until_ready(server.host, server.port):
            raise RuntimeError(f"{database}: the site did not answer within 30 seconds")
        yield f"http://{server.host}:{server.port}"
        server.stopping.set()
        watcher.join()
    finally:
        server.close()


@contextmanager
def browser() -> Iterator[Any]:
    """A headless Chromium of Playwright."""
    from playwright.sync_api import sync_playwright

    executable = chromium()
    if executable is None:
        raise RuntimeError("no Chromium: install Debian's chromium, or set CHROMIUM to its path")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        try:
            yield running
        finally:
            running.close()


def pages(database: Path) -> dict[str, str]:
    """Name → path of one page of each type, chosen for what there is to see."""
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)

    def one(sql: str) -> str | None:
        row = connection.execute(sql).fetchone()
        return str(row[0]) if row else None

    chosen = {
        "capability": one(
            "SELECT capability FROM claims GROUP BY 1 ORDER BY capability = 'crowd-alert' DESC, "
            "count(*) DESC LIMIT 1"
        ),
        "organization": one(
            """SELECT organization_id FROM claims WHERE organization_id IS NOT NULL
            GROUP BY 1 ORDER BY max(stance = 'denies') DESC, count(*) DESC LIMIT 1"""
        ),
        "notice": one(
            "SELECT notice_id FROM claims WHERE notice_id IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
        ),
        "document": one(
            "SELECT document_id FROM claims WHERE document_id IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
        ),
        "claim": one(
            """SELECT id FROM claims WHERE basis = 'archived'
            ORDER BY capability = 'crowd-alert' DESC, stance = 'claims' DESC, passages DESC LIMIT 1"""
        ),
        "archived": one(
            """SELECT k.id FROM captures k JOIN sources s ON s.id = k.source_id
            JOIN claims c ON c.capture_id = k.id WHERE s.kind = 'vendor' LIMIT 1"""
        ),
        "difference": one(
            "SELECT document_id || '/' || next_document_id FROM document_versions LIMIT 1"
        ),
        "curated": one("SELECT id FROM claims WHERE basis = 'curated' ORDER BY id LIMIT 1"),
    }
    connection.close()
    name = database.stem
    paths = {"front": "/"}
    for page, key in chosen.items():
        if page == "difference" and key:
            paths[page] = f"/difference/{key}"
        elif key:
            kind = {"curated": "claim", "archived": "archived"}.get(page, page)
            paths[page] = f"/{kind}/{key}"
    return paths | {
        "search": "/search?q=%E7%BB%B4%E6%97%8F",
        "removed": "/removed",
        "bought": "/bought?buyer=police",
        "map": "/map",
        "country": "/country/CN",
        "timeline": "/timeline",
        "compare": f"/compare?a={chosen['organization'] or ''}",
        "downloads": "/downloads",
        "methodology": "/methodology",
        "about": "/about",
        "codebook": "/codebook",
        "languages": "/languages",
        "data": f"/{name}",
        "table": f"/{name}/claims",
        "row": f"/{name}/claims/{chosen['claim']}",
        "query": f"/{name}/who_sells?capability=crowd-alert",
        "not-found": "/nothing-here",
    }


def take(database: Path, folder: Path, everything: bool = False) -> list[Path]:
    """Write the pictures of ``KEPT``, or of every page, into ``folder``; return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    with served(database) as address, browser() as running:
        for language in ("en", "zh"):
            for width_name, width in WIDTHS.items():
                context = running.new_context(viewport={"width": width, "height": HEIGHT})
                page = context.new_page()
                for name, path in pages(database).items():
                    kept = KEPT.get((name, language, width_name))
                    if not everything and kept is None:
                        continue
                    file = f"{name}-{language}-{width_name}.png" if everything else str(kept)
                    separator = "&" if "?" in path else "?"
                    page.goto(f"{address}{path}{separator}_lang={language}")
                    written.append(_picture(page, folder / file))
                context.close()
    return written


def _picture(page: Any, target: Path) -> Path:
    height = min(page.evaluate("document.documentElement.scrollHeight"), LONGEST)
    width = page.viewport_size["width"]
    page.screenshot(
        path=str(target),
        full_page=True,
        clip={"x": 0, "y": 0, "width": width, "height": height},
    )
    with Image.open(target) as picture:
        small = picture.convert("RGB").quantize(COLOURS)
    small.save(target, optimize=True)
    if target.stat().st_size > LARGEST_BYTES:
        raise RuntimeError(f"{target}: over {LARGEST_BYTES:,} bytes; take less of the page")
    return target


@click.command()
@click.argument(
    "database",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=lambda: str(data_folder() / "demo" / "counterwatch.db"),
)
@click.argument("folder", type=click.Path(path_type=Path), default="docs/screenshots")
@click.option("--all", "everything", is_flag=True, help="Every page, language and width.")
def command(database: Path, folder: Path, everything: bool) -> None:
    """Renew the screenshots of the site over DATABASE in FOLDER (docs/screenshots)."""
    for written in take(database, folder, everything):
        click.echo(written)


if __name__ == "__main__":
    command()
