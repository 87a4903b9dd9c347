"""What disappeared: pages gone, entries no longer listed, catalogues that shrank; and what changed."""

from __future__ import annotations

from dataclasses import replace

from db.gather import Gathered
from db.identifiers import identifier
from db.load import Loader
from db.observations import Listing, Unlisting, unlistings
from spiders.archive.index import Index
from spiders.sources import Source


def listing_urls(index: Index, sources: dict[str, Source]) -> frozenset[tuple[str, str]]:
    """(source id, URL) of tender listings: without notices of their own they are no documents."""
    return frozenset(
        (row["source_id"], row["listing_url"])
        for row in index.listings()
        if sources[row["source_id"]].kind == "tender"
    )


def load(
    loader: Loader,
    gathered: Gathered,
    index: Index,
    sources: dict[str, Source],
    claims_by_document: dict[str, int],
) -> None:
    """Write ``removals`` and ``document_versions``."""
    loader.flush()
    titles = dict(loader.connection.execute("SELECT id, title FROM documents"))
    for told in gathered.histories:
        for earlier, later in zip(told.versions, told.versions[1:], strict=False):
            if earlier.sha256 in titles and later.sha256 in titles:
                loader.add(
                    "document_versions",
                    document_id=earlier.sha256,
                    next_document_id=later.sha256,
                    url=told.url,
                    changed=later.first.fetched,
                )
        removal, last = told.removal, told.versions[-1] if told.versions else None
        if removal and last and last.sha256 in titles:
            loader.add(
                "removals",
                id=identifier("removal", told.source_id, told.url, removal.proof.fetched),
                document_id=last.sha256,
                source_id=told.source_id,
                kind="gone",
                url=told.url,
                title=titles[last.sha256],
                at=removal.proof.fetched,
                last_capture_id=removal.last.id,
                proof_capture_id=removal.proof.id,
                claims_lost=claims_by_document.get(last.sha256, 0),
                members=1,
                note=removal.proof.message or None,
            )
    gone = {(told.source_id, told.url) for told in gathered.histories if told.removal}
    for event in _unlisted(index, sources):
        # What is gone has its own row; here stands what is still there but no longer listed.
        left = tuple(url for url in event.urls if (event.source_id, url) not in gone)
        if left:
            _load_unlisting(loader, replace(event, urls=left), index, claims_by_document)


def _unlisted(index: Index, sources: dict[str, Source]) -> list[Unlisting]:
    """Only catalogues are expected to keep their entries; a tender list moves on every day."""
    readings = [
        Listing(row["source_id"], row["listing_url"], row["run_id"], frozenset(row["urls"]))
        for row in index.listings()
        if row["complete"] and sources[row["source_id"]].kind == "vendor"
    ]
    return unlistings(readings)


def _load_unlisting(
    loader: Loader, event: Unlisting, index: Index, claims_by_document: dict[str, int]
) -> None:
    latest = {url: index.latest(url, event.source_id) for url in event.urls}
    documents = {capture.sha256 for capture in latest.values() if capture and capture.sha256}
    run_captures = index.latest(event.listing_url, event.source_id)
    single = len(event.urls) == 1
    loader.add(
        "removals",
        id=identifier("unlisted", event.source_id, event.listing_url, event.run_id),
        source_id=event.source_id,
        kind="unlisted" if single else "catalogue",
        url=event.urls[0] if single else event.listing_url,
        title=None if single else f"{event.before} entries before, {event.after} after",
        at=run_captures.fetched if run_captures else None,
        proof_capture_id=run_captures.id if run_captures else None,
        claims_lost=sum(claims_by_document.get(sha256, 0) for sha256 in documents),
        members=len(event.urls),
        note="\n".join(event.urls[:2000]),
    )
