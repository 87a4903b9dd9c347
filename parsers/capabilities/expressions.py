"""Terms compiled: one expression that finds the spans, and what the fast engine looks for.

Each term becomes two expressions that mean the same:

- ``exact``: a Python ``re`` expression that finds the spans, with word boundaries;
- ``cores``: looser expressions over UTF-8 bytes for the fast engine, one per part between gaps.
  Wherever ``exact`` matches, each core ends inside that match, so the engine may report too much
  and never too little. Gaps and inflections never reach the engine: it compiles them for minutes,
  or not at all ("Pattern is too large").
"""

from __future__ import annotations

import functools
import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from parsers.capabilities.han import is_han, variants
from parsers.capabilities.terms import (
    Gap,
    Group,
    Literal,
    Number,
    Part,
    Sequence,
    Space,
    Star,
    parse,
)

# `re` compiles a class slowly where it has more than two ranges beyond Latin-1, or a large one:
# it builds a 64 KB table each time. Hence several small classes side by side.
_LETTER_CLASSES = {
    "": ("[0-9A-Z_a-z\xaa\xb5\xba\xc0-\xd6\xd8-\xf6\xf8-\xff]", "[\u0100-\u024f]"),
    "zh": ("[0-9A-Z_a-z]",),
    "ru": ("[0-9A-Z_a-z]", "[\u0400-\u045f]"),
    "ar": ("[0-9A-Z_a-z]", "[\u0620-\u064a]", "[\u0670-\u06d3]"),
}
_LETTER_CLASSES["ug"] = _LETTER_CLASSES["ar"]


def boundary(language: str = "") -> str:
    """No width; matches except between two letters of the scripts of the language."""
    classes = _LETTER_CLASSES.get(language, _LETTER_CLASSES[""])
    behind = "".join(f"(?<!{letters})" for letters in classes)
    ahead = "".join(f"(?!{letters})" for letters in classes)
    return f"(?:{behind}|{ahead})"


_SPACE = "[\\s\\-\u2010-\u2014]{1,4}"
_LOOSE_SPACE = "[\\s\\-\u2010-\u2014]{0,4}"
_HAN_SPACE = "[ \u3000\n]{0,2}"
# The same in bytes, loosely: the engine compiles one class far faster than the exact forms. White
# space between Han characters is left to the matcher, which takes it out before a second look.
_SPACE_BYTES = r"[\s\-\x1c-\x1f\x80-\xff]{1,12}"
_LOOSE_SPACE_BYTES = r"[\s\-\x1c-\x1f\x80-\xff]{0,12}"
# Stand in a core where white space, or Arabic vowel marks, may stand in the text.
_HAN_SPACE_HERE, _ARABIC_MARKS_HERE = "\0", "\1"
_HAN_SPACE_BYTES = r"(?:[ \n]|\xe3\x80\x80){0,2}"
_ARABIC_MARKS_BYTES = r"(?:\xd9[\x80\x8b-\x92\xb0]){0,2}"
_ARABIC_MARKS = "[\u0640\u064b-\u0652\u0670]{0,2}"
_ARABIC_PREFIX = "(?:[وفبلك]{0,2}ا?ل)?[وفبلك]?"
_ARABIC_FORMS = {
    "ا": "اأإآٱ",
    "أ": "اأإآٱ",
    "إ": "اأإآٱ",
    "آ": "اأإآٱ",
    "ي": "يىی",
    "ى": "يىی",
    "ة": "ةه",
    "ه": "هة",
    "ك": "كک",
    "ؤ": "ؤو",
    "ئ": "ئي",
}
_NUMBER = "[0-9０-９][0-9０-９.,，]{0,12}"
_NUMBER_BYTES = r"(?:[0-9]|\xef\xbc[\x90-\x99])"


