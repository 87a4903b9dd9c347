"""Cells of Datasette's table pages: ids lead to the dressed pages, addresses are safe links."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from markupsafe import Markup, escape

from portal import display, language, places
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


# Code → row of its labels. The served file never changes, so they are read once, at the start.
_capabilities: dict[str, dict[str, Any]] = {}


def learn_capabilities(rows: list[dict[str, Any]]) -> None:
    _capabilities.clear()
    _capabilities.update({row["code"]: row for row in rows})


def capability_name(code: str) -> str:
    """The label of a capability in the language of the interface."""
    row = _capabilities.get(code)
    return language.pick(row, "label") if row else code


def _partner(row: Any, column: str) -> Any:
    """The id that stands beside a name in the row of a query: ``buyer`` beside ``buyer_id``."""
    try:
        return row[f"{column}_id"]
    except (KeyError, IndexError, TypeError, ValueError):
        return None


def render(
    row: Any, value: Any, column: str, table: str | None, link: Callable[..., str]
) -> Markup | None:
    """HTML of a cell, or None to leave it to Datasette."""
    if table is None and f"{column}_id" in _PAGES and value and _partner(row, column):
        return Markup('<a href="{}"><bdi>{}</bdi></a>').format(
            link(_PAGES[f"{column}_id"], str(_partner(row, column))), display.harmless(str(value))
        )
    if column in ("capability", "capabilities") and isinstance(value, str) and table is None:
        return Markup(", ").join(
            Markup('<a href="{}">{}</a>').format(link("capability", code), capability_name(code))
            for code in value.split(",")
            if code
        )
    label = None
    if isinstance(value, dict):  # a foreign key that Datasette expanded to {"value", "label"}
        value, label = value["value"], value["label"]
    page = _PAGES.get(column)
    if column in ("id", "code") and table in _ROWS:
        page = _ROWS[table]
    if page and value:
        shown = language.translate("Evidence") if column == "claim_id" else str(label or value)
        if page == "capability":
            shown = capability_name(str(value))
        return Markup('<a href="{}">{}</a>').format(
            link(page, str(value)), display.harmless(_short(shown))
        )
    named = display.coded(column, value)
    if named and named != value and table != "capabilities":
        return Markup('<span title="{}">{}</span>').format(value, named)
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
        named = [(code, capability_name(code)) for code in _capabilities]
        return sorted(named, key=lambda pair: pair[1])
    if parameter == "country":
        rows = await reader.rows(
            "SELECT DISTINCT country FROM notices WHERE country > '' ORDER BY country LIMIT 300"
        )
        return [(row["country"], places.name(row["country"])) for row in rows]
    return []
