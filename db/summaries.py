"""Counts for the pages people see first, so that no page counts rows while a reader waits."""

from __future__ import annotations

import sqlite3

from db.load import Loader
from db.places import region_case

# The order of claims a reader should see first: reviewed, archived, with numbers, repeated.
STRONGEST = """
    c.review = 'confirmed' DESC, c.review = 'rejected', c.basis = 'archived' DESC,
    c.parameters NOT IN ('{}', '') DESC, c.passages DESC, c.id
"""
# Stances and roles under which an organisation sells, or is said to sell, a capability …
SELLING = (
    "c.stance IN ('claims', 'supplies', 'reports') "
    "AND c.organization_role IN ('vendor', 'supplier', 'partner')"
)
# … and under which it wants, buys or uses one.
BUYING = (
    "c.stance IN ('requires', 'supplies', 'operates') "
    "AND c.organization_role IN ('buyer', 'operator')"
)
ORGANIZATIONS_SHOWN, QUOTES_SHOWN, NOTICES_SHOWN, VALUES_SHOWN = 24, 8, 20, 12
# Organisations with more claims than this have their strongest ones chosen at the build.
MANY_CLAIMS = 100


def _organizations(which: str) -> str:
    """(capability/place/organization, strongest claim, number of claims), own words first."""
    return f"""
        WITH ranked AS (
            SELECT c.id, c.capability, c.organization_id, c.basis, c.stance,
                count(*) OVER (PARTITION BY c.capability, c.organization_id) AS n,
                row_number() OVER (
                    PARTITION BY c.capability, c.organization_id
                    ORDER BY c.basis = 'archived' DESC, c.stance = 'reports',
                        c.state = 'changed', {STRONGEST}
                ) AS best
            FROM claims c WHERE c.organization_id IS NOT NULL AND {which}
        ), placed AS (
            SELECT *, row_number() OVER (
                PARTITION BY capability
                ORDER BY basis = 'archived' DESC, stance = 'reports', n DESC, organization_id
            ) AS place FROM ranked WHERE best = 1
        )
        SELECT printf('%s/%03d/%s', capability, place, organization_id), id, n
        FROM placed WHERE place <= {ORGANIZATIONS_SHOWN} ORDER BY 1"""


# One row for each notice with a capability: (notice, its country, region and year, capability).
_FOUND = """
    SELECT DISTINCT n.id, coalesce(n.country, '') AS country, n.region, n.buyer_name, n.title,
        substr(n.published, 1, 4) AS year, c.capability
    FROM claims c JOIN notices n ON n.id = c.notice_id WHERE c.stance <> 'denies'
"""

