"""The public tables. What is not here is not published.

Ids are short, stable hashes of what they name (``db.identifiers``), so links and citations
survive rebuilds. Times are UTC, ISO 8601 with a trailing Z; dates are ISO; amounts are in the
currency beside them; offsets are code points into ``documents.text``. ``metadata.yml`` describes every
table and column for readers; a test holds the two together.
"""

from __future__ import annotations

TABLES: dict[str, str] = {
    "sources": """
        id TEXT PRIMARY KEY, title TEXT NOT NULL, kind TEXT NOT NULL, publisher TEXT, country TEXT,
        languages TEXT, url TEXT, licence TEXT, licence_url TEXT, schedule TEXT, sample INTEGER NOT NULL
    """,
    "runs": """
        id TEXT PRIMARY KEY, source_id TEXT REFERENCES sources(id), started TEXT, finished TEXT,
        finish_reason TEXT, announced INTEGER, received INTEGER, pages INTEGER, new INTEGER,
        changed INTEGER, gone INTEGER, blocked INTEGER, failed INTEGER, bytes INTEGER,
        manifest_sha256 TEXT
    """,
    "captures": """
        id TEXT PRIMARY KEY, source_id TEXT REFERENCES sources(id), url TEXT, fetched TEXT,
        status INTEGER, outcome TEXT, message TEXT, media_type TEXT, sha256 TEXT, warc_file TEXT,
        warc_offset INTEGER, warc_length INTEGER, run_id TEXT REFERENCES runs(id), via TEXT
    """,
    "documents": """
        id TEXT PRIMARY KEY, url TEXT, title TEXT, language TEXT, media_type TEXT, pages INTEGER,
        characters INTEGER, text TEXT, published TEXT, first_seen TEXT, last_seen TEXT, state TEXT,
        outcome TEXT, message TEXT, name TEXT, parent_url TEXT, capture_id TEXT REFERENCES captures(id),
        source_id TEXT REFERENCES sources(id)
    """,
    "organizations": """
        id TEXT PRIMARY KEY, name TEXT NOT NULL, name_en TEXT, name_zh TEXT, kind TEXT, country TEXT,
        parent_id TEXT REFERENCES organizations(id), wikidata TEXT, lei TEXT, registration TEXT,
        website TEXT, description TEXT, sample INTEGER NOT NULL
    """,
    "organization_names": """
        organization_id TEXT REFERENCES organizations(id), name TEXT, language TEXT,
        PRIMARY KEY (organization_id, name)
    """,
    "listings": """
        organization_id TEXT REFERENCES organizations(id), list TEXT, programme TEXT, since TEXT,
        source_url TEXT, note TEXT, PRIMARY KEY (organization_id, list)
    """,
    "notices": """
        id TEXT PRIMARY KEY, ocid TEXT, document_id TEXT REFERENCES documents(id), format TEXT,
        source_notice_id TEXT, stage TEXT, title TEXT, description TEXT,
        buyer_id TEXT REFERENCES organizations(id), buyer_name TEXT, procedure TEXT, published TEXT,
        deadline TEXT, amount REAL, currency TEXT, amount_eur REAL, country TEXT, region TEXT, url TEXT,
        language TEXT, text_start INTEGER, text_end INTEGER, source_id TEXT REFERENCES sources(id)
    """,
    "notice_items": """
        notice_id TEXT REFERENCES notices(id), scheme TEXT, code TEXT, description TEXT,
        PRIMARY KEY (notice_id, scheme, code)
    """,
    "notice_suppliers": """
        notice_id TEXT REFERENCES notices(id), organization_id TEXT REFERENCES organizations(id),
        name TEXT, amount REAL, currency TEXT, PRIMARY KEY (notice_id, organization_id)
    """,
    "failures": """
        id TEXT PRIMARY KEY, document_id TEXT REFERENCES documents(id), stage TEXT, format TEXT,
        reason TEXT, position TEXT, url TEXT, source_id TEXT REFERENCES sources(id)
    """,
    "products": """
        id TEXT PRIMARY KEY, vendor_id TEXT REFERENCES organizations(id), name TEXT, url TEXT
    """,
    "partnerships": """
        organization_id TEXT REFERENCES organizations(id), partner_id TEXT REFERENCES organizations(id),
        document_id TEXT, reported_system_id TEXT, note TEXT,
        PRIMARY KEY (organization_id, partner_id, document_id, reported_system_id)
    """,
    "capabilities": """
        code TEXT PRIMARY KEY, family TEXT, label TEXT, label_zh TEXT, definition TEXT, definition_zh TEXT,
        concern TEXT, concern_zh TEXT, lexicon_version TEXT
    """,
    "claims": """
        id TEXT PRIMARY KEY, capability TEXT REFERENCES capabilities(code), stance TEXT, quote TEXT,
        start INTEGER, end INTEGER, context TEXT, context_start INTEGER, page INTEGER, language TEXT,
        document_id TEXT REFERENCES documents(id), capture_id TEXT REFERENCES captures(id),
        source_id TEXT REFERENCES sources(id), notice_id TEXT REFERENCES notices(id),
        organization_id TEXT REFERENCES organizations(id), organization_role TEXT,
        product_id TEXT REFERENCES products(id), parameters TEXT, term TEXT, lexicon_version TEXT,
        passages INTEGER, basis TEXT, citation TEXT, reported_system_id TEXT REFERENCES reported_systems(id),
        review TEXT, first_seen TEXT, last_seen TEXT, state TEXT
    """,
    "claim_passages": """
        claim_id TEXT REFERENCES claims(id), number INTEGER, quote TEXT, start INTEGER, end INTEGER,
        context TEXT, context_start INTEGER, page INTEGER, parameters TEXT, term TEXT,
        organizations TEXT, PRIMARY KEY (claim_id, number)
    """,
    "claim_organizations": """
        claim_id TEXT REFERENCES claims(id), organization_id TEXT REFERENCES organizations(id),
        role TEXT, PRIMARY KEY (claim_id, organization_id, role)
    """,
    "reported_systems": """
        id TEXT PRIMARY KEY, title TEXT, summary TEXT, summary_zh TEXT, publication TEXT, publisher TEXT,
        published TEXT, url TEXT, answer TEXT, answer_by TEXT
    """,
    "removals": """
        id TEXT PRIMARY KEY, document_id TEXT REFERENCES documents(id),
        source_id TEXT REFERENCES sources(id), kind TEXT, url TEXT, title TEXT, at TEXT,
        last_capture_id TEXT REFERENCES captures(id), proof_capture_id TEXT REFERENCES captures(id),
        claims_lost INTEGER, members INTEGER, note TEXT
    """,
    "document_versions": """
        document_id TEXT REFERENCES documents(id), next_document_id TEXT REFERENCES documents(id),
        url TEXT, changed TEXT, PRIMARY KEY (document_id, next_document_id)
    """,
    "summaries": """
        name TEXT, key TEXT, label TEXT, value INTEGER, PRIMARY KEY (name, key)
    """,
    "releases": """
        id TEXT PRIMARY KEY, built TEXT, lexicon_version TEXT, archive_captures INTEGER, claims INTEGER,
        documents INTEGER, notices INTEGER, fingerprint TEXT
    """,
}
# claims.basis: "archived" (quote found in archived bytes) or "curated" (a cited fact from the
#   register of reported systems; quote, offsets, document and capture are NULL, citation is set).
# claims.state, documents.state: live | changed | gone | unlisted.
# claims.review: unreviewed | confirmed | rejected. claims.parameters: JSON object (TAXONOMY).
# claim_passages.organizations: JSON list of {"organization_id", "name", "role"}.
# failures.stage: "document" | "notice".  removals.kind: gone | unlisted | catalogue.
# summaries: precomputed counts for first pages, e.g. ("claims by capability", code, label, n).

