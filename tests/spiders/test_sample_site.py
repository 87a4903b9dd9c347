"""The sample site says that it is one, and its notices and files are readable."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from email.message import Message

import pytest

from parsers.documents import extract
from parsers.notices import read, recognise
from parsers.records import Notice
from parsers.redaction import redact
from scripts.sample_site import SampleSite
from scripts.sample_site.content import content
from scripts.sample_site.eforms import xml
from scripts.sample_site.files import MAKERS

NOTES = ("invented for demonstration", "内容虚构")


def get(url: str, **headers: str) -> tuple[int, bytes, Message]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as answer:
            return answer.status, answer.read(), answer.headers
    except urllib.error.HTTPError as error:
        return error.code, error.read(), error.headers


def pages() -> list[str]:
    sites = content("sites")["sites"]
    return ["/", *(page["path"] for site in sites.values() for page in site["pages"])]


def test_every_page_says_it_is_a_sample(site: SampleSite) -> None:
    listed = ["/ccgp/cggg/dfgg/gkzb/", "/ccgp/cggg/dfgg/gkzb/202610/t20261009_900001.htm"]
    files = [path for path in content("sites")["documents"] if path.endswith(("pdf", "pptx"))]
    assert len(pages()) == 36
    for path in [*pages(), *listed, "/no/such/page"]:
        _, body, _ = get(site.base + path)
        assert any(note in body.decode() for note in NOTES), path
    for path in files:
        _, body, headers = get(site.base + path)
        assert any(note in extract(body, headers.get_content_type()).text for note in NOTES), path


def test_robots_and_sitemap(site: SampleSite) -> None:
    assert b"Disallow: /vision/en/internal/" in get(f"{site.base}/robots.txt")[1]
    assert get(f"{site.base}/vision/sitemap.xml")[1].count(b"<url>") == 21


def test_an_unchanged_page_is_not_sent_again(site: SampleSite) -> None:
    url = f"{site.base}/vision/en/products/crowd-sense.html"
    tag = get(url)[2]["ETag"]
    assert get(url, **{"If-None-Match": tag})[:2] == (304, b"")


def test_version_2_softens_one_page_and_loses_another() -> None:
    with SampleSite() as site:
        before = {path: get(site.base + path)[:2] for path in pages()}
        site.version = 2
        after = {path: get(site.base + path)[:2] for path in pages()}
    changed = [path for path in before if before[path] != after[path]]
    assert changed == [
        "/vision/en/products/group-insight.html",
        "/vision/en/products/gait-walk.html",
    ]
    assert b"ethnicity" in before[changed[0]][1] and b"ethnicity" not in after[changed[0]][1]
    assert after[changed[1]][0] == 404


def test_release_packages_are_ocds(site: SampleSite) -> None:
    url = f"{site.base}/ocds/api/1.0/ocdsReleasePackages?updatedFrom=2026-10-01T00:00:00Z&limit=10"
    found = []
    while url:
        _, body, headers = get(url)
        assert recognise(body, headers.get_content_type(), url) == "ocds"
        found += list(read(body, "ocds", url))
        url = json.loads(body).get("links", {}).get("next")
    assert len(found) == 18
    assert all(isinstance(notice, Notice) and notice.title and notice.buyer for notice in found)
    award = next(notice for notice in found if notice.source_notice_id == "000102-2026")
    assert [s.party.name for s in award.suppliers] == ["Examplia Vision Ltd"]
    assert (award.stage, award.amount, award.currency) == ("award", 1390000, "GBP")


@pytest.mark.parametrize("data", content("eforms")["notices"], ids=lambda data: data["number"])
def test_eforms_are_eforms(data: dict) -> None:
    body = xml(data).encode()
    assert recognise(body, "application/xml") == "eforms"
    (notice,) = read(body, "eforms")
    assert isinstance(notice, Notice)
    assert (notice.title, notice.buyer and notice.buyer.name) == (data["title"], data["buyer"])
    assert notice.published.startswith(data["date"])
    assert notice.amount == data["amount"]
    suppliers = [lot["supplier"] for lot in data["lots"] if "supplier" in lot]
    assert [supplier.party.name for supplier in notice.suppliers] == suppliers


@pytest.mark.parametrize("data", content("ccgp")["notices"], ids=lambda data: str(data["id"]))
def test_chinese_notices_are_read_and_name_no_person(site: SampleSite, data: dict) -> None:
    day = data["date"][:10].replace("-", "")
    url = f"{site.base}/ccgp/cggg/{data['folder']}/{data['kind']}/{day[:6]}/t{day}_{data['id']}.htm"
    _, body, _ = get(url)
    assert recognise(body, "text/html", url) == "ccgp"
    (notice,) = read(body, "ccgp", url)
    assert isinstance(notice, Notice)
    assert (notice.title, notice.buyer and notice.buyer.name) == (data["title"], data["buyer"])
    assert notice.amount == pytest.approx(data.get("award", data.get("budget")) * 10_000)
    assert [s.party.name for s in notice.suppliers] == (
        [data["supplier"]] if "supplier" in data else []
    )
    contact = content("ccgp")["contact"]
    shown = redact(extract(body, "text/html").text)
    for key in ("person", "phone", "mobile", "email", "experts"):
        assert contact[key] in body.decode() or key == "experts"
        assert contact[key] not in f"{notice}"
        assert contact[key] not in shown


def test_files_are_the_same_every_time() -> None:
    files = [*content("sites")["documents"].values()]
    files += [{**file, "kind": name[-4:]} for name, file in content("ccgp")["files"].items()]
    assert len(files) == 6
    for file in files:
        make = MAKERS[file["kind"]]
        assert make(file) == make(file)


@pytest.mark.parametrize(
    ("path", "sentences", "pages"),
    [
        (
            "/vision/files/brochure.pdf",
            ["searches 50 million faces in one second", "licence plate recognition"],
            2,
        ),
        ("/vision/files/brochure-zh.pdf", ["步态识别可在50米外识别行人身份"], 1),
        (
            "/vision/files/safe-city-deck.pptx",
            ["人群聚集预警：3人、6人、10人", "现场演示人群聚集预警"],
            3,
        ),
        (
            "/signals/files/signals-overview.pdf",
            ["tens of millions of voiceprints", "千万级声纹库"],
            1,
        ),
        (
            "/ccgp/oss/download?uuid=3f1c0a52-0000-4000-8000-000000000001",
            ["首位命中率不低于95%", "人脸抓拍摄像机\t200台"],
            1,
        ),
        ("/ccgp/oss/download?uuid=3f1c0a52-0000-4000-8000-000000000002", ["车牌识别卡口\t40\t"], 1),
    ],
)
def test_files_hold_the_text_they_were_made_of(
    site: SampleSite, path: str, sentences: list[str], pages: int
) -> None:
    _, body, headers = get(site.base + path)
    extraction = extract(body, headers.get_content_type())
    for sentence in sentences:
        assert sentence in extraction.text
    assert extraction.pages == pages


def test_the_release_api_can_throttle() -> None:
    with SampleSite(rate_limit=True) as site:
        url = f"{site.base}/ocds/api/1.0/ocdsReleasePackages"
        statuses = [get(url)[0] for _ in range(13)]
        assert statuses == [200] * 12 + [429]
        assert 100 < int(get(url)[2]["Retry-After"]) <= 121


def test_no_such_attachment(site: SampleSite) -> None:
    assert get(f"{site.base}/ccgp/oss/download?uuid=nothing")[0] == 404
