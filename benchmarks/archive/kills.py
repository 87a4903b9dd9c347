"""``kill -9`` at random moments: is anything that was acknowledged lost, or doubled?

A process opens the archive (which repairs what the kill before it left), writes pages, listings
and failures into small files, closes the run and begins another; each page is acknowledged on its
standard output once the archive has returned. It is killed at a random moment, again and again.
Then every acknowledged page must be there once, every other row must be a whole record that was
written but not yet acknowledged, the archive must verify, and the index built again from the WARC
files alone must have the same rows.
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import click

from spiders.archive.index import Index
from spiders.archive.reader import read_payload
from spiders.archive.repair import repair
from spiders.archive.verify import verify

REPOSITORY = Path(__file__).resolve().parents[2]

WRITER = """
import random, sys
from pathlib import Path
from spiders.archive.runs import Run
from spiders.archive.writer import ArchiveWriter

archive, attempt = Path(sys.argv[1]), sys.argv[2]

def say(*words):
    print(*words, flush=True)

say("opening")
number = 0
while True:
    writer = ArchiveWriter(archive, "sample", Run("sample"), file_size=30_000)
    for message in writer.repaired:
        say("repaired", message)
    say("opened")
    for _ in range(random.Random().randrange(60, 180)):
        url = f"http://vendor.example/{attempt}/{number}"
        body = random.Random(f"{attempt} {number}").randbytes(random.Random(number).randrange(9_000))
        if number % 7 == 0:
            capture = writer.write_failure(url, "failed", "sample failure")
        else:
            capture = writer.write_exchange(url, 200, [(b"Content-Type", b"text/html")], body)
        say("page", capture.url, capture.sha256)
        if number % 11 == 0:
            writer.write_listing(url, [url], complete=True, announced=1)
        number += 1
    say("closing")
    writer.close()
"""


@dataclass(slots=True)
class Tally:
    """``moments``: what the process was at when it was killed. ``problems``: empty is good."""

    kills: int = 0
    acknowledged: int = 0
    kept: int = 0
    moments: Counter[str] = field(default_factory=Counter)
    repairs: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)


def kill_often(archive: Path, count: int, longest: float = 0.7) -> Tally:
    """Kill ``count`` writers after up to ``longest`` seconds each; then check everything."""
    tally = Tally()
    chosen = random.Random()
    acknowledged: list[str] = []
    for attempt in range(count):
        process = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(archive), str(attempt)],
            cwd=REPOSITORY,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert process.stdout is not None
        process.stdout.readline()  # "opening": what Python takes to start is not the archive's
        time.sleep(chosen.random() * longest)
        process.send_signal(signal.SIGKILL)
        last = "repairing or opening"
        for line in process.stdout:
            if not line.endswith("\n"):
                break
            word, _, rest = line.strip().partition(" ")
            if word == "page":
                acknowledged.append(rest)
            if word == "repaired":
                tally.repairs[_kind(rest)] += 1
            last = {"closing": "closing", "repaired": last}.get(word, "writing")
        process.wait()
        if process.returncode != -signal.SIGKILL:
            tally.problems.append(f"attempt {attempt} ended by itself: {process.returncode}")
        tally.kills += 1
        tally.moments[last] += 1
    for message in repair(archive):
        tally.repairs[_kind(message)] += 1
    _check(archive, acknowledged, tally)
    return tally


def _kind(message: str) -> str:
    for kind in ("was not complete", "had not ended", "were missing", "holds no record",
                 "beyond the end", "no valid record", "index.db was missing"):  # fmt: skip
        if kind in message:
            return kind
    return message


def _check(archive: Path, acknowledged: list[str], tally: Tally) -> None:
    with Index(archive / "index.db") as index:
        captures = list(index.captures())
        for capture in captures:
            if capture.outcome == "ok":
                read_payload(archive, capture, index=index)  # raises where bytes are not right
    kept = Counter(f"{capture.url} {capture.sha256}" for capture in captures)
    tally.acknowledged, tally.kept = len(acknowledged), len(captures)
    told = Counter(acknowledged)
    tally.problems += [f"lost: {page}" for page in told - kept]
    tally.problems += [f"doubled: {page}" for page, times in kept.items() if times > 1]
    unacknowledged = len(captures) - len(acknowledged)
    if unacknowledged > tally.kills:
        tally.problems.append(f"{unacknowledged} records were never acknowledged")
    tally.problems += verify(archive, jobs=1, thorough=True).problems
    before = _rows(archive)
    Index.rebuild(archive)
    if _rows(archive) != before:
        tally.problems.append("the index built again has other rows")


def _rows(archive: Path) -> list[object]:
    with Index(archive / "index.db", read_only=True) as index:
        return [
            list(index.rows()), index.full_runs(), index.full_listings(), index.files(),
        ]  # fmt: skip


@click.command()
@click.option("--count", default=100, show_default=True, help="Kills.")
@click.option("--longest", default=0.7, show_default=True, help="Seconds a writer lives at most.")
def kills(count: int, longest: float) -> None:
    """Kill a writing process at random moments and look for what was lost or doubled."""
    with tempfile.TemporaryDirectory() as folder:
        tally = kill_often(Path(folder) / "archive", count, longest)
    click.echo(f"kills         {tally.kills}")
    for moment, times in tally.moments.most_common():
        click.echo(f"  while {moment:<22} {times}")
    click.echo(f"acknowledged  {tally.acknowledged} captures")
    click.echo(f"kept          {tally.kept} captures (those beyond were written, not acknowledged)")
    for kind, times in tally.repairs.most_common():
        click.echo(f"  repaired: {kind:<22} {times}")
    for problem in tally.problems[:20]:
        click.echo(f"PROBLEM {problem}")
    click.echo("nothing lost, nothing doubled" if not tally.problems else "LOST OR DOUBLED")
    if tally.problems:
        raise SystemExit(1)
