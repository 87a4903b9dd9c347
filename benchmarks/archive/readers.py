"""Do other people's tools read what we wrote? wacz, pywb and warcio, in an environment of their own.

pywb asks for older libraries than Scrapy needs, so none of them is installed beside us:
``python -m benchmarks.archive readers --environment FOLDER`` makes a virtual environment there
once and uses it. The sample site is crawled twice, packed as WACZ, validated by ``wacz``, its WARC
files checked by ``warcio``, and replayed by pywb: the SHA-256 of every payload must be the recorded.
"""

from __future__ import annotations

import hashlib
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

import click

from db.exports.selection import Selection
from db.exports.wacz import pack
from spiders.archive.index import Index

PACKAGES = ["wacz>=0.6,<0.7", "pywb>=2.9,<3", "setuptools<80"]


@dataclass(slots=True)
class Replay:
    """``same``: payloads whose SHA-256 is the recorded one. ``problems``: empty is good."""

    asked: int = 0
    same: int = 0
    problems: list[str] = field(default_factory=list)


def make_environment(folder: Path) -> Path:
    """A virtual environment with the readers; its folder of programs."""
    programs = folder / "bin"
    if not (programs / "wayback").exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run([str(programs / "pip"), "install", "-q", *PACKAGES], check=True)
    return programs


def validate(programs: Path, package: Path) -> str:
    """What ``wacz validate`` says. Raises CalledProcessError where it refuses."""
    done = subprocess.run(
        [str(programs / "wacz"), "validate", "-f", str(package)],
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip().splitlines()[-1]


def replay(programs: Path, package: Path, archive: Path, source: str, folder: Path) -> Replay:
    """Put a package into pywb and ask for every payload of a source."""
    found = Replay()
    for arguments in (["init", "sample"], ["add", "--unpack-wacz", "sample", str(package)]):
        done = subprocess.run(
            [str(programs / "wb-manager"), *arguments], cwd=folder, capture_output=True, text=True
        )
        if done.returncode:
            raise click.ClickException(f"wb-manager {arguments[0]}: {done.stdout}{done.stderr}")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with Index(archive / "index.db", read_only=True) as index:
        captures = [row for _, row in index.rows(0, "source_id = ?", source)]
    server = subprocess.Popen(
        [str(programs / "wayback"), "-b", "127.0.0.1", "-p", str(port)],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={name: value for name, value in os.environ.items() if "proxy" not in name.lower()},
    )
    try:
        _wait(port)
        for row in captures:
            capture = row.capture
            # pywb gives the nearest in time: where one page was asked twice in a second, either.
            if row.record_type == "metadata" or row.request_digest or capture.status != 200:
                continue
            found.asked += 1
            stamp = re.sub(r"\D", "", capture.fetched)[:14]
            address = f"http://127.0.0.1:{port}/sample/{stamp}id_/{capture.url}"
            try:
                with _open(address) as response:
                    digest = hashlib.sha256(response.read()).hexdigest()
            except urllib.error.URLError as error:
                found.problems.append(f"{capture.url}: {error}")
                continue
            if digest == capture.sha256:
                found.same += 1
            else:
                found.problems.append(f"{capture.url} at {stamp}: replayed bytes are {digest}")
    finally:
        server.terminate()
        server.wait()
    return found


def _open(address: str):  # type: ignore[no-untyped-def]
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    return opener.open(address, timeout=20)


def _wait(port: int) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise click.ClickException("pywb does not start")


def sample_archive(source: str) -> Path:
    """The sample site crawled twice, in COUNTERWATCH_DATA; the archive."""
    from scripts.sample_site import SampleSite
    from spiders.crawl import crawl
    from spiders.paths import archive_folder

    with SampleSite(version=1) as site:
        os.environ["COUNTERWATCH_SAMPLE_BASE"] = site.base
        for site.version in (1, 2):
            crawl([source])
    return archive_folder()


@click.command()
@click.option("--environment", type=click.Path(path_type=Path), help="Where the readers live.")
@click.option("--source", default="sample_vendor_vision", show_default=True)
def readers(environment: Path | None, source: str) -> None:
    """Validate with wacz, check with warcio, replay with pywb."""
    from scripts.demo import sample_environment

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        programs = make_environment(environment or folder / "readers")
        os.environ["COUNTERWATCH_DATA"] = str(folder / "data")
        with sample_environment():
            archive = sample_archive(source)
        package = folder / "sample.wacz"
        packed = pack(archive, None, Selection(sources=[source]), package)
        click.echo(f"packed   {packed.pages} pages, {packed.records} records")
        click.echo(f"wacz     {validate(programs, package)}")
        files = sorted(map(str, archive.glob("*/*/*.warc.gz")))
        subprocess.run([str(programs / "warcio"), "check", *files], check=True)
        click.echo(f"warcio   check accepts {len(files)} files")
        replayed = replay(programs, package, archive, source, folder)
    click.echo(f"pywb     {replayed.same} of {replayed.asked} payloads with the recorded SHA-256")
    for problem in replayed.problems[:20]:
        click.echo(f"PROBLEM  {problem}")
    if replayed.problems:
        raise SystemExit(1)
