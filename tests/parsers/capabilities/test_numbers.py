"""Numbers as people write them."""

from __future__ import annotations

import pytest

from parsers.capabilities.numbers import numbers


@pytest.mark.parametrize(
    ("text", "language", "values"),
    [
        ("1,200 cameras", "en", [1200]),
        ("1.200 Kameras", "de", [1200]),
        ("2.5 million people", "en", [2_500_000]),
        ("6 lakh units", "en", [600_000]),
        ("3 crore", "en", [30_000_000]),
        ("twenty-five cameras", "en", [25]),
        ("tens of millions of voices", "en", [10_000_000]),
        ("hundreds of thousands", "en", [100_000]),
        ("底库不少于3000万", "zh", [30_000_000]),
        ("千万级人脸库", "zh", [10_000_000]),
        ("百亿级", "zh", [10_000_000_000]),
        ("270余万份", "zh", [2_700_000]),
        ("１２路", "zh", [12]),
        ("十二台", "zh", [12]),
        ("15 mil fotos", "pt", [15_000]),
        ("drei Milliarden Fotos", "de", [3_000_000_000]),
        ("более 1 миллиона", "ru", [1_000_000]),
        ("12 тыс. камер", "ru", [12_000]),
        ("no digits here", "en", []),
    ],
)
def test_values(text: str, language: str, values: list[float]) -> None:
    assert [number.value for number in numbers(text, language=language)] == values


def test_percent_and_money() -> None:
    percent, money = numbers("98.5% for $3 million", language="en")
    assert (percent.value, percent.percent, percent.money) == (98.5, True, False)
    assert (money.value, money.percent, money.money) == (3_000_000, False, True)
    (yuan,) = numbers("预算120万元", language="zh")
    assert yuan.money
