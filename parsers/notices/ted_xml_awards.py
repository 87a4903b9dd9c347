"""Awards in TED-XML: contractors, winners of design contests, values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from parsers.notices import values
from parsers.notices.ted_xml_parties import party_of
from parsers.notices.xml_input import Element, children, descendants, name, text
from parsers.records import Party, Supplier


@dataclass(frozen=True, slots=True)
class Awards:
    suppliers: tuple[Supplier, ...] = ()
    paid: tuple[tuple[float | None, str], ...] = ()
    nothing_awarded: bool = False


def published_elements(place: Element | None, *names: str) -> Iterator[Element]:
    """Descendants by name, without those a buyer marked as not to be published."""
    for found in descendants(place, *names):
        ancestors = [found, *found.iterancestors()]
        if not any(element.get("PUBLICATION") == "NO" for element in ancestors):
            yield found


def money(element: Element, warnings: list[str]) -> tuple[float | None, str]:
    """Amount and currency of a value element; of a range, its upper end with a warning."""
    where = name(element)
    written, currency = element.get("FMTVAL") or text(element), element.get("CURRENCY")
    if where == "VAL_RANGE_TOTAL":
        high = next((text(found) for found in children(element, "HIGH")), "")
        if high:
            warnings.append(f"{where}: a range is given; its upper end is taken")
        written = high
    if not currency:
        currency = next((c for a in element.iterancestors() if (c := a.get("CURRENCY"))), None)
    return values.amount(written, where, warnings), values.currency(currency, where, warnings)


def awards(form: Element | None, warnings: list[str]) -> Awards:
    """All contractors with the value of their contract where it is theirs alone."""
    if form is None:
        return Awards()
    shares: dict[Party, list[tuple[float | None, str]]] = {}
    paid: list[tuple[float | None, str]] = []
    contracts = [
        *descendants(form, "AWARD_CONTRACT", "AWARD_OF_CONTRACT_DEFENCE", "AWARD_OF_CONTRACT")
    ]
    awarded = [*descendants(form, "AWARDED_CONTRACT", "AWARDED_PRIZE")]
    awarded += [c for c in contracts if name(c) != "AWARD_CONTRACT"]
    for contract in awarded:
        value = _value(contract, warnings)
        paid.append(value)
        parties = _contractors(contract)
        for party in parties:
            shares.setdefault(party, []).append(value if len(parties) == 1 else (None, ""))
    if not awarded:  # F20, modification: contractors stand in the description of the procurement
        for place in descendants(form, "DESCRIPTION_PROCUREMENT"):
            for party in _contractors(place):
                shares.setdefault(party, []).append((None, ""))
    suppliers = []
    for party, amounts in shares.items():
        amount, currency = (
            values.total(amounts) if all(a is not None for a, _ in amounts) else (None, "")
        )
        suppliers.append(Supplier(party, amount, currency))
    refused = [*descendants(form, "NO_AWARDED_CONTRACT", "NO_AWARDED_PRIZE", "NO_PRIZE_AWARDED")]
    return Awards(tuple(suppliers), tuple(paid), bool(refused) and not awarded)


def _contractors(place: Element) -> list[Party]:
    kinds = ("ADDRESS_CONTRACTOR", "ADDRESS_WINNER", "ECONOMIC_OPERATOR_NAME_ADDRESS")
    parties = (party_of(address) for address in published_elements(place, *kinds))
    return list(dict.fromkeys(party for party in parties if party is not None))


def _value(contract: Element, warnings: list[str]) -> tuple[float | None, str]:
    for kind in ("VAL_TOTAL", "VAL_PRIZE", "VALUE_COST", "VAL_RANGE_TOTAL"):
        for found in published_elements(contract, kind):
            read = money(found, warnings)
            if read[0] is not None:
                return read
    return None, ""
