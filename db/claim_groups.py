"""Tags of one document into its claims: one claim per (notice, capability, stance, actor).

A 300-page tender that asks for face recognition on 40 pages is one claim with 40 passages: the
best one is quoted on the claim, the others stand behind it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from db.identifiers import identifier
from parsers.records import Actor, Tag

# Characters of context on either side of the quote: about three sentences, enough to judge it.
CONTEXT = 300
# Beyond this many passages a further one adds nothing a reader would open; the count stays true.
MAXIMUM_PASSAGES = 50


@dataclass(frozen=True, slots=True)
class ActedTag:
    """A tag with the organisations it is about, the main one first."""

    tag: Tag
    actors: tuple[Actor, ...]
    notice_id: str | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    quote: str
    start: int
    end: int
    context: str
    context_start: int
    page: int
    parameters: dict[str, Any]
    term: str
    actors: tuple[Actor, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    id: str
    capability: str
    stance: str
    notice_id: str | None
    organization_id: str | None
    organization_role: str | None
    passages: tuple[Passage, ...]  # the best first
    count: int  # of all passages, those beyond MAXIMUM_PASSAGES included

    @property
    def best(self) -> Passage:
        return self.passages[0]

    @property
    def actors(self) -> tuple[Actor, ...]:
        """Every organisation of any passage, in order, once."""
        return tuple(dict.fromkeys(a for p in self.passages for a in p.actors))


def context_of(text: str, start: int, end: int) -> tuple[str, int]:
    """The text around a quote and where it starts: whole lines where they fit, else words.

    ``text[context_start : context_start + len(context)] == context``.
    """
    page_start = text.rfind("\f", 0, start) + 1
    page_end = text.find("\f", end)
    low = max(page_start, start - CONTEXT)
    high = min(len(text) if page_end < 0 else page_end, end + CONTEXT)
    if low > page_start:
        cut = min(
            (position for position in (text.find(c, low, start) for c in "\n。.") if position >= 0),
            default=text.find(" ", low, start),
        )
        low = cut + 1 if cut >= 0 else low
    if high < len(text) and high != page_end:
        cut = max(text.rfind(c, end, high) for c in "\n。.")
        high = cut + 1 if cut >= 0 else max(text.rfind(" ", end, high), 0) or high
    context = text[low:high]
    stripped = context.lstrip()
    return stripped.rstrip(), low + len(context) - len(stripped)


def _goodness(passage: Passage) -> tuple[int, int, int]:
    """Order of passages: most parameters, then the longest sentence-like quote, then the first."""
    return (-len(passage.parameters), -min(len(passage.quote), 60), passage.start)


def group(document_id: str, text: str, tags: Sequence[ActedTag]) -> list[Claim]:
    """The claims of a document, in order of their first passage."""
    groups: dict[tuple[Any, ...], list[ActedTag]] = {}
    for acted in sorted(tags, key=lambda a: a.tag.start):
        main = acted.actors[0] if acted.actors else None
        key = (
            acted.notice_id,
            acted.tag.capability,
            acted.tag.stance,
            main.organization_id if main else None,
            main.role if main else None,
        )
        groups.setdefault(key, []).append(acted)
    claims = []
    for (notice_id, capability, stance, organization_id, role), members in groups.items():
        passages = []
        for acted in members:
            tag = acted.tag
            context, context_start = context_of(text, tag.start, tag.end)
            passages.append(
                Passage(
                    tag.quote,
                    tag.start,
                    tag.end,
                    context,
                    context_start,
                    text.count("\f", 0, tag.start) + 1,
                    tag.parameters,
                    tag.term,
                    acted.actors,
                )
            )
        passages.sort(key=_goodness)
        claims.append(
            Claim(
                identifier(
                    "claim", document_id, notice_id, capability, stance, organization_id, role
                ),
                capability,
                stance,
                notice_id,
                organization_id,
                role,
                tuple(passages[:MAXIMUM_PASSAGES]),
                len(passages),
            )
        )
    return claims
