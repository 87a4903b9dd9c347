from __future__ import annotations

import pytest

from portal import display
from portal.language import Choice, use


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.invalid/a?b=c", "https://example.invalid/a?b=c"),
        ("javascript:alert(1)", ""),
        ("JaVaScRiPt:alert(1)", ""),
        ("java\nscript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("//example.invalid/", ""),
        ("http://", ""),
        ("http://[", ""),
        (" https://example.invalid", ""),
        ("file:///etc/passwd", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_only_web_addresses_become_links(url: str | None, expected: str) -> None:
    assert display.web_address(url) == expected


def test_external_escapes() -> None:
    assert display.external('https://a.invalid/"><script>') == '<a class="address" rel="noopener nofollow noreferrer" href="https://a.invalid/&#34;&gt;&lt;script&gt;">https://a.invalid/&#34;&gt;&lt;script&gt;</a>'  # fmt: skip
    assert display.external("javascript:x", "<b>") == '<span class="address">&lt;b&gt;</span>'


def test_reordering_characters_are_dropped() -> None:
    assert display.harmless("a\u202eb\u2066c") == "abc"
    assert display.harmless(3) == 3


def test_values() -> None:
    assert display.parameters('{"accuracy": 0.9, "crowd_sizes": [3, 6], "groups": ["uyghur"]}') == [
        ("Accuracy stated", "90 %"),
        ("People in a crowd that raise an alert", "3, 6"),
        ("Groups of people named", "Uyghurs"),
    ]
    assert display.parameters("{broken") == [] and display.parameters("[1]") == []
    assert display.size(10_000_000) == "10 million" and display.size(300_000) == "300,000"
    use(Choice("zh"))
    assert display.size(10_000_000) == "1000 万" and display.size(3e8) == "3 亿"
    use(Choice())
    assert display.money(1234.5, "EUR") == "1,234.50 EUR" and display.money(None, "EUR") == "–"
    assert display.minute("2026-11-20T06:12:30Z") == "2026-11-20 06:12 UTC" and display.minute("2026-11-20") == "2026-11-20"  # fmt: skip


def test_links_carry_any_id() -> None:
    link = display.linker(lambda path: path)
    assert link("organization", "a/b?c#维") == "/organization/a%2Fb%3Fc%23%E7%BB%B4"
    assert link() == "/" and link("removed", kind=None) == "/removed"
