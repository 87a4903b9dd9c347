"""Dates, amounts, currencies and countries: what is read and what is refused."""

from __future__ import annotations

import pytest

from parsers.notices import values


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("6687920.0", 6687920.0),
        ("881 379,66", 881379.66),
        ("1.234.567,89", 1234567.89),
        ("1,234,567.89", 1234567.89),
        ("1,234", 1234.0),
        ("12,5", 12.5),
        ("1.234.567", 1234567.0),
        ("1'000", 1000.0),
        ("1 000\u00a0000", 1000000.0),
        ("1,234.5", 1234.5),
        ("1e3", 1000.0),
    ],
)
def test_numbers(text: str, expected: float) -> None:
    assert values.number(text) == expected


@pytest.mark.parametrize("text", ["", "abc", "12 Euro", "1-2", "9" * 60, "--5"])
def test_no_numbers(text: str) -> None:
    assert values.number(text) is None


@pytest.mark.parametrize(
    "given",
    ["1e9999", float("inf"), float("nan"), -1, "-4", 10**20, 10**400, "n/a", True, None, ""],
)
def test_impossible_amounts_are_none(given: object) -> None:
    warnings: list[str] = []
    assert values.amount(given, "tender/value/amount", warnings) is None
    silent = given is None or given == "" or given is True
    assert bool(warnings) is not silent
    assert all(warning.startswith("tender/value/amount: ") for warning in warnings)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("￥668.790000 万元（人民币）", 6687900.0),
        ("6687920.0元", 6687920.0),
        ("1.2亿元", 120000000.0),
        ("人民币 1,234.5万元", 12345000.0),
        ("12.5000000（万元）", 125000.0),
        ("折扣率：85(%)", None),
        ("下浮率 3", None),
        ("详见公告正文", None),
    ],
)
def test_chinese_amounts(text: str, expected: float | None) -> None:
    assert values.chinese_amount(text, "预算金额", []) == expected


def test_currencies() -> None:
    warnings: list[str] = []
    assert [values.currency(c, "v", warnings) for c in ("eur", "元", "грн", "HRK", "", None)] == [
        "EUR",
        "CNY",
        "UAH",
        "HRK",
        "",
        "",
    ]
    assert warnings == []
    assert values.currency("XYZ", "value/currency", warnings) == ""
    assert warnings == ["value/currency: 'XYZ' is not an ISO 4217 currency"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("GB", "GB"),
        ("UK", "GB"),
        ("EL", "GR"),
        ("BEL", "BE"),
        ("XKX", "XK"),
        ("England", "GB"),
        ("Україна", "UA"),
        ("MÉXICO", "MX"),
        ("Nowhere", ""),
        ("QQ", ""),
        (None, ""),
    ],
)
def test_countries(given: object, expected: str) -> None:
    assert values.country(given) == expected


@pytest.mark.parametrize(
    ("given", "zone", "expected"),
    [
        ("2024-03-29+01:00", "", "2024-03-29"),
        ("2024-04-02Z", "", "2024-04-02"),
        ("20220103", "", "2022-01-03"),
        ("20220512 10:00", "", "2022-05-12T10:00:00"),
        ("2019-11-25T17:20:38.1197059Z", "", "2019-11-25T17:20:38Z"),
        ("2026-10-08T16:28:39.567617+0300", "", "2026-10-08T16:28:39+03:00"),
        ("2025年05月27日  20:20", "+08:00", "2025-05-27T20:20:00+08:00"),
        ("2017年7月31日13时00分", "+08:00", "2017-07-31T13:00:00+08:00"),
        ("2017年7月31日下午2时", "+08:00", "2017-07-31T14:00:00+08:00"),
        ("2016.8.27", "", "2016-08-27"),
        ("02/28/2026", "", "2026-02-28"),
        ("1500998400000", "+08:00", "2017-07-26"),
        ("2024-02-30", "", ""),
        ("0001-01-01", "", ""),
        ("9999-12-31", "", ""),
        ("soon", "", ""),
        (None, "", ""),
    ],
)
def test_dates(given: object, zone: str, expected: str) -> None:
    assert values.iso_date(given, zone) == expected


def test_date_and_time_joined() -> None:
    assert values.with_time("2024-03-18+01:00", "10:00:00+01:00") == "2024-03-18T10:00:00+01:00"
    assert values.with_time("2024-03-18+01:00", "10:00") == "2024-03-18T10:00:00+01:00"
    assert values.with_time("2022-05-12", "10:00") == "2022-05-12T10:00:00"
    assert values.with_time("2022-05-12", "") == "2022-05-12"
    assert values.with_time("2022-05-12", "25:00") == "2022-05-12"
    assert values.with_time("", "10:00") == ""


def test_sum_says_what_it_lacks() -> None:
    warnings: list[str] = []
    assert values.total_of_all([(1.0, "EUR"), (None, "")], "awards", warnings) == (1.0, "EUR")
    assert values.total_of_all([(1.0, "EUR"), (2.0, "USD")], "awards", warnings) == (None, "")
    assert warnings == [
        "awards: 1 of 2 give no amount; the sum is of the others",
        "awards: amounts in several currencies are not added up",
    ]
