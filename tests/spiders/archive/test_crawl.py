"""Real Scrapy crawls of a small loopback site: what the archive says afterwards."""

from __future__ import annotations

import gzip
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from parsers.records import Capture
from spiders.archive.index import Index
from spiders.archive.manifest import manifests
from spiders.archive.reader import read_payload
from spiders.archive.verify import verify

Crawl = Callable[..., dict[str, Any]]


def captures(data: Path) -> dict[str, Capture]:
    """The last capture of each path."""
    with Index(data / "archive" / "index.db") as index:
        return {capture.url.split("/", 3)[3]: capture for capture in index.captures()}


def test_every_way_to_answer_has_its_outcome(data: Path, site: str, crawl: Crawl) -> None:
    paths = (
        "page", "gzip", "chunked", "moved", "removed-product", "circle", "inside", "missing", "busy",
        "waf", "slow", "huge", "short", "private", "bomb",
    )  # fmt: skip
    done = crawl([{"url": f"{site}/{path}"} for path in paths], settings={"ROBOTSTXT_OBEY": True})
    found = captures(data)
    told = {path: (found[path].status, found[path].outcome) for path in paths}
    assert told == {
        "page": (200, "unchanged"),  # the redirect asked for it again
        "gzip": (200, "ok"),
        "chunked": (200, "ok"),
        "moved": (302, "ok"),
        "removed-product": (302, "gone"),
        "circle": (302, "ok"),
        "inside": (302, "ok"),
        "missing": (404, "gone"),
        "busy": (429, "blocked"),
        "waf": (202, "blocked"),
        "slow": (None, "failed"),
        "huge": (None, "too-large"),
        "short": (200, "failed"),
        "private": (None, "refused"),
        "bomb": (200, "too-large"),
    }
    messages = {path: found[path].message for path in paths}
    assert messages["waf"] == "AWS WAF challenge (HTTP 202)"
    assert messages["slow"].endswith("took longer than 0.7 seconds.")
    assert messages["huge"] == (
        "2147483648 bytes announced, more than the limit of 10000000 bytes; not downloaded"
    )
    assert messages["short"] == "the connection ended before the body did"
    assert messages["private"] == "robots.txt does not allow this address"
    assert messages["removed-product"] == f"HTTP 302 redirects to the home page {site}/"
    refused = found["latest/meta-data/"]
    assert refused.outcome == "refused"
    assert refused.message == "a sample source may use loopback only, not 169.254.169.254"
    assert refused.parent_url == f"{site}/inside"
    circles = [c for path, c in found.items() if path.startswith("circle?")]
    assert [c.outcome for c in circles] == ["ok", "ok", "failed"]
    assert circles[-1].message == "more than 3 redirects, stopped"
    assert done["stats"]["archive/blocked"] == 2
    assert done["stats"]["archive/refused"] == 2


def test_what_a_crawl_wrote_is_whole_for_us_and_for_warcio(
    data: Path, site: str, crawl: Crawl
) -> None:
    question = '{"query": "camera", "api_key": "0123456789abcdef"}'
    crawl(
        [
            *({"url": f"{site}/{path}"} for path in ("page", "gzip", "chunked", "etag", "missing")),
            {"url": f"{site}/search", "method": "POST", "body": question},
        ]
    )
    archive = data / "archive"
    report = verify(archive)
    assert report.problems == []
    assert (report.files, report.manifests) == (1, 1)
    [path] = archive.glob("*/*/*.warc.gz")
    check = subprocess.run(
        [sys.executable, "-m", "warcio.cli", "check", "-v", str(path)],
        capture_output=True,
        text=True,
    )
    assert check.returncode == 0, check.stdout
    assert check.stdout.count("digest pass") == report.records
    found = captures(data)
    assert (
        gzip.decompress(read_body(archive, found["gzip"]))
        == read_payload(archive, found["gzip"]).data
    )
    chunked = read_payload(archive, found["chunked"])
    assert chunked.data == b"<p>one two."
    assert [value for name, value in chunked.headers if name == "set-cookie"] == ["a=1", "b=2"]
    # Address and protocol of the connection; the question asked, without its key.
    raw = gzip.decompress(path.read_bytes())
    assert b"\r\nWARC-IP-Address: 127.0.0.1\r\nWARC-Protocol: http/1.1\r\n" in raw
    assert b'\r\n\r\n{"query": "camera", "api_key": "REDACTED"}\r\n' in raw
    assert b"0123456789abcdef" not in raw
    # The manifest says what the run asked and got.
    [manifest] = manifests(archive)
    run = manifest.content["run"]
    assert run["source_id"] == "sample_site"
    assert run["arguments"] == {"since": "2026-01-01"}
    assert run["finish_reason"] == "finished"
    assert (run["announced"], run["received"]) == (6, 6)
    assert manifest.content["outcomes"] == {"gone": 1, "ok": 5}
    assert [file["name"] for file in manifest.content["files"]] == [found["page"].warc_file]


