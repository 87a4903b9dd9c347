"""Zip, tar and gzip: their members, bounded in number, depth, size and ratio.

An archive inside an archive is opened too; the member's name shows the way to it
("tender.zip/annex.zip/plan.docx"). A member that is over a limit is left out with a warning;
a whole that is over one is refused.
"""

from __future__ import annotations

import gzip
import io
import stat
import tarfile
import zipfile
import zlib
from typing import Protocol

from parsers.documents.limits import DEFAULT, Limits
from parsers.documents.media_type import GZIP, TAR, ZIP, decide
from parsers.records import DocumentError, DocumentTooLarge, Extraction, Member

_CONTAINERS = (ZIP, TAR, GZIP)
_CHUNK = 1 << 20
# Folders that programs add and nobody wrote.
_NOISE = ("__MACOSX/", ".DS_Store", "Thumbs.db")


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class _Collector:
    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.members: list[Member] = []
        self.warnings: list[str] = []
        self.total = 0

    def read_bounded(self, stream: _Readable, name: str, compressed: int) -> bytes | None:
        """All of a stream, or None (with a warning) where it is over a member's limits."""
        limits = self.limits
        pieces: list[bytes] = []
        size = 0
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > limits.part_bytes:
                self.warnings.append(f"{name}: larger than {limits.part_bytes:,} bytes, left out")
                return None
            if size > limits.ratio_from_bytes and size > limits.ratio * max(compressed, 1):
                raise DocumentTooLarge(f"{name} inflates more than {limits.ratio} times: a bomb?")
            if self.total + size > limits.members_bytes:
                raise DocumentTooLarge(f"members are larger than {limits.members_bytes:,} bytes")
            pieces.append(chunk)
        return b"".join(pieces)

    def add(self, name: str, data: bytes, depth: int) -> None:
        self.total += len(data)
        media_type = decide(data, None, name)
        if media_type in _CONTAINERS and depth >= self.limits.container_depth:
            self.warnings.append(
                f"{name}: archives nested deeper than {self.limits.container_depth}, left out"
            )
            return
        if media_type in _CONTAINERS:
            try:
                self.open(data, media_type, name, depth + 1)
            except DocumentTooLarge:
                raise
            except DocumentError as error:
                self.warnings.append(f"{name}: {error}")
            return
        if len(self.members) >= self.limits.members:
            raise DocumentTooLarge(f"more than {self.limits.members:,} members")
        self.members.append(Member(name, data))

    def open(self, data: bytes, media_type: str, name: str, depth: int) -> None:
        {ZIP: self._open_zip, TAR: self._open_tar, GZIP: self._open_gzip}[media_type](
            data, name, depth
        )

    def _open_zip(self, data: bytes, name: str, depth: int) -> None:
        try:
            archive = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise DocumentError(f"zip is damaged or cut off: {error}") from error
        with archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
            if len(infos) > self.limits.members:
                raise DocumentTooLarge(f"zip has {len(infos):,} members")
            for info in infos:
                inner = _join(name, _zip_name(info))
                if _is_noise(inner):
                    continue
                if info.flag_bits & 1:
                    self.warnings.append(f"{inner}: protected by a password, left out")
                    continue
                try:
                    with archive.open(info) as stream:
                        content = self.read_bounded(stream, inner, info.compress_size)
                except DocumentError:
                    raise
                except Exception as error:  # zlib, CRC, unknown method, cut off
                    self.warnings.append(f"{inner}: damaged: {error}")
                    continue
                if content is not None:
                    self.add(inner, content, depth)

    def _open_tar(self, data: bytes, name: str, depth: int) -> None:
        try:
            with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
                for info in archive:
                    inner = _join(name, info.name)
                    if not stat.S_ISREG(stat.S_IFREG if info.isreg() else 0) or _is_noise(inner):
                        continue
                    stream = archive.extractfile(info)
                    if stream is None:
                        continue
                    content = self.read_bounded(stream, inner, info.size)
                    if content is not None:
                        self.add(inner, content, depth)
        except (tarfile.TarError, ValueError, OSError, EOFError) as error:
            if not self.members:
                raise DocumentError(f"tar is damaged or cut off: {error}") from error
            self.warnings.append(f"{name or 'tar'}: damaged or cut off: {error}")

    def _open_gzip(self, data: bytes, name: str, depth: int) -> None:
        base = name.rsplit("/", 1)[-1] or "content"
        for ending, plain in ((".tgz", ".tar"), (".gz", "")):
            if base.lower().endswith(ending):
                base = base[: -len(ending)] + plain
                break
        inner = _join(name, base) if "/" in name else base
        try:
            with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
                content = self.read_bounded(stream, inner, len(data))
        except (OSError, EOFError, zlib.error) as error:
            raise DocumentError(f"gzip is damaged or cut off: {error}") from error
        if content is not None:
            self.add(inner, content, depth)


def read(
    data: bytes, charset: str | None = None, limits: Limits = DEFAULT, name: str = ""
) -> Extraction:
    """Members of a container; ``text`` lists their names.

    Raises DocumentError where it is damaged or empty, DocumentTooLarge where it is a bomb.
    """
    media_type = decide(data)
    collector = _Collector(limits)
    collector.open(data, media_type, name if media_type == GZIP else "", 1)
    if not collector.members:
        reasons = "; ".join(collector.warnings[:3])
        raise DocumentError(f"archive without readable members{': ' if reasons else ''}{reasons}")
    return Extraction(
        media_type=media_type,
        text="\n".join(member.name for member in collector.members),
        members=tuple(collector.members),
        warnings=tuple(collector.warnings),
    )


def _join(folder: str, name: str) -> str:
    """A member's name as a relative path without ".." (never a place to write to)."""
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    clean = "/".join(parts).replace("\x00", "") or "member"
    return f"{folder}/{clean}" if folder else clean


def _zip_name(info: zipfile.ZipInfo) -> str:
    """Chinese Windows writes names in GBK without saying so; the zip format assumes CP437."""
    if info.flag_bits & 0x800:
        return info.filename
    raw = info.filename.encode("cp437", "replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.filename


def _is_noise(name: str) -> bool:
    return any(noise in name for noise in _NOISE)
