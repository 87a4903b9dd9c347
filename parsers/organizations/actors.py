"""Who a claim is about: the organisation the sentence names, else the one that speaks or buys."""

from __future__ import annotations

import bisect
import re
from collections.abc import Callable, Iterable, Sequence

from parsers.organizations.mentions import find_all, finder
from parsers.organizations.register import Organization
from parsers.records import Actor, Mention, SourceKind, Tag

# Words that join two organisations in one product, and words that name its maker.
_TOGETHER = re.compile(
    r"jointly|co-?develop|together with|partner|collaborat|work(?:ed|s|ing)? with|signed by|"
    r"in cooperation with|alongside|joint (?:solution|offer|venture)|合作|联合|联手|共同|携手|伙伴",
    re.I,
)
_MADE_BY = re.compile(
    r"(?:created|made|developed|built|designed|manufactured|supplied|provided|sold) by"
    r"(?: the| a| an)?(?: [\w’'-]+){0,4}\s*$",
    re.I,
)
# What refers back to an organisation named before: pronouns, "the company", quoted statements.
_OF_THESE = re.compile(
    r"\s*(?:among|one of|some of|most of|all of) (?:them|these|those)\b|\s*其中", re.I
)
_REFERS_BACK = re.compile(
    r"\b(?:the (?:company|firm|vendor|manufacturer|supplier|statement|system|technology|software|"
    r"platform|service|product|spokes\w+|giant|tech giant)|its|it|they|their|these|those|we|our)\b|"
    r"该(?:公司|企业|系统|产品|平台|技术|方案)|其|我们|我司|本公司"
    # A sample of what a program answers: quoted keys and values.
    r"|^\s*[\"'{\[][\w ]+[\"']\s*:",
    re.I,
)
_RESEARCH = re.compile(
    r"\b(?:their|its|the) (?:\w+ )?(?:research|report|study|investigation|findings)\b|该(?:报告|研究|调查)",
    re.I,
)
# How far back such a reference may reach, in characters, and in blocks.
_BACK = 1_500
_BACK_BLOCKS = 4
_ORDER = ("vendor", "supplier", "operator", "buyer", "partner", "subject", "reporter")


def actors(
    tag: Tag,
    text: str,
    mentions: Sequence[Mention] | None = None,
    source_kind: SourceKind = "report",
    vendor_id: str | None = None,
    buyer_id: str | None = None,
    supplier_ids: Iterable[str] = (),
    window: tuple[int, int] | None = None,
) -> list[Actor]:
    """Organisations of one claim with their roles, the one it is chiefly about first.

    ``mentions``: of the whole text, by position; found here where not given. ``window``: the
    part of the text that belongs to the tag's notice. ``vendor_id``: whose site it is;
    ``buyer_id``, ``supplier_ids``: of the notice. Empty where nobody can be named.
    """
    if mentions is None:
        mentions = find_all(text)
    start, end = window or (0, len(text))
    here = _Place(tag, text, mentions, start, end)
    if source_kind == "tender":
        found = _of_notice(tag, here, buyer_id, tuple(supplier_ids))
    elif source_kind == "vendor":
        found = _of_vendor(tag, here, vendor_id)
    else:
        found = _of_report(tag, here)
        if not any(role != "reporter" for _, role in found) and vendor_id:
            found = [(vendor_id, "vendor"), *found]
    return _in_order(found)


class _Place:
    """Where a tag stands: its sentence, its block, and the mentions around it."""

    def __init__(
        self, tag: Tag, text: str, mentions: Sequence[Mention], start: int, end: int
    ) -> None:
        self.text = text
        self.register = finder().register
        self._mentions = mentions
        self._starts = [mention.start for mention in mentions]
        self.block = _block(text, tag.start, start, end)
        first, last = tag.sentence
        self.sentence = (first, last) if first <= tag.start and tag.end <= last else self.block
        self.limit = start

    def between(self, start: int, end: int) -> list[Mention]:
        low = bisect.bisect_left(self._starts, start)
        high = bisect.bisect_left(self._starts, end)
        return list(self._mentions[low:high])

    def organization(self, mention: Mention) -> Organization:
        return self.register[mention.organization_id]

    def accusable(self, mentions: Iterable[Mention]) -> list[Mention]:
        """Those who can be what a claim is about: all but publishers."""
        return [mention for mention in mentions if not self.organization(mention).reporter]