@dataclass(frozen=True, slots=True)
class CompiledTerm:
    """``exact`` for ``re``, ``cores`` for the engine (escaped bytes), most telling first."""

    source: str
    language: str
    exact: str
    cores: tuple[str, ...]
    reach: int = 0  # the most bytes from one core's end to the other's
    gapped: bool = False
    body: str = ""  # ``exact`` without the boundaries at its ends


@dataclass(slots=True)
class _Context:
    language: str
    exact_case: bool
    han_before: bool = False  # the character before is Han, or may be
    after_han: bool = False  # … is Han for certain
    at_start: bool = True  # nothing emitted yet that consumes text


def compile_term(
    term: str,
    language: str,
    sets: Mapping[str, list[str]] | None = None,
    exact_case: bool = False,
) -> CompiledTerm:
    """Compile one term of one language. Raises `TermError`."""
    tree = parse(term.strip(), sets)
    exact = _sequence(tree, _Context(language, exact_case))
    edge = boundary(language)
    pieces: list[_Piece] = []
    _pieces(tree, _Context(language, exact_case), pieces)
    cores = _best_cores(pieces)
    return CompiledTerm(
        term, language, f"{edge}{exact}{edge}", cores, _reach(tree), ".." in term, exact
    )


def any_of(terms: Iterable[CompiledTerm]) -> str:
    """One expression for many terms, "" for none. The boundaries stand once around each language's
    terms, so that `re` can look at first characters and need not try each term everywhere."""
    bodies: dict[str, list[str]] = {}
    for term in terms:
        bodies.setdefault(boundary(term.language), []).append(term.body)
    return "|".join(f"{edge}(?:{'|'.join(items)}){edge}" for edge, items in bodies.items())


def _sequence(sequence: Sequence, context: _Context) -> str:
    """The exact expression of a sequence."""
    edge = boundary(context.language)
    exact: list[str] = []
    parts = sequence.parts
    for index, part in enumerate(parts):
        if isinstance(part, Literal):
            exact.append(_literal(part.text, context)[0])
        elif isinstance(part, Space):
            exact.append(_LOOSE_SPACE if _is_loose(parts, index, context) else _SPACE)
            context.after_han = False
        elif isinstance(part, Star):
            exact.append(r"\w{0,30}")
            context.at_start = False
        elif isinstance(part, Number):
            exact.append(_NUMBER)
            context.han_before = context.after_han = context.at_start = False
        elif isinstance(part, Gap):
            exact.append(f"{edge}[\\s\\S]{{0,{part.most}}}?{edge}")
            context.han_before, context.after_han, context.at_start = False, False, True
        else:
            exact.append(_group(part, context))
    return "".join(exact)


def _reach(sequence: Sequence) -> int:
    total = 100
    for part in sequence.parts:
        if isinstance(part, Gap):
            total += 4 * part.most
        elif isinstance(part, Star):
            total += 60
        elif isinstance(part, Literal):
            total += 12 * len(part.text)
        elif isinstance(part, Group):
            total += max(_reach(alternative) for alternative in part.alternatives)
    return total


def _is_loose(parts: tuple[Part, ...], index: int, context: _Context) -> bool:
    """True where a space may be absent: beside an optional group, and in Chinese."""
    return context.language == "zh" or any(
        isinstance(neighbour, Group) and neighbour.optional
        for neighbour in (*parts[max(index - 1, 0) : index], *parts[index + 1 : index + 2])
    )


def _group(group: Group, context: _Context) -> str:
    exact: list[str] = []
    han, certain, started = context.han_before, context.after_han, context.at_start
    han_after, certain_after = False, True
    for alternative in group.alternatives:
        inner = _Context(context.language, context.exact_case, han, certain, started)
        exact.append(_sequence(alternative, inner))
        han_after = han_after or inner.han_before
        certain_after = certain_after and inner.after_han
    context.han_before = han_after or (group.optional and han)
    context.after_han = certain_after and (certain or not group.optional)
    context.at_start = started and group.optional
    return f"(?:{'|'.join(exact)}){'?' if group.optional else ''}"


