"""Which notice format some bytes are in, told from their first part and never by parsing all."""

from __future__ import annotations

import re
import zlib

from parsers.notices import json_input

_HEAD = 65_536
_UBL = re.compile(
    r"urn:oasis:names:specification:ubl:schema:xsd:(?:ContractNotice|ContractAwardNotice|PriorInformationNotice)-2"
)
_ROOT = re.compile(r"<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)((?:\s[^<>]*)?)/?>")
_BEFORE_ROOT = re.compile(
    r"\s*(?:<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>)", re.DOTALL
)
_OCDS_DATA = frozenset({"releases", "records"})
_OCDS_PACKAGE = frozenset(
    {"publishedDate", "publisher", "uri", "version", "extensions", "packages"}
)
_OCDS_RELEASE = frozenset({"tag", "tender", "buyer", "awards", "planning", "contracts", "parties"})
_OCDS_RECORD = frozenset({"compiledRelease", "versionedRelease", "releases"})
_CCGP_JSON = frozenset({"procurementName", "procurementCompany", "announcementType"})


def recognise(data: bytes, media_type: str | None, url: str = "") -> str | None:
    """The format's name ("eforms", "ted_xml", "ocds", "ccgp", "prozorro", "sam_gov") or None.

    ``media_type`` and ``url`` are hints that can be wrong and decide nothing alone.
    """
    head = _head(data)
    start = head.lstrip()[:1]
    if start == "<":
        return _xml(head) or _html(data)
    if start in ("{", "["):
        return _json(data, head)
    return None


def _head(data: bytes) -> str:
    """The first characters, unpacked and decoded as far as telling the format needs."""
    head = data[:_HEAD]
    if json_input.is_gzip(data):
        try:
            head = zlib.decompressobj(wbits=31).decompress(head, _HEAD)
        except zlib.error:
            return ""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return head.decode("utf-16", errors="replace")
    return head.decode("utf-8-sig", errors="replace")


def _xml(head: str) -> str | None:
    position = 0
    while match := _BEFORE_ROOT.match(head, position):
        position = match.end()
    root = _ROOT.search(head, position)
    if root is None:
        return None
    name, attributes = root.groups()
    if name == "TED_EXPORT":
        return "ted_xml"
    if name in ("ContractNotice", "ContractAwardNotice", "PriorInformationNotice") and _UBL.search(
        attributes
    ):
        return "eforms"
    return None


def _html(data: bytes) -> str | None:
    """A detail page of ccgp: its title in a meta element and a body of a notice, or its own mark."""
    head = data[:_HEAD]
    title = re.search(rb"<meta[^>]+name=[\"']?ArticleTitle", head, re.IGNORECASE)
    site = re.search(rb"<meta[^>]+content=[\"']?www\.ccgp\.gov\.cn", head, re.IGNORECASE)
    body = re.search(rb"class=[\"']?v[FT]_detail_content", data)
    if body and (title or site or b"vF_detail_main" in data or b"vT_detail_main" in data):
        return "ccgp"
    return None


def _json(data: bytes, head: str) -> str | None:
    """By the keys of the first object: at its top, and one level further in."""
    if (head.lstrip().startswith("{") and json_input.is_gzip(data)) or _many_lines(head):
        for line in head.split("\n")[:20]:
            if found := _by_keys(*_keys(line)):
                return found
        return None
    return _by_keys(*_keys(head)) or _far_keys(data, head)


def _many_lines(head: str) -> bool:
    """Whether the first line is an object by itself."""
    line, newline, rest = head.lstrip().partition("\n")
    return bool(newline) and line.rstrip().endswith("}") and rest.lstrip()[:1] == "{"


def _by_keys(top: set[str], inner: dict[str, set[str]]) -> str | None:
    if "opportunitiesData" in top:
        return "sam_gov"
    if len(_CCGP_JSON & top) >= 2:
        return "ccgp"
    if {"tenderID", "planID"} & top:
        return "prozorro"
    if {"tenderID", "planID"} & (inner.get("data", set()) | inner.get("doc", set())):
        return "prozorro"
    if "ocid" in top and (_OCDS_RELEASE | _OCDS_RECORD) & top:
        return "ocds"
    for key in _OCDS_DATA & top:
        below = inner.get(key, set())
        if "ocid" in below or (not below and len(_OCDS_PACKAGE & top) >= 2):
            return "ocds"
    return None


def _far_keys(data: bytes, head: str) -> str | None:
    """OCDS packages whose metadata is longer than the part looked at."""
    if len(data) <= len(head.encode()) or json_input.is_gzip(data):
        return None
    wanted = (b'"ocid"', b'"publishedDate"')
    listed = re.search(rb'"(?:releases|records)"\s*:\s*\[\s*\{', data)
    return "ocds" if listed and all(key in data for key in wanted) else None


_JSON_TOKEN = re.compile(r'"((?:[^"\\]++|\\.)*+)"(\s*:)?|[{}\[\]]')


def _keys(text: str) -> tuple[set[str], dict[str, set[str]]]:
    """Keys of the first object (lists around it left aside) and of the first object under each."""
    top: set[str] = set()
    inner: dict[str, set[str]] = {}
    depth, lists_before = 0, 0
    path: list[str] = [""]
    for match in _JSON_TOKEN.finditer(text):
        token = match.group()
        if token == "{":
            depth += 1
            path.append("")
        elif token == "}":
            depth -= 1
            path.pop()
            if depth <= 0:
                break
        elif token == "[":
            lists_before += depth == 0
            if lists_before > 2:
                break
        elif match.group(2) and depth == 1:
            path[-1] = match.group(1)
            top.add(path[-1])
        elif match.group(2) and depth == 2:
            inner.setdefault(path[1], set()).add(match.group(1))
    return top, inner
