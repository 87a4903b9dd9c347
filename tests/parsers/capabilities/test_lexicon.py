"""Loading, linting and scoring a lexicon."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from parsers.capabilities import check, evaluate
from parsers.capabilities import lexicon as lexicons


def test_a_good_folder_has_no_problems(folder: Path) -> None:
    assert check.check(folder) == []
    lexicon, problems = lexicons.load_folder(folder)
    assert problems == []
    assert lexicon.families["sensing"] == ["crowd-alert", "video-surveillance-network"]
    assert lexicon.capabilities["crowd-alert"].label_zh == "人群聚集预警"
    assert [term.id for term in lexicon.capabilities["crowd-alert"].terms][2] == "crowd-alert/en/3"


def test_the_version_follows_the_content(folder: Path) -> None:
    before = lexicons.load_folder(folder)[0].version
    path = folder / "crowd-alert.yml"
    path.write_text(path.read_text(encoding="utf-8") + "\n# a comment\n", encoding="utf-8")
    assert lexicons.load_folder(folder)[0].version != before


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("code: crowd-alert", "code: crowd", "is not the file's name"),
        ("family: sensing", "family: senses", "one of biometrics, sensing"),
        ("    - 人群(聚集|密度)(检测|预警|告警)?", "    - 人群*", "crowd-alert.yml:15: '人群*'"),
        ("  zh:\n    - 人群", "  cn:\n    - 人群", "unknown language 'cn'"),
        ("without: [shop, checkout]", "unless: [shop]", "unknown key unless"),
        ("terms:\n  en:", "terms:\n  en: [", "not valid YAML"),
        (
            '  - {text: "平台支持人群聚集告警。"',
            '  - {text: "天气晴朗。"',
            "the example does not fire",
        ),
        ("We run a crowd-funding page", "We sell crowd alerts", "the counter-example fires"),
        (
            "    - crowd (detect*",
            "    - detect* ..40.. (gathering*|crowd*)\n    - crowd (detect*",
            "stands already",
        ),
    ],
)
def test_problems_name_file_line_and_remedy(folder: Path, old: str, new: str, says: str) -> None:
    path = folder / "crowd-alert.yml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    problems = check.check(folder)
    assert any(says in problem for problem in problems), problems
    assert all(problem.startswith("crowd-alert.yml") for problem in problems)


def test_the_installed_lexicon_is_sound() -> None:
    folder = lexicons.FOLDER
    assert lexicons.load_folder(folder)[1] == []


def test_cues_and_words_compile() -> None:
    from parsers.capabilities.parameters import ParameterWords
    from parsers.capabilities.stance import CueBook

    assert CueBook(lexicons.FOLDER).problems == []
    assert ParameterWords(lexicons.FOLDER).problems == []


GOLD = [
    {"id": "a", "lang": "en", "kind": "vendor", "text": "crowd alerts here",
     "claims": [{"capability": "crowd-alert", "stance": "claims", "quote": "crowd", "params": {"quantity": 3}}]},
    {"id": "b", "lang": "en", "kind": "vendor", "text": "nothing", "claims": []},
]  # fmt: skip


def test_scores_count_as_documented() -> None:
    predictions = {
        "a": [
            {"capability": "crowd-alert", "stance": "claims", "quote": "crowd alerts", "start": 0, "end": 12,
             "params": {"quantity": 3.0}, "term": "t"},
            {"capability": "face-recognition", "stance": "claims", "quote": "here", "start": 13, "end": 17,
             "params": {}, "term": "t"},
        ],
        "b": [],
    }  # fmt: skip
    result = evaluate.score(GOLD, predictions)
    assert result["capability"] == evaluate.Counts(1, 1, 0)
    assert result["stance"] == 1.0
    assert result["parameters"] == evaluate.Counts(1, 0, 0)
    assert (result["empty"], result["empty_hit"]) == (1, 0)
    assert (result["overlap"], result["exact"]) == (1.0, 1.0)
    assert "FALSE  face-recognition" in "".join(evaluate.misses(GOLD, predictions))


def test_evaluate_prints_the_table(
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("COUNTERWATCH_LEXICON", str(folder))
    path = tmp_path / "gold.jsonl"
    path.write_text("\n".join(map(json.dumps, GOLD)), encoding="utf-8")
    assert evaluate.main([str(path), "--misses"]) == 0
    printed = capsys.readouterr().out
    assert "PARAMETER missed crowd-alert quantity 3.0" in printed
    assert "hard negatives with a claim    0.000  (0 of 1)" in printed


def test_a_broken_gold_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text('{"id": "a"', encoding="utf-8")
    with pytest.raises(SystemExit, match=r"gold\.jsonl line 1: not JSON"):
        evaluate.main([str(path)])


def test_files_follow_the_schema(folder: Path) -> None:
    import jsonschema
    import yaml

    schema = yaml.safe_load((lexicons.FOLDER / "schema.yml").read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    for path in [*folder.glob("*.yml"), *lexicons.FOLDER.glob("*.yml")]:
        if path.name not in lexicons.SHARED_FILES:
            data = lexicons.read_yaml(path)
            errors = [
                f"{path.name}: {e.json_path}: {e.message}" for e in validator.iter_errors(data)
            ]
            assert errors == []
    assert list(validator.iter_errors({"code": "x"})) != []
