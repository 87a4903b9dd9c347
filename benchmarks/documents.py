"""Text extraction against alternatives, as ratios: ``python -m benchmarks.documents [FOLDER]``.

Reads every PDF and HTML file of FOLDER, or pages made on the spot. Alternatives that are not
installed are left out. Times are processor time of one thread, best of three.
"""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Callable
from pathlib import Path

from parsers.documents import DocumentError, extract
from parsers.documents.sandbox import Extractor


def sample_html(rows: int = 400) -> bytes:
    body = "".join(
        f"<tr><td>{n}</td><td>样例摄像机 {n}</td><td>Sample camera with <b>alerts</b></td></tr>"
        for n in range(rows)
    )
    return f"<html><h1>Sample</h1><p>Invented text.</p><table>{body}</table></html>".encode()


def ours(data: bytes) -> str:
    try:
        return extract(data, None).text
    except DocumentError:
        return ""


def html_alternatives() -> dict[str, Callable[[bytes], str]]:
    found: dict[str, Callable[[bytes], str]] = {}
    try:
        from bs4 import BeautifulSoup

        found["beautifulsoup4 (lxml)"] = lambda data: BeautifulSoup(data, "lxml").get_text("\n")
    except ImportError:
        pass
    try:
        from resiliparse.extract.html2text import extract_plain_text

        found["resiliparse"] = lambda data: extract_plain_text(data.decode("utf-8", "replace"))
    except ImportError:
        pass
    return found


def pdf_alternatives() -> dict[str, Callable[[bytes], str]]:
    found: dict[str, Callable[[bytes], str]] = {}
    try:
        import pypdfium2

        def plain(data: bytes) -> str:
            document = pypdfium2.PdfDocument(data)
            return "\f".join(page.get_textpage().get_text_range() for page in document)

        found["pypdfium2, lines as set"] = plain
    except ImportError:
        pass
    try:
        from pypdf import PdfReader

        found["pypdf"] = lambda data: "\f".join(
            page.extract_text() for page in PdfReader(io.BytesIO(data)).pages
        )
    except ImportError:
        pass
    try:
        from pdfminer.high_level import extract_text

        found["pdfminer.six"] = lambda data: str(extract_text(io.BytesIO(data)))
    except ImportError:
        pass
    return found


def best(run: Callable[[], object], times: int = 3) -> float:
    spent = []
    for _ in range(times):
        started = time.process_time()
        run()
        spent.append(time.process_time() - started)
    return min(spent)


def compare(kind: str, documents: list[bytes], others: dict[str, Callable[[bytes], str]]) -> None:
    if not documents:
        return
    pages = sum(extract(data, None).pages for data in documents)
    base = best(lambda: [ours(data) for data in documents])
    size = sum(map(len, documents)) / 1e6
    print(f"{kind}: {len(documents)} documents, {pages} pages, {size:.1f} MB")
    characters = sum(len(ours(data)) for data in documents)
    print(f"  {'counterwatch':24} {pages / base:8.0f} pages/cpu-s  1.00  {characters:,} characters")
    for name, run in others.items():
        spent = best(lambda run=run: [run(data) for data in documents], times=1)  # type: ignore[misc]
        characters = sum(len(run(data)) for data in documents)
        print(
            f"  {name:24} {pages / spent:8.0f} pages/cpu-s  {base / spent:.2f}  "
            f"{characters:,} characters"
        )


def compare_sandbox(documents: list[bytes]) -> None:
    if not documents:
        return
    started = time.monotonic()
    for data in documents:
        ours(data)
    inside = time.monotonic() - started
    with Extractor(jobs=1) as extractor:
        extractor.extract(documents[0], None)  # starting a worker is paid once
        started = time.monotonic()
        for data in documents:
            extractor.extract(data, None)
        outside = time.monotonic() - started
    print(f"child process: {outside / inside:.2f} × the wall time of the same work in this process")


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    files = [path for path in folder.rglob("*") if path.is_file()] if folder else []
    pdfs = [path.read_bytes() for path in files if path.suffix == ".pdf"]
    pages = [path.read_bytes() for path in files if path.suffix in (".html", ".htm")]
    compare("HTML", pages or [sample_html()] * 20, html_alternatives())
    compare("PDF", pdfs, pdf_alternatives())
    compare_sandbox(pdfs)


if __name__ == "__main__":
    main()
