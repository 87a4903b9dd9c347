"""The sample search by POST and token, and its notices as eForms XML."""

from __future__ import annotations

import json
import re
from string import Template
from typing import Any
from xml.sax.saxutils import escape

from scripts.sample_site.answer import Answer, Query, json_answer
from scripts.sample_site.content import NOTE, content, template

SEARCH = "/ted/v3/notices/search"
NOTICE = re.compile(r"/ted/en/notice/(\d+-\d{4})/xml")
DATES = re.compile(r"PD = \((\d{8}) <> (\d{8})\)")
ROOTS = {
    "cn-standard": ("ContractNotice", "CN"),
    "can-standard": ("ContractAwardNotice", "CAN"),
    "pin-only": ("PriorInformationNotice", "PIN"),
}


def search(query: Query) -> Answer:
    """Notices of the days in the expert query; the CPV and text conditions are not read."""
    try:
        asked = json.loads(query.body)
    except ValueError:
        return json_answer({"message": "the body is not JSON"}, 400)
    if not asked.get("fields"):
        return json_answer({"message": "fields must not be empty"}, 400)
    size = asked.get("limit", 10)
    if size > 250:
        return json_answer({"message": "SEARCH_EXCEEDS_MAX_LIMIT"}, 400)
    dates = DATES.search(asked.get("query", ""))
    first, last = dates.groups() if dates else ("0", "9")
    found = [
        notice
        for notice in content("eforms")["notices"]
        if first <= notice["date"].replace("-", "") <= last
    ]
    start = int(asked.get("iterationNextToken") or 0)
    return json_answer(
        {
            "notices": [
                {
                    "publication-number": notice["number"],
                    "publication-date": f"{notice['date']}+01:00",
                    "notice-type": notice["type"],
                    "buyer-country": [notice["country"]],
                    "classification-cpv": notice["cpv"],
                }
                for notice in found[start : start + size]
            ],
            "totalNoticeCount": len(found),
            # As the real one: the token may stay after the last record.
            "iterationNextToken": str(start + size) if found else None,
            "timedOut": False,
        }
    )


def notice(query: Query) -> Answer | None:
    match = NOTICE.fullmatch(query.path)
    found = [n for n in content("eforms")["notices"] if match and n["number"] == match[1]]
    if not found:
        return None
    return Answer(xml(found[0]).encode(), "application/xml; charset=utf-8", cacheable=True)


def xml(data: dict[str, Any]) -> str:
    """One notice of content/eforms.yml as eForms UBL: small, but of the real structure."""
    root, prefix = ROOTS[data["type"]]
    values = {key: escape(str(value)) for key, value in data.items() if not isinstance(value, list)}
    values |= {"root": root, "prefix": prefix, "note": NOTE, "cpv_main": data["cpv"][0]}
    values["cpv_more"] = "".join(
        f'<cac:AdditionalCommodityClassification><cbc:ItemClassificationCode listName="cpv">{code}'
        "</cbc:ItemClassificationCode></cac:AdditionalCommodityClassification>"
        for code in data["cpv"][1:]
    )
    lots = [
        {key: escape(str(value)) for key, value in lot.items()}
        | {"id": f"LOT-{number:04d}", "n": f"{number:04d}", "language": data["language"]}
        for number, lot in enumerate(data["lots"], 1)
    ]
    values["lots"] = "".join(
        Template(template("eforms_lot.xml")).substitute(lot, cpv_main=data["cpv"][0])
        for lot in lots
    )
    won = [lot for lot in lots if "supplier" in lot]
    values["suppliers"] = "".join(
        Template(template("eforms_supplier.xml")).substitute(lot) for lot in won
    )
    values["result"] = (
        Template(template("eforms_result.xml")).substitute(
            amount=values["amount"],
            parts="".join(Template(template("eforms_award.xml")).substitute(lot) for lot in won),
        )
        if won
        else ""
    )
    return Template(template("eforms.xml")).substitute(values)
