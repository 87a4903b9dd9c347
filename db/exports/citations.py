"""A claim or a capture as a reference to cite: plain text, BibTeX, CSL-JSON.

A reference leads from a printed page to bytes: whose words, where, when archived, in which file
at which offset, under which SHA-256. Functions of ``Reference`` are pure; ``citation`` reads one
from the published database.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from db.exports import bibtex

ARCHIVE = "Counterwatch"

_FROM = """
SELECT captures.id AS capture_id, captures.url AS capture_url, captures.fetched,
       captures.warc_file, captures.warc_offset, captures.sha256, captures.media_type,
       sources.title AS source, sources.publisher, documents.title, documents.published,
       documents.url AS document_url, documents.language, documents.name AS file_name
"""
_CLAIM = f"""{_FROM},
       claims.id AS claim_id, claims.capability, capabilities.label, claims.stance, claims.quote,
       claims.page, documents.pages, claims.lexicon_version, claims.basis, claims.citation,
       reported_systems.title AS report, reported_systems.publication,
       reported_systems.publisher AS report_publisher,
       reported_systems.published AS report_published, reported_systems.url AS report_url
FROM claims
LEFT JOIN capabilities ON capabilities.code = claims.capability
LEFT JOIN documents ON documents.id = claims.document_id
LEFT JOIN captures ON captures.id = claims.capture_id
LEFT JOIN sources ON sources.id = claims.source_id
LEFT JOIN reported_systems ON reported_systems.id = claims.reported_system_id
WHERE claims.id = ?
"""
_CAPTURE = f"""{_FROM}
FROM captures
LEFT JOIN documents ON documents.id = captures.sha256
LEFT JOIN sources ON sources.id = captures.source_id
WHERE captures.id = ?
"""


class NotFound(LookupError):
    """No claim or capture has this id; ``str(error)`` says so."""


@dataclass(frozen=True, slots=True)
class Reference:
    """What a citation can say. Empty: not known, and left out of every form.

    ``captured``: UTC, ISO 8601. ``archived``: WARC file relative to the archive folder, with
    ``offset`` in bytes. ``quote``, ``capability``, ``stance`` and ``lexicon``: of a claim only.
    ``given``: a citation that people wrote, of a claim out of a cited report.
    """

    id: str
    kind: str = "capture"  # or "claim"
    source: str = ""
    publisher: str = ""
    title: str = ""
    published: str = ""
    captured: str = ""
    url: str = ""
    archived: str = ""
    offset: int | None = None
    sha256: str = ""
    language: str = ""
    quote: str = ""
    page: int | None = None  # where the document has several
    capability: str = ""
    stance: str = ""
    lexicon: str = ""
    release: str = ""  # date of the release of the database
    given: str = ""


def reference(connection: sqlite3.Connection, id: str) -> Reference:
    """The reference of a claim's or capture's id. Raises ``NotFound``."""
    row = _one(connection, _CLAIM, id) or _one(connection, _CAPTURE, id)
    if row is None:
        raise NotFound(f"{id}: no claim or capture has this id")
    release = _one(connection, "SELECT built FROM releases ORDER BY built DESC LIMIT 1")
    curated = row.get("basis") == "curated"
    url = row["report_url"] if curated else row["capture_url"] or row["document_url"]
    return Reference(
        id=id,
        kind="claim" if row.get("claim_id") else "capture",
        source=_clean(row["publication"] if curated else row["source"]),
        publisher=_clean(row["report_publisher"] if curated else row["publisher"]),
        title=_clean(row["report"] if curated else row["title"] or row["file_name"]),
        published=_clean(row["report_published"] if curated else row["published"])[:10],
        captured=_clean(row["fetched"]),
        url=_clean(url),
        archived=_clean(row["warc_file"]),
        offset=row["warc_offset"],
        sha256=_clean(row["sha256"]),
        language=_clean(row["language"]),
        quote=_clean(row.get("quote")),
        page=row["page"] if (row.get("pages") or 1) > 1 else None,
        capability=_clean(row.get("label") or row.get("capability")),
        stance=_clean(row.get("stance")),
        lexicon=_clean(row.get("lexicon_version")),
        release=_clean(release["built"] if release else "")[:10],
        given=_clean(row.get("citation")),
    )


def _one(connection: sqlite3.Connection, query: str, *values: Any) -> dict[str, Any] | None:
    cursor = connection.execute(query, values)
    row = cursor.fetchone()
    # By name whatever the connection's row factory is: the site and scripts have their own.
    return row and {column[0]: row[i] for i, column in enumerate(cursor.description)}


def _clean(value: Any) -> str:
    """One line without control characters and without characters that reorder their neighbours."""
    if value is None:
        return ""
    kept = (c for c in str(value) if c.isspace() or (c.isprintable() and c not in _REORDERING))
    return " ".join("".join(kept).split())


_REORDERING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


# Forms


def as_text(it: Reference) -> str:
    """One paragraph: “quote”, title, publisher, dates, address, archived copy, hash."""
    page = f" (page {it.page})" if it.page else ""
    if it.given and not it.archived:
        parts = [it.given, it.url]
    else:
        parts = [
            f"“{it.quote}”{page}" if it.quote else "",
            it.title,
            ", ".join(dict.fromkeys(part for part in (it.publisher, it.source) if part)),
            f"Published {it.published}" if it.published else "",
            it.url,
            f"Archived {_time(it.captured)}" if it.captured else "",
            _copy(it),
            f"SHA-256 {it.sha256}" if it.sha256 else "",
        ]
    parts.append(_basis(it))
    return ". ".join(part.rstrip(". ") for part in parts if part) + "."


def as_bibtex(it: Reference) -> str:
    """One ``@misc`` entry, safe for BibTeX and biber (see ``db.exports.bibtex``)."""
    note = [
        f"Quote: “{it.quote}”" if it.quote else "",
        f"Page {it.page}" if it.page else "",
        f"Archived {_time(it.captured)}" if it.captured else "",
        _copy(it),
        f"SHA-256 {it.sha256}" if it.sha256 else "",
        it.given if not it.archived else "",
        _basis(it),
    ]
    fields = {
        # A second pair of braces: an organisation is not a surname and given names.
        "author": bibtex.braced(it.publisher or it.source),
        "title": bibtex.braced(it.title or it.url),
        "howpublished": bibtex.text(it.source) if it.publisher else "",
        "year": it.published[:4],
        "date": it.published,
        "url": bibtex.url(it.url),
        "urldate": it.captured[:10],
        "note": bibtex.text(". ".join(part.rstrip(". ") for part in note if part)),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{counterwatch-{bibtex.key(it.id)},", *lines, "}"])


def as_csl(it: Reference) -> dict[str, Any]:
    """One item of CSL-JSON, the form of Zotero, pandoc and citeproc."""
    item: dict[str, Any] = {
        "id": f"counterwatch-{it.id}",
        "type": "article-newspaper" if it.given and not it.archived else "webpage",
        "title": it.title or it.url,
        "author": [{"literal": it.publisher or it.source}] if it.publisher or it.source else [],
        "container-title": it.source,
        "publisher": it.publisher,
        "issued": _csl_date(it.published),
        "accessed": _csl_date(it.captured),
        "URL": it.url,
        "language": it.language,
        "page": str(it.page) if it.page else "",
        "archive": ARCHIVE if it.archived else "",
        "archive_location": f"{it.archived} at offset {it.offset}" if it.archived else "",
        "abstract": it.quote,
        "note": ". ".join(
            part
            for part in (
                f"Archived {_time(it.captured)}" if it.captured else "",
                f"SHA-256 {it.sha256}" if it.sha256 else "",
                _basis(it),
            )
            if part
        ),
        "custom": {
            name: value
            for name, value in (
                ("sha256", it.sha256),
                ("captured", it.captured),
                ("capability", it.capability),
                ("stance", it.stance),
                ("lexicon_version", it.lexicon),
            )
            if value
        },
    }
    return {name: value for name, value in item.items() if value}


def _time(captured: str) -> str:
    """ "2026-11-22T13:00:00Z" as people write it."""
    return captured.replace("T", " ").removesuffix("Z") + " UTC"


def _copy(it: Reference) -> str:
    return f"Archived copy: {it.archived}, offset {it.offset}" if it.archived else ""


def _basis(it: Reference) -> str:
    """Which database says so, and by which rule."""
    said = f"{ARCHIVE} {it.kind} {it.id}"
    if it.capability:
        said += f": {it.capability} ({it.stance})"
    if it.lexicon:
        said += f", lexicon {it.lexicon}"
    return said + (f", release of {it.release}" if it.release else "")


def _csl_date(date: str) -> dict[str, list[list[int]]] | None:
    numbers = [int(part) for part in date[:10].split("-") if part.isdigit()]
    return {"date-parts": [numbers]} if numbers else None


def _join_csl(references: Iterable[Reference]) -> str:
    return json.dumps([as_csl(it) for it in references], ensure_ascii=False, indent=1)


# Format → many references in it. Text and BibTeX are joined as their readers expect.
FORMATS: dict[str, Callable[[Iterable[Reference]], str]] = {
    "text": lambda references: "\n".join(as_text(it) for it in references),
    "bibtex": lambda references: "\n\n".join(as_bibtex(it) for it in references),
    "csl": _join_csl,
}


def citations(connection: sqlite3.Connection, ids: Iterable[str], format: str = "text") -> str:
    """The references of several claims or captures. Raises ``NotFound``; KeyError: the format."""
    return FORMATS[format](reference(connection, id) for id in ids)


def citation(connection: sqlite3.Connection, id: str, format: str = "text") -> str:
    """The reference of one claim or capture: ``format`` is text, bibtex or csl.

    CSL-JSON is a list of one item, which is what Zotero and pandoc import. Raises ``NotFound``.
    """
    return citations(connection, [id], format)
