from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from spiders.sources import SourceError, load_source, load_sources

SAMPLE_SOURCES = Path(__file__).parents[2] / "scripts" / "sample_sources"
Write = Callable[..., Path]


def test_the_register_is_in_order() -> None:
    sources = load_sources([Path(__file__).parents[2] / "spiders" / "sources"])
    assert list(sources) == [
        "ccgp", "dahua", "hikvision", "huawei_enterprise", "iflytek", "megvii", "sensetime", "ted",
        "uk_find_a_tender",
    ]  # fmt: skip
    assert not any(source.sample for source in sources.values())
    assert all(source.politeness["delay"] >= 3 for source in sources.values())
    assert {s.vendor for s in sources.values() if s.kind == "vendor"} == {
        "dahua", "hikvision", "huawei", "iflytek", "megvii", "sensetime",
    }  # fmt: skip


def test_sample_sources_know_no_address_until_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COUNTERWATCH_SAMPLE_BASE", raising=False)
    source = load_sources([SAMPLE_SOURCES])["sample_ccgp"]
    assert source.sample
    assert source.addresses("lists")[0] == "{base}/ccgp/cggg/zygg/"
    with pytest.raises(SourceError, match=r"sample_ccgp.*COUNTERWATCH_SAMPLE_BASE is not set"):
        source.resolved()
    assert source.resolved("http://127.0.0.1:1/").addresses("lists") == [
        "http://127.0.0.1:1/ccgp/cggg/zygg/",
        "http://127.0.0.1:1/ccgp/cggg/dfgg/",
    ]
    # {uuid} is filled in later.
    assert source.resolved("http://127.0.0.1:1").urls["download"].endswith("?uuid={uuid}")


def test_sample_sources_take_their_address_from_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COUNTERWATCH_SAMPLE_BASE", "http://127.0.0.1:7")
    assert load_sources([SAMPLE_SOURCES])["sample_ted"].url == "http://127.0.0.1:7/"


def test_folders_come_from_the_environment(
    write_source: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_source("only_this")
    monkeypatch.setenv("COUNTERWATCH_SOURCES", str(tmp_path))
    assert list(load_sources()) == ["only_this"]
    monkeypatch.setenv("COUNTERWATCH_SOURCES", str(tmp_path / "nowhere"))
    with pytest.raises(SourceError, match=r"nowhere: no such folder\. Set COUNTERWATCH_SOURCES"):
        load_sources()


@pytest.mark.parametrize(
    ("changes", "line_starts", "message"),
    [
        (
            {"country": "England"},
            "country",
            r"country: 'England' has not the form.*two-letter code",
        ),
        ({"schedule": "often"}, "schedule", r"schedule: 'often'.*every 6 hours"),
        ({"spider": "spider_man"}, "spider", r"spider: 'spider_man' is not one of"),
        ({"vendor": None}, None, r"file: 'vendor' is missing"),
        ({"colour": "red"}, "colour", r"colour: unknown key\. Known here: block_markers"),
        ({"politeness": {"delay": "slow"}}, "  delay", r"politeness\.delay: 'slow' is not of type"),
        ({"urls": {}}, "urls", r"urls: "),
        ({"urls": {"start": ["ftp://x.example"]}}, None, r"urls\.start"),
        (
            {"options": {"alow": ["^/"]}},
            "  alow",
            r"options\.alow: unknown key\. Known here: allow",
        ),
        ({"options": {"allow": ["("]}}, None, r"options\.allow\.0: '\(' is not a 'regex'"),
        ({"notes": "none"}, "notes", r"notes: 'none' is too short; write a few sentences"),
        ({"languages": []}, "languages", r"languages: "),
        (
            {"kind": "tender", "spider": "ted", "urls": {"search": "{base}/"}},
            None,
            "'options' is missing",
        ),
    ],
)
def test_a_wrong_file_names_file_line_key_and_remedy(
    write_source: Write, changes: dict[str, Any], line_starts: str | None, message: str
) -> None:
    path = write_source(**changes)
    with pytest.raises(SourceError, match=message) as caught:
        load_source(path)
    first = str(caught.value).splitlines()[0]
    assert first.startswith(f"{path}:")
    if line_starts:
        number = int(first.removeprefix(f"{path}:").split(":")[0])
        assert path.read_text().splitlines()[number - 1].startswith(line_starts)


def test_a_date_without_quotes_is_explained(write_source: Write) -> None:
    path = write_source()
    path.write_text(path.read_text() + "window:\n  since: 2026-11-01\n")
    with pytest.raises(SourceError, match=r"window\.since: .*write a date in quotes"):
        load_source(path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("title: [", r":\d+: not valid YAML.*Check indentation"),
        ("", "empty or not a mapping"),
        ("- a\n- b\n", "empty or not a mapping"),
    ],
)
def test_what_is_no_source_file(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "broken.yml"
    path.write_text(text)
    with pytest.raises(SourceError, match=message):
        load_source(path)


def test_a_file_that_is_not_text(tmp_path: Path) -> None:
    path = tmp_path / "broken.yml"
    path.write_bytes(b"title: \xff\xfe")
    with pytest.raises(SourceError, match="Save it as UTF-8"):
        load_source(path)


def test_a_file_name_is_an_id(write_source: Write) -> None:
    with pytest.raises(SourceError, match="file name is its id"):
        load_source(write_source("My-Source"))


def test_all_wrong_files_are_told_at_once(write_source: Write, tmp_path: Path) -> None:
    write_source("one", country="x")
    write_source("two", schedule="x")
    with pytest.raises(SourceError) as caught:
        load_sources([tmp_path])
    assert len(str(caught.value).splitlines()) == 2


def test_two_files_of_one_name(write_source: Write, tmp_path: Path) -> None:
    write_source("twice")
    other = tmp_path / "other"
    other.mkdir()
    (other / "twice.yml").write_text((tmp_path / "twice.yml").read_text())
    with pytest.raises(SourceError, match="has the same name"):
        load_sources([tmp_path, other])
