"""Where Counterwatch keeps its data. COUNTERWATCH_DATA moves all of it."""

from __future__ import annotations

import os
from pathlib import Path


def data_folder() -> Path:
    """The data folder: ``$COUNTERWATCH_DATA``, or ``data`` in the current folder."""
    return Path(os.environ.get("COUNTERWATCH_DATA") or "data").absolute()


def archive_folder() -> Path:
    return data_folder() / "archive"


def index_path() -> Path:
    return archive_folder() / "index.db"


def database_path() -> Path:
    """The published database: public tables only, replaced whole at each build."""
    return data_folder() / "counterwatch.db"


def work_path() -> Path:
    """The build's memory: parsed texts and tags by content hash, so that builds are incremental."""
    return data_folder() / "work.db"
