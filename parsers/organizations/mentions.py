"""Finds the organisations of the register in a text, in one pass."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from parsers.organizations.names import normalised, trie_pattern, without_brackets, without_place
from parsers.organizations.register import Name, Organization, load_register
from parsers.records import Mention

# How far around an ambiguous name its company words may stand.
_NEAR = 200
_HAN = re.compile("[\u3400-\u9fff]")
_DOMAIN = re.compile(r"\.(?:com|cn|net|org|io|eu|co)\b|@", re.IGNORECASE)
_SPACE = re.compile(r"\s+")


class Finder:
    """Names of one register, compiled."""

    def __init__(self, register: dict[str, Organization]) -> None:
        self.register = register
        self._names: dict[str, list[tuple[str, Name]]] = {}
        for organization in register.values():
            for name in organization.searchable():
                entries = self._names.setdefault(_key(name.text), [])
                if all(owner != organization.id for owner, _ in entries):
                    entries.append((organization.id, name))
        han = [name for name in self._names if _HAN.search(name)]
        other = [name for name in self._names if not _HAN.search(name)]
        # White space in a name matches any, a line end included.
        latin = trie_pattern(other).replace("\\ ", r"\s{1,3}")
        patterns = [trie_pattern(han)] if han else []
        if other:
            patterns.append(rf"(?<![\w@])(?:{latin})(?!\w)")
        self._pattern = re.compile("|".join(patterns), re.IGNORECASE) if patterns else None
        self._resolved: dict[str, str] = {}
        for key in self._all_forms():
            self._resolved.setdefault(*key)

    def find(self, text: str) -> list[Mention]:
        """Mentions by position; where names overlap, the longest that begins first."""
        if self._pattern is None:
            return []
        found = []
        for match in self._pattern.finditer(text):
            written = match.group()
            if _is_address(text, match.start(), match.end()):
                continue
            for owner, name in self._names.get(_key(written), ()):
                if _counts(name, written, text, match.start(), match.end()):
                    found.append(Mention(owner, written, match.start(), match.end()))
                    break
        return found

    def resolve(self, name: str, country: str = "") -> str | None:
        """Id of the organisation that bears ``name``, None where none does.

        The whole name must fit, legal form and place aside: "Sample dealer of Hikvision" is
        not Hikvision. A name that is an ordinary word counts only in the organisation's country.
        """
        form = normalised(name)
        candidates = (form, without_place(form), normalised(without_brackets(name)))
        for candidate in candidates:
            found = self._resolved.get(candidate)
            if found is None:
                continue
            organization = self.register[found]
            plain = all(
                not n.near for n in organization.searchable() if normalised(n.text) == candidate
            )
            if plain or not country or country == organization.country:
                return found
        return None

    def _all_forms(self) -> Iterator[tuple[str, str]]:
        for organization in self.register.values():
            for name in organization.searchable():
                yield normalised(name.text), organization.id
                yield without_place(normalised(name.text)), organization.id


def _key(text: str) -> str:
    return _SPACE.sub(" ", text).casefold()


def _is_address(text: str, start: int, end: int) -> bool:
    """Part of a web or e-mail address: "www.huawei.com", "sales@dahuatech.com"."""
    before = text[start - 1] if start else ""
    return (
        before in ("@", "/", "_")
        or bool(_DOMAIN.match(text, end))
        or (before == "." and start > 1 and text[start - 2].isalnum())
    )


def _counts(name: Name, written: str, text: str, start: int, end: int) -> bool:
    """Capitals as a name has them, its company words near by, not inside a longer word."""
    if not _HAN.search(written):
        # "axis" and "ring" in lower case are words; names that are lower-case stay so.
        if written.islower() and not name.text.islower():
            return False
        if name.near and written not in (name.text, name.text.upper()):
            return False
    for longer in name.without:
        offset = longer.find(name.text)
        if offset >= 0 and text.startswith(longer, start - offset, start - offset + len(longer)):
            return False
    if not name.near:
        return True
    around = text[max(0, start - _NEAR) : start] + " " + text[end : end + _NEAR]
    return _near_pattern(name.near).search(around) is not None


@cache
def _near_pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    alternatives = [
        re.escape(word) if _HAN.search(word) else rf"(?<!\w){re.escape(word)}" for word in words
    ]
    return re.compile("|".join(alternatives), re.IGNORECASE)


@cache
def _finder(names: tuple[str, ...]) -> Finder:
    return Finder(load_register())


def finder() -> Finder:
    """The compiled names of the register in force."""
    return _finder(tuple(load_register()))


# The claims of one document are looked at one after the other.
@lru_cache(maxsize=4)
def find_all(text: str) -> tuple[Mention, ...]:
    return tuple(finder().find(text))


def find(text: str) -> list[Mention]:
    """Organisations of the register named in ``text``, by position, in one pass.

    >>> [m.organization_id for m in find("华为与旷视合作；Hikvision 未置评。")]
    ['huawei', 'megvii', 'hikvision']
    """
    return list(find_all(text))


def resolve(name: str, country: str = "") -> str | None:
    """Id of the registered organisation that bears this name, else None."""
    return finder().resolve(name, country)
