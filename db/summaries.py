"""Counts for the pages people see first, so that no page counts rows while a reader waits."""

from __future__ import annotations

from db.load import Loader

# Stances and roles under which an organisation sells, or is said to sell, a capability.
SELLING = (
    "c.stance IN ('claims', 'supplies', 'reports') "
    "AND c.organization_role IN ('vendor', 'supplier', 'partner')"
)
# How many sellers of a capability the front page names.
SELLERS_SHOWN = 3

# name → query that gives (key, label, value); the site asks the same where a database lacks one
SUMMARIES = {
    "claims by capability": """
        SELECT capabilities.code, capabilities.label, count(claims.id) FROM capabilities
        LEFT JOIN claims ON claims.capability = capabilities.code GROUP BY 1""",
    "claims by stance": "SELECT stance, stance, count(*) FROM claims GROUP BY 1",
    "claims by basis": "SELECT basis, basis, count(*) FROM claims GROUP BY 1",
    "claims by language": "SELECT language, language, count(*) FROM claims WHERE language IS NOT NULL GROUP BY 1",
    "claims by organization": """
        SELECT organizations.id, organizations.name, count(DISTINCT claim_id)
        FROM claim_organizations JOIN organizations ON organizations.id = organization_id
        WHERE role <> 'reporter' GROUP BY 1""",
    "notices by country": "SELECT country, country, count(*) FROM notices WHERE country IS NOT NULL GROUP BY 1",
    "notices by stage": "SELECT stage, stage, count(*) FROM notices GROUP BY 1",
    "captures by outcome": "SELECT outcome, outcome, count(*) FROM captures GROUP BY 1",
    "documents by source": """
        SELECT sources.id, sources.title, count(documents.id) FROM sources
        LEFT JOIN documents ON documents.source_id = sources.id GROUP BY 1""",
    "documents by language": """
        SELECT coalesce(language, ''), coalesce(language, ''), count(*) FROM documents GROUP BY 1""",
    "documents by outcome": "SELECT outcome, outcome, count(*) FROM documents GROUP BY 1",
    # key: capability/organization; own words before reports of others
    "sellers by capability": f"""
        WITH sellers AS (
            SELECT c.capability, c.organization_id, count(*) AS n,
                row_number() OVER (
                    PARTITION BY c.capability
                    ORDER BY max(c.basis = 'archived') DESC, count(*) DESC, c.organization_id
                ) AS place
            FROM claims c WHERE {SELLING} AND c.organization_id IS NOT NULL
            GROUP BY c.capability, c.organization_id
        )
        SELECT s.capability || '/' || s.organization_id, o.name, s.n FROM sellers s
        JOIN organizations o ON o.id = s.organization_id WHERE s.place <= {SELLERS_SHOWN}
        ORDER BY s.capability, s.place""",
    "number of sellers by capability": f"""
        SELECT c.capability, c.capability, count(DISTINCT c.organization_id) FROM claims c
        WHERE {SELLING} GROUP BY 1""",
    "documents by state": "SELECT state, state, count(*) FROM documents GROUP BY 1",
    "removals by kind": "SELECT kind, kind, count(*) FROM removals GROUP BY 1",
}
_TOTALS = ("claims", "documents", "notices", "organizations", "sources", "captures", "removals")


def load(loader: Loader) -> None:
    for name, query in SUMMARIES.items():
        loader.connection.execute(
            f"INSERT INTO summaries (name, key, label, value) SELECT '{name}', * FROM ({query})"
        )
    for table in _TOTALS:
        loader.add("summaries", name="total", key=table, label=table, value=loader.count(table))
    loader.flush()
