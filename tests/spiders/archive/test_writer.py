"""What one run writes, what the index says of it, and what reads back."""

from __future__ import annotations

import gzip
import random
import tracemalloc
import zlib
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from spiders.archive.index import Index
from spiders.archive.manifest import manifests
from spiders.archive.reader import PayloadDamaged, PayloadMissing, PayloadTooLarge, read_payload
from spiders.archive.runs import Run
from spiders.archive.writer import ArchiveWriter

PAGE = "<p>Sample page of an invented vendor: 人群聚集预警.</p>".encode() * 40
HTML = (b"Content-Type", b"text/html; charset=utf-8")


def records(archive: Path) -> list[tuple[str, dict[str, str], bytes]]:
    """(type, fields, block) of every record, read by warcio with its digests checked."""
    found = []
    for path in sorted(archive.glob("*/*/*.warc.gz")):
        with path.open("rb") as file:
            for record in ArchiveIterator(file, check_digests="raise"):
                block = record.raw_stream.read()
                found.append((record.rec_type, dict(record.rec_headers.headers), block))
    return found


def test_an_exchange_is_a_request_and_a_response(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path, "sample", Run("sample")) as writer:
        capture = writer.write_exchange(
            "http://vendor.example/a?b=1",
            200,
            [HTML],
            PAGE,
            request_headers=[(b"User-Agent", b"sample")],
            ip="192.0.2.7",
            protocol="HTTP/1.1",
        )
    kinds = [kind for kind, _, _ in records(tmp_path)]
    assert kinds == ["warcinfo", "request", "response", "metadata"]
    request, response = records(tmp_path)[1:3]
    assert request[1]["WARC-Concurrent-To"] == response[1]["WARC-Record-ID"]
    assert response[1]["WARC-IP-Address"] == "192.0.2.7"
    assert response[1]["WARC-Protocol"] == "http/1.1"
    assert response[2] == PAGE
    assert capture.outcome == "ok"
    assert capture.media_type == "text/html"
    assert read_payload(tmp_path, capture).data == PAGE


def test_the_body_is_stored_as_received_and_read_decoded(tmp_path: Path) -> None:
    body = gzip.compress(PAGE)
    headers = [HTML, (b"Content-Encoding", b"gzip"), (b"Transfer-Encoding", b"chunked")]
    with ArchiveWriter(tmp_path, "sample", Run("sample")) as writer:
        capture = writer.write_exchange("http://vendor.example/", 200, headers, body)
    _, fields, block = records(tmp_path)[2]
    assert block == body
    assert fields["WARC-X-Payload-SHA256"] == capture.sha256
    payload = read_payload(tmp_path, capture)
    assert payload.data == PAGE
    assert payload.charset == "utf-8"
    # Not to be undone again by readers: the client did.
    assert payload.header("transfer-encoding") is None
    assert payload.header("x-archive-orig-transfer-encoding") == "chunked"


def test_a_truncated_gzip_body_is_kept_and_named(tmp_path: Path) -> None:
    body = gzip.compress(PAGE)[:-20]
    with ArchiveWriter(tmp_path, "sample", Run("sample")) as writer:
        capture = writer.write_exchange(
            "http://vendor.example/", 200, [HTML, (b"Content-Encoding", b"gzip")], body
        )
    assert capture.outcome == "failed"
    assert "gzip body of" in capture.message
    assert "truncated" in capture.message
    with pytest.raises(PayloadDamaged, match=r"http://vendor.example/ .* is truncated"):
        read_payload(tmp_path, capture)
    assert records(tmp_path)[2][2] == body


def test_a_decompression_bomb_is_too_large(tmp_path: Path) -> None:
    bomb = gzip.compress(bytes(3_000_000))
    with ArchiveWriter(tmp_path, "sample", Run("sample"), decoded_limit=1_000_000) as writer:
        capture = writer.write_exchange(
            "http://vendor.example/", 200, [HTML, (b"Content-Encoding", b"gzip")], bomb
        )
    assert capture.outcome == "too-large"
    with pytest.raises(PayloadTooLarge, match="more than 1000000 bytes"):
        read_payload(tmp_path, capture, limit=1_000_000)


def test_repeated_headers_and_bytes_beyond_ascii_stay_as_they_are(tmp_path: Path) -> None:
    headers = [HTML, (b"Set-Cookie", b"a=1"), (b"Set-Cookie", b"b=2"), (b"X-Name", b"caf\xe9")]
    with ArchiveWriter(tmp_path, "sample", Run("sample")) as writer:
        writer.write_exchange("http://vendor.example/", 200, headers, PAGE)
    raw = gzip.decompress(next(tmp_path.glob("*/*/*.warc.gz")).read_bytes())
    assert b"\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nX-Name: caf\xe9\r\n\r\n<p>" in raw


