"""What the sample site says: data files, read once."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent
NOTE = "Sample page – invented for demonstration"
NOTE_ZH = "示例页面，内容虚构"


@cache
def content(name: str) -> dict[str, Any]:
    """One content file: ``content("releases")`` reads releases.yml."""
    return yaml.safe_load((FOLDER / f"{name}.yml").read_text("utf-8"))


@cache
def template(name: str) -> str:
    return (FOLDER.parent / "templates" / name).read_text("utf-8")
