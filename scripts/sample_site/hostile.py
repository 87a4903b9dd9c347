"""Answers that real servers give when they are broken, hostile or tired of us. For tests."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Iterator

from scripts.sample_site.answer import HTML, Answer, Query, json_answer, page
from scripts.sample_site.content import NOTE

ROOT = "/hostile/"
TEXT = f"<title>Hostile</title><p>{NOTE}. Facial recognition cameras.</p>"
CHINESE = f"<title>示例</title><p>{NOTE}。示例页面，内容虚构：人脸识别系统。</p>"

REDIRECTS = {
    "to-metadata": "http://169.254.169.254/latest/meta-data/",
    "to-loopback-decimal": "http://2130706433:9/",
    "to-loopback-short": "http://127.1:9/",
    "to-loopback-ipv6": "http://[::1]:9/",
    "to-loopback-mapped": "http://[::ffff:127.0.0.1]:9/",
    "to-private": "http://10.0.0.1/",
    "to-file": "file:///etc/hostname",
}


def answer(query: Query) -> Answer | None:
    """The answer of ``/hostile/NAME``; None where there is none of that name."""
    if not query.path.startswith(ROOT):
        return None
    name = query.path.removeprefix(ROOT).partition("/")[0]
    if target := REDIRECTS.get(name):
        return Answer(status=302, headers={"Location": target})
    number = int(query.parameters.get("cursor") or 0)
    base = f"{query.base}{query.path}"
    match name:
        case "good":
            return page(TEXT)
        case "truncated-gzip":
            whole = gzip.compress((TEXT * 200).encode(), mtime=0)
            return Answer(whole[: len(whole) // 2], headers={"Content-Encoding": "gzip"})
        case "gzip-bomb":
            whole = gzip.compress(b"0" * 20_000_000, 9, mtime=0)
            return Answer(whole, headers={"Content-Encoding": "gzip"})
        case "gbk-called-utf8":
            return Answer(CHINESE.encode("gbk", "replace"), HTML)
        case "broken-utf8":
            return Answer(TEXT.encode() + b"\xff\xfe\xc3(\xe2\x82", HTML)
        case "empty":
            return Answer(b"", HTML)
        case "two-gigabytes":
            return Answer(b"x" * 1000, "video/mp4", headers={"Content-Length": str(2 << 30)})
        case "redirect-loop":
            return Answer(status=302, headers={"Location": f"{base}?cursor={number + 1}"})
        case "aws-challenge":
            return Answer(status=202, headers={"x-amzn-waf-action": "challenge"})
        case "too-frequent":
            return page(
                "<title>提示</title><p>您的访问过于频繁，请稍后再试（示例页面，内容虚构）</p>"
            )
        case "not-found-200":
            return page(
                "<title>错误页面</title><p>你访问的页面找不回来了（示例页面，内容虚构）</p>"
            )
        case "maintenance":
            return page("<!DOCTYPE html><title>Maintenance</title><p>Back soon (sample page).</p>")
        case "forbidden":
            return page("<title>403</title><p>Forbidden (sample page)</p>", 403)
        case "slow-down" | "slow-down-briefly":
            wait = "1" if name == "slow-down-briefly" else "3600"
            return Answer(
                b"12 request limit in 2 minute exceeded", "text/plain", 429, {"Retry-After": wait}
            )
        case "infinite-number":
            body = '{"releases": [{"id": "x-1", "tender": {"value": {"amount": 1e9999}}}]}'
            return Answer(body.encode(), "application/json")
        case "leading-zeros":
            return Answer(b'{"releases": [{"id": "x-1", "amount": 000}]}', "application/json")
        case "endless":  # always something new, always a next page
            return _package([f"e-{number}"], f"{base}?cursor={number + 1}")
        case "endless-same":  # always the same, under another address
            return _package(["e-0"], f"{base}?cursor={number + 1}")
        case "links-to-itself":
            return _package(["e-0"], base)
        case "next-is-number":
            return json_answer({"releases": [], "links": {"next": 7}})
        case "endless-token":
            return json_answer(_tokens(query.body))
        case "same-token":
            return json_answer({**_tokens(query.body), "iterationNextToken": "again"})
        case "endless-links":  # a calendar: each page links to the next
            return page(f'{TEXT}<a href="/hostile/endless-links?cursor={number + 1}">next</a>')
        case "deeper":  # a relative link that leads ever deeper
            return page(f'{TEXT}<a href="{query.path.rstrip("/")}/deeper/">deeper</a>')
    return None


def drip(seconds: float) -> Iterator[bytes]:
    """One byte at a time, for longer than anybody should wait."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        yield b"."
        time.sleep(0.05)


def _package(ids: list[str], following: str) -> Answer:
    return json_answer({"releases": [{"id": each} for each in ids], "links": {"next": following}})


def _tokens(body: bytes) -> dict[str, object]:
    number = json.loads(body or b"{}").get("iterationNextToken") or "0"
    number = int(number) if str(number).isdigit() else 0
    return {
        "notices": [{"publication-number": f"{800000 + number}-2026"}],
        "totalNoticeCount": 1_000_000,
        "iterationNextToken": str(number + 1),
        "timedOut": False,
    }
