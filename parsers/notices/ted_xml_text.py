"""The text of a TED-XML notice: every description of its form, in every language it has."""

from __future__ import annotations

import re

from parsers.notices import values
from parsers.notices.lines import Lines
from parsers.notices.xml_input import Element, children, first, name, text, value
from parsers.records import Party, Supplier

_LABELS = {
    "TITLE": "Title",
    "TITLE_CONTRACT": "Title",
    "CONTRACT_TITLE": "Contract title",
    "SHORT_DESCR": "Description",
    "SHORT_CONTRACT_DESCRIPTION": "Description",
    "INFO_ADD": "Additional information",
    "ADDITIONAL_INFORMATION": "Additional information",
    "OPTIONS_DESCR": "Options",
    "RENEWAL_DESCR": "Renewal",
    "AC_CRITERION": "Award criteria",
    "CRITERIA": "Award criteria",
    "CRITERIA_EVALUATION": "Award criteria",
    "MAIN_SITE": "Place",
    "LOCATION": "Place",
    "D_JUSTIFICATION": "Justification",
    "JUSTIFICATION": "Justification",
    "ACCELERATED_PROC": "Justification",
    "MAIN_FEATURES_AWARD": "Procedure",
    "PERFORMANCE_CONDITIONS": "Conditions of performance",
    "LOT_COMBINING_CONTRACT_RIGHT": "Lots",
    "CRITERIA_CANDIDATE": "Selection criteria",
    "ADDITIONAL_NEED": "Modification",
    "UNFORESEEN_CIRCUMSTANCE": "Modification",
    "INFO_ADD_SUBCONTRACTING": "Subcontracting",
    "EU_PROGR_RELATED": "Programme",
    "CA_TYPE_OTHER": "Buyer type",
    "CA_ACTIVITY_OTHER": "Buyer activity",
    "CE_ACTIVITY_OTHER": "Buyer activity",
}
# The section names the line where the element itself does not.
_SECTIONS = {
    "LEFTI": "Selection criteria",
    "QUALIFICATION": "Selection criteria",
    "OLD_VALUE": "Change, old",
    "NEW_VALUE": "Change, new",
    "CHANGES": "Change",
    "INFO_MODIFICATIONS": "Modification",
}
# Addresses, persons, contacts, and numbers or codes that are no prose.
_SKIPPED = re.compile(
    r"ADDRESS|^PLACE$|^ESTIMATED_TIMING$|^REVIEW_PROCEDURE$|^PROCEDURES_FOR_APPEAL$|CONTACT_POINT|ATTENTION|E_MAIL|PHONE|FAX|MEMBER_NAME|URL|NATIONALID|OFFICIALNAME"
    r"|ORGANISATION|^CA_CE_|^DATE|^TIME|^NB_|^VAL|^CPV|NUTS$|_NO$|NUMBER|^WEIGHTING$|^AC_WEIGHTING$"
    r"|^CONTACT_DATA|^ECONOMIC_OPERATOR_NAME|^DURATION|^PCT_|UUID|^(DAY|MONTH|YEAR|LOW|HIGH)$"
    r"|^ORDER_C$|^CONTRACTORS?$|^WINNER|^VALUE_COST$|^LANGUAGES$|^SECTION$"
)
_BLOCK = frozenset({"P", "FT", "BR"})


def notice_text(
    root: Element,
    forms: list[Element],
    original: Element | None,
    buyer: Party | None,
    suppliers: tuple[Supplier, ...],
) -> str:
    """Labelled lines of the original form, then of other languages marked "Title (fr)"."""
    lines = Lines()
    language = (original.get("LG") or "") if original is not None else ""
    if original is not None:
        _walk(original, lines, "")
    if buyer is not None:
        lines.add("Buyer", buyer.name)
    coded = first(root, "CODED_DATA_SECTION")
    lines.add("Procedure", value(coded, "CODIF_DATA", "PR_PROC"))
    for found in children(coded, "NOTICE_DATA", "ORIGINAL_CPV"):
        title = values.clean(text(found))
        lines.add(
            "CPV", f"{found.get('CODE') or ''} ({title})" if title else found.get("CODE") or ""
        )
    for supplier in suppliers:
        lines.add("Supplier", supplier.party.name)
    for form in forms:
        if form is not original:
            _walk(form, lines, f" ({values.language(form.get('LG'))})")
    for found in children(root, "TRANSLATION_SECTION", "ML_TITLES", "ML_TI_DOC"):
        # TED's own translations of the subject: of its 24, the notice's own and English.
        if found.get("LG") in (language, "EN"):
            lines.add(
                f"Subject ({values.language(found.get('LG'))})", text(first(found, "TI_TEXT"))
            )
    return str(lines)


def _walk(form: Element, lines: Lines, suffix: str) -> None:
    stack: list[tuple[Element, str, str]] = [(form, "", "")]
    while stack:
        element, lot, section = stack.pop()
        own = name(element)
        if _SKIPPED.search(own) or element.get("PUBLICATION") == "NO":
            continue
        if own in ("OBJECT_DESCR", "AWARD_CONTRACT"):
            number = value(element, "LOT_NO") or (element.get("ITEM") or "")
            several = len(children(element.getparent(), own)) > 1
            word = "Lot" if own == "OBJECT_DESCR" else "Award"
            if value(element, "LOT_NO") or several:
                number = re.sub(r"^lot\s*", "", values.clean(number), flags=re.IGNORECASE)
                lot = f"{word} {number[:30]} "
            elif own == "AWARD_CONTRACT":
                lot = "Award "
        section = _SECTIONS.get(own, section)
        if any(name(child) not in _BLOCK for child in element):
            stack.extend((child, lot, section) for child in reversed(element))
            continue
        paragraphs = [_flow(child) for child in element] if len(element) else [text(element)]
        if element.text and len(element):
            paragraphs = [text(element)]
        if own not in _LABELS and not re.search(r"[^\W\d]{3}", " ".join(paragraphs)):
            continue
        label = section or _LABELS.get(own, "Information")
        label = (lot + label[0].lower() + label[1:]) if lot else label
        lines.add(label + suffix, paragraphs)


def _flow(paragraph: Element) -> str:
    """A paragraph's text; raised and lowered characters (n<FT>o</FT>) stay in their word."""
    return " ".join(text(paragraph).split())
