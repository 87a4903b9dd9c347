"""What people edit, as rows: capabilities, sources, organisations, reported systems."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from db.identifiers import identifier
from db.load import Loader
from parsers import organizations
from parsers.capabilities import lexicon
from spiders.sources import Source


def load_capabilities(loader: Loader, lexicon_version: str) -> None:
    for capability in lexicon.load().capabilities.values():
        loader.add(
            "capabilities",
            code=capability.code,
            family=capability.family,
            label=capability.label,
            label_zh=capability.label_zh,
            definition=capability.definition,
            definition_zh=capability.definition_zh,
            concern=capability.concern,
            concern_zh=capability.concern_zh,
            lexicon_version=lexicon_version,
        )


def load_sources(loader: Loader, sources: dict[str, Source]) -> None:
    for source in sources.values():
        loader.add(
            "sources",
            id=source.id,
            title=source.title,
            kind=source.kind,
            publisher=source.publisher or None,
            country=source.country or None,
            languages=" ".join(source.languages),
            # A sample source has an address only while the sample site runs.
            url=None if source.sample else source.url or None,
            licence=source.licence or None,
            licence_url=source.licence_url or None,
            schedule=source.schedule or None,
            sample=int(source.sample),
        )


def load_organizations(loader: Loader) -> None:
    for organization in organizations.load_register().values():
        loader.add(
            "organizations",
            id=organization.id,
            name=organization.name,
            name_en=organization.name_en or None,
            name_zh=organization.name_zh or None,
            kind=organization.kind,
            country=organization.country or None,
            parent_id=organization.parent or None,
            wikidata=organization.wikidata or None,
            lei=organization.lei or None,
            website=organization.website or None,
            description=organization.description or None,
            sample=int(organization.sample),
        )
        for name, language in organization.all_names():
            loader.add(
                "organization_names",
                organization_id=organization.id,
                name=name,
                language=language or None,
            )
        for listing in organization.listings:
            loader.add(
                "listings",
                organization_id=organization.id,
                list=listing.list,
                programme=listing.programme or None,
                since=listing.since or None,
                source_url=listing.source_url or None,
                note=listing.note or None,
            )


def load_reported_systems(loader: Loader, lexicon_version: str) -> None:
    """Curated, cited claims: facts in our own words, apart from archived evidence."""
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    for system in organizations.load_reported().values():
        loader.add(
            "reported_systems",
            id=system.id,
            title=system.title,
            summary=system.summary["en"],
            summary_zh=system.summary["zh"],
            publication=system.publication,
            publisher=system.publisher,
            published=system.published or None,
            url=system.url or None,
            answer=system.answer or None,
            answer_by=system.answer_by or None,
        )
        citation = ", ".join(
            part for part in (system.publisher, f"“{system.publication}”", system.published) if part
        )
        for number, claim in enumerate(system.claims):
            claim_id = identifier(
                "reported", system.id, claim.capability, claim.stance, claim.organization, number
            )
            loader.add(
                "claims",
                id=claim_id,
                capability=claim.capability,
                stance=claim.stance,
                context=claim.statement,
                language="en",
                organization_id=claim.organization,
                organization_role=claim.role,
                parameters=json.dumps(claim.parameters, ensure_ascii=False, sort_keys=True),
                lexicon_version=lexicon_version,
                passages=0,
                basis="curated",
                citation=citation,
                reported_system_id=system.id,
                review="confirmed",
                first_seen=system.published or now,
                last_seen=system.published or now,
                state="live",
            )
            for organization_id, role in [(claim.organization, claim.role), *claim.others]:
                loader.add(
                    "claim_organizations",
                    claim_id=claim_id,
                    organization_id=organization_id,
                    role=role,
                )
