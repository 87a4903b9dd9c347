"""Scores against labelled passages: ``python -m parsers.capabilities.evaluate GOLD.jsonl``.

A capability counts once per passage; stance accuracy is over the right capabilities; a
parameter is right with name and exact value (lists as sets); a quote is right where it shares
a character with a labelled quote.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parsers.capabilities.quotes import strongest
from parsers.capabilities.tagger import tag
from parsers.records import Tag


@dataclass(frozen=True, slots=True)
class Counts:
    """True positives, false positives, false negatives."""

    tp: int
    fp: int
    fn: int

    @property
    def precision(self) -> float | None:
        return self.tp / (self.tp + self.fp) if self.tp + self.fp else None

    @property
    def recall(self) -> float | None:
        return self.tp / (self.tp + self.fn) if self.tp + self.fn else None

    @property
    def f1(self) -> float | None:
        return (
            2 * self.tp / (2 * self.tp + self.fp + self.fn) if self.tp + self.fp + self.fn else None
        )


def counts(predicted: set[Any], gold: set[Any]) -> Counts:
    return Counts(len(predicted & gold), len(predicted - gold), len(gold - predicted))


def canonical(value: Any) -> Any:
    """A hashable value; 3 equals 3.0; lists count as sets."""
    if isinstance(value, list | tuple):
        return ("list", frozenset(canonical(item) for item in value))
    if isinstance(value, bool):
        return ("bool", value)
    if isinstance(value, int | float):
        return ("number", round(float(value), 9))
    return ("text", str(value))


def read_gold(paths: Iterable[Path]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for path in paths:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                if not line.strip():
                    continue
                try:
                    rows.append(json.loads(line))
                except ValueError as error:
                    raise SystemExit(f"{path} line {number}: not JSON: {error}") from error
    return rows


def as_claims(tags: Iterable[Tag]) -> list[dict[str, Any]]:
    return [
        {"capability": t.capability, "stance": t.stance, "quote": t.quote, "start": t.start,
         "end": t.end, "params": t.parameters, "term": t.term}
        for t in tags
    ]  # fmt: skip


def _parameters(claims: Iterable[dict[str, Any]]) -> set[tuple[Any, ...]]:
    return {
        (claim["capability"], name, canonical(value))
        for claim in claims
        for name, value in (claim.get("params") or {}).items()
        if value not in (None, [], "")
    }


def _elements(claims: Iterable[dict[str, Any]]) -> set[tuple[Any, ...]]:
    return {
        (name, canonical(item))
        for claim in claims
        for name, value in (claim.get("params") or {}).items()
        for item in (value if isinstance(value, list) else [value])
    }


def _overlaps(text: str, claim: dict[str, Any], gold: Iterable[dict[str, Any]]) -> bool:
    for item in gold:
        if item["capability"] != claim["capability"]:
            continue
        position = text.find(item["quote"])
        while position >= 0:
            if claim["start"] < position + len(item["quote"]) and position < claim["end"]:
                return True
            position = text.find(item["quote"], position + 1)
    return False


def score(
    gold: list[dict[str, Any]], predictions: dict[str, list[dict[str, Any]]]
) -> dict[str, Any]:
    """All figures, as nested dictionaries of `Counts` and ratios."""
    claims_of = {row["id"]: row.get("claims", []) for row in gold}
    found_of = {row["id"]: predictions.get(row["id"], []) for row in gold}

    def pairs(of: dict[str, list[dict[str, Any]]], *keys: str) -> set[tuple[str, ...]]:
        return {(i, *(claim[key] for key in keys)) for i in of for claim in of[i]}

    found, wanted = pairs(found_of, "capability"), pairs(claims_of, "capability")
    right = found & wanted
    stance_found = pairs(found_of, "capability", "stance")
    stance_wanted = pairs(claims_of, "capability", "stance")
    judged = [item for item in stance_found if item[:2] in right]
    correct = [item for item in judged if item in stance_wanted]
    wanted_stances: defaultdict[tuple[str, ...], set[str]] = defaultdict(set)
    for i, capability, stance in stance_wanted:
        wanted_stances[(i, capability)].add(stance)
    confusions = Counter(
        f"{'/'.join(sorted(wanted_stances[item[:2]]))} → {item[2]}"
        for item in judged
        if item not in stance_wanted
    )
    empty = {i for i, claims in claims_of.items() if not claims}
    overlap = [
        _overlaps(row["text"], claim, claims_of[row["id"]])
        for row in gold
        for claim in found_of[row["id"]]
        if (row["id"], claim["capability"]) in right
    ]
    exact = [
        row["text"][claim["start"] : claim["end"]] == claim["quote"]
        for row in gold
        for claim in found_of[row["id"]]
    ]
    parameters_found = {(i, *item) for i in found_of for item in _parameters(found_of[i])}
    parameters_wanted = {(i, *item) for i in claims_of for item in _parameters(claims_of[i])}

    def by(key: Callable[[dict[str, Any]], str]) -> dict[str, dict[str, Any]]:
        table: dict[str, dict[str, Any]] = {}
        for name in sorted({key(row) for row in gold}):
            ids = {row["id"] for row in gold if key(row) == name}
            table[name] = {
                "passages": len(ids),
                "capability": counts(
                    {p for p in found if p[0] in ids}, {p for p in wanted if p[0] in ids}
                ),
                "empty": len(empty & ids),
                "empty_hit": len([i for i in empty & ids if found_of[i]]),
                "stance": _ratio([item in stance_wanted for item in judged if item[0] in ids]),
            }
        return table

    return {
        "passages": len(gold),
        "capability": counts(found, wanted),
        "capability_stance": counts(stance_found, stance_wanted),
        "empty": len(empty),
        "empty_hit": len([i for i in empty if found_of[i]]),
        "stance": len(correct) / len(judged) if judged else None,
        "stance_confusions": confusions,
        "stances": {
            stance: counts(
                {item for item in judged if item[2] == stance},
                {item for item in stance_wanted if item[2] == stance and item[:2] in right},
            )
            for stance in sorted({item[2] for item in stance_wanted} | {item[2] for item in judged})
        },
        "overlap": _ratio(overlap),
        "exact": _ratio(exact),
        "parameters": counts(parameters_found, parameters_wanted),
        "parameters_right_capability": counts(
            {p for p in parameters_found if p[:2] in right},
            {p for p in parameters_wanted if p[:2] in right},
        ),
        "parameters_passage": counts(
            {(p[0], *p[2:]) for p in parameters_found}, {(p[0], *p[2:]) for p in parameters_wanted}
        ),
        "parameters_element": counts(
            {(i, *item) for i in found_of for item in _elements(found_of[i])},
            {(i, *item) for i in claims_of for item in _elements(claims_of[i])},
        ),
        "parameter_names": {
            name: counts(
                {p for p in parameters_found if p[2] == name},
                {p for p in parameters_wanted if p[2] == name},
            )
            for name in sorted({p[2] for p in parameters_found | parameters_wanted})
        },
        "languages": by(lambda row: str(row.get("lang"))),
        "provenances": by(lambda row: str(row.get("provenance"))),
        "kinds": by(lambda row: str(row.get("kind"))),
        "capabilities": {
            name: counts({p for p in found if p[1] == name}, {p for p in wanted if p[1] == name})
            for name in sorted({p[1] for p in found | wanted})
        },
    }


def _ratio(values: Sequence[bool]) -> float | None:
    return sum(values) / len(values) if values else None


def _figure(value: float | None) -> str:
    return "   – " if value is None else f"{value:5.3f}"


def table(result: dict[str, Any]) -> str:
    """The scores for people."""
    lines: list[str] = []

    def head(title: str) -> None:
        lines.append(f"\n{title:<30}     P     R    F1    tp    fp    fn")

    def row(name: str, item: Counts, extra: str = "") -> None:
        lines.append(
            f"{name:<30} {_figure(item.precision)} {_figure(item.recall)} {_figure(item.f1)} "
            f"{item.tp:5d} {item.fp:5d} {item.fn:5d}{extra}"
        )

    head(f"{result['passages']} passages")
    row("capability", result["capability"])
    row("capability and stance", result["capability_stance"])
    row("parameters", result["parameters"])
    row("parameters, right capability", result["parameters_right_capability"])
    row("parameters of the passage", result["parameters_passage"])
    row("parameters, single values", result["parameters_element"])
    share = result["empty_hit"] / result["empty"] if result["empty"] else None
    lines.append(
        f"{'hard negatives with a claim':<30} {_figure(share)}  "
        f"({result['empty_hit']} of {result['empty']})"
    )
    lines.append(f"{'stance of right capabilities':<30} {_figure(result['stance'])}")
    lines.append(f"{'quote overlaps the evidence':<30} {_figure(result['overlap'])}")
    lines.append(f"{'offsets exact':<30} {_figure(result['exact'])}")
    for title, key in (("language", "languages"), ("provenance", "provenances"), ("kind", "kinds")):
        head(title)
        for name, item in result[key].items():
            row(
                name,
                item["capability"],
                f"  n={item['passages']} empty {item['empty_hit']}/{item['empty']}"
                f" stance {_figure(item['stance'])}",
            )
    head("stance")
    for name, item in result["stances"].items():
        row(name, item)
    for name, count in result["stance_confusions"].most_common(12):
        lines.append(f"    {name}: {count}")
    head("parameter")
    for name, item in result["parameter_names"].items():
        row(name, item)
    head("capability")
    for name, item in result["capabilities"].items():
        row(name, item)
    return "\n".join(lines)


def misses(
    gold: list[dict[str, Any]], predictions: dict[str, list[dict[str, Any]]], capability: str = ""
) -> Iterable[str]:
    """What was missed, claimed falsely, or given another stance or other parameters."""
    for row in gold:
        found = predictions.get(row["id"], [])
        lines: list[str] = []
        codes = {claim["capability"] for claim in found}
        wanted = {claim["capability"] for claim in row["claims"]}
        for claim in row["claims"]:
            if claim["capability"] not in codes:
                lines.append(f"  MISSED {claim['capability']} {claim['stance']}: {claim['quote']}")
        for claim in found:
            if claim["capability"] not in wanted:
                lines.append(
                    f"  FALSE  {claim['capability']}: {claim['quote']!r} by {claim['term']}"
                )
        for code in sorted(codes & wanted):
            have = {c["stance"] for c in found if c["capability"] == code}
            want = {c["stance"] for c in row["claims"] if c["capability"] == code}
            if have != want:
                quotes = " / ".join(c["quote"] for c in found if c["capability"] == code)
                lines.append(f"  STANCE {code}: {sorted(have)} for {sorted(want)}: {quotes}")
        have_parameters, want_parameters = _parameters(found), _parameters(row["claims"])
        for code, name, value in sorted(want_parameters - have_parameters, key=str):
            lines.append(f"  PARAMETER missed {code} {name} {_plain(value)}")
        for code, name, value in sorted(have_parameters - want_parameters, key=str):
            lines.append(f"  PARAMETER false {code} {name} {_plain(value)}")
        lines = [line for line in lines if not capability or f" {capability}" in line]
        if lines:
            yield f"{row['id']} {row['lang']} {row['kind']}: {row['text']}\n" + "\n".join(lines)


def _plain(value: Any) -> Any:
    return sorted(map(_plain, value[1]), key=str) if value[0] == "list" else value[1]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m parsers.capabilities.evaluate", description=__doc__
    )
    parser.add_argument("gold", nargs="+", type=Path)
    parser.add_argument("--misses", action="store_true", help="list what was missed or false")
    parser.add_argument("--capability", default="", help="only this capability in --misses")
    parser.add_argument("--language", default="", help="only passages of this language")
    parser.add_argument(
        "--ids", default="", help="only passages whose id ends in these digits: '0,5' is a fold"
    )
    options = parser.parse_args(arguments)
    gold = read_gold(options.gold)
    if options.language:
        gold = [row for row in gold if row["lang"] == options.language]
    if options.ids:
        gold = [row for row in gold if row["id"].endswith(tuple(options.ids.split(",")))]
    predictions = {
        row["id"]: as_claims(
            strongest(tag(row["text"], row.get("kind", "report"), row.get("lang", "")))
        )
        for row in gold
    }
    if options.misses:
        for item in misses(gold, predictions, options.capability):
            print(item)
    print(table(score(gold, predictions)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
