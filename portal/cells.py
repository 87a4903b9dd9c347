"""Cells of Datasette's table pages: ids lead to the dressed pages, addresses are safe links."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from markupsafe import Markup, escape

from portal import display, language
from portal.reader import Reader

# Column → page that shows what it names.
_PAGES = {
    "claim_id": "claim",
    "organization_id": "organization",
    "buyer_id": "organization",
    "vendor_id": "organization",
    "partner_id": "organization",
    "parent_id": "organization",
    "document_id": "document",
    "next_document_id": "document",
    "notice_id": "notice",
    "capability": "capability",
}
# Table → page of a row of it.
_ROWS = {
    "claims": "claim",
    "organizations": "organization",
    "documents": "document",
    "notices": "notice",
    "capabilities": "capability",
}
# Characters of a hash shown in a table; the row and its address have all 64.
_SHOWN = 24


def render(value: Any, column: str, table: str | None, link: Callable[..., str]) -> Markup | None:
    """HTML of a cell, or None to leave it to Datasette."""
    label = None
    if isinstance(value, dict):  # a foreign key that Datasette expanded to {"value", "label"}
        value, label = value["value"], value["label"]
    page = _PAGES.get(column)
    if column in ("id", "code") and table in _ROWS:
        page = _ROWS[table]
    if page and value:
        shown = language.translate("Evidence") if column == "claim_id" else str(label or value)
        return Markup('<a href="{}">{}</a>').format(
            link(page, str(value)), display.harmless(_short(shown))
        )
    if isinstance(value, str) and value:
        if column.endswith("url") or value.startswith(("http://", "https://")):
            return display.external(value, _short(value, 60))
        cleaned = display.harmless(value)
        if cleaned != value:
            return escape(_short(cleaned, 300))
    return None


def _short(text: str, longest: int = 80) -> str:
    if len(text) == 64 and text.isalnum():
        return text[:_SHOWN] + "…"
    return text if len(text) <= longest else text[: longest - 1] + "…"


async def choices(reader: Reader, parameter: str) -> list[tuple[str, str]]:
    """(value, label) choices for a named parameter of a query."""
    if parameter == "capability":
        rows = await reader.rows("SELECT code, label, label_zh FROM capabilities ORDER BY label")
        return [(row["code"], language.pick(row, "label")) for row in rows]
    if parameter == "country":
        rows = await reader.rows(
            "SELECT DISTINCT country FROM notices WHERE country > '' ORDER BY country LIMIT 300"
        )
        return [(row["country"], row["country"]) for row in rows]
    return []
