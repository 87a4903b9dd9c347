"""Short, stable ids: a hash of what a row names, so that links and citations survive rebuilds."""

from __future__ import annotations

import base64
import hashlib

# 12 base-32 characters are 60 bits: among five million rows the chance of any collision is 1 in 90,000.
LENGTH = 12


def identifier(*parts: object) -> str:
    """The id of what ``parts`` name; the order of the parts matters, ``None`` equals ``""``.

    >>> identifier("claims", "crowd-alert")
    'lsirstbgawqc'
    """
    joined = "\x1f".join("" if part is None else str(part) for part in parts)
    digest = hashlib.sha256(joined.encode("utf-8", "surrogatepass")).digest()
    return base64.b32encode(digest).decode("ascii").lower()[:LENGTH]