# -- what the engine looks for -------------------------------------------------------------------


@dataclass(slots=True)
class _Piece:
    """An expression over bytes without gaps, and how much it tells: the more bits, the rarer."""

    core: str
    bits: float


_TOO_LONG = 2_500  # of the source of a core: longer ones take the engine long to compile
_MOST_CORES = 3
_RARE = 11.0  # bits of a part that is rare enough to look for
_NUMBER_MORE = r"(?:[0-9.,]|\xef\xbc[\x80-\xbf]){0,12}"


def _best_cores(pieces: list[_Piece]) -> tuple[str, ...]:
    """The most telling parts of a term, all of which must stand near the first."""
    telling = sorted((p for p in pieces if p.bits > 0), key=lambda p: (-p.bits, len(p.core)))
    # A weak part reports on every line: it is worth that only where the best is weak itself.
    weakest = _RARE if telling[0].bits >= 2 * _RARE else 0.6 * _RARE
    chosen = [telling[0], *(p for p in telling[1:_MOST_CORES] if p.bits >= weakest)]
    return tuple(dict.fromkeys(piece.core for piece in chosen))


def strict(core: str) -> bytes:
    """A core for the engine, which reads the text without white space or marks inside words."""
    return core.replace(_HAN_SPACE_HERE, "").replace(_ARABIC_MARKS_HERE, "").encode("ascii")


def loose(core: str) -> bytes:
    """A core for `re`, which reads the text as it is."""
    spaced = core.replace(_HAN_SPACE_HERE, _HAN_SPACE_BYTES)
    return spaced.replace(_ARABIC_MARKS_HERE, _ARABIC_MARKS_BYTES).encode("ascii")


def _pieces(
    sequence: Sequence, context: _Context, done: list[_Piece], left: bool = True, right: bool = True
) -> None:
    """Split a sequence at its gaps and stars into pieces that must all stand in the text.

    ``left``, ``right``: a word begins, or ends, where the sequence does.
    """
    run: list[tuple[str, float]] = []

    def close() -> None:
        # What may be absent opens and closes no piece: it only costs time.
        while run and run[0][1] == 0:
            run.pop(0)
        while run and run[-1][1] == 0:
            run.pop()
        while sum(len(core) for core, _ in run) > _TOO_LONG and len(run) > 1:
            run.pop(0 if run[0][1] < run[-1][1] else -1)
        if run:
            done.append(_Piece("".join(core for core, _ in run), sum(n for _, n in run)))
        run.clear()

    parts = sequence.parts
    for index, part in enumerate(parts):
        following = parts[index + 1] if index + 1 < len(parts) else None
        ends = (
            right
            if following is None
            else isinstance(following, Gap)
            or (isinstance(following, Space) and not _is_loose(parts, index + 1, context))
        )
        begins = left and not run
        if isinstance(part, Gap):
            close()
            context.han_before, context.after_han, context.at_start = False, False, True
            left = True
            continue
        if isinstance(part, Space):
            context.after_han = False
            loose = _is_loose(parts, index, context)
            if run and not (isinstance(following, Group) and _is_broken(following)):
                run.append((_LOOSE_SPACE_BYTES if loose else _SPACE_BYTES, 0 if loose else 1))
            else:
                close()
                left = not loose
                continue
        elif isinstance(part, Star):
            close()
            context.after_han = context.at_start = False
        elif isinstance(part, Group) and _is_broken(part):
            close()
            if not part.optional:
                done.append(_alternatives(part, context, begins, ends))
            context.han_before, context.after_han, context.at_start = False, False, True
        else:
            run.append(_part_core(part, parts, index, context, begins, ends))
        left = False
    close()


