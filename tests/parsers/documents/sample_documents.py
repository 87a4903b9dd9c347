"""Small documents made on the spot, invented, so that tests need no files."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
_SLIDES = "http://schemas.openxmlformats.org/presentationml/2006/main"
_SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def pdf(
    pages: Sequence[str],
    content: bytes | None = None,
    filters: str = "",
    drawing: str = "",
    title: str = "",
) -> bytes:
    """A PDF with one line of text per line of each page, at 12 points, 14 points apart.

    A line "x,y|text" stands at that place. ``content``: raw stream of a single page instead.
    ``drawing``: operators before the text of every page, such as ruled lines.
    """
    objects: list[bytes] = []
    streams = [content] if content is not None else [_page(page, drawing) for page in pages]
    font = (
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H "
        b"/DescendantFonts [<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light "
        b"/CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /DW 1000 "
        b"/W [1 95 500 814 939 500] "
        b"/FontDescriptor << /Type /FontDescriptor /FontName /STSong-Light /Flags 4 "
        b"/FontBBox [-25 -254 1000 880] /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 "
        b"/StemV 93 >> >>] >>"
    )
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(streams)))
    objects.append(b"<< /Type /Catalog /Pages 2 0 R >>")
    objects.append(f"<< /Type /Pages /Kids [{kids}] /Count {len(streams)} >>".encode())
    objects.append(font)
    for number, stream in enumerate(streams):
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 "
            + f"3 0 R >> >> /Contents {5 + 2 * number} 0 R >>".encode()
        )
        filtered = f" /Filter {filters}" if filters else ""
        head = f"<< /Length {len(stream)}{filtered} >>\nstream\n".encode()
        objects.append(head + stream + b"\nendstream")
    objects.append(f"<< /Title ({title}) /CreationDate (D:20240506120000) >>".encode())
    return _assemble(objects)


def _page(page: str, drawing: str) -> bytes:
    operators = [drawing]
    for number, line in enumerate(page.split("\n")):
        x, y = 72.0, 770.0 - 14 * number
        if "|" in line:
            place, line = line.split("|", 1)
            x, y = (float(value) for value in place.split(","))
        code = line.encode("utf-16-be").hex()
        operators.append(f"BT /F1 12 Tf 1 0 0 1 {x} {y} Tm <{code}> Tj ET")
    return "\n".join(operators).encode()


def _assemble(objects: list[bytes]) -> bytes:
    data = bytearray(b"%PDF-1.7\n")
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(len(data))
        data += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    table = len(data)
    data += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    data += b"".join(f"{offset:010} 00000 n \n".encode() for offset in offsets)
    data += (
        f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R /Info {len(objects)} 0 R >>\n"
        f"startxref\n{table}\n%%EOF\n"
    ).encode()
    return bytes(data)


def grid(xs: Sequence[float], ys: Sequence[float]) -> str:
    """Operators that rule a table with lines at these places."""
    lines = [f"{xs[0]} {y} m {xs[-1]} {y} l S" for y in ys]
    lines += [f"{x} {ys[0]} m {x} {ys[-1]} l S" for x in xs]
    return "\n".join(lines)


def _zip(parts: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def _relationships(*targets: tuple[str, str, str]) -> str:
    items = "".join(
        f'<Relationship Id="{i}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for i, kind, target in targets
    )
    return f'{_XML}<Relationships xmlns="{_PACKAGE}">{items}</Relationships>'


def docx(body: str, document: str | None = None, notes: str = "", title: str = "") -> bytes:
    """A Word file around the XML of its body."""
    text = f'{_XML}<w:document xmlns:w="{_WORD}"><w:body>{body}</w:body></w:document>'
    styles = (
        f'{_XML}<w:styles xmlns:w="{_WORD}"><w:style w:type="paragraph" w:styleId="1">'
        '<w:name w:val="heading 1"/></w:style></w:styles>'
    )
    core = (
        f'{_XML}<c:coreProperties xmlns:c="urn:c" xmlns:dc="urn:dc" xmlns:t="urn:t">'
        f"<dc:title>{title}</dc:title><t:created>2024-05-06T08:00:00Z</t:created>"
        "</c:coreProperties>"
    )
    return _zip(
        {
            "[Content_Types].xml": "<Types/>",
            "_rels/.rels": _relationships(("r1", "officeDocument", "word/document.xml")),
            "word/document.xml": document or text,
            "word/styles.xml": styles,
            "word/footnotes.xml": f'{_XML}<w:footnotes xmlns:w="{_WORD}">{notes}</w:footnotes>',
            "word/_rels/document.xml.rels": _relationships(
                ("r1", "styles", "styles.xml"), ("r2", "footnotes", "footnotes.xml")
            ),
            "docProps/core.xml": core,
        }
    )


def paragraph(text: str, style: str = "") -> str:
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{properties}<w:r><w:t>{text}</w:t></w:r></w:p>"


def word_table(rows: Sequence[Sequence[str]]) -> str:
    """Cells are text, or XML where they begin with "<"."""
    cells = [
        "".join(f"<w:tc>{cell if cell.startswith('<') else paragraph(cell)}</w:tc>" for cell in row)
        for row in rows
    ]
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl>"


def pptx(slides: Sequence[str], notes: str = "") -> bytes:
    """A presentation; a slide is its title, or XML of shapes where it begins with "<"."""
    parts = {"[Content_Types].xml": "<Types/>"}
    shown = range(len(slides), 0, -1)  # parts are numbered against the order they are shown in
    identifiers = "".join(f'<p:sldId id="{255 + n}" r:id="r{n}"/>' for n in shown)
    parts["ppt/presentation.xml"] = (
        f'{_XML}<p:presentation xmlns:p="{_SLIDES}" xmlns:r="{_OFFICE}"><p:sldIdLst>'
        f"{identifiers}</p:sldIdLst></p:presentation>"
    )
    parts["ppt/_rels/presentation.xml.rels"] = _relationships(
        *((f"r{n}", "slide", f"slides/slide{n}.xml") for n in shown)
    )
    for number, slide in zip(shown, slides, strict=True):
        shapes = slide if slide.startswith("<") else shape(slide, "title")
        parts[f"ppt/slides/slide{number}.xml"] = _slide(shapes)
        if notes:
            parts[f"ppt/slides/_rels/slide{number}.xml.rels"] = _relationships(
                ("r1", "notesSlide", "../notesSlides/notesSlide1.xml")
            )
    if notes:
        shapes = shape(notes, "body") + shape("7", "sldNum")
        parts["ppt/notesSlides/notesSlide1.xml"] = _slide(shapes)
    return _zip(parts)


def _slide(shapes: str) -> str:
    return (
        f'{_XML}<p:sld xmlns:p="{_SLIDES}" xmlns:a="{_DRAWING}"><p:cSld><p:spTree>'
        f"{shapes}</p:spTree></p:cSld></p:sld>"
    )


def shape(text: str, placeholder: str = "body") -> str:
    return (
        f'<p:sp><p:nvSpPr><p:nvPr><p:ph type="{placeholder}"/></p:nvPr></p:nvSpPr>'
        f"<p:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp>"
    )


def slide_table(rows: Sequence[Sequence[str]]) -> str:
    body = "".join(
        "<a:tr>"
        + "".join(
            f"<a:tc><a:txBody><a:p><a:r><a:t>{cell}</a:t></a:r></a:p></a:txBody></a:tc>"
            for cell in row
        )
        + "</a:tr>"
        for row in rows
    )
    return f"<p:graphicFrame><a:graphic><a:tbl>{body}</a:tbl></a:graphic></p:graphicFrame>"


def xlsx(rows: Sequence[Sequence[str | int | float]], extra: str = "", sheets: int = 1) -> bytes:
    """A workbook whose sheets ("Sheet1", …) all hold the same rows."""
    cells = []
    for number, row in enumerate(rows, 1):
        values = "".join(
            f'<c r="{chr(65 + n)}{number}"><v>{value}</v></c>'
            if isinstance(value, int | float)
            else f'<c r="{chr(65 + n)}{number}" t="inlineStr"><is><t>{value}</t></is></c>'
            for n, value in enumerate(row)
        )
        cells.append(f'<row r="{number}">{values}</row>')
    sheet = f'{_XML}<worksheet xmlns="{_SHEETS}"><sheetData>{"".join(cells)}{extra}</sheetData></worksheet>'
    names = range(1, sheets + 1)
    listed = "".join(f'<sheet name="Sheet{n}" sheetId="{n}" r:id="r{n}"/>' for n in names)
    return _zip(
        {
            "[Content_Types].xml": "<Types/>",
            "_rels/.rels": _relationships(("r1", "officeDocument", "xl/workbook.xml")),
            "xl/workbook.xml": f'{_XML}<workbook xmlns="{_SHEETS}" xmlns:r="{_OFFICE}"><sheets>'
            f"{listed}</sheets></workbook>",
            "xl/_rels/workbook.xml.rels": _relationships(
                *((f"r{n}", "worksheet", f"worksheets/sheet{n}.xml") for n in names)
            ),
            **{f"xl/worksheets/sheet{n}.xml": sheet for n in names},
        }
    )
