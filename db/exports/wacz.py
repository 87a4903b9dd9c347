"""A selection of the archive as one WACZ 1.1.1 file, which ReplayWeb.page opens in a browser.

Records are copied byte for byte, so their digests and gzip members are those of the archive.
``provenance/`` says where each came from (file, offset, length), with the manifests of those
files and their time stamps: who has the hash of a manifest can check the rest.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import sqlite3
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from db.exports.selection import Place, Selection, places, record_bytes, select
from spiders.archive import warc
from spiders.archive.index import Index
from spiders.archive.manifest import manifest_of_run
from spiders.archive.runs import now
from spiders.archive.stamps import FOLDER

VERSION = "1.1.1"
_LINES = 1024  # of the index in one compressed block
_TEXT = 100_000  # characters of a page that are searched


@dataclass(frozen=True, slots=True)
class Packed:
    """What went into a file."""

    path: Path
    captures: int
    pages: int
    records: int


class NoPage(ValueError):
    """The selection holds nothing that a browser could show."""


def pack(
    archive: Path,
    database: sqlite3.Connection | None,
    wanted: Selection,
    target: Path,
) -> Packed:
    """Write the selection to ``target``. Raises NothingSelected and NoPage."""
    with Index(archive / "index.db", read_only=True) as index:
        rows = select(index, database, wanted)
        found = places(archive, index, rows)
    pages = list(_pages(database, found))
    if not pages:
        raise NoPage(f"none of the {len(rows)} captures for {wanted} is a page that was there")
    unfinished = target.with_name(f".{target.name}.new")
    with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_STORED) as file:
        package = _Package(file)
        lines = []
        for name in sorted({place.file for place in found}):
            lines += package.warc(archive, name, [place for place in found if place.file == name])
        package.index(lines)
        head = {"format": "json-pages-1.0", "id": "pages", "title": "Pages", "hasText": True}
        package.add("pages/pages.jsonl", _json_lines([head, *pages]))
        _provenance(package, archive, wanted, found)
        package.finish(wanted, pages)
    unfinished.replace(target)
    return Packed(target, len(rows), len(pages), len(found))


class _Package:
    """A WACZ being written: every file is listed with its hash."""

    def __init__(self, file: zipfile.ZipFile) -> None:
        self._file = file
        self._resources: list[dict[str, Any]] = []

    def add(self, path: str, data: bytes, compress: bool = True) -> None:
        with self.open(path, compress) as write:
            write(data)

    def open(self, path: str, compress: bool) -> _Member:
        return _Member(self._file, path, compress, self._resources)

    def warc(self, archive: Path, name: str, found: Iterable[Place]) -> list[str]:
        """Copy records of one file; their lines of the index."""
        base, lines, offset = Path(name).name, [], 0
        with self.open(f"archive/{base}", compress=False) as write:
            for place in found:
                write(record_bytes(archive, place))
                if place.row is not None and (line := cdxj(place, base, offset)):
                    lines.append(line)
                offset += place.length
        return lines

    def index(self, lines: list[str]) -> None:
        """CDXJ in compressed blocks, and the list of blocks by their first line."""
        lines = sorted(lines)
        blocks, offset = [], 0
        meta = {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}
        with self.open("indexes/index.cdx.gz", compress=False) as write:
            for start in range(0, len(lines), _LINES):
                text = "".join(f"{line}\n" for line in lines[start : start + _LINES])
                block = gzip.compress(text.encode(), mtime=0)
                write(block)
                key = " ".join(lines[start].split(" ")[:2])
                told = {"offset": offset, "length": len(block), "digest": _sha256(block)}
                blocks.append(f"{key} {json.dumps(told | {'filename': 'index.cdx.gz'})}")
                offset += len(block)
        text = "\n".join([f"!meta 0 {json.dumps(meta)}", *blocks]) + "\n"
        self.add("indexes/index.idx", text.encode())

    def finish(self, wanted: Selection, pages: list[dict[str, Any]]) -> None:
        time = now()
        package = {
            "profile": "data-package",
            "wacz_version": VERSION,
            "title": f"Counterwatch: {wanted}",
            "description": "Records copied unaltered from a Counterwatch archive; provenance/ "
            "holds their places, the manifests of their files and time stamps.",
            "software": " ".join(f"{name}/{n}" for name, n in warc.software().items()),
            "created": time,
            "modified": time,
            "mainPageUrl": pages[0]["url"],
            "mainPageDate": pages[0]["ts"],
            "resources": self._resources,
        }
        data = json.dumps(package, ensure_ascii=False, indent=1).encode()
        self._file.writestr("datapackage.json", data, zipfile.ZIP_DEFLATED)
        digest = {"path": "datapackage.json", "hash": _sha256(data)}
        self._file.writestr("datapackage-digest.json", json.dumps(digest, indent=1))


class _Member:
    """One file of a package, written in pieces."""

    def __init__(
        self, file: zipfile.ZipFile, path: str, compress: bool, resources: list[dict[str, Any]]
    ) -> None:
        information = zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0))
        information.compress_type = zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED
        self._path, self._resources = path, resources
        self._digest, self._size = hashlib.sha256(), 0
        self._open = file.open(information, "w", force_zip64=True)

    def __enter__(self) -> _Member:
        return self

    def __call__(self, data: bytes) -> None:
        self._open.write(data)
        self._digest.update(data)
        self._size += len(data)

    def __exit__(self, *_: object) -> None:
        self._open.close()
        self._resources.append(
            {
                # Data packages allow lower-case names only.
                "name": re.sub(r"[^a-z0-9._-]+", "-", self._path.lower()),
                "path": self._path,
                "hash": f"sha256:{self._digest.hexdigest()}",
                "bytes": self._size,
            }
        )


def _sha256(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def _json_lines(items: Iterable[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items).encode()


# Index


def sort_key(url: str) -> str:
    """A URL as the index sorts it: host backwards, lower case, parameters in order.

    >>> sort_key("https://www.Vendor.example:8080/A?b=2&a=1")
    'example,vendor:8080)/a?a=1&b=2'
    """
    if not url.lower().startswith(("http://", "https://")):
        return url
    parts = urlsplit(re.sub(r"^(https?://)www\d*\.", r"\1", url.lower()))
    host = ",".join(reversed((parts.hostname or "").split(".")))
    port = f":{parts.port}" if parts.port else ""
    query = urlencode(sorted(parse_qsl(parts.query, keep_blank_values=True)))
    return f"{host}{port}){parts.path or '/'}" + (f"?{query}" if query else "")


def cdxj(place: Place, file: str, offset: int) -> str:
    """The line of a capture in the index; "" where nothing was received."""
    row = place.row
    if row is None or row.record_type == "metadata":
        return ""
    capture = row.capture
    told = {
        "url": capture.url,
        "mime": "warc/revisit" if row.record_type == "revisit" else capture.media_type or "unk",
        "status": str(capture.status or 200),
        "digest": row.payload_digest or "",
        "length": str(place.length),
        "offset": str(offset),
        "filename": file,
    }
    time = re.sub(r"\D", "", capture.fetched)[:14]
    return f"{sort_key(capture.url)} {time} {json.dumps(told)}"


# Pages


def _pages(database: sqlite3.Connection | None, found: Iterable[Place]) -> Iterator[dict[str, Any]]:
    """Pages and documents that were there, with title and text where the database knows them."""
    for place in found:
        capture = place.row.capture if place.row else None
        if capture is None or capture.outcome not in ("ok", "unchanged") or not capture.sha256:
            continue
        if capture.status is not None and capture.status not in (200, 203, 304):
            continue
        if capture.url.endswith("/robots.txt") or not capture.url.startswith("http"):
            continue
        document = (
            database
            and database.execute(
                "SELECT title, text FROM documents WHERE id = ?", (capture.sha256,)
            ).fetchone()
        )
        yield {
            "id": capture.id,
            "url": capture.url,
            "ts": capture.fetched,
            "title": (document and document[0]) or capture.name or capture.url,
            "text": ((document and document[1]) or "")[:_TEXT],
            "sha256": capture.sha256,
        }


# Provenance


def _provenance(package: _Package, archive: Path, wanted: Selection, found: list[Place]) -> None:
    records = [
        {"file": place.file, "offset": place.offset, "length": place.length,
         "record": place.record_id, "type": place.kind,
         "sha256": hashlib.sha256(record_bytes(archive, place)).hexdigest()}
        for place in found
    ]  # fmt: skip
    told = {"selection": str(wanted), "packed": now(), "records": records}
    package.add("provenance/records.json", json.dumps(told, indent=1).encode())
    runs = sorted({place.row.capture.run_id for place in found if place.row})
    for run in runs:
        manifest = manifest_of_run(archive, run)
        if manifest is None:
            continue
        package.add(f"provenance/{manifest.path.name}", manifest.path.read_bytes())
        for token in sorted(manifest.path.parent.glob(f"{FOLDER}/{manifest.path.stem}.*.tsr")):
            package.add(f"provenance/{token.name}", token.read_bytes())
