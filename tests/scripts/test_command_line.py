"""The verbs as their users meet them: help, output, exit codes, errors that name line and remedy."""

import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from scripts.command_line import VERBS, main

TEXT = "Examplia Watch raises a crowd alert for groups of 5, 10 or 50 people in a public square."


def run(*arguments: str, text: str | None = None) -> Result:
    return CliRunner().invoke(main, list(arguments), input=text, catch_exceptions=False)


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help_with_an_example(verb: str) -> None:
    command = main.get_command(click.Context(main), verb)
    assert command is not None
    names = (
        [[verb, name] for name in command.commands]
        if isinstance(command, click.Group)
        else [[verb]]
    )
    for name in names:
        result = run(*name, "--help")
        assert result.exit_code == 0
        assert result.output.startswith("Usage:")
    assert "Example" in run(verb, "--help").output or "Example" in run(*names[0], "--help").output


def test_every_verb_is_in_the_first_help() -> None:
    output = run("--help").output
    for verb, says in VERBS.items():
        assert f"  {verb} " in output and says in output
    assert "Exit codes" in output


def test_an_unknown_verb_is_a_usage_error() -> None:
    result = run("crowl")
    assert result.exit_code == 2
    assert "crowl" in result.output


def test_tag_prints_capability_stance_offsets_quote_and_parameters() -> None:
    result = run("tag", "-", "--kind", "vendor", text=TEXT)
    assert result.exit_code == 0
    [line] = result.output.splitlines()
    assert line.startswith("crowd-alert")
    assert " claims " in line
    assert line.endswith('{"crowd_sizes": [5, 10, 50]}')


def test_tag_json_offsets_are_code_points() -> None:
    text = "📷 " + TEXT
    [claim] = json.loads(run("tag", "-", "--json", text=text).output)
    assert text[claim["start"] : claim["end"]] == claim["quote"]


def test_tag_lines_in_lines_out_in_order() -> None:
    lines = [
        {"id": "a", "text": TEXT, "kind": "vendor"},
        {"id": "b", "text": "The printer is out of paper."},
        {"id": "c", "text": "采购人脸识别系统一套。", "kind": "tender", "lang": "zh"},
    ]
    result = run("tag", "-", "--jsonl", text="\n".join(map(json.dumps, lines)) + "\n\n")
    rows = [json.loads(line) for line in result.output.splitlines()]
    assert [row["id"] for row in rows] == ["a", "b", "c"]
    assert [[(c["capability"], c["stance"]) for c in row["claims"]] for row in rows] == [
        [("crowd-alert", "claims")],
        [],
        [("face-recognition", "requires")],
    ]
    assert set(rows[0]["claims"][0]) == {"capability", "stance", "quote", "start", "end", "params"}


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", "line 2: not a JSON object"),
        ('{"id": 1}', "line 2: not a JSON object with"),
        ('{"id": 1, "text": 7}', "text is not a string"),
        ('{"id": 1, "text": "a", "kind": "poem"}', "line 2: kind 'poem' is not one of tender"),
        ("[" * 100_000, "line 2: not a JSON object"),
    ],
)
def test_tag_names_the_line_that_is_wrong(line: str, says: str) -> None:
    result = run("tag", "-", "--jsonl", text='{"id": 0, "text": ""}\n' + line + "\n")
    assert result.exit_code == 2
    assert says in result.stderr


def test_tag_of_a_missing_file_says_so() -> None:
    result = run("tag", "nothing.pdf")
    assert (result.exit_code, result.stderr) == (3, "counterwatch: nothing.pdf: no such file\n")


def test_evaluate_scores_labelled_passages(tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    claim = {
        "capability": "crowd-alert",
        "stance": "claims",
        "quote": "crowd alert",
        "params": {"crowd_sizes": [5, 10, 50]},
    }
    rows = [
        {"id": "1", "lang": "en", "kind": "vendor", "text": TEXT, "claims": [claim]},
        {"id": "2", "lang": "en", "kind": "other", "text": "A printer.", "claims": []},
        {"id": "3", "lang": "en", "kind": "other", "text": "A second printer.", "claims": [claim]},
    ]
    gold.write_text("\n".join(map(json.dumps, rows)))
    scores = json.loads(run("evaluate", str(gold), "--json").output)
    assert scores["capability"] == {
        "precision": 1.0,
        "recall": 0.5,
        "f1": pytest.approx(2 / 3),
        "tp": 1,
        "fp": 0,
        "fn": 1,
    }
    assert "MISSED crowd-alert" in run("evaluate", str(gold), "--misses").output


def test_without_data_each_verb_says_what_is_missing(data: Path) -> None:
    for verb in ("build", "serve", "verify", "status", "notices"):
        result = run(verb)
        assert result.exit_code == 3, verb
        assert result.stderr.startswith("counterwatch: "), verb


def test_add_build_notices_status_verify(data: Path, tmp_path: Path) -> None:
    (tmp_path / "report.txt").write_text(TEXT)
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7 broken")
    added = run(
        "add", str(tmp_path / "report.txt"), str(tmp_path / "broken.pdf"), "--source", "samples"
    )
    assert (added.exit_code, added.output) == (0, "samples: 2 added, 0 unchanged, 0 failed\n")
    built = run("build", "--jobs", "1")
    assert built.exit_code == 1
    assert "1 documents could not be read" in built.stderr
    again = run("build")
    assert again.exit_code == 0
    assert again.output.startswith("Nothing new: ")
    assert "broken.pdf" in run("notices", "--failures").output
    assert run("verify").output.endswith("the archive verifies\n")
    status = run("status")
    assert "samples" in status.output
    assert "documents that could not be read: 1" in status.output


def test_add_names_what_is_not_there(data: Path) -> None:
    result = run("add", "nothing.pdf", "--source", "samples")
    assert (result.exit_code, result.stderr) == (
        3,
        "counterwatch: nothing.pdf: no such file or folder\n",
    )


def test_crawl_of_an_unknown_source_lists_the_known_ones(data: Path) -> None:
    result = run("crawl", "nowhere")
    assert result.exit_code == 2
    assert "no source 'nowhere'; there are ccgp, " in result.stderr


def test_crawl_without_sources_asks_for_them(data: Path) -> None:
    assert run("crawl").exit_code == 2


def test_sources_lists_and_shows_the_register() -> None:
    assert "uk_find_a_tender" in run("sources").output
    assert "spider: ted" in run("sources", "show", "ted").output
    assert run("sources", "check").exit_code == 0
    assert run("sources", "show", "nowhere").exit_code == 2


def test_the_lexicon_is_in_order() -> None:
    result = run("lexicon", "check")
    assert result.exit_code == 0, result.output
