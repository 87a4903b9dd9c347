"""Sample files made from content: PDF, PPTX, DOCX, XLSX. The same bytes every time."""

from __future__ import annotations

import io
import threading
import zipfile
from collections.abc import Callable
from datetime import datetime
from typing import Any

OFFICE = {
    "pdf": "application/pdf",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_made: dict[str, bytes] = {}
_lock = threading.Lock()


def office_file(name: str, kind: str, data: dict[str, Any]) -> bytes:
    """The file called ``name``, made once a process."""
    with _lock:
        if name not in _made:
            _made[name] = MAKERS[kind](data)
        return _made[name]


def make_pptx(data: dict[str, Any]) -> bytes:
    from pptx import Presentation

    deck = Presentation()
    deck.core_properties.title = data["title"]
    for content in data["slides"]:
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text = content["title"]
        slide.placeholders[1].text = "\n".join(content["lines"])
        if notes := content.get("notes"):
            slide.notes_slide.notes_text_frame.text = notes
    stream = io.BytesIO()
    deck.save(stream)
    return _fixed(stream.getvalue())


def make_docx(data: dict[str, Any]) -> bytes:
    from docx import Document

    document = Document()
    document.add_heading(data["title"], 1)
    for paragraph in data["paragraphs"]:
        document.add_paragraph(paragraph)
    rows = data["table"]
    table = document.add_table(rows=len(rows), cols=len(rows[0]))
    for row, cells in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = str(text)
    stream = io.BytesIO()
    document.save(stream)
    return _fixed(stream.getvalue())


def make_xlsx(data: dict[str, Any]) -> bytes:
    """The few parts a workbook needs, by hand: no library that writes them is wanted for one."""
    rows = "".join(
        f'<row r="{number}">' + "".join(_cell(number, column, v) for column, v in enumerate(row))
        + "</row>"
        for number, row in enumerate(data["rows"], 1)
    )  # fmt: skip
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    links = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
        'relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/>'
        "</Types>",
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{links}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{links}"><sheets><sheet '
        f'name="{_escape(data["sheet"])}" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r1" Type="{links}/worksheet" Target="worksheets/sheet1.xml"/>'
        "</Relationships>",
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData>'
        "</worksheet>",
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{text}')
    return _fixed(stream.getvalue())


def _cell(row: int, column: int, value: Any) -> str:
    place = f"{chr(65 + column)}{row}"
    if isinstance(value, int | float):
        return f'<c r="{place}"><v>{value}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t>{_escape(value)}</t></is></c>'


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def _fixed(data: bytes) -> bytes:
    """The same zip with one date for all members: two starts must not look like a change."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            member = zipfile.ZipInfo(name, datetime(2026, 1, 1).timetuple()[:6])
            member.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(member, old.read(name))
    return stream.getvalue()


def make_pdf(data: dict[str, Any]) -> bytes:
    """A PDF of lines of text. Glyphs are named by UTF-16 code, which any reader turns back into
    text; the font is one that readers bring along, so none is embedded."""
    objects: list[bytes] = []

    def add(text: str | bytes) -> int:
        objects.append(text.encode("latin-1") if isinstance(text, str) else text)
        return len(objects)

    catalog = add("<< /Type /Catalog /Pages 2 0 R >>")
    tree = add("")
    descriptor = add(
        "<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] "
        "/ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>"
    )
    face = add(
        "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo "
        "<< /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> /DW 1000 "
        f"/W [1 95 500 814 939 500] /FontDescriptor {descriptor} 0 R >>"
    )
    font = add(
        "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light-UniGB-UTF16-H "
        f"/Encoding /UniGB-UTF16-H /DescendantFonts [{face} 0 R] >>"
    )
    pages = []
    for lines in data["pages"]:
        text = "BT /F1 14 Tf 22 TL 60 770 Td\n"
        text += "".join(f"<{line.encode('utf-16-be').hex()}> Tj T*\n" for line in lines)
        stream = add(f"<< /Length {len(text) + 2} >>\nstream\n{text}ET\nendstream")
        pages.append(
            add(
                f"<< /Type /Page /Parent {tree} 0 R /MediaBox [0 0 595 842] /Contents {stream} 0 R "
                f"/Resources << /Font << /F1 {font} 0 R >> >> >>"
            )
        )
    kids = " ".join(f"{number} 0 R" for number in pages)
    objects[tree - 1] = f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode()
    title = ("\ufeff" + data["title"]).encode("utf-16-be").hex()
    information = add(f"<< /Title <{title}> /Producer (Counterwatch sample) >>")
    out = bytearray(b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010d} 00000 n \n".encode() for place in places)
    out += (
        f"trailer\n<< /Size {len(objects) + 1} /Root {catalog} 0 R /Info {information} 0 R >>\n"
        f"startxref\n{start}\n%%EOF\n"
    ).encode()
    return bytes(out)


MAKERS: dict[str, Callable[[dict[str, Any]], bytes]] = {
    "pdf": make_pdf,
    "pptx": make_pptx,
    "docx": make_docx,
    "xlsx": make_xlsx,
}
