"""What archiving costs: the same spider over loopback with the archive on and off.

    python -m benchmarks.archive crawl --pages 600 --rounds 3

Prints pages per second of both and their ratio (archive on / off), and what the archive wrote.
The rates are this machine's; the ratio is what can be compared.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import click

REPOSITORY = Path(__file__).resolve().parents[2]
WORDS = [
    "sample",
    "camera",
    "notice",
    "tender",
    "invented",
    "platform",
    "buyer",
    "delivery",
    "service",
    "training",
    "district",
    "page",
    "样本",
    "公告",
    "采购",
    "系统",
    "平台",
    "视频",
    "服务",
    "培训",
]

SPIDER = """
import json, sys, time
from types import SimpleNamespace
import scrapy
from scrapy.crawler import CrawlerProcess

base, pages, archive = sys.argv[1], int(sys.argv[2]), sys.argv[3] == "on"

class Spider(scrapy.Spider):
    name = "benchmark"
    source = SimpleNamespace(id="benchmark", kind="tender", title="Benchmark", sample=True,
                             block_markers=("系统维护中",), not_found_markers=("页面找不回来了",))

    async def start(self):
        for number in range(pages):
            yield scrapy.Request(f"{base}/{number}")

    def parse(self, response):
        return None

on = {
    "EXTENSIONS": {"spiders.archive.extension.ArchiveExtension": 100},
    "DOWNLOADER_MIDDLEWARES": {
        "spiders.archive.guard.GuardMiddleware": 60,
        "spiders.archive.conditional.ConditionalMiddleware": 595,
    },
    "TWISTED_DNS_RESOLVER": "spiders.archive.guard.GuardedResolver",
}
process = CrawlerProcess({
    **(on if archive else {}), "CONCURRENT_REQUESTS": 16, "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
    "CONCURRENT_ITEMS": 8, "LOG_ENABLED": False, "TELNETCONSOLE_ENABLED": False,
})
crawler = process.create_crawler(Spider)
process.crawl(crawler)
began = time.perf_counter()
cpu = time.process_time()
process.start()
print(json.dumps({
    "seconds": time.perf_counter() - began,
    "cpu": time.process_time() - cpu,
    "pages": crawler.stats.get_value("response_received_count", 0),
}))
"""


def pages_of(size: int) -> list[bytes]:
    """A few different pages of words: they compress as real pages do."""
    chosen = random.Random(1)
    pages = []
    for _ in range(50):
        words: list[str] = []
        while sum(map(len, words)) < size:
            words += chosen.choices(WORDS, k=200) + [f"{chosen.random():.12f}"] * 40
        pages.append(f"<html><p>{' '.join(words)}".encode()[:size])
    return pages


def serve(size: int) -> ThreadingHTTPServer:
    pages = pages_of(size)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1

        def log_message(self, *_: Any) -> None:
            pass

        def do_GET(self) -> None:
            number = self.path.strip("/")
            # Every page is its own, or most would be stored as references.
            body = number.encode() + pages[int(number) % len(pages)]
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            self.wfile.flush()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def run_crawl(base: str, pages: int, archive: bool, data: str) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-c", SPIDER, base, str(pages), "on" if archive else "off"],
        cwd=REPOSITORY,
        env={**os.environ, "COUNTERWATCH_DATA": data},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise click.ClickException(done.stderr)
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    if result["pages"] != pages:
        raise click.ClickException(f"{result['pages']} of {pages} pages came")
    return result


@click.command("crawl")
@click.option("--pages", default=600, show_default=True, help="Pages of each crawl.")
@click.option("--size", default=40_000, show_default=True, help="Bytes of a page.")
@click.option("--rounds", default=3, show_default=True, help="Crawls of each kind, taken in turn.")
def crawl(pages: int, size: int, rounds: int) -> None:
    """Compare crawls with the archive on and off."""
    server = serve(size)
    base = f"http://127.0.0.1:{server.server_address[1]}"
    measured: dict[bool, list[dict[str, float]]] = {False: [], True: []}
    written = 0
    for _ in range(rounds):
        for archive in (False, True):
            with tempfile.TemporaryDirectory() as data:
                measured[archive].append(run_crawl(base, pages, archive, data))
                if archive:
                    written = sum(p.stat().st_size for p in Path(data).glob("archive/*/*/*.gz"))
    server.shutdown()
    rate = {
        archive: statistics.median(pages / run["seconds"] for run in runs)
        for archive, runs in measured.items()
    }
    cpu = {
        archive: statistics.median(run["cpu"] for run in runs) for archive, runs in measured.items()
    }
    click.echo(f"archive off  {rate[False]:7.0f} pages/s")
    click.echo(f"archive on   {rate[True]:7.0f} pages/s")
    click.echo(f"ratio        {rate[True] / rate[False]:7.2f} (on / off, median of {rounds})")
    click.echo(f"  processor  {cpu[False] / cpu[True]:7.2f} (off / on)")
    click.echo(
        f"processor    {(cpu[True] - cpu[False]) / pages * 1000:7.2f} ms a page for archiving"
    )
    click.echo(f"written      {written / pages / size:7.2f} bytes for a byte received")
