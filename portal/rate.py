"""Fair use: a limit on answers a minute for one address, kept in memory only and forgotten."""

from __future__ import annotations

import time
from collections import OrderedDict

# Addresses remembered at once; the least recent are forgotten first.
REMEMBERED = 10_000
WINDOW = 60.0


class Limiter:
    """A bucket of ``limit`` answers for each address that fills again within a minute."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, address: str, now: float | None = None) -> float:
        """Seconds until ``address`` may ask again; 0 where it may now, which counts as asking."""
        if not self.limit:
            return 0.0
        now = time.monotonic() if now is None else now
        left, at = self._buckets.pop(address, (float(self.limit), now))
        left = min(left + (now - at) * self.limit / WINDOW, float(self.limit))
        allowed = left >= 1
        self._buckets[address] = (left - 1 if allowed else left, now)
        while len(self._buckets) > REMEMBERED:
            self._buckets.popitem(last=False)
        return 0.0 if allowed else (1 - left) * WINDOW / self.limit


def reader_address(peer: str, forwarded: str, trusted: frozenset[str]) -> str:
    """Who asks: the peer, or behind trusted proxies the last address none of them added."""
    address = peer
    for hop in reversed([part.strip() for part in forwarded.split(",") if part.strip()]):
        if address not in trusted:
            break
        address = hop
    return address
