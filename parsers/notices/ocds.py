"""OCDS: releases and records of the Open Contracting Data Standard 1.0 and 1.1.

Format: https://standard.open-contracting.org/1.1/en/. Read are release packages, record packages
(compiled, versioned, with embedded releases), lists of either, single releases and records, and
JSON lines of them. One release or compiled record is one notice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from parsers.notices import json_input
from parsers.notices.json_input import JsonRefused
from parsers.notices.ocds_release import notice
from parsers.records import Notice, NoticeFailure

FORMAT = "ocds"


def read(data: bytes, url: str = "") -> Iterator[Notice | NoticeFailure]:
    """All notices of an OCDS file; each part that is none is a failure with its reason."""
    if json_input.is_lines(data):
        yield from json_input.read_lines(data, FORMAT, url, _document)
        return
    warnings: list[str] = []
    try:
        if json_input.is_gzip(data):
            data = json_input.unpack(data)
        if json_input.LARGEST_WHOLE < len(data) <= json_input.LARGEST_JSON:
            yield from _elements(json_input.decode(data, warnings), url, warnings)
            return
        document = json_input.load(data, warnings)
    except JsonRefused as error:
        if 0 < len(data) <= json_input.LARGEST_JSON and not json_input.is_gzip(data):
            yield from _damaged(data, url, str(error))
        else:
            yield NoticeFailure(FORMAT, str(error))
        return
    yield from _document(document, url, warnings, "")


def _damaged(data: bytes, url: str, reason: str) -> Iterator[Notice | NoticeFailure]:
    """What stands before the place where a package is cut or broken, then the failure."""
    warnings: list[str] = []
    text = json_input.repair_numbers(json_input.decode(data, warnings))
    warnings.append(f"the file is damaged: {reason}")
    try:
        yield from _elements(text, url, warnings)
    except JsonRefused as error:
        reason = f"{reason}; read up to {error}"
    yield NoticeFailure(FORMAT, reason)


def _elements(text: str, url: str, warnings: list[str]) -> Iterator[Notice | NoticeFailure]:
    """Releases or records of a package one by one. Raises JsonRefused where one cannot be read."""
    # Records hold releases of their own: the key that comes first is the package's.
    match = re.search(r'"(releases|records)"\s*:\s*\[', text)
    if match is None:
        return
    key = match.group(1)
    for index, element in enumerate(json_input.elements(text, key)):
        where = f"{key}[{index}]"
        if json_input.depth_exceeds(element):
            yield NoticeFailure(FORMAT, "JSON nested too deeply", where)
        elif key == "records":
            yield from _record(element, url, warnings, where)
        else:
            yield _release(element, url, warnings, where)


def _document(
    document: Any, url: str, warnings: list[str], where: str
) -> Iterator[Notice | NoticeFailure]:
    if isinstance(document, list):
        for index, element in enumerate(document):
            if isinstance(element, dict):
                yield from _document(element, url, warnings, f"{where}[{index}]")
            else:
                yield NoticeFailure(
                    FORMAT, f"{type(element).__name__} where a package belongs", f"{where}[{index}]"
                )
        return
    if not isinstance(document, dict):
        yield NoticeFailure(FORMAT, f"{type(document).__name__} where a package belongs", where)
        return
    if json_input.depth_exceeds(document):
        yield NoticeFailure(FORMAT, "JSON nested too deeply", where)
        return
    prefix = f"{where}." if where else ""
    if isinstance(document.get("releases"), list) and "ocid" not in document:
        for index, release in enumerate(document["releases"]):
            yield _release(release, url, warnings, f"{prefix}releases[{index}]")
    elif isinstance(document.get("records"), list):
        for index, record in enumerate(document["records"]):
            yield from _record(record, url, warnings, f"{prefix}records[{index}]")
    elif any(key in document for key in ("compiledRelease", "versionedRelease", "releases")):
        yield from _record(document, url, warnings, where)
    elif "ocid" in document or "tag" in document:
        yield _release(document, url, warnings, where)
    else:
        yield NoticeFailure(FORMAT, "none of the keys releases, records, ocid is given", where)


def _release(release: Any, url: str, warnings: list[str], where: str) -> Notice | NoticeFailure:
    if not isinstance(release, dict):
        return NoticeFailure(FORMAT, f"{type(release).__name__} where a release belongs", where)
    return notice(release, url, warnings, where)


def _record(
    record: Any, url: str, warnings: list[str], where: str
) -> Iterator[Notice | NoticeFailure]:
    """The compiled release of a record, else the latest values of the versioned one, else its releases."""
    if not isinstance(record, dict):
        yield NoticeFailure(FORMAT, f"{type(record).__name__} where a record belongs", where)
        return
    ocid = str(record.get("ocid") or "")
    if isinstance(record.get("compiledRelease"), dict):
        yield _release({"ocid": ocid, **record["compiledRelease"]}, url, warnings, where)
        return
    if isinstance(record.get("versionedRelease"), dict):
        latest = latest_values(record["versionedRelease"])
        if isinstance(latest, dict):
            yield _release({"ocid": ocid, "tag": ["compiled"], **latest}, url, warnings, where)
            return
    releases = record.get("releases")
    embedded = (
        [r for r in releases if isinstance(r, dict) and "url" not in r]
        if isinstance(releases, list)
        else []
    )
    for index, release in enumerate(embedded):
        yield _release({"ocid": ocid, **release}, url, warnings, f"{where}.releases[{index}]")
    if not embedded:
        count = len(releases) if isinstance(releases, list) else 0
        yield NoticeFailure(
            FORMAT,
            f"the record has no compiledRelease and only links to its releases ({count}): fetch those",
            ocid or where,
        )


def latest_values(versioned: Any) -> Any:
    """A versioned release with each history of values replaced by its last value."""
    if isinstance(versioned, list):
        if versioned and all(_is_version(entry) for entry in versioned):
            return max(versioned, key=lambda entry: str(entry["releaseDate"]))["value"]
        return [latest_values(entry) for entry in versioned]
    if isinstance(versioned, dict):
        return {key: latest_values(value) for key, value in versioned.items()}
    return versioned


def _is_version(entry: Any) -> bool:
    return (
        isinstance(entry, dict)
        and "releaseDate" in entry
        and "value" in entry
        and bool(re.match(r"\d{4}", str(entry["releaseDate"])))
    )
