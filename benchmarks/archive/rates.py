"""How fast records are written, read and checked, beside warcio, fastwarc and wget."""

from __future__ import annotations

import io
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import click

from benchmarks.archive.crawl import pages_of, serve
from spiders.archive.index import Index
from spiders.archive.members import WarcFile
from spiders.archive.reader import read_payload
from spiders.archive.runs import Run
from spiders.archive.verify import verify
from spiders.archive.writer import ArchiveWriter

HTML = [(b"Content-Type", b"text/html; charset=utf-8")]
SENT = [(b"User-Agent", b"Mozilla/5.0 (compatible; benchmark)")]


def timed(work: Callable[[], int]) -> float:
    """Things done in a second of processor time."""
    began = time.process_time()
    done = work()
    return done / (time.process_time() - began)


def write_ours(archive: Path, pages: list[bytes], count: int) -> int:
    with ArchiveWriter(archive, "benchmark", Run("benchmark"), file_size=50_000_000) as writer:
        for number in range(count):
            body = str(number).encode() + pages[number % len(pages)]
            url = f"http://vendor.example/{number}"
            writer.write_exchange(url, 200, HTML, body, request_headers=SENT)
    return count


def write_warcio(path: Path, pages: list[bytes], count: int) -> int:
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True, warc_version="1.1")
        for number in range(count):
            url = f"http://vendor.example/{number}"
            body = str(number).encode() + pages[number % len(pages)]
            sent = StatusAndHeaders(
                f"GET /{number} HTTP/1.1", [("User-Agent", "benchmark")], is_http_request=True
            )
            got = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
            writer.write_record(writer.create_warc_record(url, "request", http_headers=sent))
            writer.write_record(
                writer.create_warc_record(url, "response", io.BytesIO(body), http_headers=got)
            )
    return count


def read_with_warcio(path: Path) -> int:
    from warcio.archiveiterator import ArchiveIterator

    count = 0
    with path.open("rb") as file:
        for record in ArchiveIterator(file):
            record.raw_stream.read()
            count += 1
    return count


def read_with_fastwarc(path: Path) -> int:
    from fastwarc.warc import ArchiveIterator

    count = 0
    for record in ArchiveIterator(str(path)):
        record.reader.read()
        count += 1
    return count


def read_ours(path: Path) -> int:
    count = 0
    with WarcFile(path) as file:
        for member in file.members():
            member.skip()
            count += 1
    return count


def read_by_capture(archive: Path) -> int:
    count = 0
    with Index(archive / "index.db", read_only=True) as index:
        for capture in index.captures():
            read_payload(archive, capture, index=index)
            count += 1
    return count


@click.command()
@click.option("--pages", default=2_000, show_default=True, help="Pages written and read.")
@click.option("--size", default=40_000, show_default=True, help="Bytes of a page.")
def rates(pages: int, size: int) -> None:
    """Write, read and verify rates; of others those that are installed."""
    sample = pages_of(size)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        archive = folder / "archive"
        ours = timed(lambda: write_ours(archive, sample, pages))
        theirs = timed(lambda: write_warcio(folder / "warcio.warc.gz", sample, pages))
        click.echo("write, pages (request and response) a second of processor")
        _row("counterwatch, with its index", ours, ours)
        _row("warcio", theirs, ours)
        _wget(folder, size, min(pages, 500))
        path = max(archive.glob("*/*/*.warc.gz"), key=lambda path: path.stat().st_size)
        click.echo("read, records a second of processor")
        ours = timed(lambda: read_ours(path))
        _row("counterwatch", ours, ours)
        for reader, read in (("warcio", read_with_warcio), ("fastwarc", read_with_fastwarc)):
            try:
                _row(reader, timed(lambda read=read: read(path)), ours)  # type: ignore[misc]
            except ImportError:
                click.echo(f"  {reader} is not installed")
        _row("counterwatch, capture by capture", timed(lambda: read_by_capture(archive)), ours)
        click.echo("verify, MB of WARC files a second")
        for thorough in (False, True):
            began = time.perf_counter()
            report = verify(archive, thorough=thorough)
            took = time.perf_counter() - began
            if report.problems:
                raise click.ClickException(report.problems[0])
            what = "every digest of every record" if thorough else "files, chain, index"
            click.echo(f"  {what:<34}{report.bytes / took / 1e6:9.0f}   "
                       f"{pages * size / took / 1e6:.0f} MB of pages")  # fmt: skip


def _row(what: str, rate: float, ours: float) -> None:
    click.echo(f"  {what:<34}{rate:9.0f}   {rate / ours:.2f}")


def _wget(folder: Path, size: int, pages: int) -> None:
    """wget crawls the same pages over loopback; wall time, for it is another program."""
    if not shutil.which("wget"):
        click.echo("  wget is not installed")
        return
    server = serve(size)
    base = f"http://127.0.0.1:{server.server_address[1]}"
    (folder / "urls").write_text("".join(f"{base}/{number}\n" for number in range(pages)))
    began = time.perf_counter()
    subprocess.run(
        ["wget", "-q", "--no-proxy", "-i", "urls", "-O", "/dev/null", "--warc-file=wget"],
        cwd=folder,
        check=True,
    )
    click.echo(
        f"  {'wget --warc-file (wall, crawl)':<34}{pages / (time.perf_counter() - began):9.0f}"
    )
    server.shutdown()
