"""Runs parsers of risky documents in child processes with bounded memory, time and output.

>>> with Extractor(jobs=2) as extractor:                                    # doctest: +SKIP
...     extraction = extractor.extract(data, "application/pdf", "tender.pdf")

A worker is a plain child process that is used again for the next document. When a document kills
it (memory, time, a crash in a C library), that document gets a DocumentError with the reason, a
new worker takes its place, and no other document is touched.
"""

from __future__ import annotations

import atexit
import contextlib
import dataclasses
import os
import queue
import selectors
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from parsers.documents import media_type as types
from parsers.documents import messages
from parsers.documents.extraction import extract
from parsers.documents.limits import DEFAULT, Limits
from parsers.records import DocumentError, DocumentTooLarge, Extraction

# Read by libraries in C or able to inflate: only these go through a child process.
RISKY = frozenset(
    (
        *(types.PDF, types.DOCX, types.PPTX, types.XLSX, types.XLS),
        *(types.ODT, types.ODP, types.ODS, types.ZIP, types.TAR, types.GZIP),
    )
)
# Other types are read in this process up to this size; beyond it time and memory count too.
_LARGE = 4_000_000
# Leaks of C libraries end with the process: start afresh after this many documents.
_DOCUMENTS_PER_WORKER = 500
_ROOT = Path(__file__).resolve().parents[2]
_OUT_OF_MEMORY = (b"memory allocation", b"MemoryError", b"out of memory", b"bad_alloc")


class _WorkerLost(Exception):
    """The worker ended while it read a document."""


