"""Questions in Python: ``import db; db.claims(capability="crowd-alert")`` gives a pandas frame."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from spiders.paths import database_path

if TYPE_CHECKING:
    import pandas

_CLAIMS = """
SELECT claims.id, claims.capability, claims.stance, claims.quote, claims.parameters,
       organizations.name AS organization, claims.organization_id, claims.organization_role,
       claims.context, claims.language, claims.basis, claims.citation, claims.state, claims.review,
       claims.passages, claims.first_seen, claims.last_seen, claims.source_id,
       sources.title AS source, documents.url, documents.title AS document_title,
       claims.document_id, claims.notice_id, claims.start, claims.end,
       captures.fetched, captures.warc_file, captures.warc_offset, claims.term,
       claims.lexicon_version
FROM claims
LEFT JOIN organizations ON organizations.id = claims.organization_id
LEFT JOIN documents ON documents.id = claims.document_id
LEFT JOIN sources ON sources.id = claims.source_id
LEFT JOIN captures ON captures.id = claims.capture_id
"""


class NoDatabase(FileNotFoundError):
    """There is no published database yet."""


def connect(database: Path | str | None = None) -> sqlite3.Connection:
    """The published database, read only. Raises ``NoDatabase`` where there is none."""
    path = Path(database) if database else database_path()
    if not path.is_file():
        raise NoDatabase(f"{path}: no database; make one with `counterwatch build`")
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    connection.row_factory = sqlite3.Row
    return connection


def claims(
    capability: str | None = None,
    stance: str | None = None,
    organization: str | None = None,
    source: str | None = None,
    language: str | None = None,
    basis: str | None = None,
    database: Path | str | None = None,
) -> pandas.DataFrame:
    """Claims with their evidence, one row a claim; ``parameters`` as a dict.

    ``organization`` is an id of the register ("huawei") or any of its names; claims in which it
    has any role are given, not only those that it leads. Raises ``NoDatabase``.
    """
    import pandas

    conditions, values = [], []
    for column, value in (
        ("claims.capability", capability),
        ("claims.stance", stance),
        ("claims.source_id", source),
        ("claims.language", language),
        ("claims.basis", basis),
    ):
        if value is not None:
            conditions.append(f"{column} = ?")
            values.append(value)
    if organization is not None:
        conditions.append(
            "claims.id IN (SELECT claim_id FROM claim_organizations WHERE organization_id IN "
            "(SELECT ? UNION SELECT organization_id FROM organization_names WHERE name = ?))"
        )
        values += [organization, organization]
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    connection = connect(database)
    try:
        frame = pandas.read_sql_query(
            f"{_CLAIMS}{where} ORDER BY claims.capability, claims.first_seen, claims.id",
            connection,
            params=values,
        )
    finally:
        connection.close()
    frame["parameters"] = frame["parameters"].map(lambda text: json.loads(text) if text else {})
    return frame