# Every facet and foreign key is indexed: without this a table page takes seconds (MEASURED).
INDEXES: dict[str, tuple[str, ...]] = {
    "captures": ("source_id", "url", "outcome", "sha256", "run_id", "fetched"),
    "runs": ("source_id", "started"),
    "documents": ("source_id", "url", "language", "media_type", "state", "outcome", "last_seen"),
    "notices": (
        "document_id", "source_id", "buyer_id, published", "stage", "country", "published", "ocid", "format",
        "country, published",  # what was bought where, the latest first
    ),
    "notice_items": ("code",),
    "notice_suppliers": ("organization_id",),
    "organizations": ("kind", "country", "name", "parent_id"),
    "organization_names": ("name",),
    "failures": ("document_id", "stage", "format", "source_id"),
    # Several columns: a facet beside a filter is then counted in the index alone.
    "claims": (
        "capability, stance", "capability, basis", "capability, first_seen", "stance, capability",
        "organization_id, capability, stance", "document_id", "source_id", "notice_id", "language",
        "basis", "state", "review", "first_seen", "capture_id", "product_id", "reported_system_id",
        "organization_role",
    ),
    "claim_organizations": ("organization_id", "role"),
    "removals": ("kind", "source_id", "document_id", "at"),
    "document_versions": ("next_document_id", "url"),
    "products": ("vendor_id",),
    "partnerships": ("partner_id",),
}  # fmt: skip

# Full-text tables over character bigrams (db.search): FTS table -> (content table, columns).
SEARCH: dict[str, tuple[str, tuple[str, ...]]] = {
    "documents_fts": ("documents", ("title", "text")),
    "notices_fts": ("notices", ("title", "description", "buyer_name")),
    "claims_fts": ("claims", ("quote", "context")),
    "organizations_fts": ("organizations", ("name", "name_en", "name_zh")),
}