def _of_vendor(tag: Tag, here: _Place, vendor_id: str | None) -> list[tuple[str, str]]:
    found = [(vendor_id, "vendor")] if vendor_id else []
    own = here.register.get(vendor_id or "")
    family = {vendor_id, own.parent if own else ""} - {"", None}
    for mention in here.between(*here.sentence):
        organization = here.organization(mention)
        if organization.reporter or {organization.id, organization.parent} & family:
            continue
        if organization.kind == "buyer":
            found.append((organization.id, "operator" if tag.stance == "operates" else "buyer"))
        elif organization.kind == "vendor":
            found.append((organization.id, "partner" if vendor_id else "vendor"))
    return found


def _of_notice(
    tag: Tag, here: _Place, buyer_id: str | None, supplier_ids: tuple[str, ...]
) -> list[tuple[str, str]]:
    """A notice's claim is its buyer's; a supplier takes part once something was supplied."""
    found: list[tuple[str, str]] = []
    if tag.stance == "supplies":
        found.extend((supplier, "supplier") for supplier in supplier_ids)
    if buyer_id:
        found.append((buyer_id, "operator" if tag.stance == "operates" else "buyer"))
    for mention in here.accusable(here.between(*here.sentence)):
        organization = here.organization(mention)
        if organization.kind == "vendor" and tag.stance in ("supplies", "claims", "denies"):
            found.append((organization.id, "vendor"))
        elif organization.kind == "vendor":
            # A brand a tender names ("compatible with …"): about it, not by it.
            found.append((organization.id, "subject"))
        elif organization.kind == "buyer" and not buyer_id:
            found.append((organization.id, "buyer"))
    return found


def _of_report(tag: Tag, here: _Place) -> list[tuple[str, str]]:
    in_sentence = here.between(*here.sentence)
    in_block = here.between(*here.block)
    chosen = here.accusable(in_sentence) or _nearest(here, here.accusable(in_block), tag)
    if _OF_THESE.match(here.text, *here.sentence):
        # "Among them was …": one of what the sentence before speaks of, with those it names.
        before = [m for m in here.accusable(in_block) if m.end <= here.sentence[0]]
        chosen = [*_nearest(here, before, tag), *chosen]
    if not _has_vendor(here, chosen):
        chosen = [*chosen, *_nearest(here, _vendors(here, in_block), tag)]
    speaks_for_itself = any(here.organization(m).kind == "other" for m in chosen)
    if not _has_vendor(here, chosen) and not speaks_for_itself:
        chosen = [*chosen, *_referred_to(here, _REFERS_BACK, _is_vendor)[:1]]
    found = _roles(tag, here, sorted(chosen, key=lambda mention: mention.start))
    reporters = (
        [m for m in in_sentence if _is_reporter(here.organization(m))]
        or [m for m in in_block if _is_reporter(here.organization(m))]
        or _referred_to(here, _RESEARCH, _is_reporter)[-1:]
    )
    found.extend((mention.organization_id, "reporter") for mention in reporters)
    return found


def _is_vendor(organization: Organization) -> bool:
    return organization.kind == "vendor"


def _is_reporter(organization: Organization) -> bool:
    return organization.reporter


def _vendors(here: _Place, mentions: Iterable[Mention]) -> list[Mention]:
    return [m for m in here.accusable(mentions) if here.organization(m).kind == "vendor"]


def _has_vendor(here: _Place, mentions: Iterable[Mention]) -> bool:
    return bool(_vendors(here, mentions))


def _nearest(here: _Place, mentions: list[Mention], tag: Tag) -> list[Mention]:
    """The mentions of the nearest sentence before the tag in its block, else after it."""
    before = [mention for mention in mentions if mention.end <= here.sentence[0]]
    if before:
        last = before[-1]
        line = _sentence_start(here.text, last.start, here.block[0])
        return [mention for mention in before if mention.start >= line]
    after = [mention for mention in mentions if mention.start >= here.sentence[1]]
    if after:
        line = _sentence_start(here.text, after[0].start, here.sentence[1])
        stop = _sentence_end(here.text, after[0].end, here.block[1])
        return [mention for mention in after if line <= mention.start < stop]
    return []


