"""Every page of the site, in process: status, what it must say, and what must surround it."""

from __future__ import annotations

import html
import re
import sqlite3
from pathlib import Path

import pytest

PAGES = [
    ("/", ["Who sells", "Crowd alert", "Lindenvale Vision (sample)", "Catalogue shrank", "Sample data"]),
    ("/capability/crowd-alert", ["Who sells it", "groups of 3, 6, 10, 20 or 50 people form", "3, 6, 10, 20, 50", "A denial stands against this", "Peaceful assembly", "480,000 GBP"]),
    ("/capability/ethnicity-detection", ["支持维族人员识别", "curated, cited", "It was a test in a laboratory", "not archived evidence"]),
    ("/capability/spyware", ["No seller named so far"]),
    ("/organization/lindenvale", ["What is claimed", "What is denied", "does not determine the ethnicity", "Contracts won", "林登视觉"]),
    ("/organization/yunyan", ["Sample export control list", "since 2024-05-01", "Moshan Intelligent", "Page gone", "It was a test in a laboratory"]),
    ("/organization/moshan", ["Answer to", "It was a test in a laboratory"]),
    ("/organization/samplecity", ["What it buys", "Also named in claims about others"]),
    ("/notice/notice-tender", ["12,500,000 CNY", "2026-11-25 09:30 UTC", "前端摄像机1200路", "Yangben City Public Security Bureau"]),
    ("/notice/notice-ocds-award", ["The process", "CPV 32323500", "Lindenvale Vision (sample)", "ocds-sample-0001"]),
    ("/removed", ["The listing fell from 2,000 entries to 38.", "HTTP 404", "Proof of absence", "1,962"]),
    ("/removed?kind=catalogue", ["Partner catalogue"]),
    ("/search?q=维族", ["支持<mark>维族</mark>人员识别", "Ethnicity detection"]),
    ("/search?q=林登", ["Lindenvale Vision (sample)"]),
    ("/search?q=crowd+alert", ["Capabilities", "crowd alert"]),
    ("/search?q=%F0%9F%98%80", ["Type at least one letter"]),
    ("/search?q=zzzzqqq", ["Nothing found.", "Try fewer"]),
    ("/search", ["All words must occur"]),
    ("/bought?buyer=police&place=CN", ["1 notice", "in whose text a capability was found", "12,500,000 CNY"]),
    ("/bought?place=CN-XJ&year=2019&buyer=police", ["No such notice in this release.", "any year", "any authority"]),
    ("/bought?year=nonsense&page=999999&place=%27", ["No such notice"]),
    ("/map", ["Where it was bought", "Regions of China", "Natural Earth"]),
    ("/map?of=sold", ["Where sellers come from", "United Kingdom"]),
    ("/country/CN", ["China", "What its authorities sought or bought"]),
    ("/country/is", ["Iceland", "Nothing of this country is archived yet."]),
    ("/timeline", ["2026", "listed", "Sample export control list"]),
    ("/compare", ["Choose two"]),
    ("/compare?a=lindenvale&b=yunyan", ["Crowd alert", "of them", "On lists"]),
    ("/compare?of=countries&a=CN&b=GB", ["China", "United Kingdom", "Notices in the archive"]),
    ("/compare?a=nobody", ["Nothing is known under “nobody”"]),
    ("/downloads", ["The whole data set", "counterwatch.db", "claims.parquet", "notices.atom"]),
    ("/about", ["What a claim is"]),
    ("/methodology", ["Limits", "sample-1", "17 archived", "Office of Invented Contracts"]),
    ("/codebook", ["claim_passages", "Stable id; the same claim keeps it in later releases."]),
    ("/languages", ["中文", "Of the documents"]),
    ("/counterwatch", ["Tables", "Who sells a capability, and in which words?"]),
    ("/counterwatch/claims", ["20 rows", "CSV, all rows"]),
    ("/counterwatch/claims?_search=維族", ["with “維族”", "支持维族人员识别"]),
    ("/counterwatch/claims?_facet=state&stance=denies", ["state"]),
    ("/counterwatch/organizations/lindenvale", ["Rows that refer to this one", "The page of this row"]),
    ("/counterwatch?sql=select+1+as+one", ["one"]),
]  # fmt: skip


@pytest.mark.parametrize(("path", "expected"), PAGES, ids=[path for path, _ in PAGES])
def test_page(get, path: str, expected: list[str]) -> None:
    response = get(path)
    assert response.status_code == 200
    body = html.unescape(response.text)
    for words in expected:
        assert words in body


@pytest.mark.parametrize("path", [path for path, _ in PAGES] + ["/nothing", "/claim/none"])
def test_every_answer_is_fenced_in(get, path: str) -> None:
    response = get(path)
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "script-src 'none'" in policy
    assert "unsafe" not in policy
    assert response.headers["referrer-policy"] == "no-referrer"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in response.headers
    # Nothing that the policy would have to allow, and nothing from elsewhere.
    assert not re.search(
        r"<script|<style|\sstyle=|\son\w+=|javascript:", _outside_text(response.text)
    )
    loaded = re.findall(r'(?:src|<link[^>]*href)="((?:https?:)?//[^"]*)', response.text)
    assert [url for url in loaded if not url.startswith("http://localhost/")] == []


def _outside_text(page: str) -> str:
    """The markup of a page: attribute values and text that came from data are escaped in it."""
    return re.sub(r">[^<]*<", "><", page).replace("javascript:alert(1)", "") if page else page