def test_the_same_bytes_again_are_a_revisit_that_reads_the_same(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path, "sample", Run("sample")) as writer:
        first = writer.write_exchange("http://vendor.example/a", 200, [HTML], PAGE)
    run = Run("sample")
    with ArchiveWriter(tmp_path, "sample", run) as writer:
        again = writer.write_exchange("http://vendor.example/a", 200, [HTML], PAGE)
        elsewhere = writer.write_exchange("http://vendor.example/b", 200, [HTML], PAGE)
    assert (again.outcome, elsewhere.outcome) == ("unchanged", "ok")
    assert (run.pages, run.new, run.unchanged) == (2, 1, 1)
    _, fields, block = records(tmp_path)[6]
    assert fields["WARC-Profile"].endswith("/identical-payload-digest")
    assert fields["WARC-Refers-To-Target-URI"] == "http://vendor.example/a"
    assert block == b""
    for capture in (again, elsewhere):
        assert capture.sha256 == first.sha256
        assert read_payload(tmp_path, capture).data == PAGE


def test_not_modified_is_a_revisit_of_the_stored_capture(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path, "sample", Run("sample")) as writer:
        stored = writer.write_exchange(
            "http://vendor.example/", 200, [HTML, (b"ETag", b'"1"')], PAGE
        )
        again = writer.write_not_modified("http://vendor.example/", stored, [(b"ETag", b'"1"')])
    fields = records(tmp_path)[4][1]
    assert fields["WARC-Profile"].endswith("/server-not-modified")
    assert (again.status, again.outcome, again.sha256) == (304, "unchanged", stored.sha256)
    assert read_payload(tmp_path, again).data == PAGE


def test_changed_pages_and_gone_pages_are_told_apart(tmp_path: Path) -> None:
    run = Run("sample")
    with ArchiveWriter(tmp_path, "sample", run) as writer:
        for body, outcome in ((PAGE, "ok"), (PAGE + b"!", "ok"), (b"no", "gone"), (PAGE, "ok")):
            last = writer.write_exchange(
                "http://vendor.example/", 200, [HTML], body, outcome=outcome
            )
    assert last.outcome == "ok"  # it came back: that is news, not "unchanged"
    assert (run.new, run.changed, run.gone, run.unchanged) == (1, 2, 1, 0)


def test_posts_to_one_url_are_different_pages(tmp_path: Path) -> None:
    run = Run("sample")
    with ArchiveWriter(tmp_path, "sample", run) as writer:
        for page in (b'{"page": 1}', b'{"page": 2}'):
            writer.write_exchange(
                "http://api.example/search", 200, [HTML], PAGE, method="POST", request_body=page
            )
    assert (run.new, run.unchanged) == (2, 0)
    assert [block for kind, _, block in records(tmp_path) if kind == "request"] == [
        b'{"page": 1}',
        b'{"page": 2}',
    ]


def test_a_failure_without_an_answer_is_recorded(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path, "sample", Run("sample")) as writer:
        capture = writer.write_failure("http://vendor.example/", "failed", "no answer in 30 s")
    kind, fields, block = records(tmp_path)[1]
    assert (kind, fields["WARC-X-Outcome"]) == ("metadata", "failed")
    assert b"no answer in 30 s" in block
    with pytest.raises(PayloadMissing, match="no answer in 30 s"):
        read_payload(tmp_path, capture)


def test_secrets_never_reach_the_archive(tmp_path: Path) -> None:
    secret = "s3cr3t-k3y-0123456789"
    run = Run("sample", arguments={"api_key": secret, "since": "2026-01-01"})
    with ArchiveWriter(tmp_path, "sample", run, secrets=["another-key-9876"]) as writer:
        writer.write_exchange(
            f"http://user:pass@api.example/search?api_key={secret}&q=1",
            200,
            [(b"Content-Type", b"application/json"), (b"Link", f"<?api_key={secret}>".encode())],
            f'{{"next": "?api_key={secret}"}}'.encode(),
            method="POST",
            request_headers=[
                (b"Authorization", b"Bearer abcdefghijkl"),
                (b"Cookie", b"session=abcdefghijkl"),
                (b"X-Api-Key", b"another-key-9876"),
            ],
            request_body=b'{"token": "abcdefghijkl", "q": 1}',
        )
        writer.write_exchange(
            f"http://api.example/list?api_key={secret}",
            200,
            [(b"Content-Encoding", b"gzip")],
            gzip.compress(f"see ?api_key={secret}".encode()),
        )
        writer.write_failure("http://api.example/", "failed", f"no answer: ?api_key={secret}")
        writer.write_listing(
            f"http://api.example/?api_key={secret}", [f"/a?api_key={secret}"], complete=True
        )
    written = b"".join(gzip.decompress(path.read_bytes()) for path in tmp_path.glob("*/*/*.gz"))
    written += b"".join(path.read_bytes() for path in tmp_path.glob("manifests/*.json"))
    written += (tmp_path / "index.db").read_bytes()
    for hidden in (secret, "abcdefghijkl", "another-key-9876", "user:pass"):
        assert hidden.encode() not in written
    with Index(tmp_path / "index.db") as index:
        answer = list(index.captures())[1]
    assert answer.url == "http://api.example/list?api_key=REDACTED"
    assert read_payload(tmp_path, answer).data == b"see ?api_key=REDACTED"


