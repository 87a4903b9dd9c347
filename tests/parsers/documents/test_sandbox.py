"""Bombs, crashes and garbage: each document ends with an outcome, no other is touched."""

from __future__ import annotations

import gzip
import io
import os
import random
import signal
import time
import zipfile
import zlib
from collections.abc import Iterator

import pytest

from parsers.documents import DocumentError, DocumentTooLarge, Extraction, Limits, extract
from parsers.documents import sandbox as sandbox_module
from parsers.documents.sandbox import Extractor
from tests.parsers.documents.sample_documents import docx, pdf, pptx, xlsx

TIGHT = Limits(memory_bytes=700_000_000, seconds=5, wall_seconds=8)


@pytest.fixture(scope="module")
def extractor() -> Iterator[Extractor]:
    with Extractor(jobs=1, limits=TIGHT) as extractor:
        yield extractor


def zip_of(members: dict[str, bytes], level: int = 9) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def deflated_zeros(megabytes: int) -> bytes:
    """A deflate stream of zeros; one block, repeated, so that making it costs nothing."""
    compressor = zlib.compressobj(9, zlib.DEFLATED, 15)
    head = compressor.compress(b"\x00" * 1_000_000) + compressor.flush(zlib.Z_FULL_FLUSH)
    block = compressor.compress(b"\x00" * 1_000_000) + compressor.flush(zlib.Z_FULL_FLUSH)
    return head + block * (megabytes - 1) + compressor.flush()


def test_the_same_as_without_a_child_process(extractor: Extractor) -> None:
    for data in (
        pdf(["Crowd alerts for the police."]),
        docx("<w:p><w:r><w:t>Crowd alerts.</w:t></w:r></w:p>"),
        pptx(["Crowd alerts."]),
        xlsx([["Crowd", 3]]),
        zip_of({"a.txt": b"one", "b.bin": bytes(range(256))}),
    ):
        assert extractor.extract(data, None) == extract(data, None)


def test_a_worker_is_used_again(extractor: Extractor) -> None:
    extractor.extract(pdf(["One."]), None)
    before = {worker.pid for worker in extractor._all}
    extractor.extract(pdf(["Two."]), None)
    assert {worker.pid for worker in extractor._all} == before


def test_errors_cross_with_their_outcome(extractor: Extractor) -> None:
    with pytest.raises(DocumentError, match="PDF is damaged") as caught:
        extractor.extract(b"%PDF-1.7 and nothing else", None)
    assert caught.value.outcome == "failed"


def test_pdf_bomb(extractor: Extractor) -> None:
    """A page whose content stream inflates to 2 GB, twice packed in itself."""
    stream = zlib.compress(deflated_zeros(2_000), 9)
    bomb = pdf([], content=stream, filters="[/FlateDecode /FlateDecode]")
    assert len(bomb) < 60_000
    with pytest.raises(DocumentTooLarge, match="memory limit of 700 MB reached"):
        extractor.extract(bomb, "application/pdf")
    assert extractor.extract(pdf(["Still here."]), None).text == "Still here."


def test_flat_zip_bomb_is_refused_by_ratio(extractor: Extractor) -> None:
    bomb = gzip.compress(b"\x00" * 50_000_000, 9)
    with pytest.raises(DocumentTooLarge, match="inflates more than 300 times: a bomb"):
        extractor.extract(bomb, None, "x.gz")
    with pytest.raises(DocumentTooLarge, match="inflates more than 300 times: a bomb"):
        extractor.extract(zip_of({"x": b"\x00" * 50_000_000}), None)


def test_nested_zip_bomb_is_refused(extractor: Extractor) -> None:
    inner = zip_of({f"{n}": b"\x00" * 9_000_000 for n in range(10)})
    for _ in range(2):
        inner = zip_of({f"{n}.zip": inner for n in range(10)}, level=1)
    with pytest.raises(DocumentError) as caught:
        extractor.extract(inner, None, limits=Limits(members_bytes=100_000_000))
    assert "larger than 100,000,000 bytes" in str(caught.value)


