"""HTML: structure kept, chrome left out, nothing of substance lost."""

from __future__ import annotations

import pytest

from parsers.documents import DocumentTooLarge, extract


def text_of(source: str) -> str:
    return extract(source.encode(), "text/html").text


def test_rows_are_lines_and_cells_are_joined_by_tabs() -> None:
    source = (
        "<table><tr><th>Item<th>Quantity</tr>"
        "<tr><td>Dome<br>camera<td><p>1,200</p></tr><tr><td>Server<td></tr></table>"
    )
    assert text_of(source) == "Item\tQuantity\nDome camera\t1,200\nServer"


def test_layout_tables_are_not_one_line() -> None:
    source = (
        "<table><tr><td><h2>News</h2><p>One.<p>Two.</td><td>Side</td></tr>"
        "<tr><td><table><tr><td>A<td>B</table></td></tr></table>"
    )
    assert text_of(source) == "News\nOne.\nTwo.\nSide\nA\tB"


def test_a_long_cell_keeps_its_lines_and_its_label() -> None:
    items = "".join(f"<p>{number}. " + "word " * 40 + "</p>" for number in range(1, 5))
    lines = text_of(f"<table><tr><td>Specification<td>{items}</table>").split("\n")
    assert len(lines) == 4
    assert lines[0].startswith("Specification\t1. word")
    assert lines[3].startswith("4. word")


def test_lists_breaks_and_definitions() -> None:
    source = "<ul><li>One<li>Two <b>bold</b></ul>a<br>b<dl><dt>Buyer<dd>City<dt>Price<dd>5</dl>"
    assert text_of(source) == "One\nTwo bold\na\nb\nBuyer\tCity\nPrice\t5"


def test_headings_are_spans_of_the_text() -> None:
    extraction = extract(b"<title>T</title><h1>Crowd alerts</h1><p>x<h2>Faces</h2>", "text/html")
    assert extraction.text == "T\nCrowd alerts\nx\nFaces"
    spans = [extraction.text[start:end] for start, end in extraction.headings]
    assert spans == ["T", "Crowd alerts", "Faces"]


def test_title_shown_on_the_page_is_not_repeated() -> None:
    extraction = extract(b"<title>Alerts - Sample Ltd</title><h1>Alerts</h1><p>x", "text/html")
    assert (extraction.title, extraction.text) == ("Alerts - Sample Ltd", "Alerts\nx")


def test_description_is_kept_where_the_page_does_not_show_it() -> None:
    source = '<meta name="description" content="Counts crowds in public squares."><p>Welcome'
    assert text_of(source) == "Counts crowds in public squares.\nWelcome"


def test_scripts_and_styles_are_dropped_hidden_text_and_noscript_kept() -> None:
    source = (
        "<script>var x='no'</script><style>p{}</style><p hidden>tab two: face search</p>"
        "<div style='display:none'>tab three</div><noscript><p>plain version</p></noscript>"
        "<template>no</template><!-- no --><img alt='Gate that reads faces' src=x>"
    )
    assert text_of(source) == (
        "tab two: face search\ntab three\nplain version\nGate that reads faces"
    )


def test_navigation_of_links_is_dropped_but_not_a_catalogue_of_links() -> None:
    source = (
        "<nav><a>Home</a> <a>Products</a></nav><ul><li><a>Partner One</a><li><a>Partner Two</a>"
        "</ul><footer>Sample Ltd supplies the police of Sampleton. <a>Contact</a></footer>"
    )
    assert text_of(source) == (
        "Partner One\nPartner Two\nSample Ltd supplies the police of Sampleton. Contact"
    )


def test_a_page_that_is_all_navigation_is_kept_with_a_warning() -> None:
    links = "".join(f"<a>Partner number {n} of the sample alliance</a> " for n in range(20))
    extraction = extract(f"<nav>{links}</nav><p>Partners".encode(), "text/html")
    assert "Partner number 19 of the sample alliance" in extraction.text
    assert extraction.warnings == ("navigation kept: the page holds little else",)


def test_pinyin_annotations_are_dropped() -> None:
    assert text_of("<p><ruby>监<rp>(</rp><rt>jiān</rt><rp>)</rp></ruby>控系统") == "监控系统"


@pytest.mark.parametrize(
    ("head", "published"),
    [
        ('<meta name="PubDate" content="2025-05-27 18:03">', "2025-05-27"),
        ('<meta property="article:published_time" content="2020-12-08T10:00:00Z">', "2020-12-08"),
        (
            '<script type="application/ld+json">{"datePublished":"2019-10-09"}</script>',
            "2019-10-09",
        ),
        ('<time datetime="2021-03-12">', "2021-03-12"),
        ('<meta name="pubdate" content="next week">', ""),
        ('<meta name="pubdate" content="2025-13-45">', ""),
    ],
)
def test_published(head: str, published: str) -> None:
    assert extract(f"<html>{head}<p>text".encode(), "text/html").published == published


def test_html_served_as_pdf_is_html() -> None:
    extraction = extract(b"<!DOCTYPE html><p>Not found", "application/pdf", "tender.pdf")
    assert (extraction.media_type, extraction.text) == ("text/html", "Not found")


def test_page_drawn_by_scripts_gives_its_application_data() -> None:
    source = (
        '<div id="app"></div><script type="application/json">'
        '{"props": {"text": "Alerts when 50 people gather.", "id": "x1", "url": "https://a/b c"}}'
        "</script>"
    )
    extraction = extract(source.encode(), "text/html")
    assert extraction.text == "Alerts when 50 people gather."
    assert "drawn by scripts" in extraction.warnings[0]


def test_language_is_read_not_believed() -> None:
    source = '<html lang="en"><p>本项目采购人脸识别系统，用于公共安全视频监控。'
    assert extract(source.encode(), "text/html").language == "zh"


def test_moderate_depth_is_read_and_absurd_depth_refused() -> None:
    assert text_of("<div>" * 3_000 + "deep" + "</div>" * 3_000) == "deep"
    with pytest.raises(DocumentTooLarge, match="nested deeper than 20,000 levels"):
        extract(b"<div>" * 100_000 + b"deep", "text/html")


def test_links_side_by_side_are_entries_of_a_list_and_no_sentence():
    page = b"<p><a href=1>Crowd products</a> <a href=2>Alert settings</a></p><p>See <a href=3>this</a> and <a href=4>that</a>.</p>"
    assert extract(page, "text/html").text == "Crowd products\nAlert settings\nSee this and that."
