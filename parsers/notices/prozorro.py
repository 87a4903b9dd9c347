"""Prozorro: tenders and plans of Ukraine's public procurement.

Format: https://prozorro-api-docs.readthedocs.io/. Read are single objects, API answers
(``{"data": {…}}``), lists, and JSON lines of objects or of ``{"kind", "doc"}``. Pages of the feed
(ids and dates only) hold no notices.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from parsers.notices import json_input, values
from parsers.notices.json_input import JsonRefused
from parsers.notices.json_text import add_codes, add_prose
from parsers.notices.lines import Lines
from parsers.records import Notice, NoticeFailure, NoticeItem, Party, Stage, Supplier

FORMAT = "prozorro"

_PROCEDURES = {
    "aboveThreshold": "Відкриті торги з особливостями",
    "aboveThresholdUA": "Відкриті торги",
    "aboveThresholdEU": "Відкриті торги з публікацією англійською мовою",
    "aboveThresholdUA.defense": "Переговорна процедура для потреб оборони",
    "simple.defense": "Спрощені торги із застосуванням електронної системи (оборона)",
    "belowThreshold": "Спрощена закупівля",
    "priceQuotation": "Запит ціни пропозицій",
    "requestForProposal": "Запит пропозицій",
    "reporting": "Закупівля без використання електронної системи",
    "negotiation": "Переговорна процедура",
    "negotiation.quick": "Переговорна процедура (скорочена)",
    "competitiveDialogueUA": "Конкурентний діалог",
    "competitiveDialogueEU": "Конкурентний діалог з публікацією англійською мовою",
    "closeFrameworkAgreementUA": "Укладання рамкової угоди",
    "closeFrameworkAgreementSelectionUA": "Відбір для закупівлі за рамковою угодою",
    "competitiveOrdering": "Запит пропозицій у динамічній системі закупівель",
    "esco": "Відкриті торги для закупівлі енергосервісу",
}
_CLASSIFICATIONS = {"ДК021": "DK021", "ДК 021": "DK021", "CPV": "CPV"}


def read(data: bytes, url: str = "") -> Iterator[Notice | NoticeFailure]:
    """All tenders and plans of a file, one notice each; failures with line or index."""
    if json_input.is_lines(data):
        yield from json_input.read_lines(data, FORMAT, url, _document)
        return
    warnings: list[str] = []
    try:
        document = json_input.load(data, warnings)
    except JsonRefused as error:
        yield NoticeFailure(FORMAT, str(error))
        return
    yield from _document(document, url, warnings, "")


def _document(
    document: Any, url: str, warnings: list[str], where: str
) -> Iterator[Notice | NoticeFailure]:
    if isinstance(document, list):
        for index, entry in enumerate(document):
            yield from _document(entry, url, warnings, f"{where}[{index}]")
        return
    if not isinstance(document, dict):
        yield NoticeFailure(FORMAT, f"{type(document).__name__} where a tender belongs", where)
        return
    if json_input.depth_exceeds(document):
        yield NoticeFailure(FORMAT, "JSON nested too deeply", where)
        return
    if "doc" in document and "kind" in document:
        if isinstance(document["doc"], dict):
            yield _notice(document["doc"], url, warnings, where)
        elif document["kind"] != "meta":
            yield NoticeFailure(FORMAT, "doc: not an object", where)
        return
    if document.get("kind") == "meta":
        return
    inner = document.get("data")
    if isinstance(inner, dict):
        yield _notice(inner, url, warnings, where)
    elif isinstance(inner, list):
        # A page of the feed: ids and dates, or whole tenders where opt_fields asked for them.
        yield from (
            _notice(entry, url, warnings, f"{where}data[{index}]")
            for index, entry in enumerate(inner)
            if isinstance(entry, dict) and ("title" in entry or "budget" in entry)
        )
    else:
        yield _notice(document, url, warnings, where)


def _notice(
    tender: dict[str, Any], url: str, inherited: list[str], where: str
) -> Notice | NoticeFailure:
    warnings = list(inherited)
    plan = "planID" in tender or ("budget" in tender and "tenderID" not in tender)
    budget = _object(tender, "budget")
    buyer = _party(_object(tender, "procuringEntity"))
    if buyer is None:
        buyer = next((p for b in _objects(tender, "buyers") if (p := _party(b)) is not None), None)
    public_id = values.clean(tender.get("planID" if plan else "tenderID"))
    title = values.clean(tender.get("title")) or values.clean(budget.get("description"))
    if not title and buyer is None:
        return NoticeFailure(
            FORMAT,
            "neither title (title, budget/description) nor buyer (procuringEntity/name) is given",
            public_id or values.clean(tender.get("id")) or where,
        )
    settled = [award for award in _objects(tender, "awards") if award.get("status") == "active"]
    stage = "planning" if plan else _stage(tender, settled)
    items = _items(tender)
    amount, currency = _value(tender, budget, settled, stage, warnings)
    suppliers = _suppliers(settled, warnings)
    method = values.clean(tender.get("procurementMethodType")) or values.clean(
        _object(tender, "tender").get("procurementMethodType")
    )
    period = _object(tender, "tenderPeriod")
    lines = Lines()
    lines.add("Title", title)
    add_prose(lines, {key: value for key, value in tender.items() if key != "classification"})
    lines.add("Buyer", buyer.name if buyer else "")
    lines.add("Procedure", _PROCEDURES.get(method, method))
    add_codes(lines, list(items))
    for supplier in suppliers:
        lines.add("Supplier", supplier.party.name)
    return Notice(
        format=FORMAT,
        source_notice_id=public_id or values.clean(tender.get("id")),
        stage=stage,
        title=title,
        description=values.clean(tender.get("description")),
        buyer=buyer,
        procedure=method,
        published=_published(tender, warnings),
        deadline=""
        if plan
        else values.checked_date(period.get("endDate"), "tenderPeriod/endDate", warnings),
        amount=amount,
        currency=currency,
        country="UA",
        region=_region(tender, buyer),
        url=_url(public_id, plan) or url,
        language="uk",
        items=items,
        suppliers=suppliers,
        text=str(lines),
        warnings=tuple(dict.fromkeys(warnings)),
    )


def _object(parent: dict[str, Any], key: str) -> dict[str, Any]:
    found = parent.get(key)
    return found if isinstance(found, dict) else {}


def _objects(parent: dict[str, Any], key: str) -> list[dict[str, Any]]:
    found = parent.get(key)
    return [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []


def _party(found: dict[str, Any]) -> Party | None:
    identifier, address = _object(found, "identifier"), _object(found, "address")
    title = values.clean(found.get("name")) or values.clean(identifier.get("legalName"))
    if not title:
        return None
    number, scheme = values.clean(identifier.get("id")), values.clean(identifier.get("scheme"))
    # A company's number has eight digits; ten are the tax number of a person who trades.
    personal = scheme in ("UA-EDR", "UA-IPN", "") and len(number) == 10
    return Party(
        name=title,
        country=values.country(address.get("countryName")) or "UA",
        identifier=f"{scheme or 'UA-EDR'}:{number}" if number and not personal else "",
        region=values.clean(address.get("region")),
    )


def _stage(tender: dict[str, Any], settled: list[dict[str, Any]]) -> Stage:
    status = values.clean(tender.get("status"))
    if status in ("cancelled", "unsuccessful"):
        return "cancelled"
    if status == "complete":
        return "contract"
    if status == "active.awarded" or (status == "active" and settled):
        return "award"
    return "planning" if status.startswith("draft") else "tender"


def _money(value: Any, where: str, warnings: list[str]) -> tuple[float | None, str]:
    if not isinstance(value, dict):
        return None, ""
    read = values.amount(value.get("amount"), f"{where}/amount", warnings)
    if read is None:
        return None, ""
    return read, values.currency(value.get("currency"), f"{where}/currency", warnings)


def _value(
    tender: dict[str, Any],
    budget: dict[str, Any],
    settled: list[dict[str, Any]],
    stage: Stage,
    warnings: list[str],
) -> tuple[float | None, str]:
    """What was awarded, once it was; else the expected value, of the whole or of its lots."""
    if stage in ("award", "contract"):
        awarded = values.total(
            _money(award.get("value"), "awards/value", warnings) for award in settled
        )
        if awarded[0] is not None:
            return awarded
    expected = _money(tender.get("value"), "value", warnings)
    if expected[0] is not None:
        return expected
    lots = values.total(
        _money(lot.get("value"), "lots/value", warnings) for lot in _objects(tender, "lots")
    )
    return lots if lots[0] is not None else _money(budget, "budget", warnings)


def _suppliers(settled: list[dict[str, Any]], warnings: list[str]) -> tuple[Supplier, ...]:
    shares: dict[Party, list[tuple[float | None, str]]] = {}
    for award in settled:
        found = [p for s in _objects(award, "suppliers") if (p := _party(s)) is not None]
        money = (
            _money(award.get("value"), "awards/value", warnings) if len(found) == 1 else (None, "")
        )
        for party in found:
            shares.setdefault(party, []).append(money)
    suppliers = []
    for party, amounts in shares.items():
        amount, currency = (
            values.total(amounts) if all(a is not None for a, _ in amounts) else (None, "")
        )
        suppliers.append(Supplier(party, amount, currency))
    return tuple(suppliers)


def _published(tender: dict[str, Any], warnings: list[str]) -> str:
    """When it became public, as near as the object says."""
    keys = ("noticePublicationDate", "datePublished", "dateCreated")
    for key in keys:
        if found := values.checked_date(tender.get(key), key, warnings):
            return found
    for period in ("enquiryPeriod", "tenderPeriod"):
        if found := values.iso_date(_object(tender, period).get("startDate")):
            return found
    return values.checked_date(tender.get("dateModified"), "dateModified", warnings)


def _items(tender: dict[str, Any]) -> tuple[NoticeItem, ...]:
    found: dict[tuple[str, str], str] = {}
    for holder in (tender, *_objects(tender, "items")):
        for entry in (
            _object(holder, "classification"),
            *_objects(holder, "additionalClassifications"),
        ):
            scheme, code = values.clean(entry.get("scheme")), values.clean(entry.get("id"))
            if code and code != "000":
                found.setdefault(
                    (_CLASSIFICATIONS.get(scheme, scheme), code),
                    values.clean(entry.get("description")),
                )
    return tuple(NoticeItem(scheme, code, title) for (scheme, code), title in found.items())


def _region(tender: dict[str, Any], buyer: Party | None) -> str:
    for item in _objects(tender, "items"):
        if region := values.clean(_object(item, "deliveryAddress").get("region")):
            return region
    return buyer.region if buyer else ""


def _url(public_id: str, plan: bool) -> str:
    return (
        f"https://prozorro.gov.ua/{'plan' if plan else 'tender'}/{public_id}" if public_id else ""
    )