def test_archives_nested_too_deeply_are_left_out(extractor: Extractor) -> None:
    data = zip_of({"deep.txt": b"deep"})
    for _ in range(4):
        data = zip_of({"in.zip": data, "note.txt": b"note"})
    extraction = extractor.extract(data, None)
    assert [member.name for member in extraction.members] == [
        "in.zip/in.zip/note.txt",
        "in.zip/note.txt",
        "note.txt",
    ]
    assert extraction.warnings == ("in.zip/in.zip/in.zip: archives nested deeper than 3, left out",)


@pytest.mark.parametrize("name", ["word/document.xml", "xl/worksheets/sheet1.xml", "ppt/a.xml"])
def test_office_bombs_are_refused_before_inflating(extractor: Extractor, name: str) -> None:
    bomb = zip_of({"[Content_Types].xml": b"<Types/>", name: b"<a>" + b" " * 60_000_000})
    with pytest.raises(DocumentTooLarge, match=r"would inflate .* times, more than 300: a bomb"):
        extractor.extract(bomb, None)


def test_a_spreadsheet_with_one_cell_at_the_far_corner(extractor: Extractor) -> None:
    bomb = xlsx([["a"]], extra='<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    with pytest.raises(DocumentTooLarge, match=r"cells, more than|memory limit of 700 MB reached"):
        extractor.extract(bomb, None)


def test_billion_laughs_are_refused_everywhere(extractor: Extractor) -> None:
    laughs = '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{("&" + chr(97 + n) + ";") * 10}">' for n in range(9)
    )
    source = laughs + "]><l>&j;</l>"
    with pytest.raises(DocumentError, match="declares entities"):
        extractor.extract(source.encode(), "text/xml")
    with pytest.raises(DocumentError, match="declares entities"):
        extractor.extract(docx("", document=source), None)


def test_external_entities_are_never_loaded() -> None:
    source = (
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
    )
    with pytest.raises(DocumentError, match="declares entities"):
        extract(source, "text/xml")
    source = b'<?xml version="1.0"?><!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd"><a>text</a>'
    assert extract(source, "text/xml").text == "text"


@pytest.mark.parametrize(
    ("source", "media_type"),
    [
        (b"[" * 100_000, "application/json"),
        (b'{"a":' * 100_000, "application/json"),
        (b"<div>" * 100_000, "text/html"),
        (b"<table><tr><td>" * 50_000, "text/html"),
        (b"<b><i>" * 50_000, "text/html"),
        (b"<?xml version='1.0'?>" + b"<a>" * 300_000, "text/xml"),
    ],
)
def test_absurd_depth_is_refused_quickly(source: bytes, media_type: str) -> None:
    started = time.monotonic()
    with pytest.raises(DocumentError):
        extract(source, media_type)
    assert time.monotonic() - started < 5


def test_deep_xml_is_read() -> None:
    source = b"<?xml version='1.0'?>" + b"<a>" * 50_000 + b"deep" + b"</a>" * 50_000
    assert extract(source, "text/xml").text == "deep"


def test_a_line_of_fifty_megabytes() -> None:
    with Extractor(jobs=1) as extractor, pytest.raises(DocumentTooLarge, match="20,000,000 char"):
        extractor.extract(b"word " * 10_000_000, "text/plain")


def test_memory_limit_names_itself() -> None:
    limits = Limits(memory_bytes=400_000_000, characters=500_000_000, wall_seconds=20)
    with Extractor(jobs=1, limits=limits) as extractor:
        with pytest.raises(DocumentTooLarge, match="memory limit of 400 MB reached"):
            extractor.extract(b'{"a": ["x y", 1]}\n' * 6_000_000, "application/json")
        assert extractor.extract(pdf(["Still here."]), None).text == "Still here."


def test_time_limit_names_itself_and_kills() -> None:
    limits = Limits(wall_seconds=0.02)
    with Extractor(jobs=1, limits=limits) as extractor:
        with pytest.raises(DocumentTooLarge, match=r"time limit of 0\.02 s reached"):
            extractor.extract(pdf(["x"] * 2_000), None)
        assert extractor._all == set()


