"""XML as notices bring it: parsed without entities, network or unbounded trees."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, TypeAlias

from lxml import etree

LARGEST_XML = 64_000_000

# lxml comes without types.
Element: TypeAlias = Any

_ENTITY = re.compile(
    rb"<!ENTITY|<\x00!\x00E\x00N\x00T\x00I\x00T\x00Y|\x00<\x00!\x00E\x00N\x00T\x00I\x00T"
)


class XmlRefused(Exception):
    """The XML cannot be read safely or at all; ``str(error)`` says why, for people."""


def parse(data: bytes) -> Element:
    """The root element. Raises XmlRefused on entities, oversize and XML that is not well formed."""
    if len(data) > LARGEST_XML:
        raise XmlRefused(f"XML of {len(data):,} bytes is above the limit of {LARGEST_XML:,}")
    if _ENTITY.search(data):
        raise XmlRefused("the XML declares entities (<!ENTITY …>), which are never expanded here")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise XmlRefused(f"not well-formed XML: {str(error)[:200]}") from None
    internal = root.getroottree().docinfo.internalDTD
    if internal is not None and any(True for _ in internal.iterentities()):
        raise XmlRefused("the XML declares entities (<!ENTITY …>), which are never expanded here")
    return root


def name(element: Element) -> str:
    """The element's name without its namespace ("" for comments and the like)."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(element: Element | None, *path: str) -> list[Element]:
    """Descendants along a path of names, namespaces left aside; "*" matches any name."""
    found: list[Element] = [] if element is None else [element]
    for step in path:
        found = [child for parent in found for child in parent if step in ("*", name(child))]
    return found


def first(element: Element | None, *path: str) -> Element | None:
    """The first descendant along a path of names, or None."""
    found = children(element, *path)
    return found[0] if found else None


def text(element: Element | None) -> str:
    """All text inside an element, stripped."""
    return "" if element is None else "".join(str(part) for part in element.itertext()).strip()


def value(element: Element | None, *path: str) -> str:
    """Text of the first descendant along a path that has any."""
    return next((found for child in children(element, *path) if (found := text(child))), "")


def descendants(element: Element | None, *names: str) -> Iterator[Element]:
    """All descendants with one of these names, in document order."""
    if element is not None:
        for child in element.iter():
            if name(child) in names:
                yield child
