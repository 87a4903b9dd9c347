"""The term syntax of the lexicon, read into a tree.

A term is literal words with ``word*`` (inflection), ``*word`` (compound), ``(a|b)``,
``(a|b)?``, ``..N..`` (gap) and ``<set>``; docs/capabilities.md explains it to people.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from parsers.capabilities.han import is_han

MAX_GAP = 80


class TermError(ValueError):
    """A term that the syntax does not allow; the message says what to write instead."""


@dataclass(frozen=True, slots=True)
class Literal:
    text: str


@dataclass(frozen=True, slots=True)
class Space:
    pass


@dataclass(frozen=True, slots=True)
class Star:
    """Any further letters of the same word, before or after what it stands beside."""


@dataclass(frozen=True, slots=True)
class Number:
    pass


@dataclass(frozen=True, slots=True)
class Gap:
    most: int


@dataclass(frozen=True, slots=True)
class Group:
    alternatives: tuple[Sequence, ...]
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Sequence:
    parts: tuple[Part, ...] = ()


Part = Literal | Space | Star | Number | Gap | Group


_GAP = re.compile(r"\s*\.\.(\d+)\.\.\s*")
_SET = re.compile(r"<([a-z][a-z0-9-]*)>")
_FORBIDDEN = set("[]{}^$\\+")


def parse(term: str, sets: Mapping[str, list[str]] | None = None) -> Sequence:
    """The tree of a term. Raises `TermError` with a remedy where the syntax is broken."""
    sequence, position = _parse_alternatives(term, 0, sets or {}, depth=0)
    if position != len(term):
        raise TermError(f"unexpected {term[position]!r} in {term!r}: an opening ( is missing")
    if not _can_start(sequence):
        raise TermError(f"{term!r} has nothing that must stand in the text: add a word to it")
    return sequence


def _can_start(sequence: Sequence) -> bool:
    """True where every reading of the sequence holds at least one literal or number."""
    for part in sequence.parts:
        if isinstance(part, Literal | Number):
            return True
        if (
            isinstance(part, Group)
            and not part.optional
            and all(_can_start(alternative) for alternative in part.alternatives)
        ):
            return True
    return False


def _parse_alternatives(
    term: str, position: int, sets: Mapping[str, list[str]], depth: int
) -> tuple[Sequence, int]:
    alternatives: list[Sequence] = []
    parts: list[Part] = []
    literal = ""

    def flush() -> None:
        nonlocal literal
        if literal:
            parts.append(Literal(unicodedata.normalize("NFC", literal)))
            literal = ""

    while position < len(term):
        character = term[position]
        gap = _GAP.match(term, position)
        if gap and ".." in gap.group():
            flush()
            most = int(gap.group(1))
            if not 1 <= most <= MAX_GAP:
                raise TermError(f"gap ..{most}.. in {term!r}: write a number from 1 to {MAX_GAP}")
            parts.append(Gap(most))
            position = gap.end()
        elif character == "(":
            flush()
            if depth > 4:
                raise TermError(f"{term!r} nests groups more than four deep: split the term")
            inner, position = _parse_alternatives(term, position + 1, sets, depth + 1)
            if position >= len(term) or term[position] != ")":
                raise TermError(f"{term!r} lacks a closing )")
            position += 1
            optional = position < len(term) and term[position] == "?"
            position += optional
            group = inner.parts[0]
            if len(inner.parts) == 1 and isinstance(group, Group) and not group.optional:
                parts.append(Group(group.alternatives, optional))
            else:
                parts.append(Group((inner,), optional))
        elif character == ")":
            break
        elif character == "|":
            flush()
            alternatives.append(Sequence(tuple(parts)))
            parts = []
            position += 1
        elif character == "<":
            flush()
            named = _SET.match(term, position)
            if not named:
                raise TermError(f"{term!r}: a set is written <name>, in small letters")
            parts.append(_expand_set(named.group(1), term, sets))
            position = named.end()
        elif character == "*":
            if literal and is_han(literal[-1]):
                raise TermError(f"{term!r}: * follows a Chinese character, which has no inflection")
            flush()
            parts.append(Star())
            position += 1
        elif character.isspace():
            flush()
            while position < len(term) and term[position].isspace():
                position += 1
            parts.append(Space())
        elif character in _FORBIDDEN or (character == "?" and (not parts or literal)):
            raise TermError(
                f"{term!r}: {character!r} is not part of the syntax; write (a|b)? for an optional "
                "part, word* for endings and ..12.. for a gap"
            )
        else:
            literal += character
            position += 1
    flush()
    alternatives.append(Sequence(tuple(parts)))
    if len(alternatives) == 1:
        if depth and not alternatives[0].parts:
            raise TermError(f"{term!r} has an empty ( )")
        return alternatives[0], position
    if any(not item.parts for item in alternatives):
        raise TermError(f"{term!r} has an empty alternative; write (a|b)? for an optional part")
    return Sequence((Group(tuple(alternatives)),)), position


def _expand_set(name: str, term: str, sets: Mapping[str, list[str]]) -> Group | Number:
    if name == "number":
        return Number()
    members = sets.get(name)
    if not members:
        raise TermError(
            f"{term!r}: the set <{name}> is not in lexicon/sets.yml for this language; "
            f"known: {', '.join(sorted(sets)) or 'none'}"
        )
    return Group(tuple(parse(member, {}) for member in members))
