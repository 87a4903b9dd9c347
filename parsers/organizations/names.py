"""Names of organisations: one form for comparison, and ids for those not in the register."""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from collections.abc import Iterable
from typing import Any

# Legal forms say how a company is set up, not which it is.
_LEGAL = frozenset(
    (
        *(
            "ab",
            "ag",
            "as",
            "asa",
            "aps",
            "bv",
            "co",
            "company",
            "corp",
            "corporation",
            "cv",
            "doo",
        ),
        *("eood", "ev", "gesmbh", "gmbh", "inc", "incorporated", "kft", "kg", "lda", "limited"),
        *("llc", "llp", "lp", "ltd", "ltda", "mbh", "nv", "ood", "oy", "oyj", "plc", "pte", "pty"),
        *("pvt", "sa", "sarl", "sas", "sl", "slu", "sp", "spa", "sro", "srl", "sti", "z", "zoo"),
        *("ооо", "ао", "зао", "пао", "тов", "ат", "and", "und", "et", "the"),
    )
)
_LEGAL_HAN = re.compile("(?:股份有限公司|有限责任公司|有限公司|集团公司|总公司|公司|集团)$")
_DOTTED = re.compile(r"\b(?:\w\.){2,}")
_ACCENT = re.compile("[\u0300-\u036f]")
_WORD = re.compile(r"\w+")
_PLACE_HAN = re.compile(
    "^(?:中国|北京|上海|天津|重庆|深圳|杭州|广州|浙江|广东|江苏|安徽|苏州|厦门)市?"
)
_BRACKETED = re.compile(r"[（(][^）)]*[）)]")


def normalised(name: str) -> str:
    """One form of a name: width, case, accents, punctuation and legal form taken out.

    >>> normalised("Hangzhou Hikvision Digital Technology Co., Ltd.")
    'hangzhou hikvision digital technology'
    >>> normalised("科大讯飞股份有限公司")
    '科大讯飞'
    """
    text = unicodedata.normalize("NFKC", name).casefold().strip()
    text = _DOTTED.sub(lambda match: match.group().replace(".", ""), text)
    # Accents only: the vowel signs of Indian scripts are letters of the name.
    text = unicodedata.normalize("NFC", _ACCENT.sub("", unicodedata.normalize("NFKD", text)))
    words = _WORD.findall(text)
    kept = [word for word in words if word not in _LEGAL] or words
    joined = " ".join(kept)
    return _LEGAL_HAN.sub("", joined) or joined


def without_place(name: str) -> str:
    """A normalised Chinese name without the city or province it begins with."""
    return _PLACE_HAN.sub("", name)


def without_brackets(name: str) -> str:
    """ "Huawei Technologies (UK) Ltd" is Huawei Technologies Ltd, seen from afar."""
    return _BRACKETED.sub(" ", name)


def unregistered_id(name: str, country: str = "") -> str:
    """Stable id of an organisation that a notice names and the register does not know.

    The same for every way of writing case, accents, punctuation and legal form.
    """
    key = f"organization\x1f{normalised(name)}\x1f{country.upper()}"
    digest = hashlib.sha256(key.encode("utf-8", "replace")).digest()
    return "org-" + base64.b32encode(digest).decode("ascii").lower()[:12]


def trie_pattern(words: Iterable[str]) -> str:
    """A regular expression of the words as a tree of prefixes, longest first.

    An alternation of 500 names tries each at every place; the tree looks at one letter.
    """
    tree: dict[str, Any] = {}
    for word in words:
        node = tree
        for character in word:
            node = node.setdefault(character, {})
        node[""] = {}
    return _branch(tree)


def _branch(node: dict[str, Any]) -> str:
    # Built from the leaves up in one recursion per letter: names are shorter than 100 letters.
    branches = [
        re.escape(character) + _branch(child) for character, child in node.items() if character
    ]
    if not branches:
        return ""
    joined = branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"
    return f"(?:{joined})?" if "" in node else joined
