"""Which encoding: declared, real, broken."""

from __future__ import annotations

import pytest

from parsers.documents.encoding import decode

CHINESE = "本项目采购人脸识别系统，用于公共安全视频监控，预算金额一百万元。"
SHORT = "人脸识别"
RUSSIAN = "Закупка системы распознавания лиц для видеонаблюдения в городе."


@pytest.mark.parametrize(
    ("data", "charset", "text", "encoding"),
    [
        (CHINESE.encode(), None, CHINESE, "utf-8"),
        (CHINESE.encode("gbk"), "gb2312", CHINESE, "gb18030"),
        ("镕㐀𠮷".encode("gb18030"), "GB2312", "镕㐀𠮷", "gb18030"),
        # GBK declared as UTF-8: the server's word is not taken.
        (CHINESE.encode("gbk"), "utf-8", CHINESE, "gb18030"),
        (SHORT.encode("gbk"), None, SHORT, "gb18030"),
        (SHORT.encode("gbk"), "utf-8", SHORT, "gb18030"),
        # UTF-8 declared as Latin-1: valid UTF-8 beyond ASCII is no accident.
        ("Zürich café".encode(), "iso-8859-1", "Zürich café", "utf-8"),
        ("“Zürich”".encode("cp1252"), "iso-8859-1", "“Zürich”", "cp1252"),
        (RUSSIAN.encode("cp1251"), "windows-1251", RUSSIAN, "cp1251"),
        (RUSSIAN.encode("cp1251"), None, RUSSIAN, "cp1251"),
        (
            "監控系統與人臉辨識採購案".encode("big5"),
            "big5",
            "監控系統與人臉辨識採購案",
            "big5hkscs",
        ),
        (b"\xef\xbb\xbfone", None, "one", "utf-8"),
        ("one 人".encode("utf-16"), None, "one 人", "utf-16-le"),
        ("<p>one two three".encode("utf-16-be"), "utf-8", "<p>one two three", "utf-16-be"),
        (b"a\r\nb\rc", "no-such-charset", "a\nb\nc", "utf-8"),
        (b"abc", "base64", "abc", "utf-8"),
    ],
)
def test_decode(data: bytes, charset: str | None, text: str, encoding: str) -> None:
    decoded = decode(data, charset)
    assert (decoded.text, decoded.encoding) == (text, encoding)


def test_a_wrong_declaration_is_told() -> None:
    decoded = decode(CHINESE.encode("gbk"), "utf-8")
    assert decoded.warnings == ("declared as utf-8, read as gb18030",)


def test_broken_utf8_is_read_with_a_warning_that_counts() -> None:
    data = CHINESE.encode()
    decoded = decode(data[:30] + b"\xff" + data[30:] + b"\xe4\xba", "utf-8")
    assert decoded.text == CHINESE[:10] + "\ufffd" + CHINESE[10:] + "\ufffd"
    assert decoded.warnings == ("not valid utf-8: 2 places replaced by U+FFFD",)


def test_odd_utf16_does_not_fail() -> None:
    decoded = decode("one".encode("utf-16-le")[:-1], None)
    assert decoded.text.startswith("on")
