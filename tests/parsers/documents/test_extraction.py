"""One document of each kind in, text out; one broken input for each."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile

import pytest

from parsers.documents import DocumentError, DocumentTooLarge, Limits, extract


def text_of(data: bytes | str, media_type: str | None = None, name: str = "") -> str:
    raw = data.encode() if isinstance(data, str) else data
    return extract(raw, media_type, name).text


def test_plain_text_keeps_paragraphs_and_pages() -> None:
    extraction = extract(b"Title\n\nOne.\nTwo.\n\fThree.", "text/plain")
    assert extraction.text == "Title\nOne.\nTwo.\fThree."
    assert (extraction.title, extraction.pages) == ("Title", 2)


def test_plain_text_wrapped_by_a_mail_program_is_rejoined() -> None:
    source = (
        "The police of Sampleton bought a system that detects crowds of more than\n"
        "twenty people and sends an alert to the duty officer within five seconds of\n"
        "the first per-\nson arriving.\n"
    )
    assert text_of(source) == (
        "The police of Sampleton bought a system that detects crowds of more than twenty people "
        "and sends an alert to the duty officer within five seconds of the first person arriving."
    )


def test_plain_text_cut_by_a_page_break_is_mended() -> None:
    long = (
        "The police of Sampleton have for several years been buying systems from a sample maker of "
    )
    source = f"{long}sur-\n\n\nveillance cameras.\n\n{long} cameras and of the\n\nservers.\n\nshort\n\nlines stay"
    assert text_of(source).split("\n") == [
        f"{long}surveillance cameras.",
        f"{long}cameras and of the servers.",
        "short",
        "lines stay",
    ]


@pytest.mark.parametrize("data", [b"", b"\x00\x00\x00", b" \n\t\f\n", b"<html></html>"])
def test_nothing_to_read_is_a_recorded_failure(data: bytes) -> None:
    with pytest.raises(DocumentError) as caught:
        extract(data, "text/html")
    assert str(caught.value)


def test_csv_rows_are_lines_with_tabs() -> None:
    source = 'item;quantity;note\ncamera;1200;"dome; outdoor"\n'
    assert text_of(source, "text/csv") == "item\tquantity\tnote\ncamera\t1200\tdome; outdoor"


def test_json_values_keep_their_keys_and_numbers_as_written() -> None:
    source = '{"title": "Cameras", "value": {"amount": 1e9999}, "tags": ["a b", true, null]}'
    extraction = extract(source.encode(), "application/json")
    assert extraction.text == "title\tCameras\namount\t1e9999\ntags\ta b\ntags\ttrue"
    assert extraction.title == "Cameras"


def test_json_lines_with_a_broken_line() -> None:
    extraction = extract(b'{"a": "one"}\n{"a": broken\n{"a": "two"}\n', None, "x.jsonl")
    assert extraction.text == "a\tone\na\ttwo"
    assert extraction.warnings == ("1 of 3 JSON lines are broken and were left out",)


def test_json_html_values_are_read_as_html() -> None:
    assert text_of('{"body": "<p>One</p><p>Two &amp; three</p>"}') == "body\tOne\nTwo & three"


def test_broken_json_says_where() -> None:
    with pytest.raises(DocumentError, match=r"not readable as JSON: .* line 1"):
        extract(b'{"a": ', "application/json")


def test_xml_elements_are_lines() -> None:
    source = (
        "<?xml version='1.0'?><notice><title>Cameras</title><lot><n>1 &amp; 2</n></lot></notice>"
    )
    assert text_of(source) == "Cameras\n1 & 2"


def test_xml_cut_off_is_read_up_to_the_break() -> None:
    extraction = extract(b"<?xml version='1.0'?><a><b>kept</b><c>cut", "text/xml")
    assert extraction.text == "kept\ncut"
    assert extraction.warnings == ("XML is broken at line 1: no element found; read up to there",)


def test_xml_in_gbk_with_its_declaration() -> None:
    source = "<?xml version='1.0' encoding='GBK'?><a>人脸识别</a>".encode("gbk")
    assert text_of(source, "text/xml; charset=utf-8") == "人脸识别"


def test_zip_members_with_their_names() -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("plan.txt", "the plan")
    outer = io.BytesIO()
    with zipfile.ZipFile(outer, "w") as archive:
        archive.writestr("folder/a.txt", "one")
        archive.writestr("../../etc/b.txt", "two")
        archive.writestr("inner.zip", inner.getvalue())
    extraction = extract(outer.getvalue(), "application/zip")
    assert [(m.name, m.data) for m in extraction.members] == [
        ("folder/a.txt", b"one"),
        ("etc/b.txt", b"two"),
        ("inner.zip/plan.txt", b"the plan"),
    ]


def test_zip_names_in_gbk() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("XXXX.txt", "one")
    data = buffer.getvalue().replace(b"XXXX", "公告".encode("gbk"))
    assert extract(data, None).members[0].name == "公告.txt"


def test_tar_gz_is_opened_through() -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        info = tarfile.TarInfo("docs/a.txt")
        info.size = 3
        archive.addfile(info, io.BytesIO(b"one"))
        link = tarfile.TarInfo("docs/link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    extraction = extract(buffer.getvalue(), None, "all.tar.gz")
    assert [(m.name, m.data) for m in extraction.members] == [("all.tar/docs/a.txt", b"one")]


def test_gzip_single_member_is_named_after_the_file() -> None:
    extraction = extract(gzip.compress(b"hello"), None, "notices.jsonl.gz")
    assert [(m.name, m.data) for m in extraction.members] == [("notices.jsonl", b"hello")]


def test_truncated_gzip_is_a_recorded_failure() -> None:
    with pytest.raises(DocumentError, match="gzip is damaged or cut off"):
        extract(gzip.compress(bytes(range(256)) * 100)[:-30], None)


def test_cut_zip_is_a_recorded_failure() -> None:
    with pytest.raises(DocumentError, match="zip is damaged or cut off"):
        extract(b"PK\x03\x04" + b"\x00" * 50, None)


def test_too_many_members() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(11):
            archive.writestr(f"{number}.txt", "x")
    with pytest.raises(DocumentTooLarge, match="11 members"):
        extract(buffer.getvalue(), None, limits=Limits(members=10))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 20, "image/png holds a picture: no OCR installed"),
        (b"\xff\xd8\xff\xe0" + b"\x00" * 20, "image/jpeg holds a picture: no OCR installed"),
        (b"\x7fELF" + b"\x00" * 20, "is no document type that can be read"),
        (b"Rar!\x1a\x07\x00" + b"\x01" * 9, "unpack it and add the folder"),
        (b"7z\xbc\xaf\x27\x1c" + b"\x01" * 9, "unpack it and add the folder"),
    ],
)
def test_what_is_no_document_says_so(data: bytes, message: str) -> None:
    with pytest.raises(DocumentError, match=message):
        extract(data, None)


@pytest.mark.parametrize(
    ("stream", "message"),
    [
        ("WordDocument", r"legacy Word \(.doc\) is not read: convert it to .docx"),
        ("PowerPoint Document", r"legacy PowerPoint \(.ppt\) is not read: convert it to .pptx"),
        ("EncryptedPackage", "protected by a password"),
    ],
)
def test_legacy_office_names_the_remedy(stream: str, message: str) -> None:
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 512 + stream.encode("utf-16-le")
    with pytest.raises(DocumentError, match=message):
        extract(data, "application/msword", "x.doc")


def test_no_control_characters_and_no_surrogates_in_any_text() -> None:
    source = b'{"a": "x\\u0000y\\ud800z\\u200b\\u00ad!"}'
    assert text_of(source) == "a\txy\ufffdz!"
