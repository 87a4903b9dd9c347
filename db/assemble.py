"""From parsed and tagged contents to the rows of the published database."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import unquote, urlsplit

from db.claim_groups import ActedTag, Claim, group
from db.gather import Content
from db.identifiers import identifier
from db.load import Loader
from db.work import PlacedNotice, Work
from parsers import organizations
from parsers.records import Notice, Party, PassageKind, Tag
from parsers.redaction import redact
from spiders.sources import Source

_KIND_OF_SOURCE: dict[str, PassageKind] = {
    "vendor": "vendor",
    "tender": "tender",
    "report": "report",
}


def passage_kind(source_kind: str, notice: Notice | None) -> PassageKind:
    """Who speaks in a passage: a notice speaks for itself wherever it was found."""
    if notice is not None:
        return "award" if notice.stage in ("award", "contract") else "tender"
    return _KIND_OF_SOURCE[source_kind]


def segments(
    source_kind: str, placed: Iterable[PlacedNotice], length: int
) -> list[tuple[int, int, PassageKind]]:
    """The parts of a document's text that are tagged apart, each with who speaks in it."""
    parts = [(p.start, p.end, passage_kind(source_kind, p.notice)) for p in placed]
    return parts or [(0, length, passage_kind(source_kind, None))]


def title_of(title: str, name: str | None, url: str) -> str:
    """The document's own title, else its file name, else the last part of its URL."""
    if title.strip():
        return title.strip()
    last = unquote(urlsplit(url).path.rstrip("/").rpartition("/")[2])
    return name or last or url