def _part_core(
    part: Part, parts: tuple[Part, ...], index: int, context: _Context, left: bool, right: bool
) -> tuple[str, float]:
    """(core, bits) of one part that no gap or star breaks."""
    if isinstance(part, Literal):
        _, core, bits = _literal(part.text, context)
        first, last = part.text[0], part.text[-1]
        # Only ASCII: in bytes, \b does not know other letters.
        opening = r"\b" if left and first.isascii() and first.isalnum() else ""
        closing = r"\b" if right and last.isascii() and last.isalnum() else ""
        return f"{opening}{core}{closing}", bits + bool(opening) + bool(closing)
    if isinstance(part, Space):
        context.after_han = False
        loose = _is_loose(parts, index, context)
        return (_LOOSE_SPACE_BYTES, 0) if loose else (_SPACE_BYTES, 1)
    if isinstance(part, Group):
        return _group_core(part, context, left, right)
    context.han_before = context.after_han = context.at_start = False  # a number
    return _NUMBER_BYTES + _NUMBER_MORE, 1


def _is_broken(group: Group) -> bool:
    """True where a gap or a star inside keeps the group from being one piece."""
    return any(
        isinstance(part, Gap | Star) or (isinstance(part, Group) and _is_broken(part))
        for alternative in group.alternatives
        for part in alternative.parts
    )


def _alternatives(group: Group, context: _Context, left: bool, right: bool) -> _Piece:
    """A group with gaps or stars inside: of each alternative its most telling part."""
    best: list[_Piece] = []
    for alternative in group.alternatives:
        inner: list[_Piece] = []
        _pieces(alternative, _Context(context.language, context.exact_case), inner, left, right)
        best.append(max(inner, key=lambda piece: piece.bits, default=_Piece("", 0)))
    cores = {piece.core: piece.bits for piece in best}
    bits = _of_alternatives(list(cores.values()))
    return _Piece(f"(?:{'|'.join(cores)})" if bits > 0 else "", bits)


def _of_alternatives(bits: list[float]) -> float:
    """The bits of one of several: each alternative more makes it less rare."""
    if min(bits) <= 0:
        return 0.0
    return max(-math.log2(sum(2.0**-each for each in bits)), 0.01)


def _group_core(group: Group, context: _Context, left: bool, right: bool) -> tuple[str, float]:
    cores: list[str] = []
    bits: list[float] = []
    han, certain, started = context.han_before, context.after_han, context.at_start
    han_after, certain_after = False, True
    for alternative in group.alternatives:
        inner = _Context(context.language, context.exact_case, han, certain, started)
        pieces = [
            _part_core(
                part,
                alternative.parts,
                index,
                inner,
                left and index == 0 and not group.optional,
                right and index == len(alternative.parts) - 1 and not group.optional,
            )
            for index, part in enumerate(alternative.parts)
        ]
        cores.append("".join(core for core, _ in pieces))
        bits.append(sum(each for _, each in pieces))
        han_after = han_after or inner.han_before
        certain_after = certain_after and inner.after_han
    context.han_before = han_after or (group.optional and han)
    context.after_han = certain_after and (certain or not group.optional)
    context.at_start = started and group.optional
    mark = "?" if group.optional else ""
    return f"(?:{'|'.join(cores)}){mark}", 0 if group.optional else _of_alternatives(bits)


def _literal(literal: str, context: _Context) -> tuple[str, str, float]:
    """(exact, core, bits) of a run of characters."""
    exact, core, bits, han_before, after_han, at_start = _compiled_literal(
        literal,
        context.language,
        context.exact_case,
        context.han_before,
        context.after_han,
        context.at_start,
    )
    context.han_before, context.after_han, context.at_start = han_before, after_han, at_start
    return exact, core, bits


