"""The files of one run: opened, locked, appended to, rotated by size, closed and hashed."""

from __future__ import annotations

import fcntl
import io
import json
import os
import re
from pathlib import Path

from spiders.archive import warc
from spiders.archive.disk import Digests, digests, seal
from spiders.archive.index import Index, StoredFile
from spiders.archive.runs import Run

FILE_SIZE = 1_000_000_000
_RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,80}")


class ArchiveError(OSError):
    """The archive cannot be written: the crawl must stop, or it would fetch without evidence."""


class RunFiles:
    """Appends records; at any moment the run holds the lock of the file it writes.

    ``record()`` surrounds the writing of one record with ``warc``, and knows its place after.
    """

    def __init__(
        self,
        archive: Path,
        index: Index,
        run: Run,
        source: dict[str, str],
        file_size: int,
        level: int,
    ) -> None:
        if not _RUN_ID.fullmatch(run.id):
            raise ValueError(
                f"run id {run.id!r} cannot stand in a file name; use A-Z a-z 0-9 . _ -"
            )
        self.archive = archive
        self.index = index
        self.run = run
        self.warc = warc.RecordWriter(self._write, level)
        self._source = source
        self._file_size = file_size
        self._number = 0
        self._file: io.FileIO | None = None
        self._path = archive
        self._name = ""
        self._position = 0
        self.hashed: dict[str, Digests] = {}  # of closed files
        self._open_next()

    def record(self, rotate: bool = True) -> Record:
        """A context manager for one record; ``rotate=False`` keeps it with the one before."""
        if rotate:
            self.rotate()
        return Record(self)

    def close(self) -> None:
        assert self._file is not None
        self._close_file(self._file, self._path, self._position)
        self._file = None

    def position(self) -> tuple[str, int]:
        """The file being written, relative to the archive, and where it ends."""
        return self._name, self._position

    def cut(self, offset: int) -> None:
        """Take back a record whose writing failed."""
        if self._file is not None:
            self._file.truncate(offset)
            self._file.seek(offset)
            self._position = offset

    def _write(self, data: bytes) -> None:
        assert self._file is not None
        view = memoryview(data)
        while view:
            written = self._file.write(view) or 0
            view = view[written:]
            self._position += written

    def rotate(self) -> None:
        if self._position >= self._file_size:
            assert self._file is not None
            full = (self._file, self._path, self._position)
            # The next one first: at every moment the run holds a lock.
            self._open_next()
            self._close_file(*full)

    def _open_next(self) -> None:
        folder = self.archive / safe_name(self._source["id"]) / self.run.started[:4]
        name = f"{safe_name(self._source['id'])}-{self.run.id}-{self._number:05d}.warc.gz"
        unlocked = folder / f".{name}.new"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            file = unlocked.open("xb", buffering=0)
            # Held until the file is closed, so that a repair by another process leaves it alone.
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.rename(unlocked, folder / name)
        except OSError as error:
            raise ArchiveError(error.errno, f"cannot create {name}: {error.strerror}") from error
        self._number += 1
        self._file, self._path, self._position = file, folder / name, 0
        self._name = self._path.relative_to(self.archive).as_posix()
        self.index.put_file(StoredFile(self._name, self.run.id, None, None))
        details = {
            "software": " ".join(f"{name}/{number}" for name, number in warc.software().items()),
            "format": "WARC File Format 1.1",
            "conformsTo": "http://iipc.github.io/warc-specifications/specifications/"
            "warc-format/warc-1.1/",
            "description": warc.LOST,
            "counterwatch-run": json.dumps(
                {
                    "id": self.run.id,
                    "started": self.run.started,
                    "arguments": self.run.arguments,
                    "source": self._source,
                },
                sort_keys=True,
            ),
        }
        with self.record(rotate=False):
            self.warc.warcinfo(name, details)

    def _close_file(self, file: io.FileIO, path: Path, size: int) -> None:
        seal(file, path)
        name = path.relative_to(self.archive).as_posix()
        self.hashed[name] = digests(path)
        self.index.put_file(StoredFile(name, self.run.id, size, self.hashed[name].sha256))
        file.close()


class Record:
    """One record being appended: on any error the file is cut back to where it began."""

    def __init__(self, files: RunFiles) -> None:
        self._files = files
        self.file, self.offset = files.position()
        self.length = 0

    def __enter__(self) -> Record:
        return self

    def __exit__(self, kind: object, error: BaseException | None, _: object) -> None:
        if error is None:
            self.length = self._files.position()[1] - self.offset
            return
        self._files.cut(self.offset)
        if isinstance(error, OSError):
            raise ArchiveError(
                error.errno, f"cannot write {self.file}: {error.strerror}"
            ) from error


def safe_name(source_id: str) -> str:
    """A source id as a file name; other characters than these never reach the file system."""
    safe = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "_" for c in source_id)
    return safe[:60] or "_"
