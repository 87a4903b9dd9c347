"""Counts for the pages people see first, so that no page counts rows while a reader waits."""

from __future__ import annotations

from db.load import Loader

# name → query that gives (key, label, value)
_SUMMARIES = {
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
    "documents by state": "SELECT state, state, count(*) FROM documents GROUP BY 1",
    "removals by kind": "SELECT kind, kind, count(*) FROM removals GROUP BY 1",
}
_TOTALS = ("claims", "documents", "notices", "organizations", "sources", "captures", "removals")


def load(loader: Loader) -> None:
    for name, query in _SUMMARIES.items():
        loader.connection.execute(
            f"INSERT INTO summaries (name, key, label, value) SELECT '{name}', * FROM ({query})"
        )
    for table in _TOTALS:
        loader.add("summaries", name="total", key=table, label=table, value=loader.count(table))
    loader.flush()
