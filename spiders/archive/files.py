"""Local files as evidence: files, folders and zip members become ``resource`` records."""

from __future__ import annotations

import hashlib
import mimetypes
import os
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from parsers.records import Capture, Outcome
from spiders.archive.runs import Run
from spiders.archive.writer import ArchiveWriter
from spiders.paths import archive_folder

Progress = Callable[[str, int, int], None]

# The machine's own table of types must not decide what the archive says.
_TYPES = mimetypes.MimeTypes(filenames=())
_OFFICE = "application/vnd.openxmlformats-officedocument."
_MEDIA_TYPES = {
    ".docx": _OFFICE + "wordprocessingml.document",
    ".pptx": _OFFICE + "presentationml.presentation",
    ".xlsx": _OFFICE + "spreadsheetml.sheet",
    ".doc": "application/msword",
    ".ppt": "application/vnd.ms-powerpoint",
    ".xls": "application/vnd.ms-excel",
    ".gz": "application/gzip",
    ".jsonl": "application/jsonl",
    ".ndjson": "application/jsonl",
    ".md": "text/markdown",
    ".xml": "application/xml",
    ".yml": "application/yaml",
    ".yaml": "application/yaml",
}
_MAGIC = (
    (b"%PDF-", "application/pdf"),
    (b"\x1f\x8b", "application/gzip"),
    (b"\x89PNG", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"<?xml", "application/xml"),
    (b"<!doctype html", "text/html"),
    (b"<html", "text/html"),
    (b"{", "application/json"),
    (b"[", "application/json"),
)
# Formats that are zip files, but one document: their members are no documents.
_ONE_DOCUMENT = ("[Content_Types].xml", "mimetype", "META-INF/MANIFEST.MF", "datapackage.json")


class AddError(Exception):
    """The request itself makes no sense; nothing was archived."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one call; what exceeds them is recorded as ``too-large`` and the rest goes on."""

    file: int = 2 << 30
    members: int = 10_000
    expanded: int = 2 << 30  # of one container, all depths together
    ratio: int = 200  # expanded to compressed, of members larger than 1 MiB
    depth: int = 3


@dataclass(slots=True)
class AddResult:
    """``failed``: (file name, reason) of what could not be taken; it is recorded too."""

    added: int = 0
    unchanged: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)
    captures: list[Capture] = field(default_factory=list)
    run_id: str = ""


def add_files(
    paths: Sequence[Path],
    source_id: str,
    url: str | None = None,
    published: str | None = None,
    *,
    archive: Path | None = None,
    progress: Progress = lambda what, done, total: None,
    limits: Limits | None = None,
) -> AddResult:
    """Archive files, folders (all files in them) and zip files (the file and its members).

    ``url``: where the one given file was published; without it the URL is
    ``urn:counterwatch:file:SHA256/NAME``, which says nothing of this machine. The same bytes
    again are ``unchanged``. Raises AddError for a request that makes no sense.
    """
    if published:
        try:
            # A year or a year and month is often all that a report says.
            date.fromisoformat(f"{published[:10]}-01-01"[:10])
        except ValueError:
            raise AddError(
                f"{published!r} is no date; write it as YYYY-MM-DD, such as 2020-12-12, or 2020-12"
            ) from None
    files = [file for path in paths for file in _expand(Path(path))]
    if url and len(files) != 1:
        raise AddError(f"--url says where one file was published, but {len(files)} were given")
    if not files:
        raise AddError("no file to add")
    run = Run(source_id, arguments={"url": url, "published": published, "files": len(files)})
    folder = archive or archive_folder()
    with ArchiveWriter(folder, source_id, run) as writer:
        adder = _Adder(writer, published, limits or Limits())
        adder.result.run_id = run.id
        for done, file in enumerate(files):
            progress("adding", done, len(files))
            adder.add(file, url)
        progress("adding", len(files), len(files))
    return adder.result


def media_type_of(name: str, start: bytes) -> str:
    """A media type by file name, else by the first bytes."""
    suffix = Path(name).suffix.lower()
    guessed = _MEDIA_TYPES.get(suffix) or _TYPES.guess_type(f"x{suffix}")[0]
    if guessed:
        return guessed
    begins = start.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for magic, media_type in _MAGIC:
        if start.startswith(magic) or begins.startswith(magic.lower()):
            return media_type
    return "application/octet-stream"


