"""One OCDS release to one notice."""

from __future__ import annotations

from typing import Any

from parsers.notices import values
from parsers.notices.json_text import add_codes, add_prose
from parsers.notices.lines import Lines, restore_breaks
from parsers.records import Notice, NoticeFailure, NoticeItem, Party, Stage, Supplier

FORMAT = "ocds"

# Who publishes under a prefix, where the release itself does not say its country.
_COUNTRY_OF_PREFIX = {
    "ocds-b5fd17": "GB",  # Contracts Finder
    "ocds-h6vhtk": "GB",  # Find a Tender
    "ocds-r6ebe6": "GB",  # Public Contracts Scotland
    "ocds-kuma6s": "GB",  # Sell2Wales
    "ocds-03ad3f": "PY",
    "ocds-px0z7d": "PT",
    "ocds-07smqs": "MX",
    "ocds-87sd3t": "MX",
    "ocds-be6a8j": "UA",
}
_FIND_A_TENDER = "ocds-h6vhtk"
_CANCELLED_STATUS = frozenset({"cancelled", "withdrawn", "unsuccessful"})
_NO_AWARD = frozenset({"cancelled", "unsuccessful", "pending"})


def notice(
    release: dict[str, Any], url: str, inherited: list[str], where: str
) -> Notice | NoticeFailure:
    """The notice of a release; a failure where neither title nor buyer can be found."""
    warnings = list(inherited)
    ocid = _text(release.get("ocid"))
    tender, planning = _object(release, "tender"), _object(release, "planning")
    awards, contracts = _objects(release, "awards"), _objects(release, "contracts")
    parties = {
        _text(party.get("id")): party
        for party in _objects(release, "parties")
        if party.get("id") is not None
    }
    buyer_object = _buyer_object(release, tender, parties)
    buyer = _party(buyer_object, parties)
    title, description = _title(release, tender, planning, awards, contracts)
    release_id = _text(release.get("id"))
    place = ocid or release_id or where
    if not title and buyer is None:
        return NoticeFailure(
            FORMAT,
            "neither title (tender/title, awards, planning) nor buyer (buyer, parties) is given",
            place,
        )
    if buyer is None:
        warnings.append("buyer: neither buyer nor a party with the role buyer is given")
    stage = _stage(release, tender, awards, contracts)
    suppliers = _suppliers(awards, contracts, parties, warnings)
    amount, currency = _value(stage, tender, planning, awards, contracts, warnings)
    items = _items(tender, awards, contracts)
    period = _object(tender, "tenderPeriod")
    lines = Lines()
    lines.add("Title", title)
    add_prose(lines, tender)
    lines.add("Buyer", buyer.name if buyer else "")
    rest = {key: value for key, value in release.items() if key != "tender"}
    add_prose(lines, rest)
    add_codes(lines, list(items))
    for supplier in suppliers:
        lines.add("Supplier", supplier.party.name)
    return Notice(
        format=FORMAT,
        source_notice_id=release_id or ocid,
        stage=stage,
        title=title,
        ocid=ocid,
        description=description,
        buyer=buyer,
        procedure=_text(tender.get("procurementMethodDetails"))
        or _text(tender.get("procurementMethod")),
        published=values.checked_date(release.get("date"), "date", warnings)
        or values.checked_date(release.get("publishedDate"), "publishedDate", warnings),
        deadline=values.checked_date(
            period.get("endDate"), "tender/tenderPeriod/endDate", warnings
        ),
        amount=amount,
        currency=currency,
        country=_country(buyer, buyer_object, parties, ocid),
        region=_region(tender, buyer),
        url=_url(ocid, release_id, tender, awards) or url,
        language=values.language(release.get("language")),
        items=items,
        suppliers=suppliers,
        text=str(lines),
        warnings=tuple(dict.fromkeys(warnings)),
    )


def _text(value: Any) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return values.clean(restore_breaks(value) if isinstance(value, str) else value)


def _object(parent: dict[str, Any], key: str) -> dict[str, Any]:
    found = parent.get(key)
    return found if isinstance(found, dict) else {}