def test_files_rotate_by_size_and_are_read_only(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path, "sample", Run("sample"), file_size=3_000) as writer:
        for number in range(6):
            body = bytes(f"{number}" * 600, "ascii") + number.to_bytes(4, "big") * 100
            writer.write_exchange(f"http://vendor.example/{number}", 200, [HTML], body)
    paths = sorted(tmp_path.glob("sample/*/*.warc.gz"))
    assert len(paths) > 1
    assert [path.name.split("-")[-1] for path in paths][:2] == ["00000.warc.gz", "00001.warc.gz"]
    assert {path.stat().st_mode & 0o222 for path in paths} == {0}


def test_names_of_files_never_come_from_outside(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path / "archive", "../../etc/évil", Run("../../etc/évil")) as writer:
        writer.write_exchange("http://vendor.example/../../x", 200, [HTML], PAGE)
    [path] = tmp_path.glob("**/*.warc.gz")
    assert path.parent.parent.name == "______etc__vil"
    assert path.parent.parent.parent == tmp_path / "archive"


def test_a_full_disk_stops_and_leaves_whole_records(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = ArchiveWriter(tmp_path, "sample", Run("sample"))
    writer.write_exchange("http://vendor.example/1", 200, [HTML], PAGE)
    real = writer._files._write

    def full(data: bytes) -> None:
        real(data[:50])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writer._files.warc, "_write", full)
    with pytest.raises(OSError, match=r"cannot write sample/.*: No space left"):
        writer.write_exchange("http://vendor.example/2", 200, [HTML], PAGE[::-1])
    monkeypatch.undo()
    writer.write_exchange("http://vendor.example/3", 200, [HTML], PAGE[5:])
    writer.close()
    urls = [
        fields["WARC-Target-URI"] for kind, fields, _ in records(tmp_path) if kind == "response"
    ]
    assert urls == ["http://vendor.example/1", "http://vendor.example/3"]


def test_a_run_id_that_is_a_path_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"run id '../x' cannot stand in a file name"):
        ArchiveWriter(tmp_path, "sample", Run("sample", id="../x"))


def crawl_pages(archive: Path, changed: int) -> tuple[Run, int]:
    """A run over 200 pages of 30 KB as stored, ``changed`` of them new; what it added on disk.

    An unchanged page costs about 1 KB (its request and its revisit record) whatever its size.
    """
    before = sum(path.stat().st_size for path in archive.glob("*/*/*.warc.gz"))
    run = Run("sample")
    with ArchiveWriter(archive, "sample", run) as writer:
        for page in range(200):
            version = run.id if page < changed else "first"
            text = random.Random(f"{page} {version}").choices(LETTERS, k=40_000)
            writer.write_exchange(
                f"http://vendor.example/{page}",
                200,
                [HTML, (b"Server", b"sample")],
                "".join(text).encode(),
                request_headers=[(b"User-Agent", b"Mozilla/5.0 (compatible; sample)")],
            )
    after = sum(path.stat().st_size for path in archive.glob("*/*/*.warc.gz"))
    return run, after - before


LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ "


def test_a_recrawl_with_nine_of_ten_pages_unchanged_adds_under_15_percent(tmp_path: Path) -> None:
    first_run, first = crawl_pages(tmp_path, changed=0)
    again_run, again = crawl_pages(tmp_path, changed=20)
    assert (first_run.new, first_run.saved) == (200, 0)
    assert (again_run.unchanged, again_run.changed) == (180, 20)
    assert again < 0.15 * first
    # What the run says it saved is what 180 of 200 full records would have taken.
    assert again_run.saved == pytest.approx(0.9 * first, rel=0.1)
    assert manifests(tmp_path)[-1].content["run"]["saved"] == again_run.saved
    with Index(tmp_path / "index.db") as index:
        assert index.run(again_run.id) == again_run


def test_memory_stays_flat_however_many_pages(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path, "sample", Run("sample"), file_size=200_000) as writer:

        def write(pages: range) -> None:
            for page in pages:
                body = random.Random(page).randbytes(4_000)
                writer.write_exchange(f"http://vendor.example/{page}", 200, [HTML], body)

        write(range(300))
        tracemalloc.start()
        write(range(300, 600))
        middle = tracemalloc.get_traced_memory()[0]
        write(range(600, 1_200))
        grown = tracemalloc.get_traced_memory()[0] - middle
        tracemalloc.stop()
    assert grown < 120_000, f"{grown} bytes more after 600 pages of 4,000 bytes"


def test_an_archive_without_isal_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    """What one library compressed the other reads."""
    with ArchiveWriter(tmp_path, "sample", Run("sample")) as writer:
        capture = writer.write_exchange("http://vendor.example/1", 200, [HTML], PAGE)
    monkeypatch.setattr("spiders.archive.compression._zlib", zlib)
    assert read_payload(tmp_path, capture).data == PAGE
    with ArchiveWriter(tmp_path, "sample", Run("sample"), level=6) as writer:
        other = writer.write_exchange("http://vendor.example/2", 200, [HTML], PAGE[1:])
    monkeypatch.undo()
    assert read_payload(tmp_path, other).data == PAGE[1:]
