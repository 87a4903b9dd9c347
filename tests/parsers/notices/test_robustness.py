"""Bad input ends as a failure with a reason: never an exception, never without bound."""

from __future__ import annotations

import gzip
import json
import random
import tracemalloc
from pathlib import Path

import pytest

from parsers.notices import FORMATS, ccgp_page, json_input, read, recognise
from parsers.records import Notice, NoticeFailure

SAMPLES = Path(__file__).parent / "samples"
SAMPLE_FILES = sorted(path for path in SAMPLES.iterdir() if path.suffix != ".md")


def failures(data: bytes, format: str) -> list[str]:
    found = list(read(data, format))
    assert all(isinstance(entry, NoticeFailure) for entry in found), found
    return [entry.reason for entry in found if isinstance(entry, NoticeFailure)]


@pytest.mark.parametrize("path", SAMPLE_FILES, ids=lambda path: path.name)
def test_damaged_bytes_never_raise(path: Path) -> None:
    data = path.read_bytes()
    format = recognise(data, None)
    assert format is not None
    dice = random.Random(20261122)
    for _ in range(60):
        damaged = bytearray(data)
        if dice.random() < 0.5:
            del damaged[dice.randrange(len(damaged)) :]
        for _ in range(dice.randrange(1, 20)):
            if damaged:
                damaged[dice.randrange(len(damaged))] = dice.randrange(256)
        recognise(bytes(damaged), None)
        for found in read(bytes(damaged), format):
            assert isinstance(found, Notice | NoticeFailure)
            # "unexpected" is the last net: what falls into it is a mistake of ours.
            assert not isinstance(found, NoticeFailure) or "unexpected" not in found.reason


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize(
    "data", [b"", b" ", b"\x00" * 100, b"\xff\xfe", b"null", b'"text"', b"7", b"<", b"{"]
)
def test_what_is_no_notice_is_a_failure(format: str, data: bytes) -> None:
    reasons = failures(data, format)
    assert len(reasons) == 1
    assert reasons[0]


def test_entity_bomb_is_refused() -> None:
    bomb = (
        b'<!DOCTYPE TED_EXPORT [<!ENTITY a "aaaaaaaaaa">'
        + b"".join(
            f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">'.encode() for n in range(9)
        )
        + b"]><TED_EXPORT>&j;</TED_EXPORT>"
    )
    assert recognise(bomb, None) == "ted_xml"
    assert failures(bomb, "ted_xml") == [
        "the XML declares entities (<!ENTITY …>), which are never expanded here"
    ]
    assert "entities" in failures(bomb.decode().encode("utf-16"), "ted_xml")[0]


def test_external_entity_is_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("never shown")
    data = (
        f'<!DOCTYPE TED_EXPORT [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
        "<TED_EXPORT><FORM_SECTION>&x;</FORM_SECTION></TED_EXPORT>"
    ).encode()
    assert "entities" in failures(data, "ted_xml")[0]


def test_xml_that_ends_early_names_the_line() -> None:
    data = (SAMPLES / "eforms_award.xml").read_bytes()[:3000]
    assert failures(data, "eforms")[0].startswith("not well-formed XML: ")
    assert ", line " in failures(data, "eforms")[0]


def test_deep_xml_is_a_failure() -> None:
    assert "not well-formed XML" in failures(b"<TED_EXPORT>" + b"<P>" * 100_000, "ted_xml")[0]


@pytest.mark.parametrize("format", ["ocds", "prozorro", "sam_gov", "ccgp"])
def test_deep_json_is_a_failure(format: str) -> None:
    closed = b'{"ocid":' * 50_000 + b"1" + b"}" * 50_000
    assert failures(closed, format)[0].startswith("JSON nested too deeply")


def test_json_deep_enough_to_parse_is_a_failure_too() -> None:
    deep = b'{"releases": [{"ocid": "ocds-1", "tender": ' + b"[" * 300 + b"]" * 300 + b"}]}"
    assert failures(deep, "ocds") == ["JSON nested too deeply"]


def test_deep_html_is_read() -> None:
    page = ccgp_page.parse(b"<html><body>" + b"<div>" * 20_000 + "采购".encode())
    assert page.lines == ["采购"]


def test_numbers_that_are_none_cost_only_themselves() -> None:
    data = b"""{"releases": [
      {"ocid": "ocds-1", "tag": ["tender"], "buyer": {"name": "B"}, "tender": {"title": "A", "value": {"amount": 1e9999, "currency": "GBP"}}},
      {"ocid": "ocds-2", "tag": ["tender"], "buyer": {"name": "B"}, "tender": {"title": "B 1e9999 000,", "value": {"amount": 000, "currency": "GBP"}}},
      {"ocid": "ocds-3", "tag": ["tender"], "buyer": {"name": "B"}, "tender": {"title": "C", "value": {"amount": NaN, "currency": "GBP"}}},
      {"ocid": "ocds-4", "tag": ["tender"], "buyer": {"name": "B"}, "tender": {"title": "D", "value": {"amount": 1 250, "currency": "GBP"}}},
      {"ocid": "ocds-5", "tag": ["tender"], "buyer": {"name": "B"}, "tender": {"title": "E", "value": {"amount": 7, "currency": "GBP"}}}
    ]}"""
    found = [entry for entry in read(data, "ocds") if isinstance(entry, Notice)]
    assert [(entry.title, entry.amount) for entry in found] == [
        ("A", None),
        ("B 1e9999 000,", None),
        ("C", None),
        ("D", 1250.0),
        ("E", 7.0),
    ]
    repaired = "a number that is not JSON near line 3 was repaired or set to null"
    assert found[0].warnings == (repaired, "tender/value/amount: inf is not a possible amount")
    assert found[4].warnings == (repaired,)


