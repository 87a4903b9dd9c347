"""Word, PowerPoint, spreadsheets."""

from __future__ import annotations

import pytest

from parsers.documents import DocumentError, extract
from tests.parsers.documents.sample_documents import (
    docx,
    paragraph,
    pptx,
    shape,
    slide_table,
    word_table,
    xlsx,
)


def test_word_order_headings_tables_notes() -> None:
    nested = paragraph("See below") + word_table([["inner a", "inner b"]])
    body = (
        paragraph("人群预警系统", "1")
        + paragraph("第一段。")
        + word_table([["Item", "Quantity"], ["Camera", "1,200"], [nested, "2"]])
        + '<w:p><w:r><w:t xml:space="preserve">One </w:t></w:r><w:ins><w:r><w:t>added</w:t></w:r></w:ins>'
        "<w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:r><w:br/><w:t>two</w:t></w:r></w:p>"
        "<w:sdt><w:sdtContent>" + paragraph("In a control.") + "</w:sdtContent></w:sdt>"
    )
    data = docx(body, notes=f"<w:footnote>{paragraph('A footnote.')}</w:footnote>", title="Plan")
    extraction = extract(data, "application/octet-stream")
    assert extraction.text.split("\n") == [
        "人群预警系统",
        "第一段。",
        "Item\tQuantity",
        "Camera\t1,200",
        "See below\t2",
        "inner a\tinner b",
        "One added",
        "two",
        "In a control.",
        "A footnote.",
    ]
    assert [extraction.text[a:b] for a, b in extraction.headings] == ["人群预警系统"]
    assert (extraction.title, extraction.published) == ("Plan", "2024-05-06")


def test_word_text_boxes_are_read_once() -> None:
    box = f"<w:txbxContent>{paragraph('Boxed.')}</w:txbxContent>"
    body = (
        '<w:p><w:r><w:t>Before.</w:t></w:r><w:r><x:AlternateContent xmlns:x="urn:x"><x:Choice>'
        f"<w:drawing>{box}</w:drawing></x:Choice><x:Fallback><w:pict>{box}</w:pict></x:Fallback>"
        "</x:AlternateContent></w:r></w:p>"
    )
    assert extract(docx(body), None).text == "Before.\nBoxed."


def test_word_without_text_is_a_recorded_failure() -> None:
    with pytest.raises(DocumentError, match="Word document without text"):
        extract(docx("<w:p/>"), None)


def test_word_without_its_main_part() -> None:
    data = docx("").replace(b"word/document.xml", b"word/documenX.xml")
    with pytest.raises(DocumentError, match=r"lacks its part word/document\.xml"):
        extract(data, None)


def test_slides_in_shown_order_with_notes_and_tables() -> None:
    table = slide_table([["Crowd size", "Alert"], ["20", "yes"]])
    group = "<p:grpSp>" + shape("Grouped text") + "</p:grpSp>"
    extraction = extract(
        pptx(["First", shape("Second", "title") + table + group], "Say this."), None
    )
    assert extraction.text == (
        "First\nSay this.\fSecond\nCrowd size\tAlert\n20\tyes\nGrouped text\nSay this."
    )
    assert [extraction.text[a:b] for a, b in extraction.headings] == ["First", "Second"]
    assert (extraction.pages, extraction.title) == (2, "First")


def test_slides_of_pictures_are_a_recorded_failure() -> None:
    with pytest.raises(DocumentError, match="presentation of 2 slides without text"):
        extract(pptx(["<p:pic/>", "<p:pic/>"]), None)


def test_spreadsheet_rows_and_sheets() -> None:
    extraction = extract(
        xlsx([["Item", "Price"], ["Camera", 1200], ["Server", 0.5]], sheets=2), None
    )
    page = "\nItem\tPrice\nCamera\t1200\nServer\t0.5"
    assert extraction.text == f"Sheet1{page}\fSheet2{page}"
    assert extraction.pages == 2


def test_spreadsheet_without_values() -> None:
    with pytest.raises(DocumentError, match="spreadsheet without values"):
        extract(xlsx([]), None)


def test_broken_spreadsheet() -> None:
    data = xlsx([["a"]]).replace(b"xl/workbook.xml", b"xl/workbooX.xml")
    with pytest.raises(DocumentError, match="spreadsheet without values"):
        extract(data, None)
    with pytest.raises(DocumentError, match="spreadsheet is damaged"):
        extract(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"), None)
