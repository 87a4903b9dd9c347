"""The zip inside .docx, .pptx and OpenDocument files, read with bounds."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator
from types import TracebackType
from typing import Any

from lxml import etree

from parsers.documents.limits import DEFAULT, Limits
from parsers.records import DocumentError, DocumentTooLarge

_RELATIONSHIPS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"


class OfficePackage:
    """Parts of an office file by name. Raises DocumentError and DocumentTooLarge."""

    def __init__(self, data: bytes, limits: Limits = DEFAULT) -> None:
        self.limits = limits
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise DocumentError(f"office file is damaged: {error}") from error
        check_sizes(self._archive, limits)

    def __enter__(self) -> OfficePackage:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._archive.close()

    def names(self) -> list[str]:
        return self._archive.namelist()

    def read(self, name: str) -> bytes:
        """Bytes of one part; never more than the limit, whatever the zip announces."""
        try:
            with self._archive.open(name) as part:
                data = part.read(self.limits.part_bytes + 1)
        except KeyError:
            raise DocumentError(f"office file lacks its part {name}") from None
        except Exception as error:  # zlib, CRC, encryption, truncated: many types
            raise DocumentError(f"part {name} of the office file is damaged: {error}") from error
        if len(data) > self.limits.part_bytes:
            raise DocumentTooLarge(f"part {name} inflates beyond {self.limits.part_bytes:,} bytes")
        return data

    def tree(self, name: str) -> Any:
        """Root element of one XML part; no entities, no network."""
        return parse_xml(self.read(name), name)

    def relationships(self, name: str) -> dict[str, tuple[str, str]]:
        """Relationship id → (last word of its type, part name) of the part ``name``."""
        folder, base = posixpath.split(name)
        rels = posixpath.join(folder, "_rels", f"{base}.rels")
        if rels not in self._archive.NameToInfo:
            return {}
        found = {}
        for element in self.tree(rels).iter(_RELATIONSHIPS):
            target = element.get("Target") or ""
            if element.get("TargetMode") == "External" or not element.get("Id"):
                continue
            path = target[1:] if target.startswith("/") else posixpath.join(folder, target)
            kind = (element.get("Type") or "").rsplit("/", 1)[-1]
            found[element.get("Id")] = (kind, posixpath.normpath(path))
        return found


def parse_xml(data: bytes, name: str = "XML") -> Any:
    if b"<!ENTITY" in data:
        raise DocumentError(f"{name} declares entities, which no office program writes: refused")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True, recover=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise DocumentError(f"{name} is not readable XML: {error}") from error
    if root is None:
        raise DocumentError(f"{name} is not readable XML")
    return root


def check_sizes(archive: zipfile.ZipFile, limits: Limits) -> None:
    """Refuse a bomb by what the zip itself announces, before inflating anything."""
    total = 0
    for info in _files(archive):
        total += info.file_size
        if info.file_size < limits.ratio_from_bytes:
            continue
        if info.file_size > limits.part_bytes:
            raise DocumentTooLarge(
                f"{info.filename} would inflate to {info.file_size:,} bytes, "
                f"more than {limits.part_bytes:,}"
            )
        if info.file_size > limits.ratio * max(info.compress_size, 1):
            raise DocumentTooLarge(
                f"{info.filename} would inflate {info.file_size // max(info.compress_size, 1):,} "
                f"times, more than {limits.ratio}: a bomb?"
            )
    if total > limits.members_bytes:
        raise DocumentTooLarge(
            f"would inflate to {total:,} bytes, more than {limits.members_bytes:,}"
        )


def _files(archive: zipfile.ZipFile) -> Iterator[zipfile.ZipInfo]:
    return (info for info in archive.infolist() if not info.is_dir())


def core_properties(package: OfficePackage) -> tuple[str, str]:
    """(title, created) from docProps/core.xml, "" where not given."""
    title = created = ""
    if "docProps/core.xml" in package.names():
        try:
            for element in package.tree("docProps/core.xml"):
                if not isinstance(element.tag, str):
                    continue
                word = etree.QName(element).localname
                if word == "title":
                    title = element.text or ""
                elif word == "created":
                    created = element.text or ""
        except DocumentError:
            pass  # a title is not worth failing for
    return title, created
