"""What an operator may set: ``plugins: counterwatch:`` of metadata.yml."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from datasette.app import Datasette


def _given(datasette: Datasette) -> dict[str, Any]:
    return datasette.plugin_config("counterwatch") or {}


def archived_copies(datasette: Datasette) -> frozenset[str]:
    """Kinds of source whose archived copies may be shown and downloaded."""
    return frozenset(_given(datasette).get("archived_copies", ("vendor", "report")))


def report_address(datasette: Datasette, page: str) -> str:
    """Where an error on ``page`` can be reported, or "": a mailto: or https: address.

    ``{page}`` in the setting ``report_errors`` becomes the address of the page.
    """
    address = str(_given(datasette).get("report_errors") or "").replace("{page}", quote(page, ""))
    return address if address.startswith(("mailto:", "https://")) else ""


def robots(datasette: Datasette) -> str:
    """``allow`` (pages may be indexed, endless filters not) or ``block`` (nothing may)."""
    return str(_given(datasette).get("robots") or "allow")


def requests_per_minute(datasette: Datasette) -> int:
    """Most answers a minute for one address; 0 sets no limit."""
    return int(_given(datasette).get("requests_per_minute") or 0)


def trusted_proxies(datasette: Datasette) -> frozenset[str]:
    """Addresses of proxies whose X-Forwarded-For is believed when requests are counted."""
    return frozenset(map(str, _given(datasette).get("trusted_proxies") or ()))
