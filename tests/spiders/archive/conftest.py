"""A tiny site on loopback, and a real Scrapy crawl of it in a process of its own."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).resolve().parents[3]
PAGE = b"<html><title>Sample</title><p>Invented page of an invented vendor.</p>" + b"." * 2000


class Site(BaseHTTPRequestHandler):
    """Every path is one way in which a server answers."""

    protocol_version = "HTTP/1.1"
    seen: list[tuple[str, str, dict[str, str]]]

    def log_message(self, *_: Any) -> None:
        pass

    def send(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        headers.setdefault("Content_Type", "text/html; charset=utf-8")
        headers.setdefault("Content_Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send(200, b'{"asked": ' + body + b"}", Content_Type="application/json")

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        self.seen.append((self.command, self.path, dict(self.headers)))
        match path:
            case "/robots.txt":
                self.send(200, b"User-agent: *\nDisallow: /private", Content_Type="text/plain")
            case "/page":
                self.send(200, PAGE)
            case "/gzip":
                body = gzip.compress(PAGE, mtime=0)
                self.send(200, body, Content_Encoding="gzip", Set_Cookie="a=1")
            case "/bomb":
                self.send(200, gzip.compress(bytes(30_000_000)), Content_Encoding="gzip")
            case "/chunked":
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.send_header("Transfer-Encoding", "chunked")
                self.send_header("Set-Cookie", "a=1")
                self.send_header("Set-Cookie", "b=2")
                self.end_headers()
                self.wfile.write(b"5\r\n<p>on\r\n6\r\ne two.\r\n0\r\n\r\n")
            case "/etag":
                if self.headers.get("If-None-Match") == '"v1"':
                    self.send(304, ETag='"v1"')
                else:
                    self.send(200, PAGE + b"etag", ETag='"v1"')
            case "/moved":
                self.send(302, Location="/page")
            case "/removed-product":
                self.send(302, Location="/")
            case "/circle":
                self.send(302, Location=f"/circle?{time.monotonic_ns()}")
            case "/inside":
                self.send(302, Location="http://169.254.169.254/latest/meta-data/")
            case "/missing":
                self.send(404, b"<p>nothing here")
            case "/busy":
                self.send(429, b"slow down", Retry_After="60")
            case "/waf":
                self.send(202, x_amzn_waf_action="challenge")
            case "/slow":
                time.sleep(3)
            case "/huge":
                self.send(200, b"", Content_Length=str(2 << 30))
                self.close_connection = True
            case "/short":
                self.send(200, b"half", Content_Length="5000")
                self.close_connection = True
            case _:
                self.send(200, b"<p>home")


@pytest.fixture
def site() -> Iterator[str]:
    """The address of the site; ``Site.seen`` has what was asked."""
    Site.seen = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def requests_seen() -> list[tuple[str, str, dict[str, str]]]:
    return Site.seen


CRAWL = """
import json, os, sys
from types import SimpleNamespace
import scrapy
from scrapy.crawler import CrawlerProcess

job = json.loads(sys.argv[1])
os.environ.pop("http_proxy", None)
got = []

class Spider(scrapy.Spider):
    name = "sample_spider"
    source = SimpleNamespace(**job["source"])
    arguments = {"since": "2026-01-01"}

    async def start(self):
        for asked in job["requests"]:
            yield scrapy.Request(
                callback=self.parse, errback=self.failed, dont_filter=True, **asked)

    def parse(self, response):
        got.append([response.url, response.status, len(response.body), response.flags])
        self.archive.record_listing(response.url, [response.url], True, 1, 1)

    def failed(self, failure):
        got.append(["failed", failure.type.__name__])

process = CrawlerProcess({
    "EXTENSIONS": {"spiders.archive.extension.ArchiveExtension": 100},
    "DOWNLOADER_MIDDLEWARES": {
        "spiders.archive.guard.GuardMiddleware": 60,
        "spiders.archive.conditional.ConditionalMiddleware": 595,
    },
    "TWISTED_DNS_RESOLVER": "spiders.archive.guard.GuardedResolver",
    "CONCURRENT_REQUESTS": 1, "TELNETCONSOLE_ENABLED": False, "LOG_LEVEL": "WARNING",
    "DOWNLOAD_TIMEOUT": 0.7, "DOWNLOAD_MAXSIZE": 10_000_000, "RETRY_ENABLED": False,
    "REDIRECT_MAX_TIMES": 3, "DOWNLOAD_DELAY": 0, "DOWNLOAD_FAIL_ON_DATALOSS": False,
    "DOWNLOAD_WARNSIZE": 0, "HTTPERROR_ALLOW_ALL": True, "LOG_ENABLED": job.get("log", False),
    **job.get("settings", {}),
})
crawler = process.create_crawler(Spider)
process.crawl(crawler)
process.start()
stats = {k: v for k, v in crawler.stats.get_stats().items() if isinstance(v, (int, str))}
print(json.dumps({"got": got, "stats": stats}))
"""


@pytest.fixture
def crawl(data: Path) -> Callable[..., dict[str, Any]]:
    """``crawl([{"url": …}], source={…}, settings={…})`` -> {"got": …, "stats": …}."""

    def run(
        requests: list[dict[str, Any]],
        source: dict[str, Any] | None = None,
        settings: dict[str, Any] | None = None,
        code: str = "",
    ) -> dict[str, Any]:
        told = {
            "id": "sample_site",
            "kind": "tender",
            "title": "Sample site",
            "sample": True,
            "block_markers": [],
            "not_found_markers": [],
            **(source or {}),
        }
        job = {"requests": requests, "source": told, "settings": settings or {}}
        done = subprocess.run(
            [sys.executable, "-c", code + CRAWL, json.dumps(job)],
            cwd=REPOSITORY,
            env={**os.environ, "COUNTERWATCH_DATA": str(data)},
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    return run
