"""The documents this project was born from give the claims that a careful reader marked in them."""

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from scripts.command_line import main

# Bodies that the labels name and that are no organisation of their own.
UNNAMED = {"security contractors", "police"}


@pytest.fixture(scope="module")
def built(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> sqlite3.Connection:
    folder = tmp_path_factory.mktemp("seeds")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COUNTERWATCH_DATA", str(folder))
        runner = CliRunner()
        for arguments in (["add", str(shared / "seeds"), "--source", "reports"], ["build"]):
            result = runner.invoke(main, arguments, catch_exceptions=False)
            assert result.exit_code == 0, result.output
    return sqlite3.connect(f"file:{folder / 'counterwatch.db'}?mode=ro", uri=True)


def labelled(shared: Path) -> list[dict[str, Any]]:
    lines = (shared / "gold" / "seeds.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def claims_within(built: sqlite3.Connection, passage: dict[str, Any]) -> list[dict[str, Any]]:
    """The claims whose quote stands inside the passage, each checked against the document's text."""
    name = Path(passage["url"]).name
    document, text = built.execute(
        "SELECT id, text FROM documents WHERE name = ? AND state = 'live'", (name,)
    ).fetchone()
    # The parser joins a word that a page break cut in two, and makes every space a plain one.
    wanted = passage["text"].rstrip("-").replace("\N{NO-BREAK SPACE}", " ")
    start = text.index(wanted)
    end = start + len(wanted)
    rows = built.execute(
        """SELECT capability, stance, claim_passages.quote, claim_passages.start, claim_passages.end,
                  claim_passages.parameters, claim_passages.organizations
           FROM claim_passages JOIN claims ON claims.id = claim_id
           WHERE document_id = ? AND claim_passages.end > ? AND claim_passages.start < ?""",
        (document, start, end),
    )
    found = []
    for capability, stance, quote, a, b, parameters, organizations in rows:
        assert text[a:b] == quote
        found.append(
            {
                "capability": capability,
                "stance": stance,
                "quote": quote,
                "params": json.loads(parameters),
                "organizations": {o["organization_id"] for o in json.loads(organizations)},
            }
        )
    return found


def test_the_seed_documents_give_the_claims_a_reader_marked(
    built: sqlite3.Connection, shared: Path
) -> None:
    names = dict(built.execute("SELECT name, organization_id FROM organization_names").fetchall())

    def named(name: str, text: str) -> bool:
        same = [n for n, identity in names.items() if identity == names.get(name, "")]
        return any(n in text for n in [name, *same])

    missed = []
    elsewhere = []
    for passage in labelled(shared):
        found = claims_within(built, passage)
        organizations = {o for claim in found for o in claim["organizations"]}
        for actor in passage["actors"] if passage["claims"] else ():
            # A passage proves nothing about an organisation that it does not name.
            if actor["name"] in UNNAMED or not named(actor["name"], passage["text"]):
                continue
            if names.get(actor["name"]) not in organizations:
                missed.append(f"{passage['id']}: organisation {actor['name']} ({actor['role']})")
        for claim in passage["claims"]:
            same = [
                c
                for c in found
                if (c["capability"], c["stance"]) == (claim["capability"], claim["stance"])
            ]
            if not same:
                missed.append(f"{passage['id']}: {claim['capability']} {claim['stance']}")
                continue
            marked = claim["quote"].rstrip("-").replace("\N{NO-BREAK SPACE}", " ")
            if not any(c["quote"] in marked or marked in c["quote"] for c in same):
                elsewhere.append(f"{passage['id']}: {claim['capability']}: {marked}")
            for name, value in claim["params"].items():
                if value not in [c["params"].get(name) for c in same]:
                    missed.append(f"{passage['id']}: {claim['capability']} {name} = {value}")
        if not passage["claims"] and found:
            missed.append(f"{passage['id']}: claims where there is none: {found}")
    print("\n".join(missed) or "nothing missed")
    print("quotes that stand beside the one a reader marked:", *elsewhere, sep="\n  ")
    assert missed == []
    # Sentences that say it twice: ours quotes one clause, the reader marked another.
    assert len(elsewhere) <= 3
