"""eForms: notices of the European Union since 2023 (UBL 2.3 with the eForms extension).

Format: https://docs.ted.europa.eu/eforms/latest/. One file is one notice.
"""

from __future__ import annotations

from collections.abc import Iterator

from parsers.notices import values
from parsers.notices.eforms_results import results
from parsers.notices.eforms_text import notice_text
from parsers.notices.xml_input import (
    Element,
    XmlRefused,
    children,
    descendants,
    first,
    name,
    parse,
    text,
    value,
)
from parsers.records import Notice, NoticeFailure, NoticeItem, Party, Stage

FORMAT = "eforms"
ROOTS = ("ContractNotice", "ContractAwardNotice", "PriorInformationNotice")

# Codes of the list "notice-type" that the root element does not decide.
_STAGE_OF_TYPE: dict[str, Stage] = {
    "can-modif": "contract",
    "compl": "contract",
    "pin-cfc-standard": "tender",
    "pin-cfc-social": "tender",
    "pin-tran": "planning",
    "qu-sy": "tender",
    "subco": "tender",
    "cei": "tender",
    "pmc": "planning",
    "veat": "award",
}
_STAGE_OF_ROOT: dict[str, Stage] = {
    "ContractNotice": "tender",
    "ContractAwardNotice": "award",
    "PriorInformationNotice": "planning",
}
_DEADLINES = (
    "TenderSubmissionDeadlinePeriod",
    "ParticipationRequestReceptionPeriod",
    "InterestExpressionReceptionPeriod",
)


def read(data: bytes, url: str = "") -> Iterator[Notice | NoticeFailure]:
    """The notice of one eForms file, or a failure with its reason."""
    try:
        root = parse(data)
    except XmlRefused as error:
        yield NoticeFailure(FORMAT, str(error))
        return
    if name(root) not in ROOTS:
        yield NoticeFailure(FORMAT, f"root element {name(root)} is none of {', '.join(ROOTS)}")
        return
    yield _notice(root, url)


def pick(elements: list[Element], language: str) -> str:
    """The version in the notice's language of a text given in several, else the first."""
    given = [(values.language(found.get("languageID")), text(found)) for found in elements]
    given = [(code, values.clean(found)) for code, found in given if found]
    own = next((found for code, found in given if code == language), "")
    return own or (given[0][1] if given else "")


def _notice(root: Element, url: str) -> Notice | NoticeFailure:
    warnings: list[str] = []
    extension = next(descendants(first(root, "UBLExtensions"), "EformsExtension"), None)
    language = values.language(value(root, "NoticeLanguageCode"))
    parties = _organizations(extension, language)
    buyer = _buyer(root, parties)
    project = first(root, "ProcurementProject")
    lots = children(root, "ProcurementProjectLot")
    title = _title(project, lots, language)
    if not title and buyer is None:
        return NoticeFailure(
            FORMAT,
            "neither title (cac:ProcurementProject/cbc:Name) nor buyer (cac:ContractingParty with "
            "an organisation of efac:Organizations) is given",
        )
    if not title:
        warnings.append("cac:ProcurementProject/cbc:Name is empty: no title")
    if buyer is None:
        warnings.append("cac:ContractingParty names no organisation of efac:Organizations")
    outcome = results(extension, parties, warnings)
    amount, currency = outcome.amount, outcome.currency
    if amount is None:
        amount, currency = _estimate(project, lots, extension, warnings)
    region, country = _place(project, lots, buyer)
    publication_id = _publication_id(root, extension)
    notice = Notice(
        format=FORMAT,
        source_notice_id=publication_id,
        stage=_stage(root, extension, outcome.closed_without_winner),
        title=title,
        description=pick(children(project, "Description"), language)
        or pick(
            children(root, "ProcurementProjectLot", "ProcurementProject", "Description"), language
        ),
        buyer=buyer,
        procedure=value(root, "TenderingProcess", "ProcedureCode"),
        published=_published(root, extension, warnings),
        deadline=_deadline(lots, warnings),
        amount=amount,
        currency=currency,
        country=country,
        region=region,
        url=url or _url(publication_id),
        language=language,
        items=_items(root),
        suppliers=outcome.suppliers,
        text=notice_text(root, extension, language, parties, buyer, outcome.suppliers),
        warnings=tuple(warnings),
    )
    return notice


def _title(project: Element | None, lots: list[Element], language: str) -> str:
    title = pick(children(project, "Name"), language)
    if title:
        return title
    return next(
        (
            found
            for lot in lots
            if (found := pick(children(lot, "ProcurementProject", "Name"), language))
        ),
        "",
    )


def _organizations(extension: Element | None, language: str) -> dict[str, Party]:
    """Organisations (and their touch points) of the notice by their id; natural persons left out."""
    found: dict[str, Party] = {}
    for organization in children(extension, "Organizations", "Organization"):
        if value(organization, "NaturalPersonIndicator").lower() == "true":
            continue
        for company in children(organization, "Company") + children(organization, "TouchPoint"):
            key = value(company, "PartyIdentification", "ID")
            title = pick(children(company, "PartyName", "Name"), language)
            if not key or not title:
                continue
            country = values.country(
                value(company, "PostalAddress", "Country", "IdentificationCode")
            )
            number = values.clean(value(company, "PartyLegalEntity", "CompanyID"))
            found[key] = Party(
                name=title,
                country=country,
                identifier=f"{country or 'XX'}:{number}" if number else "",
                region=value(company, "PostalAddress", "CountrySubentityCode"),
            )
    return found


