"""What an answer means: the page, its absence, a block, a failure. Blocks have names.

A block often looks like success (200 or 202 with a challenge), an absence too (200 with "not
found"); neither may ever be read as the other, because an absence is published as a removal.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Protocol
from urllib.parse import urljoin, urlsplit

from parsers.records import Outcome

Headers = Iterable[tuple[bytes, bytes]]


class Markers(Protocol):
    """What outcome_of needs of a source."""

    @property
    def block_markers(self) -> Sequence[str]: ...

    @property
    def not_found_markers(self) -> Sequence[str]: ...


# A challenge page is small; a long text that mentions these is about something else.
_CHALLENGE_SIZE = 64 << 10
_SHORT_PAGE = 8 << 10
_MARKER_SIZE = 1 << 20

# (name, statuses in which it counts (() = any), phrases of which one must occur)
_CHALLENGES: tuple[tuple[str, tuple[int, ...], tuple[str, ...]], ...] = (
    ("Cloudflare challenge", (403, 503), ("cf-chl-", "challenge-platform", "just a moment...")),
    ("Cloudflare block", (403,), ("attention required! | cloudflare", "cf-error-details")),
    ("Imperva challenge", (), ("_incapsula_resource", "incapsula incident id")),
    ("DataDome challenge", (), ("captcha-delivery.com",)),
    ("PerimeterX challenge", (), ("px-captcha", "_pxcaptcha")),
    ("Akamai block", (403,), ("errors.edgesuite.net",)),
    ("Akamai challenge", (), ("sec-if-cpt-container", "/_sec/cp_challenge")),
    ("AWS WAF challenge", (), ("awswafcookiedomainlist", "window.gokuprops")),
    ("Sucuri block", (403,), ("sucuri website firewall",)),
    ("Alibaba Cloud WAF block", (405,), ("errors.aliyun.com",)),
    ("Alibaba Cloud WAF challenge", (), ("var arg1='", "acw_sc__v2", "aliyun_waf")),
    ("Jiasule challenge", (), ("__jsl_clearance",)),
    ("Ruishu challenge", (202, 400, 412), ("$_ts",)),
    ("Safedog block", (), ("safedog.cn",)),
    ("too many requests", (), ("访问过于频繁", "访问频率过高", "操作过于频繁")),
)  # fmt: skip
# Phrases that vendors' own pages use too: they count on a very short page only.
_SHORT_CHALLENGES = (
    ("captcha", ("验证码", "安全验证", "人机验证", "滑动验证")),
    ("too many requests", ("rate limit exceeded", "too many requests")),
)

_HOME = re.compile(r"^(/[a-z]{2}([-_][a-z]{2,4})?)?/?((index|default|home)\.[a-z]{3,5})?$", re.I)
_TITLE = re.compile(rb"<title[^>]*>(.*?)</title", re.I | re.S)


def outcome_of(
    status: int,
    headers: Headers,
    body: bytes,
    source: Markers | None = None,
    *,
    url: str = "",
    expected: str = "",
) -> tuple[Outcome, str]:
    """Outcome of one HTTP answer, and why it is not simply "ok" (for people).

    ``body``: content-decoded. ``expected``: "json" where nothing else can be right. A redirect is
    ``ok`` with a message, except to the site's home from a deeper page: that is ``gone``.
    """
    found = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in headers}
    media_type = found.get("content-type", "").partition(";")[0].strip().lower()
    text = body[:_MARKER_SIZE].lower() if _is_text(media_type, body) else None
    if block := _block(status, found, body, text, media_type, source):
        return "blocked", block
    if status in (404, 410):
        return "gone", f"HTTP {status}"
    if 300 <= status < 400 and status != 304:
        return _redirect(status, url, found.get("location", ""))
    if status == 403:
        return "blocked", "HTTP 403: access refused"
    if status == 401:
        return "blocked", "HTTP 401: asks for credentials"
    if status == 451:
        return "blocked", "HTTP 451: unavailable for legal reasons"
    if status >= 400:
        retry = found.get("retry-after")
        return "failed", f"HTTP {status}" + (f", Retry-After: {retry}" if retry else "")
    if status == 304:
        return "unchanged", ""
    if source and text is not None and (marker := _marker(text, source.not_found_markers)):
        return "gone", f"HTTP {status}, but the page says {marker!r}"
    if expected == "json" and text is not None and _is_html(media_type, body):
        title = _title(body)
        return "blocked", "HTML where JSON was expected (maintenance or block page)" + (
            f": {title!r}" if title else ""
        )
    if not body and status == 200 and not url.endswith("/robots.txt"):
        return "failed", "empty body with HTTP 200"
    return "ok", ""


def _block(
    status: int,
    headers: dict[str, str],
    body: bytes,
    text: bytes | None,
    media_type: str,
    source: Markers | None,
) -> str | None:
    if action := headers.get("x-amzn-waf-action"):
        return f"AWS WAF {action} (HTTP {status})"
    if headers.get("cf-mitigated", "").lower() == "challenge":
        return f"Cloudflare challenge (HTTP {status})"
    if status == 429:
        retry = headers.get("retry-after")
        return "HTTP 429: too many requests" + (f", Retry-After: {retry}" if retry else "")
    if status == 521 and "__jsl" in headers.get("set-cookie", ""):
        return "Jiasule challenge (HTTP 521)"
    if text is None:
        return None
    if source and (marker := _marker(text, source.block_markers)):
        return f"block page: it says {marker!r} (HTTP {status})"
    if not _is_html(media_type, body) and len(body) > _SHORT_PAGE:
        return None
    if len(body) <= _CHALLENGE_SIZE:
        for name, statuses, phrases in _CHALLENGES:
            if (not statuses or status in statuses) and (marker := _marker(text, phrases)):
                return f"{name}: the page says {marker!r} (HTTP {status})"
    if len(body) <= _SHORT_PAGE:
        for name, phrases in _SHORT_CHALLENGES:
            if marker := _marker(text, phrases):
                return f"{name}: the page says {marker!r} (HTTP {status})"
    return None


def _redirect(status: int, url: str, location: str) -> tuple[Outcome, str]:
    if not location:
        return "failed", f"HTTP {status} without Location"
    target = urljoin(url, location)
    here, there = urlsplit(url), urlsplit(target)
    same_site = (here.hostname or "").removeprefix("www.") == (there.hostname or "").removeprefix(
        "www."
    )
    asked_deeper = not (_HOME.match(here.path) and not here.query)
    if same_site and asked_deeper and _HOME.match(there.path) and not there.query:
        return "gone", f"HTTP {status} redirects to the home page {target}"
    return "ok", f"HTTP {status} redirects to {target}"


def _is_text(media_type: str, body: bytes) -> bool:
    if media_type.startswith("text/") or media_type.endswith(("json", "xml", "javascript")):
        return True
    return media_type in ("", "application/octet-stream") and body[:512].lstrip()[:1] in b"<{["


def _is_html(media_type: str, body: bytes) -> bool:
    start = body[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start[:1] in (b"{", b"["):
        return False
    return "html" in media_type or start.startswith((b"<!doctype html", b"<html", b"<head"))


def _marker(text: bytes, markers: Iterable[str]) -> str | None:
    """The first marker in a body (lower-cased), in any of the encodings sites here use."""
    kind = _encoding_of(text)
    for marker in markers:
        if any(found in text for found in _encoded(marker, kind)):
            return marker
    return None


def _encoding_of(text: bytes) -> str:
    """ "ascii" or "utf-8" where the text can be nothing else, "" where it may be anything."""
    if text.isascii():
        return "ascii"
    sample = text[:2000]
    try:
        sample.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(sample) - 3:  # else the sample ends inside a character
            return ""
        sample = sample[: error.start]
    return "" if sample.isascii() else "utf-8"


@lru_cache(maxsize=4096)
def _encoded(marker: str, kind: str) -> tuple[bytes, ...]:
    """A marker as bytes. Lower-cased as bytes too: second bytes of GBK may be Latin letters."""
    if marker.isascii():
        return (marker.encode().lower(),) if marker else ()
    encodings = {"ascii": (), "utf-8": ("utf-8",)}.get(kind, ("utf-8", "gb18030", "big5"))
    found = (marker.encode(encoding, "ignore").lower() for encoding in encodings)
    return tuple(dict.fromkeys(one for one in found if one))


def _title(body: bytes) -> str:
    found = _TITLE.search(body[:_CHALLENGE_SIZE])
    return " ".join(found[1].decode("utf-8", "replace").split())[:100] if found else ""
