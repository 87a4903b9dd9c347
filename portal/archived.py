"""Archived copies, made harmless: sanitised text of pages, and bytes that no browser opens.

What is served of a source depends on its kind. Notices hold contacts and names that the published
tables leave out, so of tenders only the redacted text is shown (``metadata.yml``:
``archived_copies`` lists the kinds of source whose copies may be shown).
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from parsers.documents.encoding import decode
from parsers.records import Capture
from spiders.archive.reader import PayloadError, read_payload
from spiders.paths import archive_folder

# Most bytes of a copy that is shown or handed out.
LARGEST = 64_000_000
LARGEST_SHOWN = 4_000_000
# Elements whose meaning is layout of text; every other one gives only its text, without attributes.
_KEPT = frozenset(
    [
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "table",
        "thead",
        "tbody",
        "tr",
        "td",
        "th",
        "caption",
        "blockquote",
        "pre",
        "code",
        "b",
        "strong",
        "i",
        "em",
        "br",
        "hr",
        "article",
        "section",
        "header",
        "footer",
        "nav",
        "main",
        "figure",
        "figcaption",
        "div",
        "span",
    ]
)
_VOID = frozenset(("br", "hr"))
# Elements that are not text to read at all.
_DROPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "iframe",
        "frame",
        "frameset",
        "object",
        "embed",
        "applet",
        "svg",
        "math",
        "canvas",
        "audio",
        "video",
        "source",
        "track",
        "link",
        "meta",
        "base",
        "form",
        "input",
        "select",
        "textarea",
        "button",
        "img",
        "picture",
        "map",
        "title",
        "head",
        "portal",
        "dialog",
    ]
)
_DIRECTIONS = frozenset(("ltr", "rtl", "auto"))
DEEPEST = 100


def archive_of(database: str | None) -> Path:
    """The archive folder that stands beside a served database, else that of the settings."""
    for parent in list(Path(database or "").absolute().parents)[:2]:
        if (parent / "archive").is_dir():
            return parent / "archive"
    return archive_folder()


def capture_of(row: dict[str, Any]) -> Capture:
    """The capture a row of the table ``captures`` describes."""
    names = (
        "id", "source_id", "run_id", "url", "fetched", "status", "outcome", "media_type", "sha256",
        "warc_file", "warc_offset", "warc_length",
    )  # fmt: skip
    return Capture(**{name: row[name] for name in names}, via=row["via"] or "live")


def read_bytes(archive: Path, rows: list[dict[str, Any]], limit: int = LARGEST) -> bytes | str:
    """The bytes of the first capture of ``rows`` that can be read, or why none can."""
    reason = "no record"
    for row in rows:
        try:
            return read_payload(archive, capture_of(row), limit).data
        except (PayloadError, OSError, ValueError, TypeError) as error:
            reason = type(error).__name__
    return reason


def sanitised(data: bytes) -> str:
    """The text of an HTML page with its plain structure: no attribute but ``dir``, no address."""
    tree = LexborHTMLParser(decode(data[:LARGEST_SHOWN]).text)
    return "".join(_pieces(tree.body, 0)) if tree.body else ""


def _pieces(node: LexborNode, depth: int) -> Iterator[str]:
    for child in node.iter(include_text=True):
        tag = (child.tag or "").lower()
        if tag == "-text":
            yield html.escape(child.text_content or "")
        elif tag in _DROPPED or depth > DEEPEST:
            if tag == "img" and (child.attributes.get("alt") or "").strip():
                yield f"[{html.escape(str(child.attributes['alt']))}] "
        elif tag in _KEPT:
            direction = child.attributes.get("dir")
            given = f' dir="{direction}"' if direction in _DIRECTIONS else ""
            yield f"<{tag}{given}>"
            if tag not in _VOID:
                yield from _pieces(child, depth + 1)
                yield f"</{tag}>"
        else:
            yield from _pieces(child, depth + 1)
