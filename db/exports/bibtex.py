"""Text as BibTeX takes it: no brace out of balance, no command, accents as LaTeX writes them.

Latin letters with accents become LaTeX commands, which BibTeX, biber and reference managers all
understand. Letters of other scripts have no such form and stay UTF-8: biber with XeLaTeX or
LuaLaTeX prints them. BibTeX counts braces even behind a backslash, so braces become commands.
"""

from __future__ import annotations

import re
import unicodedata

_SPECIAL = {
    "\\": r"{\textbackslash}", "{": r"{\textbraceleft}", "}": r"{\textbraceright}",
    "~": r"{\textasciitilde}", "^": r"{\textasciicircum}", "<": r"{\textless}",
    ">": r"{\textgreater}", "|": r"{\textbar}", '"': r"{\textquotedbl}",
    "#": r"\#", "$": r"\$", "%": r"\%", "&": r"\&", "_": r"\_",
    "“": "``", "”": "''", "‘": "`", "’": "'", "–": "--", "—": "---", "…": r"{\ldots}",
    "\u00a0": " ", "§": r"{\S}", "€": r"{\texteuro}", "£": r"{\pounds}",
    "«": r"{\guillemotleft}", "»": r"{\guillemotright}",
}  # fmt: skip
_LETTERS = {
    "ß": r"{\ss}", "æ": r"{\ae}", "Æ": r"{\AE}", "œ": r"{\oe}", "Œ": r"{\OE}", "ø": r"{\o}",
    "Ø": r"{\O}", "ł": r"{\l}", "Ł": r"{\L}", "ı": r"{\i}", "å": r"{\aa}", "Å": r"{\AA}",
}  # fmt: skip
_ACCENTS = {
    "\u0300": "`", "\u0301": "'", "\u0302": "^", "\u0303": "~", "\u0304": "=", "\u0306": "u",
    "\u0307": ".", "\u0308": '"', "\u030a": "r", "\u030b": "H", "\u030c": "v", "\u0327": "c",
    "\u0328": "k", "\u0323": "d",
}  # fmt: skip
# What neither BibTeX's brace counting nor \url may meet; the rest of a URL stands as it is.
_NOT_IN_URL = re.compile(r"[^!#$%&'()*+,\-./0-9:;=?@A-Z\[\]_a-z~]")


def text(value: str) -> str:
    """Text for a field between braces."""
    return "".join(map(_character, unicodedata.normalize("NFC", value)))


def braced(value: str) -> str:
    """A name or title that styles must neither split nor put into lower case."""
    return f"{{{text(value)}}}" if value else ""


def url(value: str) -> str:
    """An address: characters that a URL may not hold anyway are percent-encoded."""
    return _NOT_IN_URL.sub(
        lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8", "replace")), value
    )


def key(value: str) -> str:
    """An entry's key: letters, digits and hyphens."""
    return re.sub(r"[^A-Za-z0-9-]+", "-", value)


def _character(character: str) -> str:
    if character in _SPECIAL:
        return _SPECIAL[character]
    if character.isascii():
        return character
    if character in _LETTERS:
        return _LETTERS[character]
    decomposed = unicodedata.normalize("NFD", character)
    if len(decomposed) == 2 and decomposed[0].isascii() and decomposed[1] in _ACCENTS:
        accent, letter = _ACCENTS[decomposed[1]], decomposed[0]
        if letter in "ij" and decomposed[1] not in "\u0327\u0328\u0323":
            letter = rf"\{letter}"
        return rf"{{\{accent}{{{letter}}}}}"
    return character