def test_a_crash_is_told_and_the_next_document_is_read() -> None:
    with Extractor(jobs=1) as extractor:
        extractor.extract(pdf(["One."]), None)
        (worker,) = extractor._all
        # What a crash in a C library looks like to the parent.
        os.kill(worker.pid, signal.SIGSEGV)
        with pytest.raises(DocumentError, match=r"parser crashed \(signal SIGSEGV\)"):
            worker.ask([b"\x00" * 8], Limits())
        assert extractor.extract(pdf(["Two."]), None).text == "Two."


def test_the_watcher_for_systems_without_memory_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox_module, "_must_watch_memory", lambda: True)
    monkeypatch.setattr(sandbox_module, "_resident_bytes", lambda pid: 10**12)
    with (
        Extractor(jobs=1) as extractor,
        pytest.raises(DocumentTooLarge, match="memory limit of 1,500 MB reached"),
    ):
        extractor.extract(b"word " * 3_000_000, "text/plain")


def test_resident_bytes_of_this_process() -> None:
    assert sandbox_module._resident_bytes(os.getpid()) > 10_000_000


def test_output_limit() -> None:
    data = zip_of({"a.txt": random.Random(1).randbytes(200_000)})
    limits = Limits(output_bytes=100_000)
    with (
        Extractor(jobs=1, limits=limits) as extractor,
        pytest.raises(DocumentTooLarge, match="output limit of 100,000 bytes reached"),
    ):
        extractor.extract(data, None)


def test_many_keeps_order_and_goes_on_after_errors() -> None:
    documents = [
        (n, lambda n=n: (pdf([f"Page {n}."]) if n % 3 else b"%PDF-broken", None, "x.pdf"))
        for n in range(7)
    ]
    with Extractor(jobs=2) as extractor:
        results = list(extractor.extract_many(documents))
    assert [key for key, _ in results] == list(range(7))
    assert [r.text if isinstance(r, Extraction) else "error" for _, r in results] == [
        "error",
        "Page 1.",
        "Page 2.",
        "error",
        "Page 4.",
        "Page 5.",
        "error",
    ]


STARTS = {
    "html": b"<html><table><tr><td>",
    "xml": b"<?xml version='1.0'?><a>",
    "json": b'{"a": [',
    "csv": b"a,b\n1,",
    "gzip": b"\x1f\x8b\x08\x00",
    "utf-16": b"\xff\xfe",
    "ole": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "text": b"",
}


@pytest.mark.parametrize("kind", STARTS)
def test_random_bytes_end_in_an_outcome(kind: str) -> None:
    chance = random.Random(f"seed {kind}")
    for _ in range(60):
        data = STARTS[kind] + chance.randbytes(chance.randrange(400))
        _ends_in_an_outcome(lambda data=data: extract(data, None, f"x.{kind}"))


@pytest.mark.parametrize("kind", ["pdf", "docx", "pptx", "xlsx", "zip"])
def test_damaged_documents_end_in_an_outcome(kind: str, extractor: Extractor) -> None:
    whole = {
        "pdf": pdf(["Crowd alerts for the police.", "Page two."]),
        "docx": docx("<w:p><w:r><w:t>Crowd alerts.</w:t></w:r></w:p>"),
        "pptx": pptx(["Crowd alerts."]),
        "xlsx": xlsx([["Crowd", 3]]),
        "zip": zip_of({"a.txt": b"one" * 100}),
    }[kind]
    chance = random.Random(f"seed {kind}")
    for _ in range(40):
        data = bytearray(whole)
        for _ in range(chance.randrange(1, 12)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        cut = bytes(data[: chance.randrange(len(data)) if chance.random() < 0.3 else len(data)])
        _ends_in_an_outcome(lambda cut=cut: extractor.extract(cut, None, f"x.{kind}"))


def _ends_in_an_outcome(run) -> None:  # type: ignore[no-untyped-def]
    try:
        extraction = run()
    except DocumentError as error:
        assert str(error)
        return
    extraction.text.encode("utf-8")
    assert "\x00" not in extraction.text
    assert extraction.text.strip()
    for start, end in extraction.headings:
        assert extraction.text[start:end].strip()
