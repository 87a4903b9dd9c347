"""The text of an eForms notice: every description it gives, in every language it gives it."""

from __future__ import annotations

from parsers.notices import values
from parsers.notices.lines import Lines
from parsers.notices.xml_input import Element, children, name, text, value
from parsers.records import Party, Supplier

# The nearest ancestor in this table names the line; what has no ancestor here is "Information".
_LABELS = {
    "AwardingTerms": "Award criteria",
    "SelectionCriteria": "Selection criteria",
    "TendererQualificationRequest": "Selection criteria",
    "SpecificTendererRequirement": "Selection criteria",
    "ContractExtension": "Options and renewal",
    "ContractExecutionRequirement": "Conditions of performance",
    "ProcessJustification": "Justification",
    "Changes": "Change",
    "ContractModification": "Modification",
    "SettledContract": "Contract",
    "LotTender": "Tender",
    "CallForTendersDocumentReference": "Document",
    "AdditionalDocumentReference": "Document",
    "RealizedLocation": "Place",
    "TenderingProcess": "Procedure",
    "SecurityClearanceTerm": "Security clearance",
    "ProcurementAdditionalType": "Strategic procurement",
    "FrameworkAgreement": "Framework agreement",
}
# Parties are added by name alone: what stands in them is addresses, persons and contacts. How to
# appeal is the same in every notice of a country.
_SKIPPED = frozenset(
    {
        "AppealTerms",
        "Appeals",
        "Contact",
        "Organizations",
        "PartyIdentification",
        "PostalAddress",
        "UltimateBeneficialOwner",
    }
)
_PROSE = frozenset({"Name", "Description", "Note", "Title"})


def notice_text(
    root: Element,
    extension: Element | None,
    language: str,
    parties: dict[str, Party],
    buyer: Party | None,
    suppliers: tuple[Supplier, ...],
) -> str:
    """Labelled lines; the notice's own language first, other languages marked "Title (fr)"."""
    lines = Lines()
    project = children(root, "ProcurementProject")
    for label, field in (("Title", "Name"), ("Description", "Description")):
        versions = [f for p in project for f in children(p, field)]
        versions.sort(key=lambda found: values.language(found.get("languageID")) != language)
        for found in versions:
            lines.add(label + _suffix(found, language), text(found))
    if buyer is not None:
        lines.add("Buyer", buyer.name)
    for organization in children(extension, "Organizations", "Organization", "Company"):
        if (
            buyer is not None
            and parties.get(value(organization, "PartyIdentification", "ID")) is buyer
        ):
            for found in children(organization, "PartyName", "Name"):
                if values.clean(text(found)) != buyer.name:
                    lines.add("Buyer" + _suffix(found, language), text(found))
    lines.add("Procedure", value(root, "TenderingProcess", "ProcedureCode"))
    _walk(root, lines, language)
    for supplier in suppliers:
        lines.add("Supplier", supplier.party.name)
    return str(lines)


def _suffix(element: Element, language: str) -> str:
    code = values.language(element.get("languageID"))
    return f" ({code})" if code and code != language else ""


def _walk(root: Element, lines: Lines, language: str) -> None:
    """Add every text in document order; the tree's depth is bounded by the XML parser."""
    stack: list[tuple[Element, str, str]] = [(root, "", "")]
    while stack:
        element, lot, label = stack.pop()
        own = name(element)
        if own in _SKIPPED:
            continue
        if own == "ProcurementProjectLot":
            # "LOT-0001" → "Lot 1", "GLO-0001" → "Group of lots 1", "PAR-0001" → "Part 1"
            kind, _, number = value(element, "ID").partition("-")
            words = {"GLO": "Group of lots", "PAR": "Part"}.get(kind, "Lot")
            lot = f"{words} {number.lstrip('0') or number or '?'} "
        label = _LABELS.get(own, label)
        if len(element):
            stack.extend((child, lot, label) for child in reversed(element))
            continue
        if text(element) == "buyer-categories":  # a code in the place of a name
            continue
        if element.get("languageID") or (own in _PROSE and not element.get("listName")):
            lines.add(_label(own, lot, label) + _suffix(element, language), text(element))
        elif own == "ItemClassificationCode" and element.get("listName", "cpv").lower() == "cpv":
            lines.add("CPV", text(element))


def _label(own: str, lot: str, label: str) -> str:
    if label:
        whole = label
    elif own in ("Name", "Title"):
        whole = "Title"
    elif own == "Description":
        whole = "Description"
    elif own == "Note":
        whole = "Additional information"
    else:
        whole = "Information"
    return (lot + whole[0].lower() + whole[1:]) if lot else whole