def read_body(archive: Path, capture: Capture) -> bytes:
    """The stored bytes, as any gzip reader sees them."""
    assert capture.warc_file and capture.warc_offset is not None and capture.warc_length
    with (archive / capture.warc_file).open("rb") as file:
        file.seek(capture.warc_offset)
        record = gzip.decompress(file.read(capture.warc_length))
    return record.split(b"\r\n\r\n", 2)[2].removesuffix(b"\r\n\r\n")


def test_a_second_crawl_asks_only_for_what_changed(
    data: Path, site: str, crawl: Crawl, requests_seen: list[Any]
) -> None:
    asked = [{"url": f"{site}/etag"}, {"url": f"{site}/page"}]
    first = crawl(asked, source={"kind": "vendor"})
    before = captures(data)
    second = crawl(asked, source={"kind": "vendor"})
    after = captures(data)
    assert requests_seen[-2][2]["If-None-Match"] == '"v1"'
    assert (after["etag"].status, after["etag"].outcome) == (304, "unchanged")
    assert (after["page"].status, after["page"].outcome) == (200, "unchanged")
    # The spider gets the stored page, so it still finds the links on it.
    (url, status, size, flags), *_ = second["got"]
    assert (url, status, size) == tuple(first["got"][0][:3])
    assert (status, flags) == (200, ["archived"])
    for path in ("etag", "page"):
        assert after[path].sha256 == before[path].sha256
        stored = read_payload(data / "archive", after[path])
        assert stored.data == read_payload(data / "archive", before[path]).data
    assert second["stats"]["archive/unchanged"] == 2
    sizes = [path.stat().st_size for path in sorted((data / "archive").glob("*/*/*.warc.gz"))]
    assert len(sizes) == 2
    one, two = manifests(data / "archive")
    assert two.content["previous"] == {"name": one.path.name, "sha256": one.sha256}
    assert verify(data / "archive").problems == []


def test_a_damaged_stored_page_is_asked_for_again(data: Path, site: str, crawl: Crawl) -> None:
    asked = [{"url": f"{site}/etag", "meta": {"revisit_ok": True}}]
    crawl(asked)
    [path] = (data / "archive").glob("*/*/*.warc.gz")
    stored = captures(data)["etag"]
    path.chmod(0o644)
    with path.open("r+b") as file:
        file.seek((stored.warc_offset or 0) + 300)
        file.write(b"\xff" * 20)
    got = crawl(asked)["got"]
    assert got == [[f"{site}/etag", 200, 2074, []]]


def test_only_a_sample_source_may_ask_this_machine(data: Path, site: str, crawl: Crawl) -> None:
    got = crawl([{"url": f"{site}/page"}], source={"sample": False})["got"]
    assert got == [["failed", "AddressRefused"]]
    [refused] = captures(data).values()
    assert refused.outcome == "refused"
    assert refused.message == "address guard: 127.0.0.1 is this machine (loopback)"


def test_a_name_that_resolves_to_this_machine_is_refused(
    data: Path, site: str, crawl: Crawl, requests_seen: list[Any]
) -> None:
    # The name server answers with a public address first, with ours when asked again.
    port = site.rpartition(":")[2]
    rebinding = "import socket\nsocket.gethostbyname = lambda name: '127.0.0.1'\n"
    url = f"http://rebinding.example:{port}/page"
    crawl([{"url": url}], source={"sample": False}, code=rebinding)
    assert requests_seen == []
    [refused] = captures(data).values()
    assert refused.outcome == "refused"
    assert refused.message == (
        "address guard: rebinding.example resolves to 127.0.0.1, this machine (loopback)"
    )


def test_an_archive_that_cannot_be_written_stops_the_crawl(
    data: Path, site: str, crawl: Crawl
) -> None:
    full = (
        "import spiders.archive.writer as w\n"
        "def full(self, data):\n"
        "    raise OSError(28, 'No space left on device')\n"
        "real = w.ArchiveWriter._exchange\n"
        "def exchange(self, *a):\n"
        "    self._files.warc._write = full.__get__(self)\n"
        "    try:\n"
        "        return real(self, *a)\n"
        "    finally:\n"
        "        self._files.warc._write = self._files._write\n"
        "w.ArchiveWriter._exchange = exchange\n"
    )
    done = crawl([{"url": f"{site}/page"}] * 5, code=full)
    assert done["stats"]["finish_reason"] == "archive failed: No space left on device"
    assert len(done["got"]) < 5
    assert captures(data) == {}


def test_without_an_archive_nothing_is_fetched(
    data: Path, site: str, crawl: Crawl, requests_seen: list[Any]
) -> None:
    data.mkdir()
    (data / "archive").write_text("a file where the folder should be")
    done = crawl([{"url": f"{site}/page"}])
    assert requests_seen == []
    assert done["stats"]["finish_reason"].startswith("archive failed: ")
