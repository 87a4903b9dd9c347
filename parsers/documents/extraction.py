"""Chooses the reader for a document and keeps every reader's promises."""

from __future__ import annotations

import dataclasses
import importlib
from collections.abc import Callable

from parsers.documents import media_type as types
from parsers.documents.limits import DEFAULT, Limits
from parsers.records import DocumentError, DocumentTooLarge, Extraction

# Readers are imported when first needed: one document rarely needs all of them.
_READERS = {
    types.HTML: "html",
    types.PLAIN: "plain_text",
    types.CSV: "separated_values",
    types.XML: "xml_text",
    types.JSON: "json_text",
    types.PDF: "pdf",
    types.DOCX: "docx",
    types.PPTX: "pptx",
    types.XLSX: "spreadsheet",
    types.XLS: "spreadsheet",
    types.ODS: "spreadsheet",
    types.ODT: "opendocument",
    types.ODP: "opendocument",
    types.ZIP: "container",
    types.TAR: "container",
    types.GZIP: "container",
}
_REMEDIES = {
    types.DOC: "legacy Word (.doc) is not read: convert it to .docx with LibreOffice "
    "(soffice --convert-to docx FILE) and add the copy",
    types.PPT: "legacy PowerPoint (.ppt) is not read: convert it to .pptx with LibreOffice "
    "(soffice --convert-to pptx FILE) and add the copy",
    types.RTF: "rich text (.rtf) is not read: convert it to .docx with LibreOffice "
    "(soffice --convert-to docx FILE) and add the copy",
    types.MHTML: "a web page saved as .mht is not read: open it in a browser, save it as HTML "
    "and add that",
    types.ENCRYPTED_OFFICE: "office file is protected by a password: save a copy without it",
    "application/x-7z-compressed": "7z archive is not read: unpack it and add the folder",
    "application/vnd.rar": "RAR archive is not read: unpack it and add the folder",
    "application/x-bzip2": "bzip2 file is not read: unpack it and add the file",
    "application/x-xz": "xz file is not read: unpack it and add the file",
    "application/zstd": "zstd file is not read: unpack it and add the file",
}


def extract(
    data: bytes,
    media_type: str | None,
    name: str = "",
    charset: str | None = None,
    *,
    limits: Limits = DEFAULT,
) -> Extraction:
    """Text, title, language, pages and members of one document.

    ``media_type`` and ``charset`` are what the server said, ``name`` a file name or URL; the
    bytes have the last word. Pure: no network, no files, no child process.

    Raises DocumentError, or its subclass DocumentTooLarge, with a reason for people; nothing
    else, whatever the bytes.
    """
    if not data:
        raise DocumentError("empty: 0 bytes")
    if charset is None and media_type and "charset=" in media_type.lower():
        charset = media_type.lower().split("charset=", 1)[1].split(";")[0].strip(" \"'")
    decided = types.decide(data, media_type, name)
    reader = _READERS.get(decided)
    if reader is None:
        raise DocumentError(_why_not(decided, len(data)))
    try:
        extraction = _call(reader, data, charset, limits, name)
    except DocumentError:
        raise
    except RecursionError:
        raise DocumentTooLarge(f"{decided} is nested too deeply to read") from None
    except MemoryError:
        raise DocumentTooLarge(f"{decided} needs more memory than is allowed") from None
    except Exception as error:
        # Readers meet hostile and damaged input; what they did not foresee is still an outcome.
        reason = f"{type(error).__name__}: {error}"[:300]
        raise DocumentError(f"{decided} could not be read: {reason}") from error
    if extraction.media_type != decided:
        extraction = dataclasses.replace(extraction, media_type=decided)
    return extraction


def _call(reader: str, data: bytes, charset: str | None, limits: Limits, name: str) -> Extraction:
    module = importlib.import_module(f"parsers.documents.{reader}")
    read: Callable[..., Extraction] = module.read
    if reader == "container":
        return read(data, charset, limits, name=name.rsplit("/", 1)[-1].split("?")[0])
    return read(data, charset, limits)


def _why_not(decided: str, size: int) -> str:
    if decided in _REMEDIES:
        return _REMEDIES[decided]
    if decided.startswith("image/"):
        return f"{decided} holds a picture: no OCR installed"
    if decided.startswith(("audio/", "video/", "font/")):
        return f"{decided} holds no text"
    return f"{decided} ({size:,} bytes) is no document type that can be read"
