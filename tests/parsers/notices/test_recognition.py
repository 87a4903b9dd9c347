"""Formats are recognised by their bytes; other XML, JSON and HTML is left alone."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from parsers.notices import recognise

SAMPLES = Path(__file__).parent / "samples"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b'{"ocid": "ocds-1", "tag": ["tender"], "tender": {}}', "ocds"),
        (b'[{"uri": "x", "releases": [{"ocid": "ocds-1"}]}]', "ocds"),
        (b'{"uri": "x", "publishedDate": "2025-01-01", "releases": []}', "ocds"),
        (b'{"ocid": "ocds-1", "releases": [{"url": "https://example.org"}]}', "ocds"),
        (b'{"data": {"id": "1", "tenderID": "UA-2026-01-01-000001-a"}}', "prozorro"),
        (b'{"planID": "UA-P-2026-01-01-000001-a", "budget": {}}', "prozorro"),
        (b'\xef\xbb\xbf{"opportunitiesData": []}', "sam_gov"),
        ('{"ocid": "ocds-1", "tag": ["tender"]}'.encode("utf-16"), "ocds"),
        (b'<?xml version="1.0"?><!-- a --><TED_EXPORT VERSION="R2.0.9"/>', "ted_xml"),
        (b'<!DOCTYPE TED_EXPORT [<!ENTITY a "b">]><TED_EXPORT>&a;</TED_EXPORT>', "ted_xml"),
    ],
)
def test_recognised(data: bytes, expected: str) -> None:
    assert recognise(data, None) == expected


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"   ",
        b"%PDF-1.7",
        b"\x1f\x8b broken gzip",
        b"{}",
        b"[]",
        b"[1, 2]",
        b'{"releases": ["v1.0", "v1.1"], "name": "package.json of some software"}',
        b'{"records": [{"id": 1}], "uri": "x"}',
        b'{"data": [{"id": "0a", "dateModified": "2026-01-01"}], "next_page": {}}',  # feed page
        b'{"text": "\\"ocid\\" and \\"releases\\" are words here"}',
        b'{"title": "Vendor", "tender": {"tag": 1}}',
        b'<?xml version="1.0"?><rss version="2.0"><channel/></rss>',
        b'<ContractNotice xmlns="https://example.org/not-ubl"/>',
        b'<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"/>',
        b"<html><head><title>Cameras</title></head><body><div class='product'/></body></html>",
        '<html><head><meta name="ArticleTitle" content="公司新闻"></head><body>人脸识别</body></html>'.encode(),
        '<html><body><ul class="c_list_bid"><li><a href="t20250101_1.htm">采购公告</a></li></ul></body></html>'.encode(),
        "<html><title>错误页面！中国政府采购网</title><body>你访问的页面找不回来了</body></html>".encode(),
    ],
)
def test_left_alone(data: bytes) -> None:
    assert recognise(data, None) is None


def test_media_type_and_address_decide_nothing() -> None:
    page = b"<html><body>Not a notice</body></html>"
    assert recognise(page, "application/json", "https://ted.europa.eu/en/notice/1-2024/xml") is None


def test_gzipped_json_lines() -> None:
    data = gzip.compress((SAMPLES / "prozorro.jsonl").read_bytes())
    assert recognise(data, "application/gzip") == "prozorro"


def test_package_whose_metadata_is_longer_than_what_is_looked_at() -> None:
    package = {
        "uri": "x",
        "publishedDate": "2025-01-01",
        "extensions": ["https://example.org/" + "x" * 50] * 3000,
        "releases": [{"ocid": "ocds-1", "tag": ["tender"]}],
    }
    assert recognise(json.dumps(package).encode(), None) == "ocds"