@functools.cache
def _compiled_literal(
    literal: str,
    language: str,
    exact_case: bool,
    han_before: bool,
    after_han: bool,
    at_start: bool,
) -> tuple[str, str, float, bool, bool, bool]:
    """`_literal`, and what the context is after it: the same words stand in many terms."""
    context = _Context(language, exact_case, han_before, after_han, at_start)
    exact: list[str] = []
    core: list[str] = []
    bits = 0.0
    if _is_arabic(literal[0]):
        if literal.startswith("ال") and len(literal) > 4:
            literal = literal[2:]  # the prefix below has the article, as an option
        exact.append(_ARABIC_PREFIX)
        core.append("" if context.at_start else r"(?:[\xd8\xd9][\x80-\xbf]){0,4}")
    for character in literal:
        han = is_han(character)
        if not context.at_start and (han or (context.han_before and character.isascii())):
            exact.append(_HAN_SPACE)
            # The matcher looks again without white space between Han, not beside other letters.
            core.append(_HAN_SPACE_HERE if han and context.after_han else _HAN_SPACE_BYTES)
        text, data = _character(character, context.language, context.exact_case)
        exact.append(text)
        core.append(data)
        bits += 0 if character in "'’-" else 8 if han else 3 if character.isalnum() else 2
        context.han_before = context.after_han = han
        context.at_start = False
    return (
        "".join(exact),
        "".join(core),
        bits,
        context.han_before,
        context.after_han,
        context.at_start,
    )


def _is_arabic(character: str) -> bool:
    return "\u0600" <= character <= "\u06ff"


@functools.cache
def _character(character: str, language: str, exact_case: bool) -> tuple[str, str]:
    """(regular expression, bytes expression) for one character and all its written forms."""
    if is_han(character):
        forms = variants(character)
        return _one_of(forms), _one_of_bytes(forms)
    if _is_arabic(character):
        forms = _ARABIC_FORMS.get(character, character)
        return _one_of(forms) + _ARABIC_MARKS, _one_of_bytes(forms) + _ARABIC_MARKS_HERE
    if character in "'’":
        return "['’ʼ]?", r"(?:'|\xe2\x80\x99|\xca\xbc)?"
    if character == "-":
        return _LOOSE_SPACE, _LOOSE_SPACE_BYTES
    forms = character
    if not exact_case:
        forms += character.lower() + character.upper()
    if language == "tr" and character in "iıİI":
        forms += "iıİI"
    if language == "zh" and "!" <= character <= "~":
        forms += "".join(chr(ord(form) + 0xFEE0) for form in dict.fromkeys(forms) if form.isascii())
    if character == "ß":
        return "(?:ß|ss|SS|ẞ)", r"(?:\xc3\x9f|[sS][sS]|\xe1\xba\x9e)"
    base = unicodedata.normalize("NFD", character)
    if len(base) > 1 and language not in ("ru",):
        plain = base[0]
        more = plain + plain.upper() + plain.lower()
        text = _one_of(forms + more) + "[\u0300-\u036f]?"
        data = _one_of_bytes(forms + more) + r"(?:\xcc[\x80-\xbf]|\xcd[\x80-\xaf])?"
        if language == "de" and plain in "aouAOU":
            text = f"(?:{text}[eE]?)"
            data = f"{data}[eE]?"
        return text, data
    if character in "её" and language == "ru":
        forms += "еёЕЁ"
    return _one_of(forms), _one_of_bytes(forms)


def _one_of(forms: str) -> str:
    unique = sorted({form for form in forms if len(form) == 1})
    return re.escape(unique[0]) if len(unique) == 1 else f"[{''.join(map(re.escape, unique))}]"


def _one_of_bytes(forms: str) -> str:
    """Alternatives over UTF-8 bytes. ASCII letters once: the engine ignores their case."""
    plain = sorted({form.lower() for form in forms if form.isascii()})
    other = sorted({form for form in forms if not form.isascii() and len(form) == 1})
    items = [_escape(form.encode()) for form in plain + other]
    return items[0] if len(items) == 1 else f"(?:{'|'.join(items)})"


def _escape(data: bytes) -> str:
    return "".join(
        chr(byte) if chr(byte).isascii() and chr(byte).isalnum() else f"\\x{byte:02x}"
        for byte in data
    )