def _objects(parent: dict[str, Any], key: str) -> list[dict[str, Any]]:
    found = parent.get(key)
    found = [found] if isinstance(found, dict) else found
    return [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []


def _title(
    release: dict[str, Any],
    tender: dict[str, Any],
    planning: dict[str, Any],
    awards: list[dict[str, Any]],
    contracts: list[dict[str, Any]],
) -> tuple[str, str]:
    """Title and description; where no title is given, the first description stands for it."""
    places = [tender, *contracts, *awards, release, _object(planning, "budget"), planning]
    titles = [found for place in places if (found := _text(place.get("title")))]
    texts = [found for place in places if (found := _text(place.get("description")))]
    texts += [found for place in (planning, tender) if (found := _text(place.get("rationale")))]
    texts += [
        found for item in _objects(tender, "items") if (found := _text(item.get("description")))
    ]
    description = texts[0] if texts else ""
    return (titles[0] if titles else description), description


def _buyer_object(
    release: dict[str, Any], tender: dict[str, Any], parties: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    for found in (_object(release, "buyer"), *_objects(release, "buyers")):
        if _text(found.get("name")) or _text(found.get("id")) in parties:
            return found
    for role in ("buyer", "procuringEntity"):
        for party in _objects(release, "parties"):
            if isinstance(party.get("roles"), list) and role in party["roles"]:
                return party
    return _object(tender, "procuringEntity")


def _party(found: dict[str, Any], parties: dict[str, dict[str, Any]]) -> Party | None:
    """The organisation an object names, completed by the party of the same id."""
    detail = parties.get(_text(found.get("id")), {})
    identifier = _object(found, "identifier") or _object(detail, "identifier")
    title = (
        _text(found.get("name")) or _text(detail.get("name")) or _text(identifier.get("legalName"))
    )
    if not title:
        return None
    address = _object(found, "address") or _object(detail, "address")
    number, scheme = _text(identifier.get("id")), _text(identifier.get("scheme"))
    code = f"{scheme}:{number}" if number and scheme else number or _text(found.get("id"))
    country = values.country(address.get("country")) or values.country(address.get("countryName"))
    return Party(
        name=title, country=country, identifier=code[:120], region=_text(address.get("region"))
    )


def _stage(
    release: dict[str, Any],
    tender: dict[str, Any],
    awards: list[dict[str, Any]],
    contracts: list[dict[str, Any]],
) -> Stage:
    """The furthest stage of the release's tags; of a compiled release, of what it holds."""
    tag = release.get("tag")
    tags = {entry for entry in (tag if isinstance(tag, list) else [tag]) if isinstance(entry, str)}
    status = _text(tender.get("status"))
    ended = status in _CANCELLED_STATUS
    if tags & {"tenderCancellation", "awardCancellation", "contractTermination"}:
        return "cancelled"
    if tags & {
        "contract",
        "contractAmendment",
        "contractUpdate",
        "implementation",
        "implementationUpdate",
    }:
        return "contract"
    if "award" in tags:
        settled = [a for a in awards if _text(a.get("status")) not in ("cancelled", "unsuccessful")]
        return "cancelled" if awards and not settled else "award"
    if tags & {"tenderAmendment", "tenderUpdate", "awardUpdate", "planningUpdate"}:
        return "cancelled" if ended else "correction"
    if "tender" in tags:
        return (
            "cancelled" if ended else "planning" if status in ("planning", "planned") else "tender"
        )
    if "planning" in tags:
        return "planning"
    if contracts:
        return "contract"
    if any(_text(award.get("status")) not in _NO_AWARD for award in awards):
        return "award"
    if tender:
        return (
            "cancelled" if ended else "planning" if status in ("planning", "planned") else "tender"
        )
    return "planning"


def _money(value: Any, where: str, warnings: list[str]) -> tuple[float | None, str]:
    if not isinstance(value, dict):
        return None, ""
    read = values.amount(value.get("amount"), f"{where}/amount", warnings)
    if read is None:
        return None, ""
    return read, values.currency(value.get("currency"), f"{where}/currency", warnings)


def _value(
    stage: Stage,
    tender: dict[str, Any],
    planning: dict[str, Any],
    awards: list[dict[str, Any]],
    contracts: list[dict[str, Any]],
    warnings: list[str],
) -> tuple[float | None, str]:
    """What was awarded or contracted, else the tender's value, else the budget; zero only if alone."""
    settled = [award for award in awards if _text(award.get("status")) not in _NO_AWARD]
    awarded = values.total_of_all(
        [_money(award.get("value"), "awards/value", warnings) for award in settled],
        "awards",
        warnings,
    )
    signed = values.total(
        _money(found.get("value"), "contracts/value", warnings) for found in contracts
    )
    asked = _money(tender.get("value"), "tender/value", warnings)
    if asked[0] is None:
        asked = values.total(
            _money(lot.get("value"), "tender/lots/value", warnings)
            for lot in _objects(tender, "lots")
        )
    if asked[0] is None:
        asked = _money(tender.get("minValue"), "tender/minValue", warnings)
    budget = _money(_object(planning, "budget").get("amount"), "planning/budget/amount", warnings)
    order = [asked, awarded, signed, budget]
    if stage in ("award", "contract", "cancelled"):
        order = [awarded, signed, asked, budget]
    known = [found for found in order if found[0] is not None]
    return next((found for found in known if found[0]), known[0] if known else (None, ""))


def _suppliers(
    awards: list[dict[str, Any]],
    contracts: list[dict[str, Any]],
    parties: dict[str, dict[str, Any]],
    warnings: list[str],
) -> tuple[Supplier, ...]:
    """Suppliers of awards that stand, with the award's value where it is theirs alone."""
    shares: dict[Party, list[tuple[float | None, str]]] = {}
    for award in [*awards, *contracts]:
        if _text(award.get("status")) in _NO_AWARD:
            continue
        found = [p for s in _objects(award, "suppliers") if (p := _party(s, parties)) is not None]
        money = (
            _money(award.get("value"), "awards/value", warnings) if len(found) == 1 else (None, "")
        )
        for party in found:
            shares.setdefault(party, []).append(money)
    if not shares:
        for described in parties.values():
            roles = described.get("roles")
            if (
                isinstance(roles, list)
                and "supplier" in roles
                and (p := _party(described, parties))
            ):
                shares[p] = [(None, "")]
    suppliers = []
    for party, amounts in shares.items():
        amount, currency = (
            values.total(amounts) if all(a is not None for a, _ in amounts) else (None, "")
        )
        suppliers.append(Supplier(party, amount, currency))
    return tuple(suppliers)


def _items(*places: dict[str, Any] | list[dict[str, Any]]) -> tuple[NoticeItem, ...]:
    found: dict[tuple[str, str], str] = {}
    for place in (entry for p in places for entry in (p if isinstance(p, list) else [p])):
        for holder in (place, *_objects(place, "items")):
            for key in ("classification", "additionalClassifications"):
                for entry in _objects(holder, key):
                    scheme, code = _text(entry.get("scheme")), _text(entry.get("id"))
                    if code:
                        title = found.get((scheme, code)) or _text(entry.get("description"))
                        found[scheme, code] = title
    return tuple(NoticeItem(scheme, code, title) for (scheme, code), title in found.items())


def _country(
    buyer: Party | None, found: dict[str, Any], parties: dict[str, dict[str, Any]], ocid: str
) -> str:
    if buyer is not None and buyer.country:
        return buyer.country
    prefix = ocid[:11].lower()
    if prefix in _COUNTRY_OF_PREFIX:
        return _COUNTRY_OF_PREFIX[prefix]
    # "GB-COH-01234567": schemes of org-id.guide begin with their country.
    scheme = _text(_object(found, "identifier").get("scheme"))
    return values.country(scheme[:2]) if scheme[2:3] == "-" else ""


def _region(tender: dict[str, Any], buyer: Party | None) -> str:
    for item in _objects(tender, "items"):
        for address in [*_objects(item, "deliveryAddresses"), *_objects(item, "deliveryAddress")]:
            if region := _text(address.get("region")):
                return region
    return buyer.region if buyer else ""


def _url(ocid: str, release_id: str, tender: dict[str, Any], awards: list[dict[str, Any]]) -> str:
    """The notice's page, where a document of the release is that page."""
    if ocid.startswith(_FIND_A_TENDER) and release_id:
        return f"https://www.find-tender.service.gov.uk/Notice/{release_id}"
    wanted = {"tenderNotice", "awardNotice", "contractNotice", "plannedProcurementNotice"}
    for place in [*awards, tender]:
        for document in _objects(place, "documents"):
            link = document.get("url")
            if (
                document.get("documentType") in wanted
                and isinstance(link, str)
                and link.startswith("http")
            ):
                return link
    link = tender.get("url")
    return link if isinstance(link, str) and link.startswith("http") else ""
