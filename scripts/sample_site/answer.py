"""What a request asks and what the sample site answers."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Query:
    method: str
    path: str
    parameters: dict[str, str]
    body: bytes
    base: str  # "http://127.0.0.1:PORT"
    version: int


@dataclass(frozen=True, slots=True)
class Answer:
    body: bytes = b""
    media_type: str = HTML
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cacheable: bool = False  # gets an ETag, so that a second crawl may be answered 304


def page(text: str, status: int = 200) -> Answer:
    return Answer(text.encode(), HTML, status, cacheable=status == 200)


def json_answer(data: Any, status: int = 200) -> Answer:
    body = json.dumps(data, ensure_ascii=False, indent=1).encode()
    return Answer(body, "application/json; charset=utf-8", status)
