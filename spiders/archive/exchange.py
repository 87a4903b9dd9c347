"""One HTTP exchange as it is stored: addresses, headers, first lines."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import quote, urlsplit

from spiders.archive.warc import HttpHead

Headers = Iterable[tuple[bytes, bytes]]
_URL_SAFE = "".join(chr(code) for code in range(0x21, 0x7F))


@dataclass(frozen=True, slots=True)
class SentRequest:
    """A request as sent, without its secrets."""

    url: str
    method: str
    headers: list[tuple[bytes, bytes]]
    body: bytes

    def head(self) -> HttpHead:
        parts = urlsplit(self.url)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        headers = list(self.headers)
        if not any(name.lower() == b"host" for name, _ in headers):
            headers.insert(0, (b"Host", parts.netloc.encode()))
        if self.body and not any(name.lower() == b"content-length" for name, _ in headers):
            headers.append((b"Content-Length", str(len(self.body)).encode()))
        return HttpHead(f"{self.method} {path} HTTP/1.1".encode(), headers)


def target_uri(url: str) -> str:
    """A URL as it can stand in a WARC header: no white space or control characters, bounded."""
    clean = url.encode("utf-8", "replace").decode("utf-8").strip().strip("<>")
    return quote(clean, safe=_URL_SAFE)[:8000]


def request_digest(method: str, body: bytes) -> str:
    if method.upper() == "GET" and not body:
        return ""
    return hashlib.sha256(method.upper().encode() + b"\n" + body).hexdigest()[:32]


def header_values(headers: Headers, name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in headers if key.lower() == name]


def media_type(values: list[str]) -> str | None:
    return values[-1].partition(";")[0].strip().lower() if values else None


def reason_phrase(status: int, reason: str) -> bytes:
    if not reason:
        try:
            reason = HTTPStatus(status).phrase
        except ValueError:
            reason = "Unknown"
    return reason.encode("latin-1", "replace")
