"""Reading what an API answers, without trusting it."""

from __future__ import annotations

import json
import re
from typing import Any

from scrapy.http import Response

# Numbers that some publishers write and JSON does not allow: " 000,", "007".
_LEADING_ZEROS = re.compile(r"([:\[,]\s*-?)0+(?=\d)")


class AnswerError(ValueError):
    """An answer that is not what the endpoint promises."""


def read_json(response: Response) -> dict[str, Any]:
    """The JSON object a response holds. Raises AnswerError saying what came instead."""
    text = response.body.decode("utf-8-sig", "replace")
    for attempt in (text, _LEADING_ZEROS.sub(r"\1", text)):
        try:
            data = json.loads(attempt)
        except (ValueError, RecursionError):
            continue
        if isinstance(data, dict):
            return data
        raise AnswerError(f"a JSON {type(data).__name__} where an object was expected")
    media_type = (response.headers.get("Content-Type") or b"no media type").decode("latin-1")
    start = " ".join(text[:200].split())[:80]
    raise AnswerError(f"no JSON but {media_type}: {start!r}" if text.strip() else "an empty body")


def pointer(data: Any, path: str) -> Any:
    """The value at a JSON Pointer such as ``/links/next``; None where there is none."""
    for key in path.strip("/").split("/"):
        if isinstance(data, dict):
            data = data.get(key)
        elif isinstance(data, list) and key.isdigit() and int(key) < len(data):
            data = data[int(key)]
        else:
            return None
    return data