def _expand(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    for folder, folders, names in os.walk(path):
        folders.sort()
        for name in sorted(names):
            if not name.startswith("."):
                yield Path(folder) / name


class _Adder:
    def __init__(self, writer: ArchiveWriter, published: str | None, limits: Limits) -> None:
        self.writer = writer
        self.published = published
        self.limits = limits
        self.result = AddResult()

    def add(self, path: Path, url: str | None) -> None:
        name = path.name
        try:
            if path.is_symlink():
                return self.fail(name, "failed", "a symbolic link, not followed", None)
            size = path.stat().st_size
            if size > self.limits.file:
                reason = f"{size} bytes, more than the limit of {self.limits.file}"
                return self.fail(name, "too-large", reason, None)
            with path.open("rb") as file:
                capture = self.record(file, name, url, None)
                if capture is not None and _is_collection(file):
                    file.seek(0)
                    budget = _Budget(self.limits)
                    self.members(file, name, capture.url, budget, 1)
        except OSError as error:
            if error.filename is None:
                raise  # the archive's disk, not this file
            self.fail(name, "failed", f"cannot be read: {error.strerror}", None)

    def record(
        self, file: BinaryIO, name: str, url: str | None, parent_url: str | None
    ) -> Capture | None:
        """One file or member as a resource; None where it is empty (recorded as failed)."""
        file.seek(0)
        start = file.read(512)
        file.seek(0)
        if not start:
            self.fail(name, "failed", "the file is empty", parent_url)
            return None
        digest = hashlib.sha256()
        while piece := file.read(1 << 20):
            digest.update(piece)
        sha256 = digest.hexdigest()
        file.seek(0)
        capture = self.writer.write_resource(
            url or f"urn:counterwatch:file:{sha256}/{quote(Path(name).name)}",
            file,
            media_type_of(name, start),
            name=name,
            published=self.published,
            parent_url=parent_url,
        )
        if capture.outcome == "unchanged":
            self.result.unchanged += 1
        else:
            self.result.added += 1
        self.result.captures.append(capture)
        return capture

    def fail(self, name: str, outcome: Outcome, reason: str, parent_url: str | None) -> None:
        self.result.failed.append((name, reason))
        digest = hashlib.sha256(f"{parent_url or ''}\n{name}".encode("utf-8", "replace"))
        capture = self.writer.write_failure(
            f"urn:counterwatch:unread:{digest.hexdigest()[:16]}/{quote(name, errors='replace')}",
            outcome,
            f"{name}: {reason}",
            name=name,
            parent_url=parent_url,
            via="file",
        )
        self.result.captures.append(capture)

    def members(
        self, file: BinaryIO, name: str, parent_url: str, budget: _Budget, depth: int
    ) -> None:
        """The members of a zip file as their own records, within the limits."""
        try:
            with zipfile.ZipFile(file) as container:
                for info in container.infolist():
                    if info.is_dir() or info.filename.startswith("__MACOSX/"):
                        continue
                    member = f"{name}/{_member_name(info)}"
                    if reason := budget.refuse(info):
                        self.fail(member, "too-large", reason, parent_url)
                        if budget.exhausted:
                            return
                        continue
                    self.member(container, info, member, parent_url, budget, depth)
        except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
            self.fail(name, "failed", f"the zip file is damaged: {error}", parent_url)

    def member(
        self,
        container: zipfile.ZipFile,
        info: zipfile.ZipInfo,
        name: str,
        parent_url: str,
        budget: _Budget,
        depth: int,
    ) -> None:
        with tempfile.SpooledTemporaryFile(max_size=16 << 20) as held:
            try:
                with container.open(info) as packed:
                    while piece := packed.read(1 << 20):
                        budget.left -= len(piece)
                        if budget.left < 0:
                            budget.exhausted = True
                            reason = (
                                f"the container expands to more than {self.limits.expanded} bytes"
                            )
                            return self.fail(name, "too-large", reason, parent_url)
                        held.write(piece)
            except RuntimeError:
                return self.fail(name, "failed", "needs a password", parent_url)
            except (zipfile.BadZipFile, NotImplementedError, zlib.error, EOFError) as error:
                return self.fail(name, "failed", f"damaged: {error}", parent_url)
            capture = self.record(held, name, None, parent_url)  # type: ignore[arg-type]
            if capture is None or not _is_collection(held):  # type: ignore[arg-type]
                return
            if depth >= self.limits.depth:
                reason = f"a container more than {self.limits.depth} deep, not opened"
                return self.fail(name, "too-large", reason, capture.url)
            held.seek(0)
            self.members(held, name, capture.url, budget, depth + 1)  # type: ignore[arg-type]


class _Budget:
    """What one added container may still expand to."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.left = limits.expanded
        self.count = 0
        self.exhausted = False

    def refuse(self, info: zipfile.ZipInfo) -> str | None:
        self.count += 1
        if self.count > self.limits.members:
            self.exhausted = True
            return f"the container has more than {self.limits.members} members"
        if info.file_size > self.left:
            return f"the container expands to more than {self.limits.expanded} bytes"
        compressed = max(info.compress_size, 1)
        if info.file_size > 1 << 20 and info.file_size / compressed > self.limits.ratio:
            return f"expands {info.file_size // compressed} times, more than {self.limits.ratio}"
        return None


def _is_collection(file: BinaryIO) -> bool:
    """Whether a file is a zip of documents, and not a document that happens to be a zip."""
    file.seek(0)
    if file.read(4) not in (b"PK\x03\x04", b"PK\x05\x06"):
        return False
    try:
        with zipfile.ZipFile(file) as container:
            names = set(container.namelist()[:50])
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        return True  # let `members` say what is wrong with it
    return not names.intersection(_ONE_DOCUMENT)


def _member_name(info: zipfile.ZipInfo) -> str:
    """A member's name; without the UTF-8 flag it is often UTF-8 or GBK all the same."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        raw = info.filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.filename
