"""The text of a notice that is JSON: every description, found by the names of its keys."""

from __future__ import annotations

import re
from typing import Any

from parsers.notices import values
from parsers.notices.lines import Lines, restore_breaks

# Persons, addresses, parties and machine data: never part of the text.
_SKIPPED = frozenset(
    [
        "parties",
        "buyer",
        "procuringEntity",
        "suppliers",
        "tenderers",
        "tenderer",
        "contactPoint",
        "contactPoints",
        "additionalContactPoints",
        "contact",
        "address",
        "addresses",
        "deliveryAddress",
        "deliveryAddresses",
        "identifier",
        "additionalIdentifiers",
        "author",
        "complaints",
        "bids",
        "buyers",
        "funder",
        "payer",
        "payee",
        "sponsor",
        "members",
        "classification",
        "additionalClassifications",
        "unit",
        "guarantee",
        "links",
        "changes",
        "revisions",
        "pointOfContact",
        "beneficialOwners",
        "reviewBody",
        "reviewDetails",
    ]
)
_PROSE = re.compile(
    r"^(title|description|rationale|name|reason|question|answer|requirement|value_description"
    r"|classification|criteria|.*(Details|Description|Rationale|Terms|Reason|Arrangements|Statement))$"
)
_LANGUAGE = re.compile(r"^(.*?)_([a-z]{2})(?:_[A-Za-z]{2})?$")
# The containing object names the line.
_LABELS = {
    "lots": "Lot",
    "items": "Item",
    "documents": "Document",
    "awards": "Award",
    "contracts": "Contract",
    "planning": "Planning",
    "budget": "Budget",
    "milestones": "Milestone",
    "amendments": "Amendment",
    "amendment": "Amendment",
    "options": "Options",
    "renewal": "Renewal",
    "selectionCriteria": "Selection criteria",
    "awardCriteria": "Award criteria",
    "criteria": "Criteria",
    "requirementGroups": "Requirement",
    "features": "Award criteria",
    "questions": "Question",
    "cancellations": "Cancellation",
    "implementation": "Implementation",
    "transactions": "Transaction",
    "relatedProcesses": "Related process",
    "mainProcurementCategory": "Category",
    "techniques": "Technique",
    "legalBasis": "Legal basis",
    "contractTerms": "Conditions of performance",
    "otherRequirements": "Requirement",
    "rationales": "Rationale",
}


def add_prose(lines: Lines, document: dict[str, Any], label: str = "") -> None:
    """Add the prose of an object and all below it, in the order of its keys."""
    # The stack keeps order: children are pushed reversed.
    stack: list[tuple[Any, str, str]] = [(document, label, "")]
    while stack:
        value, context, key = stack.pop()
        if isinstance(value, dict):
            stack.extend(
                (child, _context(context, child_key, child), child_key)
                for child_key, child in reversed(list(value.items()))
                if child_key not in _SKIPPED and not _is_signature(child_key, value)
            )
        elif isinstance(value, list):
            numbered = key == "lots" and len(value) > 1
            stack.extend(
                (child, f"{context} {index}" if numbered else context, key)
                for index, child in reversed(list(enumerate(value, 1)))
            )
        elif isinstance(value, str):
            _add(lines, context, key, value)


def _context(context: str, key: str, child: Any) -> str:
    if isinstance(child, dict | list) and key in _LABELS:
        own = _LABELS[key]
        if own.lower() in context.lower():
            return context
        return f"{context} {own.lower()}" if context else own
    return context


def _is_signature(key: str, document: dict[str, Any]) -> bool:
    """Titles of signature files ("sign.p7s") say nothing."""
    return key == "title" and str(document.get(key, "")).lower().endswith((".p7s", ".sig"))


def _add(lines: Lines, context: str, key: str, text: str) -> None:
    suffix = ""
    if match := _LANGUAGE.match(key):
        key, suffix = match.group(1), f" ({match.group(2)})"
    if not _PROSE.match(key) or text.startswith(("http://", "https://")):
        return
    if not re.search(r"[^\W\d_]{2}", text):
        return
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", key).lower()
    if context and key in ("description", "name", "title"):
        label = f"{context} {words}" if key != "name" else context
    elif context:
        label = f"{context} {words}"
    else:
        label = words[:1].upper() + words[1:]
    lines.add(label + suffix, restore_breaks(text))


def add_codes(lines: Lines, items: list[Any]) -> None:
    """Lines such as "CPV 35125300 (cameras)" for the classifications of a notice."""
    for item in items:
        title = values.clean(item.description)
        # Some publishers put a sentence where the scheme's short name belongs.
        label = item.scheme if 0 < len(item.scheme) <= 12 else "Classification"
        lines.add(label, f"{item.code} ({title})" if title else item.code)
