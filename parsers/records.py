"""The types that cross from the archive to the parsers and from the parsers to the database.

Every offset is a code point offset into a text, end exclusive, so that
``text[start:end] == quote`` holds wherever both are given. Every ``sha256`` is the
lower-case hexadecimal digest of the bytes as they were archived, after content
decoding (gzip, br, …) by the reader and before any parsing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

SourceKind = Literal["tender", "vendor", "report"]
# Who speaks decides the stance: TAXONOMY "who speaks, as a rule".
PassageKind = Literal["tender", "award", "vendor", "report", "other"]
Outcome = Literal["ok", "unchanged", "gone", "blocked", "failed", "too-large", "refused"]
Stage = Literal["planning", "tender", "award", "contract", "correction", "cancelled"]
Stance = Literal[
    "claims", "requires", "supplies", "operates", "reports", "denies", "restricts", "permits"
]


@dataclass(frozen=True, slots=True)
class Capture:
    """One row of the archive index: one observation of one URL.

    ``warc_file`` is relative to the archive folder. ``digest_record`` (file, offset) of a
    revisit is resolved by the reader, so ``sha256`` always names the full payload.
    """

    id: str
    source_id: str
    run_id: str
    url: str
    fetched: str  # UTC, ISO 8601, "2026-11-22T13:00:00Z"
    status: int | None  # HTTP status; None where there was no response
    outcome: Outcome
    media_type: str | None
    sha256: str | None
    warc_file: str | None
    warc_offset: int | None
    warc_length: int | None
    via: Literal["live", "wayback", "common-crawl", "file"] = "live"
    message: str = ""  # why the outcome is not "ok", for people
    name: str | None = None  # file name of an added file, or the link text of an attachment
    published: str | None = None  # given with `counterwatch add --published`
    parent_url: str | None = None  # page an attachment hangs on, container an added member is in


@dataclass(frozen=True, slots=True)
class Member:
    """One file inside a container (zip, tar, JSON-lines of notices, …)."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Extraction:
    """Text of one document.

    ``text``: blocks separated by ``\\n``; the cells of a table row joined by one tab, so a row
    is one line and reads as one sentence; pages and slides separated by ``\\f``, so the page
    of an offset is ``text.count("\\f", 0, offset) + 1``.
    """

    media_type: str
    text: str
    title: str = ""
    language: str = ""  # ISO 639-1, or "" where unknown
    pages: int = 1
    published: str = ""  # ISO date, or "" where the document does not say
    headings: tuple[tuple[int, int], ...] = ()  # spans of heading lines in text
    members: tuple[Member, ...] = ()
    warnings: tuple[str, ...] = ()


class DocumentError(Exception):
    """A document that could not be read; ``str(error)`` says why, for people.

    ``outcome`` is "failed" or "too-large".
    """

    outcome: Outcome = "failed"


class DocumentTooLarge(DocumentError):
    """A limit of size, pages, depth, memory or time was reached."""

    outcome: Outcome = "too-large"


@dataclass(frozen=True, slots=True)
class Party:
    """An organisation as a notice names it. Never a person, never contact data."""

    name: str
    country: str = ""  # ISO 3166-1 alpha-2
    identifier: str = ""  # "scheme:id", such as "GB-COH:01234567"
    region: str = ""


@dataclass(frozen=True, slots=True)
class Supplier:
    party: Party
    amount: float | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True)
class NoticeItem:
    scheme: str  # "CPV", "UNSPSC", "DK021", …
    code: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """One procurement notice. Empty string or None: the file does not say.

    ``source_notice_id`` is the publisher's own id ("010493-2025", "t20260827_10001").
    ``text`` is the notice as labelled lines (label, tab, value) where the file is data (XML,
    JSON); "" where the document's own text is the notice (HTML).
    """

    format: str  # "eforms", "ted_xml", "ocds", "ccgp", "prozorro"
    source_notice_id: str
    stage: Stage
    title: str
    ocid: str = ""
    description: str = ""
    buyer: Party | None = None
    procedure: str = ""
    published: str = ""  # ISO date or date-time as the file gives it, normalised to ISO 8601
    deadline: str = ""
    amount: float | None = None
    currency: str = ""  # ISO 4217
    country: str = ""  # ISO 3166-1 alpha-2
    region: str = ""
    url: str = ""
    language: str = ""
    items: tuple[NoticeItem, ...] = ()
    suppliers: tuple[Supplier, ...] = ()
    text: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NoticeFailure:
    """A notice that could not be read, or a part of a file that should have been one."""

    format: str
    reason: str  # for people; names the element, line or key
    where: str = ""  # index, line number or ocid inside the file


@dataclass(frozen=True, slots=True)
class Tag:
    """One capability found in one passage: a claim before it has an actor and a document."""

    capability: str
    stance: Stance
    quote: str
    start: int
    end: int
    parameters: dict[str, Any] = field(default_factory=dict)
    term: str = ""  # "crowd-alert/zh/3": the lexicon entry that fired
    sentence: tuple[int, int] = (0, 0)  # span of the sentence the quote stands in
    weight: int = 0  # how many places of the sentence say so


@dataclass(frozen=True, slots=True)
class Mention:
    """An organisation of the register named in a text."""

    organization_id: str
    name: str  # as written
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Actor:
    """An organisation a claim is about, with its part in it."""

    organization_id: str
    role: Literal["vendor", "partner", "buyer", "operator", "supplier", "reporter", "subject"]
