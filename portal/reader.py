"""Questions of the pages to the published database."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from datasette.app import Datasette

from db.summaries import STRONGEST, SUMMARIES

Row = dict[str, Any]

# A claim with what every card of it shows.
CLAIM = """
    SELECT c.*, k.label, k.label_zh, o.name AS organization_name, o.name_en, o.name_zh,
        max(coalesce(s.sample, 0), coalesce(o.sample, 0)) AS sample, s.title AS source_title, s.kind AS source_kind,
        s.publisher, s.licence, s.licence_url, d.title AS document_title, d.url AS document_url,
        d.media_type, d.published AS document_published,
        r.title AS report_title, r.summary, r.summary_zh, r.publication,
        r.publisher AS report_publisher, r.published AS report_published, r.url AS report_url,
        r.answer, r.answer_by
    FROM claims c
    LEFT JOIN capabilities k ON k.code = c.capability
    LEFT JOIN organizations o ON o.id = c.organization_id
    LEFT JOIN sources s ON s.id = c.source_id
    LEFT JOIN documents d ON d.id = c.document_id
    LEFT JOIN reported_systems r ON r.id = c.reported_system_id
"""


class Reader:
    """The database of the site. Rows come as dictionaries."""

    def __init__(self, datasette: Datasette) -> None:
        self.database = datasette.get_database()
        self.name: str = self.database.name

    async def rows(self, sql: str, **parameters: Any) -> list[Row]:
        results = await self.database.execute(sql, parameters)
        return [dict(row) for row in results.rows]

    async def row(self, sql: str, **parameters: Any) -> Row | None:
        rows = await self.rows(sql, **parameters)
        return rows[0] if rows else None

    async def value(self, sql: str, **parameters: Any) -> Any:
        row = await self.row(sql, **parameters)
        return next(iter(row.values())) if row else None

    async def claims(
        self, where: str, limit: int = 50, order: str = STRONGEST, **values: Any
    ) -> list[Row]:
        """Claims with what their cards show; ``where`` and ``order`` are SQL over ``claims c``."""
        # The few are chosen before anything is joined to them: a capability may have a million.
        return await self.rows(
            f"""{CLAIM} WHERE c.rowid IN (
                SELECT c.rowid FROM claims c WHERE {where} ORDER BY {order} LIMIT {limit}
            ) ORDER BY {order}""",
            **values,
        )

    async def claims_in_order(self, ids: Sequence[str]) -> list[Row]:
        """The claims with these ids, in this order."""
        rows = await self.rows(
            f"{CLAIM} WHERE c.id IN (SELECT value FROM json_each(:ids))", ids=json.dumps(ids)
        )
        place = {claim_id: number for number, claim_id in enumerate(ids)}
        return sorted(rows, key=lambda row: place[row["id"]])

    async def summary(self, name: str, prefix: str = "") -> list[Row]:
        """(key, label, value) rows of a summary whose key begins with ``prefix``, in order of keys.

        Computed now where the build stored none under this name.
        """
        stored = await self.rows(
            """SELECT key, label, value FROM summaries
            WHERE name = :name AND key >= :prefix AND key < :prefix || char(1114111) ORDER BY key""",
            name=name,
            prefix=prefix,
        )
        if stored or await self.value(
            # An empty summary is an answer too, where the build made it.
            "SELECT 1 FROM summaries WHERE name = 'made' AND key = :name",
            name=name,
        ):
            return stored
        results = await self.database.execute(SUMMARIES[name])
        rows = [dict(zip(("key", "label", "value"), row, strict=True)) for row in results.rows]
        return sorted(
            (row for row in rows if str(row["key"]).startswith(prefix)), key=lambda row: row["key"]
        )

    async def counts(self) -> dict[str, int | None]:
        """Rows of each table; known without counting, since the served file never changes."""
        counts: dict[str, int | None] = await self.database.table_counts(1_000)
        return counts

    async def release(self) -> Row | None:
        return await self.row("SELECT * FROM releases ORDER BY built DESC LIMIT 1")

    async def shows_samples(self) -> bool:
        return bool(await self.value("SELECT 1 FROM sources WHERE sample = 1 LIMIT 1"))
