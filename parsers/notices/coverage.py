"""What was read of a set of notice files, as rows of a table."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from parsers.records import Notice, NoticeFailure

FIELDS = ("title", "buyer", "stage", "published", "deadline", "amount", "suppliers")


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """One format: how many files and notices, the share of notices that fill each field, failures.

    ``filled`` maps each of FIELDS to a share between 0 and 1; ``reasons`` counts failures by reason,
    most frequent first. ``files`` counts distinct file names, whether they gave notices or failures.
    """

    format: str
    files: int
    notices: int
    failures: int
    filled: dict[str, float]
    warnings: int
    reasons: tuple[tuple[str, int], ...]


def coverage(readings: Iterable[tuple[str, Notice | NoticeFailure]]) -> list[CoverageRow]:
    """Rows by format, from pairs of a file's name and one thing read from it."""
    files: dict[str, set[str]] = defaultdict(set)
    notices: Counter[str] = Counter()
    filled: dict[str, Counter[str]] = defaultdict(Counter)
    warned: Counter[str] = Counter()
    reasons: dict[str, Counter[str]] = defaultdict(Counter)
    for file, reading in readings:
        files[reading.format].add(file)
        if isinstance(reading, NoticeFailure):
            reasons[reading.format][reading.reason] += 1
            continue
        notices[reading.format] += 1
        warned[reading.format] += bool(reading.warnings)
        for field in FIELDS:
            # An amount of zero is given; an empty tuple or text is not.
            filled[reading.format][field] += getattr(reading, field) not in (None, "", ())
    return [
        CoverageRow(
            format=name,
            files=len(files[name]),
            notices=notices[name],
            failures=reasons[name].total(),
            filled={f: filled[name][f] / notices[name] if notices[name] else 0.0 for f in FIELDS},
            warnings=warned[name],
            reasons=tuple(reasons[name].most_common()),
        )
        for name in sorted(files)
    ]


def table(rows: Iterable[CoverageRow]) -> str:
    """The rows as a table for a terminal, failures with their reasons below."""
    lines = [
        f"{'format':10}{'files':>7}{'notices':>9}"
        + "".join(f"{f:>11}" for f in FIELDS)
        + f"{'failures':>10}"
    ]
    reasons = []
    for row in rows:
        shares = "".join(f"{row.filled[f]:>11.0%}" for f in FIELDS)
        lines.append(f"{row.format:10}{row.files:>7}{row.notices:>9}{shares}{row.failures:>10}")
        reasons += [f"{row.format}: {count} × {reason}" for reason, count in row.reasons]
    return "\n".join([*lines, *reasons])