def test_package_cut_in_the_middle_keeps_what_is_whole() -> None:
    release = '{"ocid": "ocds-%d", "tag": ["tender"], "tender": {"title": "T%d"}}'
    text = '{"uri": "x", "releases": [' + ", ".join(release % (n, n) for n in range(3))
    *notices, failure = read(text[:-5].encode(), "ocds")
    assert [entry.title for entry in notices if isinstance(entry, Notice)] == ["T0", "T1"]
    assert isinstance(failure, NoticeFailure)
    assert "read up to releases[2]" in failure.reason


def test_latin_1_and_broken_utf_8() -> None:
    text = '{"ocid": "ocds-1", "tag": ["tender"], "tender": {"title": "Cámaras %s"}}'
    latin = next(read((text % "í").encode("iso-8859-1"), "ocds"))
    assert isinstance(latin, Notice)
    assert latin.title == "Cámaras í"
    assert latin.warnings[0] == "the bytes are not UTF-8: read as ISO-8859-1"
    title = ("Камера " * 20).encode()
    broken = b'{"ocid": "ocds-1", "tag": ["tender"], "tender": {"title": "' + title + b'\xff"}}'
    (found,) = read(broken, "ocds")
    assert isinstance(found, Notice)
    assert found.title == "Камера " * 20 + "�"
    assert found.warnings[0].startswith("broken UTF-8 at byte ")


def test_gbk_declared_as_utf_8() -> None:
    page = (SAMPLES / "ccgp_award.html").read_text(encoding="utf-8").encode("gb18030")
    (found,) = read(page, "ccgp")
    assert isinstance(found, Notice)
    assert found.title == "虚构市公安局人脸识别示例系统中标公告"
    assert found.amount == 1234567.0
    assert found.warnings == ("the page declares UTF-8 but is GB 18030",)


def test_pages_that_say_there_is_no_notice() -> None:
    for sign in ("你访问的页面找不回来了", "访问过于频繁"):
        page = f"<html><title>x</title><body>{sign}</body></html>".encode()
        assert failures(page, "ccgp") == [f"the page says {sign}: no notice"]


def test_truncated_gzip_keeps_the_lines_before_the_cut() -> None:
    dice = random.Random(1)
    rows = [
        json.dumps({"tenderID": f"UA-{n}", "title": f"{dice.random()} {n}"}) for n in range(5000)
    ]
    packed = gzip.compress("\n".join(rows).encode())
    *notices, failure = read(packed[: len(packed) // 2], "prozorro")
    assert 1000 < len(notices) < 4000
    assert all(isinstance(entry, Notice) for entry in notices)
    assert isinstance(failure, NoticeFailure)
    assert failure.reason.startswith("gzip stream damaged after line ")


def test_gzip_bomb_is_a_failure_in_bounded_memory() -> None:
    bomb = gzip.compress(b"\x00" * 60_000_000)
    tracemalloc.start()
    found = failures(bomb, "prozorro")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(found) == 1
    assert peak < 500_000_000


def test_fifty_megabytes_of_lines_are_streamed() -> None:
    doc = {"tenderID": "UA-1", "title": "Sample", "bids": ["x" * 20_000]}
    line = json.dumps({"kind": "tender", "doc": doc})
    data = b"".join(line.encode() + b"\n" for _ in range(2_500))
    assert len(data) > 50_000_000
    tracemalloc.start()
    count = sum(isinstance(entry, Notice) for entry in read(data, "prozorro"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 2_500
    assert peak < 20_000_000


def test_large_package_is_read_element_by_element(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_input, "LARGEST_WHOLE", 100)
    data = (SAMPLES / "ocds_releases.json").read_bytes()
    found = list(read(data, "ocds"))
    monkeypatch.undo()
    assert [type(entry) for entry in found] == [type(entry) for entry in read(data, "ocds")]
    data = (SAMPLES / "ocds_records.json").read_bytes()
    whole = list(read(data, "ocds"))
    monkeypatch.setattr(json_input, "LARGEST_WHOLE", 100)
    assert list(read(data, "ocds")) == whole


def test_sizes_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_input, "LARGEST_JSON", 10)
    assert failures(b'{"ocid": "ocds-1"}', "ocds") == ["JSON of 18 bytes is above the limit of 10"]


def test_unknown_format_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(KeyError):
        list(read(b"", "docx"))
