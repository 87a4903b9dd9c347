"""docs/sources.md keeps pace with the schema and the spiders."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from spiders.base import POLITENESS
from spiders.sources import SCHEMA, load_source

TEXT = (Path(__file__).parents[2] / "docs" / "sources.md").read_text("utf-8")


def test_every_key_is_documented() -> None:
    schema = yaml.safe_load(SCHEMA.read_text("utf-8"))
    groups = ("politeness", "window", "revisit", "expect")
    keys = {key for group in groups for key in schema["properties"][group]["properties"]}
    keys |= set(schema["properties"])
    assert not {key for key in keys if not re.search(rf"\b{key}\b", TEXT)}


def test_every_politeness_key_is_read() -> None:
    schema = yaml.safe_load(SCHEMA.read_text("utf-8"))
    elsewhere = {"max_megabytes", "max_minutes", "max_listing_pages"}
    assert set(schema["properties"]["politeness"]["properties"]) == set(POLITENESS) | elsewhere


def test_the_example_is_a_source(tmp_path: Path) -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", TEXT, re.S)
    path = tmp_path / "examplia.yml"
    path.write_text(example, "utf-8")
    assert load_source(path).vendor == "examplia-vision"
