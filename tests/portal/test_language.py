"""The interface in English and Chinese."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from portal import language, vocabulary
from portal.language import Choice, choose, keep, translate, use, with_language

PORTAL = Path(language.__file__).parent


@pytest.mark.parametrize(
    ("query", "accept", "expected"),
    [
        ("", "", Choice("en")),
        ("_lang=zh", "en", Choice("zh", True)),
        ("_lang=xx", "zh-CN,en;q=0.5", Choice("zh")),
        ("", "de,en;q=0.3,zh;q=0.9", Choice("zh")),
        ("", "zh;q=0,en;q=0.1", Choice("en")),
        ("", "zh;q=abc,,;q=1", Choice("en")),
    ],
)
def test_choice(query: str, accept: str, expected: Choice) -> None:
    assert choose(query, accept) == expected


def test_links_keep_a_language_that_the_address_names() -> None:
    use(Choice("zh", explicit=True))
    assert keep("/removed?kind=gone#top") == "/removed?kind=gone&_lang=zh#top"
    use(Choice("zh"))
    assert keep("/removed") == "/removed"
    use(Choice())
    assert (
        with_language("/search?q=%E7%BB%B4%E6%97%8F&_lang=en", "zh")
        == "/search?q=%E7%BB%B4%E6%97%8F&_lang=zh"
    )


def test_pages_in_chinese(get) -> None:
    for response in (get("/?_lang=zh"), get("/", headers={"accept-language": "zh-CN,zh;q=0.9"})):
        assert '<html lang="zh">' in response.text
        assert "谁在出售" in response.text and "人群聚集预警" in response.text
        assert response.headers["content-language"] == "zh"
        assert "Accept-Language" in response.headers["vary"]
    assert 'href="/capability/crowd-alert?_lang=zh"' in get("/?_lang=zh").text
    assert 'href="/capability/crowd-alert"' in get("/", headers={"accept-language": "zh"}).text
    assert "set-cookie" not in get("/?_lang=zh").headers


def test_chinese_pages_are_whole(get) -> None:
    for path in (
        "/about",
        "/methodology",
        "/codebook",
        "/languages",
        "/removed",
        "/search?q=人脸",
        "/capability/crowd-alert",
        "/counterwatch/claims",
        "/counterwatch/who_sells",
    ):
        page = get(path, headers={"accept-language": "zh"}).text
        for english in (
            "Who sells it",
            "Search everything",
            "What disappeared",
            "All rows",
            "View and edit",
        ):
            assert english not in page, path


def _messages() -> set[str]:
    """Every message of templates, code and vocabulary."""
    found: set[str] = set()
    for template in (PORTAL / "templates").glob("*.html"):
        text = template.read_text(encoding="utf-8")
        found |= {m[1] for m in re.findall(r"""\bt\((["'])(.+?)\1[,)]""", text)}
    for module in PORTAL.rglob("*.py"):
        text = module.read_text(encoding="utf-8")
        found |= set(re.findall(r'translate\(\s*"(.+?)"\s*[,)]', text))
    for words in vars(vocabulary).values():
        if isinstance(words, dict) and words is not vars(vocabulary).get("__builtins__"):
            for value in words.values():
                found |= {value} if isinstance(value, str) else set(value)
    return found


def test_every_message_has_a_translation_and_no_translation_is_idle() -> None:
    translations = yaml.safe_load((PORTAL / "translations" / "zh.yml").read_text(encoding="utf-8"))
    assert set(translations) == _messages()


def test_translations_keep_the_places_of_values() -> None:
    for english, chinese in language.messages("zh").items():
        assert sorted(re.findall(r"\{\w+\}", english)) == sorted(re.findall(r"\{\w+\}", chinese)), (
            english
        )


def test_one_is_no_plural() -> None:
    use(Choice())
    assert (
        translate("{n} claims", n="1") == "1 claim" and translate("{n} claims", n="2") == "2 claims"
    )


def test_an_unknown_message_is_shown_as_it_is() -> None:
    use(Choice("zh"))
    assert translate("not a message") == "not a message"
    use(Choice())
