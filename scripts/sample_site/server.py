"""Serving the sample site on loopback, in a thread."""

from __future__ import annotations

import hashlib
import threading
from collections import deque
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from string import Template
from time import monotonic
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from scripts.sample_site import ccgp, eforms, hostile, releases, sites
from scripts.sample_site.answer import Answer, Query, page
from scripts.sample_site.content import template

LARGEST_REQUEST = 1 << 20
# As the real release API: 12 requests in 2 minutes.
LIMIT, PERIOD = 12, 120.0


class SampleSite:
    """The sample site, running between ``with`` and the end of the block.

    ``version`` may be changed while it runs: in version 2 one page says less and one is gone.
    ``rate_limit``: the release API answers 429 as the real one. ``requests``: what was asked,
    as (method, path with query, user agent).
    """

    def __init__(self, port: int = 0, version: int = 1, rate_limit: bool = False) -> None:
        self.version = version
        self.rate_limit = rate_limit
        self.requests: list[tuple[str, str, str]] = []
        self._recent: deque[float] = deque()
        self._server = ThreadingHTTPServer(("127.0.0.1", port), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), daemon=True
        )

    @property
    def port(self) -> int:
        return self._server.server_address[1]

    @property
    def base(self) -> str:
        """The address sample sources take from COUNTERWATCH_SAMPLE_BASE."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> SampleSite:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def seconds_to_wait(self) -> float:
        """0 where the release API may be asked now, else how long to wait."""
        now = monotonic()
        while self._recent and now - self._recent[0] > PERIOD:
            self._recent.popleft()
        if len(self._recent) >= LIMIT:
            return PERIOD - (now - self._recent[0])
        self._recent.append(now)
        return 0.0

    def answer(self, query: Query) -> Answer:
        """What the site answers: a pure function of the query, rate limit apart."""
        if query.path == "/":
            return page(Template(template("front.html")).substitute(items=_front()))
        if query.path == releases.PATH:
            if self.rate_limit and (seconds := self.seconds_to_wait()):
                text = "12 request limit in 2 minute exceeded"
                return Answer(
                    text.encode(), "text/plain", 429, {"Retry-After": str(int(seconds) + 1)}
                )
            return releases.packages(query)
        if query.path == eforms.SEARCH and query.method == "POST":
            return eforms.search(query)
        for part in (eforms.notice, ccgp.listing, ccgp.detail, ccgp.download, hostile.answer,
                     sites.answer):  # fmt: skip
            if found := part(query):
                return found
        return page(template("not_found.html"), 404)


def _front() -> str:
    paths = [*(f"/{site}/en/" for site in ("vision", "signals", "reports")), f"{ccgp.ROOT}dfgg/gkzb/",
             releases.PATH]  # fmt: skip
    return "".join(f'<li><a href="{path}">{escape(path)}</a></li>' for path in paths)


def _handler(site: SampleSite) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        server_version = "CounterwatchSampleSite"
        sys_version = ""

        def do_GET(self) -> None:
            self.respond()

        do_HEAD = do_POST = do_GET

        def respond(self) -> None:
            length = min(int(self.headers.get("Content-Length") or 0), LARGEST_REQUEST)
            body = self.rfile.read(length) if length else b""
            site.requests.append((self.command, self.path, self.headers.get("User-Agent", "")))
            parts = urlsplit(self.path)
            if parts.path == "/hostile/slow-drip":
                self.drip()
                return
            answer = site.answer(
                Query(
                    self.command, unquote(parts.path), dict(parse_qsl(parts.query)), body,
                    site.base, site.version,
                )
            )  # fmt: skip
            self.send(answer)

        def send(self, answer: Answer) -> None:
            tag = f'"{hashlib.sha256(answer.body).hexdigest()[:16]}"' if answer.cacheable else ""
            if tag and self.headers.get("If-None-Match") == tag:
                self.send_response(304)
                self.send_header("ETag", tag)
                self.end_headers()
                return
            self.send_response(answer.status)
            headers = {"Content-Type": answer.media_type, "Content-Length": str(len(answer.body))}
            if tag:
                headers["ETag"] = tag
            for name, value in (headers | answer.headers).items():
                self.send_header(name, value)
            # A promise of more bytes than come ends with the connection, as a broken server's.
            if "Content-Length" in answer.headers:
                self.close_connection = True
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.body)

        def drip(self) -> None:
            self.close_connection = True
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Connection", "close")
            self.end_headers()
            try:
                for byte in hostile.drip(30):
                    self.wfile.write(byte)
            except OSError:
                pass  # the client had enough

        def log_message(self, format: str, *args: Any) -> None:
            pass

        def handle_one_request(self) -> None:
            try:
                super().handle_one_request()
            except ConnectionError:
                self.close_connection = True

    return Handler