class Assembler:
    """Writes documents with their notices and claims; remembers the organisations it met."""

    def __init__(
        self, loader: Loader, work: Work, sources: dict[str, Source], lexicon_version: str
    ) -> None:
        self.loader = loader
        self.work = work
        self.sources = sources
        self.lexicon_version = lexicon_version
        self.claims_by_document: dict[str, int] = {}

    def organization(self, party: Party, kind: str, sample: bool) -> str:
        """The id of a party of a notice; one that the register lacks becomes a row of its own."""
        known = organizations.resolve(party.name, party.country)
        if known:
            return known
        organization_id = organizations.unregistered_id(party.name, party.country)
        self.loader.add(
            "organizations",
            id=organization_id,
            name=redact(party.name),
            kind=kind,
            country=party.country or None,
            registration=party.identifier or None,
            sample=int(sample),
        )
        self.loader.add(
            "organization_names", organization_id=organization_id, name=redact(party.name)
        )
        return organization_id

    def document(
        self,
        content: Content,
        name: str | None = None,
        parent_url: str | None = None,
        sha256: str | None = None,
    ) -> None:
        """One document row with its notices, failures and claims; members of containers likewise."""
        sha256 = sha256 or content.sha256
        row = self.work.document(sha256)
        if row is None:
            return
        capture = content.capture
        source = self.sources[capture.source_id]
        name = name or capture.name
        text: str = row["text"]
        self.loader.add(
            "documents",
            id=sha256,
            url=capture.url,
            title=title_of(row["title"] or "", name, capture.url),
            language=row["language"] or None,
            media_type=row["media_type"] or capture.media_type,
            pages=row["pages"],
            characters=len(text),
            text=text,
            published=capture.published or row["published"] or None,
            first_seen=content.first_seen,
            last_seen=content.last_seen,
            state=content.state,
            outcome=row["outcome"],
            message=row["message"] or None,
            name=name,
            parent_url=parent_url or capture.parent_url,
            capture_id=capture.id,
            source_id=source.id,
        )
        unread = self.work.failures(sha256)
        if row["outcome"] != "ok" and not unread:
            self.loader.add(
                "failures",
                id=identifier("failure", sha256),
                document_id=sha256,
                stage="document",
                format=row["media_type"],
                reason=row["message"],
                url=capture.url,
                source_id=source.id,
            )
        for number, failure in enumerate(unread):
            self.loader.add(
                "failures",
                id=identifier("failure", sha256, number),
                document_id=sha256,
                stage="notice",
                format=failure.format,
                reason=failure.reason,
                position=failure.position,
                url=capture.url,
                source_id=source.id,
            )
        placed = self.work.notices(sha256)
        notices = [
            self._notice(p, number, sha256, capture.url, source) for number, p in enumerate(placed)
        ]
        self._claims(content, sha256, text, row["language"], placed, notices, source)
        for member_name, member in self.work.members(sha256):
            self.document(content, member_name, capture.url, member)

    def _notice(
        self, placed: PlacedNotice, number: int, sha256: str, url: str, source: Source
    ) -> tuple[str, str | None, tuple[str, ...]]:
        """Write one notice; returns (notice id, buyer id, supplier ids)."""
        notice = placed.notice
        notice_id = identifier(
            "notice",
            source.id,
            notice.format,
            notice.ocid,
            notice.source_notice_id or f"{sha256}/{number}",
        )
        buyer = notice.buyer
        buyer_id = (
            self.organization(buyer, "buyer", source.sample) if buyer and buyer.name else None
        )
        self.loader.add(
            "notices",
            id=notice_id,
            ocid=notice.ocid or None,
            document_id=sha256,
            format=notice.format,
            source_notice_id=notice.source_notice_id or None,
            stage=notice.stage,
            title=redact(notice.title),
            description=redact(notice.description),
            buyer_id=buyer_id,
            buyer_name=redact(buyer.name) if buyer else None,
            procedure=notice.procedure or None,
            published=notice.published or None,
            deadline=notice.deadline or None,
            amount=notice.amount,
            currency=notice.currency or None,
            # No exchange rates are shipped: only what already is in euro is comparable.
            amount_eur=notice.amount if notice.currency == "EUR" else None,
            country=notice.country or (buyer.country if buyer else "") or source.country or None,
            region=notice.region or None,
            url=notice.url or url,
            language=notice.language or None,
            text_start=placed.start,
            text_end=placed.end,
            source_id=source.id,
        )
        for item in notice.items:
            self.loader.add(
                "notice_items",
                notice_id=notice_id,
                scheme=item.scheme,
                code=item.code,
                description=redact(item.description) or None,
            )
        suppliers = []
        for supplier in notice.suppliers:
            if not supplier.party.name:
                continue
            supplier_id = self.organization(supplier.party, "vendor", source.sample)
            suppliers.append(supplier_id)
            self.loader.add(
                "notice_suppliers",
                notice_id=notice_id,
                organization_id=supplier_id,
                name=redact(supplier.party.name),
                amount=supplier.amount,
                currency=supplier.currency or None,
            )
        return notice_id, buyer_id, tuple(suppliers)

    def _claims(
        self,
        content: Content,
        sha256: str,
        text: str,
        language: str | None,
        placed: list[PlacedNotice],
        notices: list[tuple[str, str | None, tuple[str, ...]]],
        source: Source,
    ) -> None:
        tags = list(self.work.tags(sha256))
        if not tags:
            return
        find_notice = _notice_finder(placed, notices)
        acted = []
        for tag in tags:
            notice_id, buyer_id, supplier_ids, (start, end) = find_notice(tag, len(text))
            actors = organizations.actors(
                tag,
                text,
                source_kind="tender" if notice_id else source.kind,
                vendor_id=source.vendor or None,
                buyer_id=buyer_id,
                supplier_ids=supplier_ids,
                window=(start, end),
            )
            acted.append(ActedTag(tag, tuple(actors), notice_id))
        claims = group(sha256, text, acted)
        self.claims_by_document[sha256] = len(claims)
        for claim in claims:
            self._claim(claim, content, sha256, language, source)

    def _claim(
        self, claim: Claim, content: Content, sha256: str, language: str | None, source: Source
    ) -> None:
        best = claim.best
        self.loader.add(
            "claims",
            id=claim.id,
            capability=claim.capability,
            stance=claim.stance,
            quote=best.quote,
            start=best.start,
            end=best.end,
            context=best.context,
            context_start=best.context_start,
            page=best.page,
            language=language or None,
            document_id=sha256,
            capture_id=content.capture.id,
            source_id=source.id,
            notice_id=claim.notice_id,
            organization_id=claim.organization_id,
            organization_role=claim.organization_role,
            parameters=_json(best.parameters),
            term=best.term,
            lexicon_version=self.lexicon_version,
            passages=claim.count,
            basis="archived",
            review="unreviewed",
            first_seen=content.first_seen,
            last_seen=content.last_seen,
            state=content.state,
        )
        for number, passage in enumerate(claim.passages):
            self.loader.add(
                "claim_passages",
                claim_id=claim.id,
                number=number,
                quote=passage.quote,
                start=passage.start,
                end=passage.end,
                context=passage.context,
                context_start=passage.context_start,
                page=passage.page,
                parameters=_json(passage.parameters),
                term=passage.term,
                organizations=_json(
                    [{"organization_id": a.organization_id, "role": a.role} for a in passage.actors]
                ),
            )
        for actor in claim.actors:
            self.loader.add(
                "claim_organizations",
                claim_id=claim.id,
                organization_id=actor.organization_id,
                role=actor.role,
            )
        vendors = [a.organization_id for a in claim.actors if a.role == "vendor"]
        for partner in (a.organization_id for a in claim.actors if a.role == "partner"):
            for vendor in vendors:
                self.loader.add(
                    "partnerships",
                    organization_id=vendor,
                    partner_id=partner,
                    document_id=sha256,
                    reported_system_id="",
                )


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


_Found = tuple[str | None, str | None, tuple[str, ...], tuple[int, int]]


def _notice_finder(
    placed: list[PlacedNotice], notices: list[tuple[str, str | None, tuple[str, ...]]]
) -> Callable[[Tag, int], _Found]:
    """A function from a tag to (notice id, buyer id, supplier ids, span of text it may look at)."""

    def find(tag: Tag, length: int) -> _Found:
        for p, (notice_id, buyer_id, suppliers) in zip(placed, notices, strict=True):
            if p.start <= tag.start < p.end:
                return notice_id, buyer_id, suppliers, (p.start, p.end)
        return None, None, (), (0, length)

    return find


__all__ = ["Assembler", "passage_kind", "segments", "title_of"]
