"""Finding and resolving names."""

from __future__ import annotations

import pytest

from parsers.organizations import find, normalised, resolve, unregistered_id


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Huawei and HIK Vision", [("huawei", "Huawei"), ("hikvision", "HIK Vision")]),
        ("HUAWEI’S role", [("huawei", "HUAWEI")]),
        ("由华为与旷视科技联合开发", [("huawei", "华为"), ("megvii", "旷视科技")]),
        (
            "海康威視、大華股份、商湯",
            [("hikvision", "海康威視"), ("dahua", "大華股份"), ("sensetime", "商湯")],
        ),
        # The longest name wins.
        ("Alibaba Cloud", [("alibaba-cloud", "Alibaba Cloud")]),
        ("阿里云计算有限公司", [("alibaba-cloud", "阿里云计算有限公司")]),
        ("The\nWashington Post", [("washington-post", "The\nWashington Post")]),
        # Word boundaries, addresses, lower case.
        ("Huaweis, sales@dahua.com, www.huawei.com, see https://ipvm.com/reports", []),
        ("the axis of a ring; amazon parrots", []),
        # Han substrings that are no names.
        ("振兴中华为己任", []),
        ("依图纸施工", []),
        # Ordinary words count only in company.
        ("Viktor met Anna in the village.", []),
        ("a system of the surveillance supplier Viktor", [("viktor", "Viktor")]),
        ("The Amazon rainforest, says the company", []),
        (
            "Microsoft, Amazon and IBM",
            [("microsoft", "Microsoft"), ("amazon", "Amazon"), ("ibm", "IBM")],
        ),
        ("", []),
    ],
)
def test_find(text: str, found: list[tuple[str, str]]) -> None:
    mentions = find(text)
    assert [(m.organization_id, m.name) for m in mentions] == found
    assert all(text[m.start : m.end] == m.name for m in mentions)


@pytest.mark.parametrize(
    ("name", "country", "organization_id"),
    [
        ("Hangzhou Hikvision Digital Technology Co., Ltd.", "CN", "hikvision"),
        ("HANGZHOU HIKVISION DIGITAL TECHNOLOGY CO LTD", "", "hikvision"),
        ("杭州海康威视数字技术股份有限公司", "CN", "hikvision"),
        ("Huawei Technologies (UK) Co. Ltd", "GB", "huawei"),
        ("科大讯飞股份有限公司", "CN", "iflytek"),
        ("Axis Communications AB", "SE", "axis"),
        ("Axis", "SE", "axis"),
        # A name that is a word, in another country: somebody else.
        ("Axis", "GB", None),
        ("Ring GmbH", "DE", None),
        ("Sample dealer of Hikvision", "CN", None),
        ("样例海康威视专卖店", "CN", None),
        ("", "", None),
    ],
)
def test_resolve(name: str, country: str, organization_id: str | None) -> None:
    assert resolve(name, country) == organization_id


@pytest.mark.parametrize(
    ("one", "same"),
    [
        ("Sample Cámaras, S.A.", "SAMPLE CAMARAS SA"),
        ("样例科技有限公司", "样例科技股份有限公司"),
        ("Ｓａｍｐｌｅ Ltd", "Sample Limited"),
        ("Sample & Co. KG", "Sample"),
    ],
)
def test_normalised_and_ids_ignore_how_a_name_is_written(one: str, same: str) -> None:
    assert normalised(one) == normalised(same)
    assert unregistered_id(one, "de") == unregistered_id(same, "DE")


def test_ids_differ_by_name_and_country_and_never_change() -> None:
    assert unregistered_id("Sample", "DE") != unregistered_id("Sample", "AT")
    assert unregistered_id("Sample One") != unregistered_id("Sample Two")
    # Published in links: a change here breaks them.
    assert unregistered_id("Sample City Police", "GB") == "org-hq5lhhfksviv"