def _referred_to(
    here: _Place, cue: re.Pattern[str], wanted: Callable[[Organization], bool]
) -> list[Mention]:
    """Mentions in the nearest block before, where the passage refers back to something.

    The first of them is what that block is about.
    """
    if not cue.search(here.text[slice(*here.block)]):
        return []
    start = here.block[0]
    for _ in range(_BACK_BLOCKS):
        if start <= here.limit:
            break
        previous = here.text.rfind("\n", here.limit, start - 1)
        page = here.text.rfind("\f", here.limit, start - 1)
        start = max(previous, page, here.limit - 1) + 1
        if here.block[0] - start > _BACK:
            break
        found = [m for m in here.between(start, here.block[0]) if wanted(here.organization(m))]
        if found:
            return found
    return []


def _roles(tag: Tag, here: _Place, mentions: list[Mention]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    vendors = _vendors(here, mentions)
    makers = {
        mention.organization_id
        for mention in vendors
        if _MADE_BY.search(here.text, max(0, mention.start - 90), mention.start)
    }
    cues = [match.start() for match in _TOGETHER.finditer(here.text, *_hull(here, vendors))]
    if makers and cues:
        makers = set()  # "co-developed by A and B": the order decides
    first: str | None = None
    for mention in vendors:
        organization_id = mention.organization_id
        if any(known == organization_id for known, _ in found):
            continue
        if makers:
            role = "vendor" if organization_id in makers else "partner"
        elif first is not None and _joined(here.text, cues, mention, vendors, first):
            role = "partner"
        else:
            role = "vendor"
            first = first or organization_id
        found.append((organization_id, role))
    for mention in mentions:
        organization = here.organization(mention)
        if organization.kind == "buyer":
            found.append((organization.id, "operator" if tag.stance == "operates" else "buyer"))
        elif organization.kind == "other":
            found.append((organization.id, "subject"))
    return found


def _hull(here: _Place, mentions: list[Mention]) -> tuple[int, int]:
    start = min((m.start for m in mentions), default=here.sentence[0])
    end = max((m.end for m in mentions), default=here.sentence[1])
    low = min(start, here.sentence[0])
    return max(here.block[0], low) if low >= here.block[0] else low, max(end, here.sentence[1])


def _joined(
    text: str, cues: list[int], mention: Mention, vendors: list[Mention], first: str
) -> bool:
    """Is a partner word before this mention in its own sentence (and not in one before)?"""
    start = _sentence_start(text, mention.start, 0)
    # "A promoted one, and B worked with C": the word must stand after an organisation, or
    # before the first one of a pair ("jointly offered by A and B").
    others = [m for m in vendors if m.start < mention.start and m.start >= start]
    for cue in cues:
        if start <= cue < mention.start and others:
            if cue > others[-1].end or all(cue < other.start for other in others):
                return True
            if not re.search(r"[;；]", text[cue : mention.start]) and cue > others[0].start:
                return True
    return False


_SENTENCE_BREAK = re.compile(r"[。！？!?\n\f]|\.(?=\s)")


def _sentence_start(text: str, position: int, limit: int) -> int:
    start = limit
    for match in _SENTENCE_BREAK.finditer(text, max(limit, position - 1_000), position):
        start = match.end()
    return start


def _sentence_end(text: str, position: int, limit: int) -> int:
    match = _SENTENCE_BREAK.search(text, position, limit)
    return match.end() if match else limit


def _block(text: str, position: int, start: int, end: int) -> tuple[int, int]:
    first = max(text.rfind("\n", start, position), text.rfind("\f", start, position)) + 1
    ends = [found for c in "\n\f" if (found := text.find(c, position, end)) >= 0]
    return max(first, start), min(ends, default=end)


def _in_order(found: list[tuple[str, str]]) -> list[Actor]:
    """Each organisation once, in the role that weighs most, chief role first."""
    best: dict[str, str] = {}
    for organization_id, role in found:
        known = best.get(organization_id)
        if known is None or _ORDER.index(role) < _ORDER.index(known):
            best[organization_id] = role
    ranked = sorted(best.items(), key=lambda item: _ORDER.index(item[1]))
    return [Actor(organization_id, role) for organization_id, role in ranked]  # type: ignore[arg-type]