class _Worker:
    """One child process and its pipes. Used by one thread at a time."""

    def __init__(self, memory_bytes: int) -> None:
        self.memory_bytes = memory_bytes
        self.documents = 0
        self._errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 (closed by kill)
        environment = dict(os.environ)
        path = [str(_ROOT), environment.get("PYTHONPATH", "")]
        environment["PYTHONPATH"] = os.pathsep.join(part for part in path if part)
        # One arena and no threads: both reserve address space, which is what is limited.
        environment.update(MALLOC_ARENA_MAX="1", OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "parsers.documents.worker", str(memory_bytes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env=environment,
            cwd=_ROOT,
            start_new_session=True,  # Ctrl-C is for the parent, which then closes its workers
        )
        assert self._process.stdin and self._process.stdout
        os.set_blocking(self._process.stdin.fileno(), False)
        os.set_blocking(self._process.stdout.fileno(), False)

    def ask(self, frames: list[bytes], limits: Limits) -> tuple[dict[str, Any], list[bytes]]:
        """Send one document, wait for its answer. Raises DocumentError, _WorkerLost inside it."""
        self.documents += 1
        deadline = time.monotonic() + limits.wall_seconds
        try:
            self._write(frames, deadline, limits)
            return messages.decode(lambda n: self._read(n, deadline, limits), limits.output_bytes)
        except messages.MessageError as error:
            self.kill()
            raise DocumentTooLarge(str(error)) from error
        except _WorkerLost:
            raise self._why_lost(limits) from None

    def _write(self, frames: list[bytes], deadline: float, limits: Limits) -> None:
        stream = self._process.stdin
        assert stream
        for frame in frames:
            view = memoryview(frame)
            while view:
                self._wait(stream, selectors.EVENT_WRITE, deadline, limits)
                try:
                    view = view[os.write(stream.fileno(), view[: 1 << 20]) :]
                except BlockingIOError:
                    continue
                except BrokenPipeError:
                    raise _WorkerLost from None

    def _read(self, size: int, deadline: float, limits: Limits) -> bytes:
        stream = self._process.stdout
        assert stream
        pieces = []
        while size:
            self._wait(stream, selectors.EVENT_READ, deadline, limits)
            try:
                piece = os.read(stream.fileno(), min(size, 1 << 20))
            except BlockingIOError:
                continue
            if not piece:
                raise _WorkerLost
            pieces.append(piece)
            size -= len(piece)
        return b"".join(pieces)

    def _wait(self, stream: IO[bytes], event: int, deadline: float, limits: Limits) -> None:
        """Until the pipe is ready; meanwhile watch the clock and, where needed, the memory."""
        with selectors.DefaultSelector() as selector:
            selector.register(stream, event)
            while True:
                remaining = deadline - time.monotonic()
                if remaining <= 0:
                    self.kill()
                    raise DocumentTooLarge(f"time limit of {limits.wall_seconds:g} s reached")
                if selector.select(min(remaining, 0.25)):
                    return
                if _must_watch_memory() and _resident_bytes(self.pid) > self.memory_bytes:
                    self.kill()
                    raise DocumentTooLarge(_memory_message(self.memory_bytes))

    def _why_lost(self, limits: Limits) -> DocumentError:
        code, peak_bytes = self._reap()
        said = self._stderr()
        self.kill()
        # C libraries end an allocation that fails with a signal of their choice.
        starved = code < 0 and peak_bytes > 0.4 * self.memory_bytes
        if starved or code == -signal.SIGKILL or any(sign in said for sign in _OUT_OF_MEMORY):
            return DocumentTooLarge(_memory_message(self.memory_bytes))
        if code == -signal.SIGXCPU:
            return DocumentTooLarge(f"time limit of {limits.wall_seconds:g} s reached")
        if code < 0:
            with contextlib.suppress(ValueError):
                return DocumentError(f"parser crashed (signal {signal.Signals(-code).name})")
            return DocumentError(f"parser crashed (signal {-code})")
        last = said.decode("utf-8", "replace").strip().rsplit("\n", 1)[-1][:300]
        return DocumentError(f"parser ended with exit code {code}: {last}")

    def _reap(self) -> tuple[int, int]:
        """Exit code (negative: signal) of the ended process, and the most memory it held."""
        if self._process.returncode is not None:
            return self._process.returncode, 0
        deadline = time.monotonic() + 5
        while os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            if time.monotonic() > deadline:  # it closed its pipe but lives
                self._process.kill()
                break
            time.sleep(0.01)
        try:
            _, status, usage = os.wait4(self.pid, 0)
        except ChildProcessError:
            return 0, 0
        self._process.returncode = os.waitstatus_to_exitcode(status)
        # Linux counts kilobytes here, macOS bytes.
        unit = 1 if sys.platform == "darwin" else 1024
        return self._process.returncode, usage.ru_maxrss * unit

    def _stderr(self) -> bytes:
        size = self._errors.seek(0, os.SEEK_END)
        self._errors.seek(max(0, size - 10_000))
        return self._errors.read()

    @property
    def pid(self) -> int:
        return self._process.pid

    def alive(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        """End the process now; safe to call twice."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout, self._errors):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()


class Extractor:
    """A pool of workers. ``extract`` may be called from several threads.

    ``jobs``: workers at most; each is started when first needed. Use as a context manager.
    """

    def __init__(self, jobs: int | None = None, limits: Limits = DEFAULT) -> None:
        self.jobs = jobs or max(1, (os.cpu_count() or 2) - 1)
        self.limits = limits
        self._idle: queue.LifoQueue[_Worker | None] = queue.LifoQueue()
        for _ in range(self.jobs):
            self._idle.put(None)  # a place without a worker yet
        self._all: set[_Worker] = set()
        self._lock = threading.Lock()
        self._closed = False

    def extract(
        self,
        data: bytes,
        media_type: str | None,
        name: str = "",
        charset: str | None = None,
        limits: Limits | None = None,
    ) -> Extraction:
        """As ``parsers.documents.extract``; risky or large documents in a child process.

        Raises DocumentError or DocumentTooLarge ("memory limit of 1,500 MB reached", "time
        limit of 120 s reached", "parser crashed (signal SIGSEGV)").
        """
        limits = limits or self.limits
        if len(data) < _LARGE and types.decide(data, media_type, name) not in RISKY:
            return extract(data, media_type, name, charset, limits=limits)
        header = {
            "media_type": media_type,
            "name": name,
            "charset": charset,
            "limits": dataclasses.asdict(limits),
        }
        worker = self._take(limits.memory_bytes)
        try:
            answer, bodies = worker.ask(messages.encode(header, data), limits)
        except BaseException:
            worker.kill()
            raise
        finally:
            self._give_back(worker)
        if "error" in answer:
            _raise(answer, limits)
        try:
            return messages.to_extraction(answer, bodies)
        except messages.MessageError as error:
            raise DocumentError(str(error)) from error

    def extract_many(
        self, documents: Iterable[tuple[Any, Callable[[], tuple[bytes, str | None, str]]]]
    ) -> Iterator[tuple[Any, Extraction | DocumentError]]:
        """Extract several documents at once, in the order given, never more than a few loaded.

        ``documents``: (key, function that returns (data, media_type, name)). Yields (key,
        extraction or the error): one broken document does not end the iteration.
        """

        def one(load: Callable[[], tuple[bytes, str | None, str]]) -> Extraction | DocumentError:
            try:
                data, media_type, name = load()
                return self.extract(data, media_type, name)
            except DocumentError as error:
                return error

        with ThreadPoolExecutor(self.jobs, thread_name_prefix="extract") as threads:
            window: list[tuple[Any, Future[Extraction | DocumentError]]] = []
            for key, load in documents:
                window.append((key, threads.submit(one, load)))
                if len(window) > 2 * self.jobs:
                    first, future = window.pop(0)
                    yield first, future.result()
            for key, future in window:
                yield key, future.result()

    def close(self) -> None:
        """End all workers."""
        with self._lock:
            self._closed = True
            workers, self._all = self._all, set()
        for worker in workers:
            worker.kill()

    def __enter__(self) -> Extractor:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _take(self, memory_bytes: int) -> _Worker:
        worker = self._idle.get()
        try:
            if worker is not None and not (
                worker.alive()
                and worker.memory_bytes == memory_bytes
                and worker.documents < _DOCUMENTS_PER_WORKER
            ):
                self._forget(worker)
                worker = None
            if worker is None:
                if self._closed:
                    raise RuntimeError("this Extractor is closed")
                worker = _Worker(memory_bytes)
                with self._lock:
                    self._all.add(worker)
            return worker
        except BaseException:
            self._idle.put(None)
            raise

    def _give_back(self, worker: _Worker) -> None:
        if worker.alive():
            self._idle.put(worker)
        else:
            self._forget(worker)
            self._idle.put(None)

    def _forget(self, worker: _Worker) -> None:
        worker.kill()
        with self._lock:
            self._all.discard(worker)


def _raise(answer: dict[str, Any], limits: Limits) -> None:
    message = str(answer["error"])
    if message == "memory" or "more memory than is allowed" in message:
        raise DocumentTooLarge(_memory_message(limits.memory_bytes))
    raise (DocumentTooLarge if answer.get("outcome") == "too-large" else DocumentError)(message)


def _memory_message(memory_bytes: int) -> str:
    return f"memory limit of {memory_bytes // 1_000_000:,} MB reached"


def _must_watch_memory() -> bool:
    """Linux enforces RLIMIT_AS itself; elsewhere the parent looks."""
    return not sys.platform.startswith("linux")


def _resident_bytes(pid: int) -> int:
    """Memory a process holds, 0 where it cannot be told."""
    try:
        with open(f"/proc/{pid}/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        pass
    try:
        answer = subprocess.run(
            ["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, timeout=5, check=False
        )
        return int(answer.stdout.strip() or b"0") * 1024
    except (OSError, ValueError, subprocess.SubprocessError):
        return 0


_shared: Extractor | None = None
_shared_lock = threading.Lock()


def extract_bounded(
    data: bytes, media_type: str | None, name: str = "", charset: str | None = None
) -> Extraction:
    """``Extractor.extract`` with a pool that lives as long as this process."""
    global _shared
    with _shared_lock:
        if _shared is None:
            _shared = Extractor()
            atexit.register(_shared.close)
    return _shared.extract(data, media_type, name, charset)
