"""Archived copies: only of sources that may be shown, never as something a browser runs."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from portal import archived

HOSTILE = b"""<!DOCTYPE html><html><head><title>x</title><base href="https://evil.invalid/"></head>
<body onload="alert(1)"><h1 style="x" onclick="alert(2)">Crowd <b>alert</b></h1>
<script>alert(3)</script><style>@import url(https://evil.invalid)</style>
<p dir="rtl" lang="x&quot;><script>">text<img src=x onerror=alert(4) alt="a&lt;b"></p>
<a href="javascript:alert(5)">link</a><iframe srcdoc="<script>alert(6)</script>"></iframe>
<form action="https://evil.invalid"><input name=q></form><svg onload=alert(7)><text>no</text></svg>
<noscript><p>hidden</p></noscript><template><script>alert(8)</script></template>
<table><tr><td onmouseover=alert(9)>1<td>2</table>&lt;script&gt;alert(10)&lt;/script&gt;</body></html>"""


def test_sanitised_text_keeps_structure_and_nothing_else() -> None:
    text = archived.sanitised(HOSTILE)
    assert "<h1>Crowd <b>alert</b></h1>" in text and '<p dir="rtl">text[a&lt;b] </p>' in text
    assert "<td>1</td><td>2</td>" in text and "link" in text
    assert "&lt;script&gt;alert(10)&lt;/script&gt;" in text
    for forbidden in ("<script", "<a", "<img", "<style", "<iframe", "<form", "<svg", "evil"):
        assert forbidden not in text
    assert "onclick" not in text and "onmouseover" not in text and "lang=" not in text


def test_depth_and_size_are_bounded() -> None:
    assert len(archived.sanitised(b"<div>" * 50_000 + b"x")) < 20_000
    assert archived.sanitised(b"") == ""
    assert "人脸" in archived.sanitised("<p>人脸识别".encode("gb18030") * 20)


@pytest.fixture
def captures(database: Path) -> dict[str, tuple[str, str]]:
    rows = sqlite3.connect(database).execute(
        """SELECT s.kind, k.id, k.sha256 FROM captures k JOIN sources s ON s.id = k.source_id
        JOIN documents d ON d.id = k.sha256 WHERE k.outcome = 'ok' GROUP BY s.kind"""
    )
    return {kind: (key, sha256) for kind, key, sha256 in rows}


def test_a_copy_is_framed_and_the_frame_is_fenced(get, captures) -> None:
    key, sha256 = captures["vendor"]
    page = get(f"/archived/{key}")
    assert "<iframe" in page.text and " sandbox title=" in page.text and sha256 in page.text
    assert "frame-src 'self'" in page.headers["content-security-policy"]
    frame = get(f"/archived/{key}/text")
    assert frame.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert "frame-ancestors 'self'" in frame.headers["content-security-policy"]
    assert frame.headers["x-frame-options"] == "SAMEORIGIN"
    assert "x-counterwatch-frame" not in frame.headers


def test_bytes_are_a_file_that_no_browser_opens(get, captures, monkeypatch) -> None:
    key, sha256 = captures["vendor"]
    monkeypatch.setattr(archived, "read_bytes", lambda *_: HOSTILE)
    response = get(f"/archived/{key}/bytes")
    assert response.content == HOSTILE
    assert response.headers["content-type"] == "application/octet-stream"
    assert response.headers["content-disposition"] == f'attachment; filename="{sha256}.bin"'
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["content-security-policy"].startswith("sandbox")


def test_notices_are_shown_as_masked_text_only(get, captures, monkeypatch) -> None:
    key, _ = captures["tender"]
    monkeypatch.setattr(archived, "read_bytes", lambda *_: b"<p>contact: Mr Example")
    assert "contacts and experts" in get(f"/archived/{key}").text
    assert "Mr Example" not in get(f"/archived/{key}/text").text
    assert get(f"/archived/{key}/bytes").status_code == 404


def test_a_missing_archive_is_said(get, captures) -> None:
    key, _ = captures["vendor"]
    assert get(f"/archived/{key}/text").status_code == 200
    assert get(f"/archived/{key}/bytes").status_code == 404
    assert get("/archived/none").status_code == 404


def test_citations_can_be_downloaded(get, database: Path) -> None:
    for (key,) in sqlite3.connect(database).execute("SELECT id FROM claims"):
        text = get(f"/claim/{key}/cite.txt")
        assert text.text.rstrip().endswith(f"http://localhost/claim/{key}")
        assert text.headers["content-type"] == "text/plain; charset=utf-8"
        assert get(f"/claim/{key}/cite.bib").text.startswith("@misc{counterwatch-")
        assert json.loads(get(f"/claim/{key}/cite.json").text)[0]["id"] == f"counterwatch-{key}"
    assert get("/claim/none/cite.txt").status_code == 404
    assert get("/claim/none/cite.exe").status_code == 404


def test_a_chinese_quote_is_glossed(get, database: Path) -> None:
    (key,) = (
        sqlite3.connect(database)
        .execute("SELECT id FROM claims WHERE quote LIKE '%维族%' LIMIT 1")
        .fetchone()
    )
    assert "<dd>Uyghurs</dd>" in get(f"/claim/{key}").text
    assert "<dd>Uyghurs</dd>" not in get(f"/claim/{key}?_lang=zh").text


def test_a_hostile_copy_in_its_frame(
    get, hostile, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (key,) = (
        sqlite3.connect(database)
        .execute(
            """SELECT k.id FROM captures k JOIN sources s ON s.id = k.source_id
            WHERE s.kind = 'vendor' AND k.media_type LIKE '%html%' LIMIT 1"""
        )
        .fetchone()
    )
    body = "<html><body>" + "\n".join(hostile.PAYLOADS) + "</body></html>"
    monkeypatch.setattr(archived, "read_bytes", lambda *_: body.encode("utf-8", "replace"))
    frame = get(f"/archived/{key}/text")
    assert frame.status_code == 200
    low = frame.text.lower()
    for forbidden in ("<script", "<img", "<svg", "<iframe", "<style", "<base", "<form", "<meta http", "href=\"java"):  # fmt: skip
        assert forbidden not in low
