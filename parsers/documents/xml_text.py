"""Any XML: the text of its elements, one line each.

Read with expat, which keeps no tree: depth costs nothing, nothing is loaded from elsewhere.
Documents that declare entities are refused, because entities are how a small file becomes a
large one ("billion laughs").
"""

from __future__ import annotations

import re
from xml.parsers import expat

from parsers.documents import html, language
from parsers.documents.blocks import Blocks, clean
from parsers.documents.encoding import decode
from parsers.documents.limits import DEFAULT, Limits
from parsers.documents.media_type import XML
from parsers.records import DocumentError, DocumentTooLarge, Extraction

_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w-]+)["']""")
_MARKUP = re.compile(r"</[a-z][a-z0-9]*\s*>|<(?:br|p|img)\b[^>]*>", re.I)


class _Refused(Exception):
    pass


def read(data: bytes, charset: str | None = None, limits: Limits = DEFAULT) -> Extraction:
    """Text of an XML document; broken XML is read up to the break, with a warning."""
    match = _DECLARED.search(data[:1_000])
    decoded = decode(data, match.group(1).decode("ascii") if match else charset)
    blocks = Blocks(limits)
    warnings = list(decoded.warnings)
    root, problem = _parse(decoded.text, blocks, limits)
    if problem:
        warnings.append(problem)
    if not blocks:
        raise DocumentError(problem or "XML without text")
    text = blocks.text()
    return Extraction(
        media_type=XML,
        text=text,
        title=root,
        language=language.detect(text),
        warnings=tuple(warnings),
    )


def _parse(source: str, blocks: Blocks, limits: Limits) -> tuple[str, str]:
    """(name of the root element, what is broken or "")."""
    parser = expat.ParserCreate("utf-8")
    pieces: list[str] = []
    root = ""
    depth = 0

    def flush() -> None:
        if not pieces:
            return
        text = "".join(pieces)
        pieces.clear()
        if _MARKUP.search(text):  # HTML inside a feed or a notice
            blocks.add_lines(html.text_of_fragment(text, limits))
        else:
            blocks.add(text)

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal root, depth
        flush()
        root = root or name.rsplit(":", 1)[-1]
        depth += 1
        if depth > 100 * limits.depth:
            raise DocumentTooLarge(f"XML nested deeper than {100 * limits.depth:,} levels")

    def end(name: str) -> None:
        nonlocal depth
        flush()
        depth -= 1

    def declared(*_: object) -> None:
        raise _Refused

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = pieces.append
    parser.EntityDeclHandler = declared
    try:
        parser.Parse(source.encode("utf-8", "replace"), True)
    except _Refused:
        raise DocumentError("XML declares entities (an entity bomb?): refused") from None
    except expat.ExpatError as error:
        flush()
        problem = f"XML is broken at line {error.lineno}: {expat.ErrorString(error.code)}"
        return clean(root), f"{problem}; read up to there"
    return clean(root), ""
