"""Whom a claim is about."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from parsers.capabilities.sentences import block_at, split_block
from parsers.documents import extract
from parsers.organizations import actors, load_register
from parsers.records import Stance, Tag


def tag_at(text: str, quote: str, stance: Stance = "reports", start: int = 0) -> Tag:
    first = text.index(quote, start)
    spans = split_block(text, *block_at(text, first))
    sentence = next((a, b) for a, b in spans if a <= first < b)
    return Tag("crowd-alert", stance, quote, first, first + len(quote), sentence=sentence)


def roles(text: str, quote: str, stance: Stance = "reports", **given) -> list[tuple[str, str]]:  # type: ignore[no-untyped-def]
    return [(a.organization_id, a.role) for a in actors(tag_at(text, quote, stance), text, **given)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Megvii sells crowd alerts.", [("megvii", "vendor")]),
        # Publishers report; they are never the accused.
        ("IPVM found crowd alerts of Dahua.", [("dahua", "vendor"), ("ipvm", "reporter")]),
        ("The Guardian found crowd alerts.", [("guardian", "reporter")]),
        # Several makers, each for itself.
        ("Microsoft and IBM sell crowd alerts.", [("microsoft", "vendor"), ("ibm", "vendor")]),
        # Several makers, together.
        (
            "Huawei sells crowd alerts co-developed with DeepGlint and Bresee.",
            [("huawei", "vendor"), ("deepglint", "partner"), ("bresee", "partner")],
        ),
        ("华为与商汤联合推出 crowd alerts。", [("huawei", "vendor"), ("sensetime", "vendor")]),
        ("华为联合商汤推出 crowd alerts。", [("huawei", "vendor"), ("sensetime", "partner")]),
        # The maker is named after its seller.
        (
            "Huawei shows crowd alerts created by the company iFlytek.",
            [("iflytek", "vendor"), ("huawei", "partner")],
        ),
        (
            "Hikvision sells crowd alerts to Xinjiang police.",
            [("hikvision", "vendor"), ("xinjiang-police", "buyer")],
        ),
        # A neighbouring sentence of the paragraph, the one before first.
        ("Dahua denied it. Nobody else sells crowd alerts. Uniview agreed.", [("dahua", "vendor")]),
        ("Nobody else sells crowd alerts. Uniview agreed.", [("uniview", "vendor")]),
        # A reference back across paragraphs; without one, nobody.
        ("Yitu is big.\nThe company sells crowd alerts.", [("yitu", "vendor")]),
        ("Yitu is big.\nElsewhere, police bought crowd alerts.", []),
        # A ministry that answers is the subject; nobody is looked for further back.
        (
            "Yitu is big.\nThe Chinese Foreign Ministry said it knows no crowd alerts.",
            [("chinese-foreign-ministry", "subject")],
        ),
    ],
)
def test_reports(text: str, expected: list[tuple[str, str]]) -> None:
    assert roles(text, "crowd alerts") == expected


def test_vendor_site_speaks_for_its_vendor() -> None:
    text = "Our crowd alerts run on Huawei servers; IPVM wrote about them."
    assert roles(text, "crowd alerts", "claims", source_kind="vendor", vendor_id="megvii") == [
        ("megvii", "vendor"),
        ("huawei", "partner"),
    ]


def test_vendor_is_no_partner_of_its_parent() -> None:
    text = "Alibaba Cloud of Alibaba offers crowd alerts."
    given = {"source_kind": "vendor", "vendor_id": "alibaba-cloud"}
    assert roles(text, "crowd alerts", "claims", **given) == [("alibaba-cloud", "vendor")]


def test_tender_is_its_buyers() -> None:
    text = "Crowd alerts, compatible with Hikvision cameras, are required."
    given = {"source_kind": "tender", "buyer_id": "org-city", "supplier_ids": ("org-shop",)}
    assert roles(text, "Crowd alerts", "requires", **given) == [
        ("org-city", "buyer"),
        ("hikvision", "subject"),
    ]
    assert roles(text, "Crowd alerts", "supplies", **given)[:3] == [
        ("hikvision", "vendor"),
        ("org-shop", "supplier"),
        ("org-city", "buyer"),
    ]


def test_nobody_beyond_the_notice() -> None:
    text = "Dahua delivers.\fThe system has crowd alerts."
    assert roles(text, "crowd alerts", window=(text.index("\f") + 1, len(text))) == []


def test_seed_documents(shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of the registered actors that readers saw in the passages, nearly all are named."""
    register = load_register()
    ids = {name.lower(): o.id for o in register.values() for name, _ in o.all_names()}
    texts: dict[str, str] = {}
    wanted = found = extra = 0
    for line in (shared / "gold" / "seeds.jsonl").read_text("utf-8").splitlines():
        passage = json.loads(line)
        name = passage["url"].split("/")[-1]
        if name not in texts:
            texts[name] = extract((shared / "seeds" / name).read_bytes(), None, name).text
        text = texts[name]
        place = max(text.find(_flat(passage["text"])[:60]) - 5, 0)
        seen = set()
        for claim in passage["claims"]:
            # The hyphen of a word that a page break cut is not in the text.
            quote = _flat(claim["quote"]).rstrip("-")
            tag = tag_at(text, quote, claim["stance"], place)
            seen |= {(a.organization_id, a.role) for a in actors(tag, text)}
        if not passage["claims"]:
            continue
        named = {(ids.get(a["name"].lower(), ""), a["role"]) for a in passage["actors"]}
        expected = {pair for pair in named if pair[0]}
        wanted += len(expected)
        found += len(expected & seen)
        extra += len(seen - named)
        for missed in sorted(expected - seen):
            print(f"{passage['id']}: not found: {missed[0]} as {missed[1]}")
    print(f"actors: {found} of {wanted} found, {extra} more named")
    assert wanted == 50
    assert found >= 45
    assert extra <= 4


def _flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)
