"""How much one document may cost. One place, so that a limit can be found and raised."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one document; reaching one is a recorded outcome, never a crash.

    Sizes are bytes, times seconds.
    """

    # The longest tender documents seen have 600 pages and 1.2 million characters.
    pages: int = 5_000
    characters: int = 20_000_000
    # Time inside one parser, checked between pages, sheets and members.
    seconds: float = 60.0
    # Depth of elements or of JSON values: real documents stay below 200.
    depth: int = 2_000
    # What a compressed part of an office file, or one member of an archive, may inflate to.
    part_bytes: int = 200_000_000
    # Containers: how many members, how large all together, how deep archives in archives.
    members: int = 5_000
    members_bytes: int = 1_000_000_000
    container_depth: int = 3
    # Inflated to deflated. Text compresses 10 to 30 times, sparse spreadsheets 100 times;
    # deflate's own maximum, which bombs reach, is 1,032.
    ratio: int = 300
    # Below this an inflated part is harmless, whatever its ratio.
    ratio_from_bytes: int = 10_000_000
    # The child process that runs risky parsers (sandbox.py).
    memory_bytes: int = 1_500_000_000
    wall_seconds: float = 120.0
    output_bytes: int = 1_200_000_000


DEFAULT = Limits()
