"""Organisations and text blocks of TED-XML."""

from __future__ import annotations

from parsers.notices import values
from parsers.notices.xml_input import Element, descendants, first, text
from parsers.records import Party


def block(element: Element | None) -> str:
    """A text block in one line, its paragraphs joined by spaces."""
    if element is None:
        return ""
    return values.clean(" ".join(text(part) for part in element) if len(element) else text(element))


def party_of(address: Element) -> Party | None:
    """The organisation of an address block; nothing of its persons and contacts."""
    title = next((t for e in descendants(address, "OFFICIALNAME") if (t := block(e))), "")
    if not title:
        title = block(first(address, "ORGANISATION"))
    if not title:
        return None
    country = next((values.country(e.get("VALUE")) for e in descendants(address, "COUNTRY")), "")
    identifier = next((t for e in descendants(address, "NATIONALID") if (t := block(e))), "")
    region = next((e.get("CODE") or "" for e in descendants(address, "NUTS")), "")
    return Party(
        name=title,
        country=country,
        identifier=f"{country or 'XX'}:{identifier}" if identifier else "",
        region=region,
    )
