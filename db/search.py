"""Full-text search that finds two Chinese characters as surely as an English word.

One scheme, applied alike to what is indexed and to what a reader types:

1. Fold: NFKD without accents (full-width letters become plain, é becomes e), traditional Chinese
   to simplified character by character (OpenCC's table), lower case.
2. Scripts written without spaces (Han, Kana, Hangul, Thai, Lao, Khmer, Burmese, Tibetan) become
   overlapping pairs of characters, then the last character alone:
   ``人脸识别`` → ``人脸 脸识 识别 别``.
   White space inside such a run is ignored, since PDF pages break words anywhere.
3. Words of other scripts stay whole. Everything else (punctuation, emoji, operators) separates.

A typed word or a "quoted phrase" is a phrase of these tokens, so order and adjacency hold across
scripts (``AI人脸``); a single character is a prefix. Several words must all occur.

The FTS5 tables name their content table, so Datasette finds them, but hold the folded tokens:
they are filled here and never by FTS5's own 'rebuild'.
"""

from __future__ import annotations

import re
import sqlite3
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache

import opencc

from db.schema import SEARCH

TOKENIZER = "unicode61 remove_diacritics 0"  # folding is ours, so that both sides agree

# Ranges of scripts whose writing puts no spaces between words, after NFKC of the folding.
_UNSPACED = (
    "\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3"
    "\u0e00-\u0eff\u0f40-\u0fbc\u1000-\u109f\u1780-\u17d3\U00020000-\U0003ffff"
)
_RUN = re.compile(rf"[{_UNSPACED}](?:\s*[{_UNSPACED}])*|[^\W_{_UNSPACED}]+")
_IS_UNSPACED = re.compile(rf"[{_UNSPACED}]").match
_SPACE = re.compile(r"\s+")
_QUERY_PART = re.compile(r'"([^"]*)"|(\S+)')
# Longer input is no search but a paste; FTS5 phrases of thousands of tokens only cost time.
LONGEST_QUERY = 500


@cache
def _fold_table() -> dict[int, str | None]:
    """Code point → its folded form: traditional to simplified, combining marks to nothing."""
    table: dict[int, str | None] = {
        point: None
        for point in range(sys.maxunicode + 1)
        if unicodedata.category(chr(point)) == "Mn" and not _IS_UNSPACED(chr(point))
    }
    converter = opencc.OpenCC("t2s")
    for first, last in ((0x3400, 0x9FFF), (0x20000, 0x2A6DF)):
        for point in range(first, last + 1):
            simplified = converter.convert(chr(point))
            if len(simplified) == 1 and simplified != chr(point):
                table[point] = simplified
    return table


def fold(text: str) -> str:
    """``text`` without accents, width, case and the difference between 維族 and 维族."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text).translate(_fold_table())
    return unicodedata.normalize("NFC", decomposed).casefold()


def _tokens(run: str) -> list[str]:
    if not _IS_UNSPACED(run):
        return [run]
    run = _SPACE.sub("", run)
    return [run[i : i + 2] for i in range(len(run))]


def bigrams(text: str | None) -> str:
    """The tokens of ``text`` in order, separated by spaces: what the index holds."""
    if not text:
        return ""
    return " ".join([token for run in _RUN.findall(fold(text)) for token in _tokens(run)])


def _phrase(text: str) -> str:
    """One FTS5 phrase, or "" where ``text`` holds nothing that could be indexed."""
    runs = _RUN.findall(fold(text))
    if not runs:
        return ""
    tokens = [token for run in runs for token in _tokens(run)]
    if not _IS_UNSPACED(runs[-1]):
        return '"' + " ".join(tokens) + '"'
    if len(tokens[-1]) == 1 and len(tokens) > 1 and len(tokens[-2]) == 2:
        # The lone last character is indexed only where a run ends: 人脸 must find 人脸识别.
        return '"' + " ".join(tokens[:-1]) + '"'
    return '"' + " ".join(tokens) + '" *'


def query_terms(query: str) -> list[str]:
    """What a reader typed, as words and "quoted phrases" that can match something."""
    parts = [quoted or word for quoted, word in _QUERY_PART.findall(query[:LONGEST_QUERY])]
    return [part for part in parts if _RUN.search(fold(part))]


def match_expression(query: str | None) -> str:
    """An FTS5 expression for whatever a reader typed; never a syntax error.

    Operators, stars, unbalanced quotes and emoji are no syntax here. A query without any letter
    or digit matches nothing.
    """
    phrases = [_phrase(term) for term in query_terms(query or "")]
    return " AND ".join(phrases) or '""'


def any_of(columns: Sequence[str], beginnings: Iterable[str]) -> str:
    """An FTS5 expression for rows with a word in ``columns`` that begins like one of these."""
    phrases = {
        phrase if phrase.endswith("*") or _IS_UNSPACED(phrase[1]) else f"{phrase} *"
        for phrase in map(_phrase, beginnings)
        if phrase
    }
    return f"{{{' '.join(columns)}}} : ({' OR '.join(sorted(phrases))})" if phrases else '""'


def register(connection: sqlite3.Connection) -> None:
    """Give a connection ``bigrams(text)`` and ``match_expression(query)`` as SQL functions."""
    connection.create_function("bigrams", 1, bigrams, deterministic=True)
    connection.create_function("match_expression", 1, match_expression, deterministic=True)


def create_search(connection: sqlite3.Connection) -> None:
    """Create the empty search tables of ``db.schema.SEARCH``."""
    for search_table, (content, columns) in SEARCH.items():
        connection.execute(
            f'CREATE VIRTUAL TABLE "{search_table}" USING FTS5 ({", ".join(columns)}, '
            f'content="{content}", tokenize="{TOKENIZER}")'
        )


def fill_search(connection: sqlite3.Connection) -> None:
    """Index every row of every content table; the tables must be newly created and empty."""
    register(connection)
    for search_table, (content, columns) in SEARCH.items():
        names = ", ".join(f'"{column}"' for column in columns)
        tokens = ", ".join(f'bigrams("{column}")' for column in columns)
        connection.execute(
            f'INSERT INTO "{search_table}" (rowid, {names}) SELECT rowid, {tokens} FROM "{content}"'
        )
        connection.execute(f'INSERT INTO "{search_table}" ("{search_table}") VALUES (\'optimize\')')


def passage_pattern(query: str) -> re.Pattern[str] | None:
    """A pattern that finds the typed words in unfolded text, for showing where they stand.

    White space between characters of unspaced scripts is tolerated, and each character matches
    its traditional and simplified form.
    """
    alternatives = []
    for term in query_terms(query):
        pieces = []
        for run in _RUN.findall(fold(term)):
            if _IS_UNSPACED(run):
                pieces.append(r"\s*".join(_variants(c) for c in _SPACE.sub("", run)))
            else:
                pieces.append(re.escape(run))
        alternatives.append(r"[\W_]*".join(pieces))
    if not alternatives:
        return None
    return re.compile("|".join(sorted(alternatives, key=len, reverse=True)), re.IGNORECASE)


@cache
def _traditional() -> dict[str, str]:
    """Simplified character → all characters that fold to it, itself included."""
    forms: dict[str, str] = {}
    for point, simplified in _fold_table().items():
        if simplified:
            forms[simplified] = forms.get(simplified, simplified) + chr(point)
    return forms


def _variants(character: str) -> str:
    forms = _traditional().get(character)
    return f"[{forms}]" if forms else re.escape(character)
