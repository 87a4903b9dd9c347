"""The registers load, keep their promises, and say clearly what is wrong."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from parsers.capabilities import lexicon
from parsers.organizations import RegisterError, load_register, load_reported

SAMPLE = "name: Sample Cameras\nkind: vendor\ncountry: NO\nsample: true\n"


def write(folder: Path, name: str, text: str) -> tuple[Path]:
    (folder / f"{name}.yml").write_text(text, "utf-8")
    return (folder,)


def test_one_organization(tmp_path: Path) -> None:
    text = SAMPLE + (
        "name_zh: 样例相机\nnames:\n  en: [Sample Cams, {name: Sample, near: [camera]}]\n"
        "listings:\n- {list: Sample list, since: 2019-10-09, source_url: 'https://example.org/a'}\n"
    )
    (organization,) = load_register(write(tmp_path, "sample-cameras", text)).values()
    assert (organization.id, organization.country) == ("sample-cameras", "NO")
    assert organization.sample
    assert list(organization.all_names()) == [
        ("Sample Cameras", ""),
        ("样例相机", "zh"),
        ("Sample Cams", "en"),
        ("Sample", "en"),
    ]
    assert organization.listings[0].since == "2019-10-09"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name: A sample\n", r"one\.yml: the file: 'kind' is a required property"),
        ("name: [\n", r"one\.yml: not readable as YAML"),
        ("- a\n", r"one\.yml: the file: .* is not of type 'object'"),
        (SAMPLE + "wikidata: 160120\n", r"one\.yml: wikidata: "),
        (SAMPLE + "alias: Sam\n", r"one\.yml: the file: .*'alias' was unexpected"),
        (SAMPLE + "parent: nobody\n", r"parent nobody is not registered: add nobody\.yml"),
        (SAMPLE + "names: {english: [Sam]}\n", r"one\.yml: names: "),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(RegisterError, match=message):
        load_register(write(tmp_path, "one", text))


def test_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(RegisterError, match="nowhere: no such folder"):
        load_register([tmp_path / "nowhere"])


def test_own_folders_are_read_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "sample-cameras", SAMPLE)
    monkeypatch.setenv("COUNTERWATCH_ORGANIZATIONS", str(tmp_path))
    register = load_register()
    assert "sample-cameras" in register
    assert "huawei" in register


def test_an_id_is_registered_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "huawei", SAMPLE)
    monkeypatch.setenv("COUNTERWATCH_ORGANIZATIONS", str(tmp_path))
    with pytest.raises(RegisterError, match="huawei is registered already"):
        load_register()


def test_every_organization_says_who_it_is() -> None:
    register = load_register()
    assert len(register) >= 80
    for organization in register.values():
        assert organization.description, organization.id
        assert organization.country or organization.id in ("cytrox", "un-special-procedures")
        assert not organization.reporter or organization.kind == "other"
        for listing in organization.listings:
            assert re.fullmatch(r"\d{4}-\d\d-\d\d", listing.since), organization.id


def test_listings_of_october_2019() -> None:
    listed = {
        organization.id
        for organization in load_register().values()
        for listing in organization.listings
        if (listing.list, listing.since) == ("US BIS Entity List", "2019-10-09")
    }
    assert listed == {
        *("dahua", "hikvision", "iflytek", "megvii", "meiya-pico", "sensetime", "yitu", "yixin"),
        "xinjiang-police",
    }


def test_section_889() -> None:
    listed = {
        organization.id
        for organization in load_register().values()
        for listing in organization.listings
        if listing.list == "US NDAA section 889"
    }
    assert listed == {"huawei", "zte", "hytera", "hikvision", "dahua"}


def test_reported_systems_name_known_capabilities_and_speak_both_languages() -> None:
    known = set(lexicon.load().capabilities)
    systems = load_reported()
    assert len(systems) == 18
    for system in systems.values():
        assert system.summary["en"], system.id
        assert re.search("[\u4e00-\u9fff]", system.summary["zh"]), system.id
        assert bool(system.answer) == bool(system.answer_by), system.id
        for claim in system.claims:
            assert claim.capability in known, (system.id, claim.capability)


def test_the_crowd_alert() -> None:
    system = load_reported()["huawei-viktor-crowd-alert"]
    (claim,) = system.claims
    assert (claim.organization, claim.role) == ("huawei", "vendor")
    assert claim.others == (("viktor", "partner"), ("washington-post", "reporter"))
    assert claim.parameters == {"crowd_sizes": [3, 6, 10, 20, 50]}
    assert (system.publisher, system.published) == ("The Washington Post", "2020-12-12")


def test_denials_stand_beside_the_claims() -> None:
    systems = load_reported()
    denied = {s.id for s in systems.values() for c in s.claims if c.stance == "denies"}
    assert {"huawei-megvii-uyghur-alarm", "alibaba-cloud-shield"} <= denied


def test_reported_system_with_an_unknown_organization(tmp_path: Path) -> None:
    text = (
        "title: A\npublication: B\npublisher: C\nsummary: {en: d, zh: 丁}\nclaims:\n"
        "- {capability: crowd-alert, stance: reports, organization: nobody, role: vendor,\n"
        "   statement: A sample statement of a claim.}\n"
    )
    with pytest.raises(RegisterError, match="organisation nobody is not registered"):
        load_reported(write(tmp_path, "a", text))


def test_nothing_is_copied_from_the_publications(shared: Path) -> None:
    """No run of nine words of the seed documents stands in the registers, titles apart."""
    words = re.compile(r"\w+")
    runs = set()
    for path in (shared / "seeds").glob("*.txt"):
        found = [word.lower() for word in words.findall(path.read_text("utf-8"))]
        runs |= {tuple(found[n : n + 9]) for n in range(len(found) - 8)}
    for system in load_reported().values():
        own = [system.summary["en"], system.answer, *(c.statement for c in system.claims)]
        for text in own:
            found = [word.lower() for word in words.findall(text)]
            for n in range(len(found) - 8):
                assert tuple(found[n : n + 9]) not in runs, (system.id, found[n : n + 9])
