"""Lint the lexicon: ``python -m parsers.capabilities.check [FOLDER|FILE.yml …]``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from parsers.capabilities import lexicon as lexicons
from parsers.capabilities.parameters import ParameterWords
from parsers.capabilities.stance import CueBook
from parsers.capabilities.tagger import Tagger


def check(folder: Path, only: Sequence[str] = (), engine: str | None = None) -> list[str]:
    """Problems of a lexicon folder, each naming file, line and remedy; empty: all is well."""
    lexicon, problems = lexicons.load_folder(folder)
    if not only:
        problems += CueBook(folder).problems + ParameterWords(folder).problems
    tagger = Tagger(lexicon, engine)
    for capability in lexicon.capabilities.values():
        if only and capability.code not in only:
            continue
        name = f"{capability.code}.yml"
        first: dict[tuple[str, str], int] = {}
        for term in capability.terms:
            key = (
                term.language,
                term.compiled.exact + "\0" + term.required + "\0" + term.forbidden,
            )
            if key in first:
                problems.append(
                    f"{name}:{term.line}: {term.compiled.source!r} stands already on line "
                    f"{first[key]}: remove one"
                )
            first.setdefault(key, term.line)
        if not capability.examples:
            problems.append(f"{name}: no examples: write at least one sentence that must fire")
        for example in capability.examples:
            tags = tagger.tag(example.text, example.kind, example.language)  # type: ignore[arg-type]
            if capability.code not in {tag.capability for tag in tags}:
                problems.append(
                    f"{name}:{example.line}: the example does not fire: {example.text!r}: "
                    "add a term that finds it, or look at with, without and exclude"
                )
        for example in capability.counter_examples:
            tags = tagger.tag(example.text, example.kind, example.language)  # type: ignore[arg-type]
            for tag in tags:
                if tag.capability == capability.code:
                    problems.append(
                        f"{name}:{example.line}: the counter-example fires: {tag.quote!r} by "
                        f"{tag.term} in {example.text!r}: narrow that term or add an exclude"
                    )
    return [
        problem
        for problem in problems
        if not only or problem.split(":")[0].removesuffix(".yml") in {*only, "sets"}
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m parsers.capabilities.check", description=__doc__
    )
    parser.add_argument(
        "paths", nargs="*", type=Path, help="folder or files (default: the lexicon)"
    )
    options = parser.parse_args(arguments)
    folder = lexicons.lexicon_folder()
    only: list[str] = []
    for path in options.paths:
        if path.is_dir():
            folder = path
        else:
            folder, only = (path.parent if path.exists() else folder), [*only, path.stem]
    problems = check(folder, only)
    for problem in problems:
        print(problem)
    lexicon = lexicons.load_folder(folder)[0]
    terms = sum(1 for _ in lexicon.terms)
    print(
        f"{len(lexicon.capabilities)} capabilities, {terms} terms, version {lexicon.version}: "
        f"{len(problems) or 'no'} problem{'s' if len(problems) != 1 else ''}"
    )
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
