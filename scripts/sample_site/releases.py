"""The sample release-package API: OCDS, windows of dates, ``links.next``."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from scripts.sample_site.answer import Answer, Query, json_answer
from scripts.sample_site.content import NOTE, content

PATH = "/ocds/api/1.0/ocdsReleasePackages"
PREFIX = "ocds-sample0"


def packages(query: Query) -> Answer:
    """One page of the releases updated within ``updatedFrom`` and ``updatedTo``."""
    data = content("releases")
    since = query.parameters.get("updatedFrom", "")
    until = query.parameters.get("updatedTo", "9")
    limit = max(1, min(100, int(query.parameters.get("limit") or 100)))
    start = int(query.parameters.get("cursor") or 0)
    found = [r for r in data["releases"] if since <= r["date"] < until]
    package: dict[str, Any] = {
        "uri": f"{query.base}{PATH}",
        "version": "1.1",
        "publishedDate": "2026-10-31T00:00:00Z",
        "publisher": {"name": data["publisher"], "uri": query.base},
        "license": f"{query.base}/licence",
        "extensions": [],
        "x_note": NOTE,
        "releases": [release(r, data["currency"]) for r in found[start : start + limit]],
    }
    if start + limit < len(found):
        following = {**query.parameters, "cursor": str(start + limit)}
        package["links"] = {"next": f"{query.base}{PATH}?{urlencode(following)}"}
    return json_answer(package)


def release(data: dict[str, Any], currency: str) -> dict[str, Any]:
    """One release in OCDS 1.1, out of a line of content/releases.yml."""
    buyer = {"name": data["buyer"], "id": identifier(data["buyer"])}
    value = {"amount": data["amount"], "currency": currency}
    items = [
        {"id": str(number), "classification": {"scheme": "CPV", "id": code}}
        for number, code in enumerate(data["cpv"], 1)
    ]
    cancelled = data["tag"] == "cancelled"
    suppliers = data.get("suppliers", [])
    result: dict[str, Any] = {
        "ocid": f"{PREFIX}-{data['process']:06d}",
        "id": data["id"],
        "date": data["date"],
        "tag": ["tenderCancellation" if cancelled else data["tag"]],
        "initiationType": "tender",
        "language": "en",
        "buyer": buyer,
        "parties": [
            {**buyer, "roles": ["buyer"], "address": {"country": "XX", "region": "Examplia"}},
            *(
                {"name": s["name"], "id": identifier(s["name"]), "roles": ["supplier"]}
                for s in suppliers
            ),
        ],
        "tender": {
            "id": f"sample-{data['process']}",
            "title": data["title"],
            "description": data["description"],
            "status": "cancelled" if cancelled else "active",
            "procurementMethod": "open",
            "value": value,
            "items": items,
        },
    }
    if data["tag"] == "award":
        result["awards"] = [
            {
                "id": f"{data['id']}-1",
                "status": "active",
                "title": data["title"],
                "date": data["date"],
                "value": value,
                "suppliers": [{"name": s["name"], "id": identifier(s["name"])} for s in suppliers],
            }
        ]
    return result


def identifier(name: str) -> str:
    return "XX-SAMPLE-" + "-".join(name.upper().split())
