"""A block is no absence, an absence no success: what each answer means."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from spiders.archive.outcomes import outcome_of

HTML = [(b"Content-Type", b"text/html; charset=utf-8")]
JSON = [(b"Content-Type", b"application/json")]
URL = "https://vendor.example/products/sample-camera"
PAGE = b"<html><title>Sample</title><p>Invented product page.</p></html>"


@pytest.mark.parametrize(
    ("status", "headers", "body", "expected"),
    [
        (200, HTML, PAGE, ("ok", "")),
        (200, JSON, b"{}", ("ok", "")),
        (204, [], b"", ("ok", "")),
        (200, HTML, b"", ("failed", "empty body with HTTP 200")),
        (404, HTML, PAGE, ("gone", "HTTP 404")),
        (410, HTML, PAGE, ("gone", "HTTP 410")),
        (401, HTML, PAGE, ("blocked", "HTTP 401: asks for credentials")),
        (403, HTML, PAGE, ("blocked", "HTTP 403: access refused")),
        (451, HTML, PAGE, ("blocked", "HTTP 451: unavailable for legal reasons")),
        (429, [(b"Retry-After", b"35")], b"", ("blocked", "HTTP 429: too many requests, Retry-After: 35")),
        (500, HTML, PAGE, ("failed", "HTTP 500")),
        (503, [(b"retry-after", b"9")], PAGE, ("failed", "HTTP 503, Retry-After: 9")),
        (202, [(b"x-amzn-waf-action", b"challenge")], b"", ("blocked", "AWS WAF challenge (HTTP 202)")),
        (403, [*HTML, (b"cf-mitigated", b"challenge")], PAGE, ("blocked", "Cloudflare challenge (HTTP 403)")),
        (
            503, HTML, b"<title>Just a moment...</title>",
            ("blocked", "Cloudflare challenge: the page says 'just a moment...' (HTTP 503)"),
        ),
        (200, HTML, b"<p>Just a moment... we are proud of our cameras", ("ok", "")),
        (
            200, HTML, "<html>您的访问过于频繁，请稍后再试".encode("gb18030"),
            ("blocked", "too many requests: the page says '访问过于频繁' (HTTP 200)"),
        ),
        (
            200, HTML, "<html><form>请输入验证码".encode(),
            ("blocked", "captcha: the page says '验证码' (HTTP 200)"),
        ),
        # A long page about captchas is a page about captchas.
        (200, HTML, "<html>验证码识别系统".encode() + b"." * 9000, ("ok", "")),
        # Bytes that are no text are never searched.
        (200, [(b"Content-Type", b"application/pdf")], "%PDF 访问过于频繁".encode(), ("ok", "")),
    ],
)  # fmt: skip
def test_status_headers_and_phrases(
    status: int, headers: list[tuple[bytes, bytes]], body: bytes, expected: tuple[str, str]
) -> None:
    assert outcome_of(status, headers, body, url=URL) == expected


@pytest.mark.parametrize(
    ("url", "location", "outcome"),
    [
        (URL, "https://www.vendor.example/", "gone"),
        (URL, "/", "gone"),
        (URL, "/en/", "gone"),
        (URL, "/index.html", "gone"),
        (URL, "/products/sample-camera-2", "ok"),
        (URL, "https://elsewhere.example/", "ok"),
        (URL, "/?from=camera", "ok"),
        ("https://vendor.example/", "/en/", "ok"),  # the home page itself moved
        (URL, "", "failed"),
    ],
)
def test_a_redirect_to_the_home_page_is_an_absence(url: str, location: str, outcome: str) -> None:
    headers = [(b"Location", location.encode())] if location else []
    assert outcome_of(302, headers, b"", url=url)[0] == outcome


def test_markers_of_the_source_come_first() -> None:
    source = SimpleNamespace(block_markers=["系统维护中"], not_found_markers=["页面找不回来了"])
    gone = "<p>你访问的页面找不回来了".encode("gbk")
    assert outcome_of(200, HTML, gone, source) == (
        "gone", "HTTP 200, but the page says '页面找不回来了'",
    )  # fmt: skip
    blocked = "<p>系统维护中".encode()
    assert outcome_of(200, HTML, blocked, source) == (
        "blocked", "block page: it says '系统维护中' (HTTP 200)",
    )  # fmt: skip
    assert outcome_of(200, HTML, PAGE, source) == ("ok", "")


def test_html_where_json_was_expected_is_a_block() -> None:
    page = b"<!DOCTYPE html><title>Maintenance\n window</title>"
    assert outcome_of(200, HTML, page, expected="json") == (
        "blocked", "HTML where JSON was expected (maintenance or block page): 'Maintenance window'",
    )  # fmt: skip
    assert outcome_of(200, HTML, b'{"sent": "with the wrong type"}', expected="json") == ("ok", "")


def test_an_empty_robots_file_is_an_answer() -> None:
    assert outcome_of(200, [], b"", url="https://vendor.example/robots.txt") == ("ok", "")
