"""The child process of the sandbox: reads documents from stdin, writes extractions to stdout.

Started as ``python -m parsers.documents.worker MEMORY_BYTES``; see sandbox.py.
"""

from __future__ import annotations

import contextlib
import os
import sys
from typing import BinaryIO

from parsers.documents import messages
from parsers.documents.extraction import extract
from parsers.documents.limits import Limits
from parsers.records import DocumentError


def _limit(memory_bytes: int) -> None:
    try:
        import resource
    except ImportError:  # no such limits on this system: the parent watches memory and time
        return
    # macOS accepts RLIMIT_AS and ignores it, or refuses it; there the parent watches alone.
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _limit_processor_time(seconds: float) -> None:
    """Bound what the next document may use; the parent's clock is the second bound."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        soft = int(used.ru_utime + used.ru_stime + seconds) + 2
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def _read_exactly(stream: BinaryIO, size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return data


def main() -> int:
    _limit(int(sys.argv[1]))
    source = sys.stdin.buffer
    # Libraries that print must not break the messages: stdout goes to stderr from here on.
    target = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    while True:
        try:
            header, (data,) = messages.decode(lambda n: _read_exactly(source, n), most=1 << 40)
        except EOFError:
            return 0
        limits = Limits(**header["limits"])
        _limit_processor_time(limits.wall_seconds)
        try:
            extraction = extract(
                data, header["media_type"], header["name"], header["charset"], limits=limits
            )
            frames = messages.from_extraction(extraction)
        except DocumentError as error:
            frames = messages.encode({"error": str(error), "outcome": error.outcome})
        except MemoryError:
            frames = messages.encode({"error": "memory", "outcome": "too-large"})
        del data
        for frame in frames:
            target.write(frame)
        target.flush()


if __name__ == "__main__":
    sys.exit(main())