def test_every_claim_leads_to_the_archived_bytes(get, database: Path) -> None:
    rows = sqlite3.connect(database).execute(
        """SELECT c.id, c.quote, k.sha256, k.warc_file, k.warc_offset, k.warc_length
        FROM claims c JOIN captures k ON k.id = c.capture_id WHERE c.basis = 'archived'"""
    )
    rows = rows.fetchall()
    assert len(rows) == 17
    for claim_id, quote, sha256, warc_file, offset, length in rows:
        body = html.unescape(get(f"/claim/{claim_id}").text)
        assert f"<mark>{quote}</mark>" in body
        assert sha256 in body
        assert f"tail -c +{offset + 1} {warc_file} | head -c {length} | gunzip" in body
        assert f"warcio extract --payload {warc_file} {offset} | sha256sum" in body
        assert "release of 2026-11-20" in body


def test_a_curated_claim_says_so_and_shows_the_answer(get, database: Path) -> None:
    (claim_id,) = (
        sqlite3.connect(database)
        .execute("SELECT id FROM claims WHERE basis = 'curated' AND stance = 'reports' LIMIT 1")
        .fetchone()
    )
    body = get(f"/claim/{claim_id}").text
    for words in ("curated, cited", "not a quote from archived bytes", "What the accused answered", "It was a test in a laboratory", "8 December 2025"):  # fmt: skip
        assert words in body
    assert "SHA-256" not in body and "Check it yourself" not in body


def test_document_marks_its_claims(get, database: Path) -> None:
    connection = sqlite3.connect(database)
    (sha256,) = connection.execute(
        "SELECT id FROM documents WHERE title LIKE 'CrowdSense%' AND state = 'live'"
    ).fetchone()
    body = get(f"/document/{sha256}").text
    assert body.count("<mark>") == 4
    assert "Earlier version, until 2026-11-20" in body
    for (claim_id,) in connection.execute("SELECT id FROM claims WHERE document_id = ?", (sha256,)):
        assert f'id="at-{claim_id}"' in body and f"/claim/{claim_id}" in body


def test_a_document_that_could_not_be_read_says_why(get, database: Path) -> None:
    (key,) = (
        sqlite3.connect(database)
        .execute("SELECT id FROM documents WHERE outcome <> 'ok'")
        .fetchone()
    )
    assert "more than 10,000 members; not unpacked" in get(f"/document/{key}").text


def test_offset_beyond_the_text_or_nonsense_shows_the_beginning(get, database: Path) -> None:
    (key,) = (
        sqlite3.connect(database)
        .execute("SELECT id FROM documents WHERE language = 'ug'")
        .fetchone()
    )
    for offset in ("99999999", "-1", "x", "²", "9" * 40):
        response = get(f"/document/{key}?from={offset}")
        assert response.status_code == 200 and "سىستېما" in response.text


def test_who_sells_form_leads_to_the_capability(get) -> None:
    response = get("/who-sells?capability=crowd-alert&_lang=zh")
    assert response.status_code == 302
    assert response.headers["location"] == "/capability/crowd-alert?_lang=zh#sellers"
    assert get("/who-sells").headers["location"] == "/"
    assert (
        get("/who-sells?capability=//evil.invalid")
        .headers["location"]
        .startswith("/capability/%2F%2Fevil")
    )


@pytest.mark.parametrize("path", ["/nothing", "/claim/none", "/organization/none", "/notice/none", "/document/none", "/capability/none", "/counterwatch/none", "/counterwatch/claims/none", "/-/databases", "/-/databases.json", "/-/actor.json", "/-/allow-debug", "/-/patterns"])  # fmt: skip
def test_what_is_not_there(get, path: str) -> None:
    response = get(path)
    assert response.status_code == 404
    assert "Traceback" not in response.text and "site-packages" not in response.text


def test_not_found_pages_lead_on(get) -> None:
    assert "No page or record has this address" in get("/nothing").text
    assert get("/counterwatch/none.json").json()["ok"] is False


def test_bad_sql_is_explained(get) -> None:
    response = get("/counterwatch?sql=selec")
    assert response.status_code == 400 and "Statement must be a SELECT" in response.text
    assert get("/counterwatch/claims.csv?_search=x&_searchmode=raw&_sort=nope").status_code == 400


def test_a_fault_shows_no_trace(get, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    from portal.pages import removed

    def broken(*_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(removed, "Reader", broken)
    response = get("/removed")
    assert response.status_code == 500
    assert "The page could not be made" in response.text
    assert "secret detail" not in response.text and "Traceback" not in response.text
    assert "secret detail" in capsys.readouterr().err


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch", "options"])
def test_only_reading_is_allowed(get, method: str) -> None:
    response = get("/counterwatch", method)
    assert response.status_code == 405 and response.headers["allow"] == "GET, HEAD"


def test_hostile_rows_are_text(get) -> None:
    body = get("/organization/hostile").text
    assert "<script>alert" not in body and "<img" not in body
    assert "&lt;img src=x onerror=alert(1)&gt;" in body
    assert 'href="javascript' not in body and "javascript:alert(1)" in body
    assert "\u202e" not in body
    zh = get("/organization/hostile?_lang=zh").text
    assert "\u202e" not in zh and "evil" in zh
    assert 'href="javascript' not in get("/notice/notice-ocds-award").text
    assert 'href="javascript' not in get("/counterwatch/organizations?id=hostile").text
    assert "\u202e" not in get("/counterwatch/organizations?id=hostile").text


def test_links_to_elsewhere_tell_nothing(get) -> None:
    for link in re.findall(r'<a [^>]*href="https?:[^>]*>', get("/organization/lindenvale").text):
        assert 'rel="noopener nofollow noreferrer"' in link


def test_robots(get) -> None:
    assert "Disallow: /counterwatch/" in get("/robots.txt").text
