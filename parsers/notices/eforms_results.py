"""Awards in eForms: who won what for how much.

A result links lots to tenders, tenders to tendering parties, these to organisations; a contract
names the tenders it was concluded on.
"""

from __future__ import annotations

from dataclasses import dataclass

from parsers.notices import values
from parsers.notices.xml_input import Element, children, first, text, value
from parsers.records import Party, Supplier


@dataclass(frozen=True, slots=True)
class Results:
    amount: float | None = None
    currency: str = ""
    suppliers: tuple[Supplier, ...] = ()
    closed_without_winner: bool = False


def results(extension: Element | None, parties: dict[str, Party], warnings: list[str]) -> Results:
    """Suppliers and total of ``efac:NoticeResult``; an empty result where there is none."""
    result = first(extension, "NoticeResult")
    if result is None:
        return Results()
    tenders = {
        value(found, "ID"): found for found in children(result, "LotTender") if value(found, "ID")
    }
    tendering = {value(found, "ID"): found for found in children(result, "TenderingParty")}
    winners = _winning_tenders(result)
    shares: dict[str, list[tuple[float | None, str]]] = {}
    paid = []
    for key in winners:
        tender = tenders.get(key)
        if tender is None:
            warnings.append(f"efac:SettledContract names tender {key[:40]}, which the notice lacks")
            continue
        money = _payable(tender, warnings)
        paid.append(money)
        party = tendering.get(value(tender, "TenderingParty", "ID"))
        members = _members(party, parties, warnings)
        for organization in members:
            # A group's price is not the price of each of its members.
            share = money if len(children(party, "Tenderer")) == 1 else (None, "")
            shares.setdefault(organization, []).append(share)
    suppliers = []
    for organization, amounts in shares.items():
        amount, currency = (
            values.total(amounts) if all(a is not None for a, _ in amounts) else (None, "")
        )
        suppliers.append(Supplier(parties[organization], amount, currency))
    amount, currency = _total(result, warnings)
    if amount is None:
        amount, currency = values.total_of_all(paid, "efac:LotTender", warnings)
    codes = [text(found) for found in children(result, "LotResult", "TenderResultCode")]
    return Results(
        amount,
        currency,
        tuple(suppliers),
        bool(codes) and all(code == "clos-nw" for code in codes),
    )


def _winning_tenders(result: Element) -> list[str]:
    """Ids of tenders on which a contract was concluded, else those alone in a result with a winner."""
    keys: dict[str, None] = {}
    for contract in children(result, "SettledContract"):
        for tender in children(contract, "LotTender"):
            if key := value(tender, "ID"):
                keys[key] = None
    if keys:
        return list(keys)
    ranked = {
        value(tender, "ID")
        for tender in children(result, "LotTender")
        if value(tender, "RankCode") == "1" or value(tender, "TenderRankedIndicator") == ""
    }
    for lot in children(result, "LotResult"):
        named = [key for tender in children(lot, "LotTender") if (key := value(tender, "ID"))]
        if value(lot, "TenderResultCode") == "selec-w" and len(named) == 1 and named[0] in ranked:
            keys[named[0]] = None
    return list(keys)


def _members(party: Element | None, parties: dict[str, Party], warnings: list[str]) -> list[str]:
    members = []
    for tenderer in children(party, "Tenderer"):
        key = value(tenderer, "ID")
        if key in parties:
            members.append(key)
        elif key:
            warnings.append(f"supplier {key[:40]} is a natural person or not described: left out")
    return members


def _payable(tender: Element, warnings: list[str]) -> tuple[float | None, str]:
    found = first(tender, "LegalMonetaryTotal", "PayableAmount")
    if found is None or not text(found):
        return None, ""
    return (
        values.amount(text(found), "PayableAmount", warnings),
        values.currency(found.get("currencyID"), "PayableAmount", warnings),
    )


def _total(result: Element, warnings: list[str]) -> tuple[float | None, str]:
    for path in ("TotalAmount", "OverallMaximumFrameworkContractsAmount"):
        found = first(result, path)
        if found is not None and text(found):
            return (
                values.amount(text(found), path, warnings),
                values.currency(found.get("currencyID"), path, warnings),
            )
    return None, ""
