"""SAM.gov: search answers of the Get Opportunities API v2 of the United States.

Format: https://open.gsa.gov/api/get-opportunities-public-api/. Each entry of ``opportunitiesData`` is
one notice; its ``description`` is a link to the text, which is a capture of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from parsers.notices import json_input, values
from parsers.notices.json_input import JsonRefused
from parsers.notices.lines import Lines
from parsers.records import Notice, NoticeFailure, NoticeItem, Party, Stage, Supplier

FORMAT = "sam_gov"

_STAGE_OF_TYPE: dict[str, Stage] = {
    "presolicitation": "planning",
    "sources sought": "planning",
    "special notice": "planning",
    "intent to bundle requirements (dod-funded)": "planning",
    "solicitation": "tender",
    "combined synopsis/solicitation": "tender",
    "sale of surplus property": "tender",
    "award notice": "award",
    "justification": "award",
    "justification and approval (j&a)": "award",
}


def read(data: bytes, url: str = "") -> Iterator[Notice | NoticeFailure]:
    """The notices of one search answer."""
    warnings: list[str] = []
    try:
        document = json_input.load(data, warnings)
    except JsonRefused as error:
        yield NoticeFailure(FORMAT, str(error))
        return
    entries = document.get("opportunitiesData") if isinstance(document, dict) else None
    if not isinstance(entries, list):
        yield NoticeFailure(FORMAT, "opportunitiesData: not a list")
        return
    for index, entry in enumerate(entries):
        where = f"opportunitiesData[{index}]"
        if isinstance(entry, dict):
            yield _notice(entry, url, warnings, where)
        else:
            yield NoticeFailure(FORMAT, f"{type(entry).__name__} where a notice belongs", where)


def _notice(
    entry: dict[str, Any], url: str, inherited: list[str], where: str
) -> Notice | NoticeFailure:
    warnings = list(inherited)
    title = values.clean(entry.get("title"))
    # "DEPT OF DEFENSE.DEPT OF THE NAVY.NAVSEA": the whole path; its last part alone names nobody.
    office = values.clean(entry.get("fullParentPathName"))
    if not title and not office:
        return NoticeFailure(FORMAT, "neither title nor fullParentPathName (buyer) is given", where)
    kind = values.clean(entry.get("type"))
    award = entry.get("award") if isinstance(entry.get("award"), dict) else {}
    assert isinstance(award, dict)
    amount = values.amount(_plain(award.get("amount")), "award/amount", warnings)
    awardee = award.get("awardee") if isinstance(award.get("awardee"), dict) else {}
    assert isinstance(awardee, dict)
    suppliers: tuple[Supplier, ...] = ()
    if name := values.clean(awardee.get("name")):
        unique = values.clean(awardee.get("ueiSAM"))
        party = Party(name, identifier=f"US-UEI:{unique}" if unique else "")
        suppliers = (Supplier(party, amount, "USD" if amount is not None else ""),)
    items = _items(entry)
    place = entry.get("placeOfPerformance")
    buyer = Party(office, country="US") if office else None
    lines = Lines()
    for label, value in (
        ("Title", title),
        ("Type", kind),
        ("Buyer", office),
        ("Set-aside", values.clean(entry.get("typeOfSetAsideDescription"))),
    ):
        lines.add(label, value)
    description = entry.get("description")
    prose = (
        description if isinstance(description, str) and not description.startswith("http") else ""
    )
    lines.add("Description", prose)
    for item in items:
        lines.add(item.scheme, item.code)
    for supplier in suppliers:
        lines.add("Supplier", supplier.party.name)
    link = entry.get("uiLink")
    return Notice(
        format=FORMAT,
        source_notice_id=values.clean(entry.get("noticeId")),
        stage=_stage(kind, entry),
        title=title,
        description=values.clean(prose),
        buyer=buyer,
        procedure=kind,
        published=values.checked_date(entry.get("postedDate"), "postedDate", warnings),
        deadline=values.checked_date(
            entry.get("responseDeadLine") or entry.get("reponseDeadLine"),
            "responseDeadLine",
            warnings,
        ),
        amount=amount,
        currency="USD" if amount is not None else "",
        country="US",
        region=_named(place, "state") if isinstance(place, dict) else "",
        url=link if isinstance(link, str) and link.startswith("http") else url,
        language="en",
        items=items,
        suppliers=suppliers,
        text=str(lines),
        warnings=tuple(dict.fromkeys(warnings)),
    )


def _stage(kind: str, entry: dict[str, Any]) -> Stage:
    return _STAGE_OF_TYPE.get(kind.lower(), "award" if entry.get("award") else "tender")


def _plain(amount: Any) -> Any:
    return re.sub(r"[$\s]", "", amount) if isinstance(amount, str) else amount


def _named(place: dict[str, Any], key: str) -> str:
    found = place.get(key)
    return (
        values.clean(found.get("name") or found.get("code"))
        if isinstance(found, dict)
        else values.clean(found)
    )


def _items(entry: dict[str, Any]) -> tuple[NoticeItem, ...]:
    codes = entry.get("naicsCodes")
    naics = [values.clean(code) for code in codes] if isinstance(codes, list) else []
    naics = naics or [values.clean(entry.get("naicsCode"))]
    found = [NoticeItem("NAICS", code) for code in dict.fromkeys(naics) if code]
    if code := values.clean(entry.get("classificationCode")):
        found.append(NoticeItem("PSC", code))
    return tuple(found)