def _buyer(root: Element, parties: dict[str, Party]) -> Party | None:
    for party in children(root, "ContractingParty", "Party"):
        found = parties.get(value(party, "PartyIdentification", "ID"))
        if found is None and (written := values.clean(value(party, "PartyName", "Name"))):
            found = Party(name=written)
        if found is not None:
            return found
    return None


def _stage(root: Element, extension: Element | None, closed_without_winner: bool) -> Stage:
    changes = first(extension, "Changes")
    if changes is not None:
        reasons = [text(found) for found in descendants(changes, "ReasonCode")]
        return "cancelled" if "cancel" in reasons else "correction"
    if closed_without_winner:
        return "cancelled"
    if first(extension, "ContractModification") is not None:
        return "contract"
    kind = value(root, "NoticeTypeCode")
    return _STAGE_OF_TYPE.get(kind, _STAGE_OF_ROOT[name(root)])


def _publication_id(root: Element, extension: Element | None) -> str:
    """ "191534-2024" as TED publishes it, else the sender's notice id with its version."""
    published = value(extension, "Publication", "NoticePublicationID").lstrip("0")
    if published:
        return published
    own, version = value(root, "ID"), value(root, "VersionID")
    return f"{own}-{version}" if own and version else own or value(root, "ContractFolderID")


def _url(publication_id: str) -> str:
    number, _, year = publication_id.partition("-")
    if number.isdigit() and year.isdigit() and len(year) == 4:
        return f"https://ted.europa.eu/en/notice/-/detail/{publication_id}"
    return ""


def _published(root: Element, extension: Element | None, warnings: list[str]) -> str:
    for place, path in (
        (extension, ("Publication", "PublicationDate")),
        (root, ("RequestedPublicationDate",)),
        (root, ("IssueDate",)),
    ):
        if date := values.checked_date(value(place, *path), path[-1], warnings):
            return date
    return ""


def _deadline(lots: list[Element], warnings: list[str]) -> str:
    """The first deadline of any lot: of tenders, else of requests to participate, else of interest."""
    for kind in _DEADLINES:
        dates = []
        for lot in lots:
            for period in descendants(lot, kind):
                date, time = value(period, "EndDate"), value(period, "EndTime")
                if date and not values.iso_date(date):
                    warnings.append(f"{kind}/EndDate: {date[:40]!r} is not a date we can read")
                dates.append(values.with_time(date, time))
        if found := values.earliest(dates):
            return found
    return ""


def _money(element: Element | None, warnings: list[str]) -> tuple[float | None, str]:
    if element is None or not text(element):
        return None, ""
    where = name(element)
    return (
        values.amount(text(element), where, warnings),
        values.currency(element.get("currencyID"), where, warnings),
    )


def _estimate(
    project: Element | None, lots: list[Element], extension: Element | None, warnings: list[str]
) -> tuple[float | None, str]:
    """The estimated value: of the whole, else the sum of the lots, else of the framework."""
    path = ("RequestedTenderTotal", "EstimatedOverallContractAmount")
    whole = _money(first(project, *path), warnings)
    if whole[0] is not None:
        return whole
    parts = values.total(
        _money(found, warnings)
        for lot in lots
        for found in children(lot, "ProcurementProject", *path)
    )
    if parts[0] is not None:
        return parts
    place = project if project is not None else extension
    frameworks = [*descendants(place, "FrameworkMaximumAmount")]
    frameworks += [found for lot in lots for found in descendants(lot, "FrameworkMaximumAmount")]
    return values.total(_money(found, warnings) for found in frameworks)


def _place(project: Element | None, lots: list[Element], buyer: Party | None) -> tuple[str, str]:
    """Region of performance (NUTS) and country: the buyer's, else that of the place."""
    addresses = children(project, "RealizedLocation", "Address")
    for lot in lots:
        addresses += children(lot, "ProcurementProject", "RealizedLocation", "Address")
    region = next((found for a in addresses if (found := value(a, "CountrySubentityCode"))), "")
    place = next(
        (
            found
            for a in addresses
            if (found := values.country(value(a, "Country", "IdentificationCode")))
        ),
        "",
    )
    if buyer is not None:
        region = region or buyer.region
    country = (buyer.country if buyer else "") or place or values.country_of_nuts(region)
    return region, country


def _items(root: Element) -> tuple[NoticeItem, ...]:
    codes: dict[str, None] = {}
    for found in descendants(
        root, "MainCommodityClassification", "AdditionalCommodityClassification"
    ):
        for code in children(found, "ItemClassificationCode"):
            listed = (code.get("listName") or "cpv").lower()
            if listed == "cpv" and text(code):
                codes[text(code).partition("-")[0]] = None
    return tuple(NoticeItem("CPV", code) for code in codes)