STRONGEST_OF = f"""
    SELECT c.id, c.organization_id, c.stance IN ('denies', 'restricts') AS denial,
        count(*) OVER (PARTITION BY c.organization_id, c.stance IN ('denies', 'restricts'), c.capability) AS n,
        row_number() OVER (
            PARTITION BY c.organization_id, c.stance IN ('denies', 'restricts'), c.capability
            ORDER BY {STRONGEST}
        ) AS best
    FROM claims c WHERE c.organization_id """

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
    "sellers by capability": _organizations(SELLING),
    "buyers by capability": _organizations(BUYING),
    "stances by capability": """
        SELECT capability || '/' || stance, stance, count(*) FROM claims GROUP BY capability, stance""",
    # key: capability/place; label: the claim
    "quotes by capability": f"""
        SELECT printf('%s/%03d', capability, place), id, passages FROM (
            SELECT c.capability, c.id, c.passages, row_number() OVER (
                PARTITION BY c.capability ORDER BY {STRONGEST}) AS place
            FROM claims c
            WHERE c.basis = 'archived' AND c.stance NOT IN ('denies', 'restricts', 'permits')
        ) WHERE place <= {QUOTES_SHOWN}""",
    # key: capability/place; label: the notice; the latest first
    "notices by capability": f"""
        SELECT printf('%s/%03d', capability, place), id, place FROM (
            SELECT capability, id, row_number() OVER (
                PARTITION BY capability ORDER BY published DESC, id) AS place
            FROM (
                SELECT DISTINCT c.capability, n.id, n.published
                FROM claims c JOIN notices n ON n.id = c.notice_id WHERE c.stance <> 'denies'
            )
        ) WHERE place <= {NOTICES_SHOWN}""",
    # key: capability/parameter/place; label: the value as JSON; the most frequent first
    "parameters by capability": f"""
        SELECT printf('%s/%s/%03d', capability, name, place), value, n FROM (
            SELECT *, row_number() OVER (
                PARTITION BY capability, name ORDER BY n DESC, value) AS place
            FROM (
                SELECT c.capability, p.key AS name, json_quote(v.value) AS value, count(*) AS n
                FROM claims c,
                    json_each(iif(json_valid(c.parameters), c.parameters, '{{}}')) p,
                    json_each(iif(p.type = 'array', p.value, json_array(p.value))) v
                WHERE p.type <> 'object' GROUP BY 1, 2, 3
            )
        ) WHERE place <= {VALUES_SHOWN}""",
    "number of sellers by capability": f"""
        SELECT c.capability, c.capability, count(DISTINCT c.organization_id) FROM claims c
        WHERE {SELLING} GROUP BY 1""",
    "notices by year": """
        SELECT substr(published, 1, 4), substr(published, 1, 4), count(*) FROM notices
        WHERE published GLOB '[12][0-9][0-9][0-9]*' GROUP BY 1""",
    # What maps, timelines and comparisons count: notices whose text has a capability.
    "found by country": f"""
        SELECT country, country, count(DISTINCT id) FROM ({_FOUND}) WHERE country > '' GROUP BY 1""",
    "found by region": f"""
        WITH named AS MATERIALIZED (
            SELECT id, coalesce(region, '') || ' ' || coalesce(buyer_name, '') || ' ' || coalesce(title, '') AS text
            FROM notices WHERE country = 'CN' AND id IN (
                SELECT notice_id FROM claims WHERE notice_id IS NOT NULL AND stance <> 'denies')
        )
        SELECT place, place, count(*) FROM (SELECT {region_case("text")} AS place FROM named)
        WHERE place IS NOT NULL GROUP BY 1""",
    # How notices write the names of regions; key: region code/name
    "regions of notices": f"""
        SELECT DISTINCT place || '/' || region, region, 1 FROM (
            SELECT region, {region_case("region")} AS place
            FROM (SELECT DISTINCT region FROM notices WHERE country = 'CN' AND region > '')
        ) WHERE place IS NOT NULL""",
    # key: year/capability
    "found by year": f"""
        SELECT year || '/' || capability, capability, count(*) FROM ({_FOUND})
        WHERE year GLOB '[12][0-9][0-9][0-9]' GROUP BY year, capability""",
    # key: country/capability, country/year
    "capabilities by country": f"""
        SELECT country || '/' || capability, capability, count(*) FROM ({_FOUND})
        WHERE country > '' GROUP BY country, capability""",
    "years by country": f"""
        SELECT country || '/' || year, year, count(DISTINCT id) FROM ({_FOUND})
        WHERE country > '' AND year > '' GROUP BY country, year""",
    "sellers by country": f"""
        SELECT o.country, o.country, count(DISTINCT o.id) FROM claims c
        JOIN organizations o ON o.id = c.organization_id
        WHERE {SELLING} AND o.country IS NOT NULL GROUP BY 1""",
    # key: country/kind/place/organisation
    "organizations by country": f"""
        SELECT printf('%s/%s/%03d/%s', country, kind, place, id), kind, n FROM (
            SELECT *, row_number() OVER (PARTITION BY country, kind ORDER BY n DESC, id) AS place
            FROM (
                SELECT o.country, o.id, iif({SELLING}, 'seller', 'buyer') AS kind, count(*) AS n
                FROM claims c JOIN organizations o ON o.id = c.organization_id
                WHERE o.country IS NOT NULL AND (({SELLING}) OR ({BUYING})) GROUP BY 1, 2, 3
            )
        ) WHERE place <= {NOTICES_SHOWN}""",
    # key: organisation/(0 claims, 1 denials)/claim; label: the claim; value: all on its capability
    "strongest by organization": f"""
        SELECT organization_id || '/' || denial || '/' || id, id, n FROM ({STRONGEST_OF} IN (
            SELECT organization_id FROM claims GROUP BY 1 HAVING count(*) > {MANY_CLAIMS}
        )) WHERE best = 1""",
    # key: organisation/place; label: the removal of a page with its claims, the latest first
    "removals by organization": """
        SELECT printf('%s/%03d', organization_id, place), id, 1 FROM (
            SELECT organization_id, id, row_number() OVER (
                PARTITION BY organization_id ORDER BY at DESC, id) AS place
            FROM (
                SELECT DISTINCT c.organization_id, r.id, r.at FROM removals r
                JOIN claims c ON c.document_id = r.document_id WHERE c.organization_id IS NOT NULL
            )
        ) WHERE place <= 40""",
    "documents by state": "SELECT state, state, count(*) FROM documents GROUP BY 1",
    "removals by kind": "SELECT kind, kind, count(*) FROM removals GROUP BY 1",
}
_TOTALS = ("claims", "documents", "notices", "organizations", "sources", "captures", "removals")


def load(loader: Loader) -> None:
    fill(loader.connection)
    for table in _TOTALS:
        loader.add("summaries", name="total", key=table, label=table, value=loader.count(table))
    loader.flush()


def fill(connection: sqlite3.Connection) -> None:
    """Compute every summary, and note that it was made: an empty one is an answer too."""
    for name, query in SUMMARIES.items():
        connection.execute(
            f"INSERT INTO summaries (name, key, label, value) SELECT '{name}', * FROM ({query})"
        )
        connection.execute("INSERT INTO summaries VALUES ('made', ?, ?, 1)", (name, name))
