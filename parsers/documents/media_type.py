"""What a document is: by its first bytes, then by the server's word, then by its name."""

from __future__ import annotations

import io
import re
import zipfile

HTML = "text/html"
PLAIN = "text/plain"
CSV = "text/csv"
XML = "application/xml"
JSON = "application/json"
PDF = "application/pdf"
ZIP = "application/zip"
TAR = "application/x-tar"
GZIP = "application/gzip"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODT = "application/vnd.oasis.opendocument.text"
ODP = "application/vnd.oasis.opendocument.presentation"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
XLS = "application/vnd.ms-excel"
DOC = "application/msword"
PPT = "application/vnd.ms-powerpoint"
ENCRYPTED_OFFICE = "application/x-encrypted-office"
RTF = "application/rtf"
MHTML = "multipart/related"
BINARY = "application/octet-stream"

_EXTENSIONS = {
    "html": HTML,
    "htm": HTML,
    "xhtml": HTML,
    "shtml": HTML,
    "txt": PLAIN,
    "md": PLAIN,
    "log": PLAIN,
    "csv": CSV,
    "tsv": CSV,
    "xml": XML,
    "rss": XML,
    "json": JSON,
    "jsonl": JSON,
    "ndjson": JSON,
    "geojson": JSON,
    "pdf": PDF,
    "zip": ZIP,
    "tar": TAR,
    "gz": GZIP,
    "tgz": GZIP,
    "docx": DOCX,
    "docm": DOCX,
    "pptx": PPTX,
    "pptm": PPTX,
    "ppsx": PPTX,
    "xlsx": XLSX,
    "xlsm": XLSX,
    "odt": ODT,
    "odp": ODP,
    "ods": ODS,
    "xls": XLS,
    "et": XLS,
    "doc": DOC,
    "wps": DOC,
    "ppt": PPT,
    "dps": PPT,
    "rtf": RTF,
    "mht": MHTML,
    "mhtml": MHTML,
}
_IMAGES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"\x00\x00\x01\x00", "image/x-icon"),
)
_OTHER_BINARY = (
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"BZh", "application/x-bzip2"),
    (b"\xfd7zXZ\x00", "application/x-xz"),
    (b"\x28\xb5\x2f\xfd", "application/zstd"),
    (b"\x7fELF", "application/x-executable"),
    (b"MZ", "application/x-msdownload"),
    (b"OggS", "application/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"\x1aE\xdf\xa3", "video/webm"),
    (b"wOFF", "font/woff"),
    (b"wOF2", "font/woff2"),
    (b"SQLite format 3\x00", "application/vnd.sqlite3"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HTML_START = re.compile(
    rb"^\s*(?:<!--.*?-->\s*|<\?xml[^>]*>\s*)*<(?:!doctype\s+html|html|head|body|frameset|"
    rb"meta|title|div|table|p|h[1-6]|span|script|style|link|center|section|article|ul|base)[\s>/]",
    re.I | re.S,
)
_HTML_TAGS = re.compile(rb"</(?:p|div|td|tr|li|a|span|h[1-6]|table|body|html)\s*>", re.I)
_HEADER_TYPES = {
    "application/xhtml+xml": HTML,
    "text/xml": XML,
    "text/json": JSON,
    "application/x-json": JSON,
    "application/x-ndjson": JSON,
    "application/jsonl": JSON,
    "application/x-pdf": PDF,
    "application/x-zip-compressed": ZIP,
    "application/x-gzip": GZIP,
    "application/csv": CSV,
    "text/tab-separated-values": CSV,
    "text/markdown": PLAIN,
    "text/rtf": RTF,
}
_TEXT_TYPES = (HTML, PLAIN, CSV, XML, JSON, MHTML)


def decide(data: bytes, declared: str | None = None, name: str = "") -> str:
    """Media type of ``data``, lower case, without parameters.

    ``declared`` is the server's Content-Type, ``name`` a file name or URL. HTML is recognised
    whatever it is served as: error pages stand where a PDF was announced.
    """
    if found := _binary_type(data):
        return found
    head = _head_as_ascii(data)
    header = _from_header(declared)
    extension = _from_name(name)
    hints = [hint for hint in (header, extension) if hint in _TEXT_TYPES]
    if not _is_text(data):
        return header if header and header not in _TEXT_TYPES else BINARY
    if re.match(rb"(?i)(?:from|mime-version|subject|date):", head) and b"multipart/related" in head:
        return MHTML
    if _HTML_START.match(head):
        return HTML
    stripped = head.lstrip()
    if stripped.startswith((b"<?xml", b"<!DOCTYPE")):
        return HTML if re.search(rb"<html[\s>]", head[:2_000], re.I) else XML
    if stripped.startswith(b"<") and JSON not in hints:
        if HTML in hints or len(_HTML_TAGS.findall(head)) >= 3:
            return HTML
        if re.match(rb"<[A-Za-z_][\w.:-]*[\s/>]", stripped):
            return XML
    looks_like_json = re.match(rb'[{\[]\s*(?:["{}\[\]\d-]|true|false|null)', stripped)
    if looks_like_json and CSV not in hints:
        return JSON
    for hint in hints:
        # A broken "JSON" or "XML" without its first character is read as text, not refused.
        if hint == JSON and not stripped.startswith((b"{", b"[")):
            continue
        if hint == XML and not stripped.startswith(b"<"):
            continue
        return hint
    return PLAIN


def _binary_type(data: bytes) -> str | None:
    if b"%PDF-" in data[:1_024]:
        return PDF
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _zip_type(data)
    if data.startswith(b"\x1f\x8b"):
        return GZIP
    if data[257:262] == b"ustar":
        return TAR
    if data.startswith(_OLE):
        return _ole_type(data)
    if data.startswith(b"{\\rtf"):
        return RTF
    for magic, media_type in _IMAGES:
        if data.startswith(magic) and (magic != b"BM" or not _is_text(data)):
            return media_type
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:8] == b"ftyp":
        return "image/heic" if data[8:12] in (b"heic", b"mif1", b"avif") else "video/mp4"
    for magic, media_type in _OTHER_BINARY:
        if data.startswith(magic) and (len(magic) > 3 or not _is_text(data)):
            return media_type
    return None


def _zip_type(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist()[:5_000])
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                announced = archive.read("mimetype").decode("ascii", "replace").strip()
                if announced in (ODT, ODP, ODS):
                    return announced
    except Exception:  # a damaged zip is still a zip; its own reader says what is wrong
        return ZIP
    if "[Content_Types].xml" in names:
        for folder, media_type in (("word/", DOCX), ("ppt/", PPTX), ("xl/", XLSX)):
            if any(name.startswith(folder) for name in names):
                return media_type
    return ZIP


def _ole_type(data: bytes) -> str:
    """Which program wrote an OLE compound file: its folder lists streams in UTF-16."""
    for stream, media_type in (
        ("EncryptedPackage", ENCRYPTED_OFFICE),
        ("WordDocument", DOC),
        ("PowerPoint Document", PPT),
        ("Workbook", XLS),
        ("Book", XLS),
    ):
        if stream.encode("utf-16-le") in data:
            return media_type
    return BINARY


def _head_as_ascii(data: bytes) -> bytes:
    """The beginning with UTF-16's zero bytes and any byte-order mark taken out."""
    head = data[:8_192]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or head[1:8:2].count(0) >= 3:
        head = head.replace(b"\x00", b"")
    return re.sub(rb"^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)", b"", head)


def _is_text(data: bytes) -> bool:
    """Text has almost no control characters; UTF-16 shows as zeros in every second byte."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        return True
    sample = data[:4_096]
    if not sample:
        return True
    control = sum(1 for byte in sample if byte < 32 and byte not in b"\t\n\r\f\x1b\x0b")
    zeros = sample.count(0)
    half = len(sample) // 2
    one_sided = min(sample[0::2].count(0), sample[1::2].count(0)) < 0.05 * half
    if zeros > 0.2 * len(sample) and one_sided:
        return control == zeros
    return control <= 0.02 * len(sample)


def _from_header(declared: str | None) -> str | None:
    value = (declared or "").split(";")[0].strip().lower()
    if not value or value in (BINARY, "binary/octet-stream", "application/force-download"):
        return None
    if value in _HEADER_TYPES:
        return _HEADER_TYPES[value]
    if value.endswith("+json"):
        return JSON
    if value.endswith("+xml"):
        return XML
    return value


def _from_name(name: str) -> str | None:
    path = name.split("?")[0].split("#")[0]
    extension = path.rsplit(".", 1)[-1].lower() if "." in path else ""
    return _EXTENSIONS.get(extension)
