"""How fast the site is on a large database, beside bare Datasette on the same file.

    python -m benchmarks.portal --claims 1000000 --notices 1000000 --seconds 60

Makes a database of invented rows (seeded; skewed as the real ones are: few capabilities, buyers
and vendors have most rows), serves it with the portal and then with bare Datasette, and prints
for each address the median of both and their ratio; rows per second and memory of a CSV of all
claims; and what many clients at once are answered. The file is kept with ``--keep FILE`` and
used again. Times are this machine's; the ratios are what can be compared.
"""

from __future__ import annotations

import asyncio
import hashlib
import http.client
import itertools
import json
import random
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import click
import httpx

from db.load import create_indexes
from db.schema import TABLES
from db.search import create_search, fill_search
from db.summaries import fill
from parsers.capabilities import lexicon
from portal.serve import command as portal_command
from portal.serve import free_port, inspect, wait_until_ready

COUNTRIES = ["CN", "GB", "UA", "DE", "FR", "US", "PL", "ES", "IT", "BR", "IN", "TR", "KE", "RS"]
REGIONS = [
    "新疆维吾尔自治区",
    "喀什地区",
    "广东省",
    "北京市",
    "四川省",
    "西藏自治区",
    "Bayern",
    "London",
]
BUYERS = [
    "{}公安局",
    "{}公安分局",
    "{}政法委员会",
    "{} City Police",
    "{} Council",
    "{}教育局",
    "Polizei {}",
]
PLACES = [
    "示例市", "样板区", "虚构县", "Sampleton", "Musterstadt", "Examplia", "Placeholder", "演示州",
]  # fmt: skip
SUBJECTS = [
    "人脸识别系统", "视频监控建设", "人群聚集预警平台", "声纹库扩容", "手机取证设备", "车辆租赁服务",
    "办公用品采购", "道路养护工程", "facial recognition cameras", "command centre software",
    "licence plate cameras", "school furniture", "road maintenance", "network monitoring",
]  # fmt: skip
SENTENCES = [
    "系统支持{n}人以上聚集自动报警，并按民族属性分类统计。",
    "平台接入{n}路摄像机，支持维族人员识别和轨迹追踪。",
    "人像库规模不少于{n}万，比对准确率不低于99%。",
    "The platform raises an alert when {n} people gather in a public square.",
    "Matches faces against a watch-list of {n} persons in real time.",
    "Delivery of {n} cameras with licence plate recognition.",
    "采购人要求对重点人员布控，数量{n}。",
    "The supplier trains {n} officers and maintains the system.",
]
STANCES = [
    "requires",
    "claims",
    "supplies",
    "reports",
    "operates",
    "denies",
    "restricts",
    "permits",
]
WEIGHTS = [40, 25, 15, 10, 5, 3, 1.5, 0.5]
ROWS = 20_000


def _skewed(generator: random.Random, n: int) -> int:
    """An index below ``n``; the first tenth is drawn most of the time."""
    return min(int(n * generator.random() ** 4), n - 1)


def generate(path: Path, claims: int, notices: int, seed: int) -> None:
    """Write a database of invented rows to ``path``."""
    generator = random.Random(seed)
    connection = sqlite3.connect(path)
    connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
    for table, columns in TABLES.items():
        connection.execute(f'CREATE TABLE "{table}" ({columns})')

    def insert(table: str, rows: Iterator[dict[str, object]]) -> None:
        while batch := list(itertools.islice(rows, ROWS)):
            names = ", ".join(f'"{name}"' for name in batch[0])
            marks = ", ".join("?" * len(batch[0]))
            connection.executemany(
                f'INSERT INTO "{table}" ({names}) VALUES ({marks})',
                [tuple(row.values()) for row in batch],
            )

    codes = list(lexicon.load().capabilities.values())
    insert(
        "capabilities",
        (
            {"code": c.code, "family": c.family, "label": c.label, "label_zh": c.label_zh,
             "definition": c.definition, "definition_zh": c.definition_zh,
             "concern": c.concern, "concern_zh": c.concern_zh, "lexicon_version": "benchmark"}
            for c in codes
        ),
    )  # fmt: skip
    insert(
        "sources",
        (
            {"id": f"source-{i}", "title": f"Sample source {i}", "kind": ("tender", "vendor", "report")[i % 3],
             "publisher": f"Publisher {i}", "country": COUNTRIES[i % 14], "sample": 1}
            for i in range(30)
        ),
    )  # fmt: skip
    organizations = max(claims // 50, 100)
    insert(
        "organizations",
        (
            {"id": f"o{i}", "name": generator.choice(BUYERS).format(f"{PLACES[i % 8]}{i}") if i % 3 else f"Sample Vendor {i}",
             "kind": "buyer" if i % 3 else "vendor", "country": COUNTRIES[_skewed(generator, 14)], "sample": 1}
            for i in range(organizations)
        ),
    )  # fmt: skip
    documents = max(claims // 8, 10)
    hashes = [hashlib.sha256(f"{seed}/{i}".encode()).hexdigest() for i in range(documents)]

    def moment() -> str:
        # More of what is recent, as crawls are.
        day = 3_600 - _skewed(generator, 3_600)
        return f"{2017 + day // 365}-{1 + day % 365 // 31:02}-{1 + day % 28:02}T06:10:00Z"

    def passage() -> str:
        return generator.choice(SENTENCES).format(n=generator.choice((3, 6, 10, 50, 300, 2_000)))

    insert(
        "captures",
        (
            {"id": f"k{i}", "source_id": f"source-{i % 30}", "url": f"https://sample.invalid/{i}", "fetched": moment(),
             "status": 200, "outcome": "ok", "media_type": "text/html", "sha256": h, "warc_file": f"s/{i % 90}.warc.gz",
             "warc_offset": i * 900, "warc_length": 900, "via": "live"}
            for i, h in enumerate(hashes)
        ),
    )  # fmt: skip
    insert(
        "documents",
        (
            {"id": h, "url": f"https://sample.invalid/{i}", "title": f"{PLACES[i % 8]}{generator.choice(SUBJECTS)}",
             "language": ("zh", "en")[i % 2], "media_type": "text/html", "pages": 1, "characters": 600,
             "text": "\n".join(passage() for _ in range(12)), "first_seen": moment(), "last_seen": "2026-11-20T06:10:00Z",
             "state": generator.choices(("live", "changed", "gone"), (90, 8, 2))[0], "outcome": "ok",
             "capture_id": f"k{i}", "source_id": f"source-{i % 30}"}
            for i, h in enumerate(hashes)
        ),
    )  # fmt: skip
    insert(
        "notices",
        (
            {"id": f"n{i}", "ocid": f"ocds-sample-{i // 3}", "document_id": hashes[i % documents], "format": ("ccgp", "ocds", "eforms")[i % 3],
             "stage": generator.choices(("tender", "award", "contract", "planning"), (50, 30, 15, 5))[0],
             "title": f"{PLACES[i % 8]}{generator.choice(SUBJECTS)}（{i}）", "description": passage(),
             "buyer_id": f"o{(buyer := _skewed(generator, organizations))}", "buyer_name": generator.choice(BUYERS).format(f"{PLACES[buyer % 8]}{buyer}"),
             "published": moment()[:10], "amount": float(generator.randrange(10_000, 90_000_000)), "currency": "CNY",
             "country": COUNTRIES[_skewed(generator, 14)], "region": generator.choice(REGIONS),
             "url": f"https://sample.invalid/notice/{i}", "language": "zh", "text_start": 0, "text_end": 600, "source_id": f"source-{i % 30}"}
            for i in range(notices)
        ),
    )  # fmt: skip

    def claim(i: int) -> dict[str, object]:
        stance = generator.choices(STANCES, WEIGHTS)[0]
        quote_ = passage()
        selling = stance in ("claims", "reports", "denies")
        return {
            "id": f"c{i}", "capability": codes[_skewed(generator, len(codes))].code, "stance": stance, "quote": quote_,
            "start": 30, "end": 30 + len(quote_), "context": f"{passage()}\n{quote_}\n{passage()}", "context_start": 0, "page": 1,
            "language": ("zh", "en")[i % 2], "document_id": hashes[int(documents * generator.random() ** 1.5)], "capture_id": f"k{i % documents}",
            "source_id": f"source-{i % 30}", "notice_id": None if selling or not notices else f"n{generator.randrange(notices)}",
            "organization_id": f"o{_skewed(generator, organizations)}" if generator.random() < 0.7 else None,
            "organization_role": "vendor" if selling else "buyer", "parameters": '{"crowd_sizes": [3, 6]}' if i % 9 == 0 else "{}",
            "term": "sample/1", "lexicon_version": "benchmark", "passages": 1 + _skewed(generator, 20), "basis": "archived",
            "review": "unreviewed", "first_seen": moment(), "last_seen": "2026-11-20T06:10:00Z", "state": "live",
        }  # fmt: skip

    insert("claims", (claim(i) for i in range(claims)))
    connection.execute(
        """INSERT INTO claim_organizations SELECT id, organization_id, organization_role FROM claims
        WHERE organization_id IS NOT NULL"""
    )
    connection.execute(
        """INSERT INTO claim_passages (claim_id, number, quote, start, end, context, context_start, page)
        SELECT id, 0, quote, start, end, context, context_start, page FROM claims"""
    )
    connection.execute(
        "INSERT INTO releases VALUES ('benchmark', '2026-11-20T07:00:00Z', 'benchmark', ?, ?, ?, ?, 'ab')",
        (documents, claims, documents, notices),
    )
    create_indexes(connection)
    fill(connection)
    create_search(connection)
    fill_search(connection)
    connection.commit()
    connection.execute("ANALYZE")
    connection.close()


def addresses(path: Path) -> dict[str, tuple[str, str | None, float | None]]:
    """Name → (address, address of the same in bare Datasette, target in ms)."""
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)

    def most(column: str) -> str:
        return str(
            connection.execute(
                f"SELECT {column} FROM claims WHERE {column} IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
            ).fetchone()[0]
        )

    capability, organization = most("capability"), most("organization_id")
    claim = str(connection.execute("SELECT id FROM claims WHERE rowid = 77").fetchone()[0])
    notice, document = most("notice_id"), most("document_id")
    connection.close()
    name = path.stem
    facets = f"/{name}/claims?_facet=capability&_facet=stance&_facet=basis&capability={capability}"
    words = quote("维族")
    return {
        "front": ("/", "/", 50),
        "capability (largest)": (f"/capability/{capability}", f"/{name}/capabilities/{capability}", 50),
        "organisation (largest)": (f"/organization/{organization}", f"/{name}/organizations/{organization}", 50),
        "claim": (f"/claim/{claim}", f"/{name}/claims/{claim}", 50),
        "notice": (f"/notice/{notice}", f"/{name}/notices/{notice}", 50),
        "document": (f"/document/{document}", f"/{name}/documents/{document}", None),
        "table, three facets, filter": (facets, facets, 120),
        "search": (f"/search?q={words}", f"/{name}/claims?_search={words}", 80),
        "search, two words": (f"/search?q={words}+alert+people", None, None),
        "what police bought": ("/bought?buyer=police&place=CN-XJ&year=2019", None, None),
        "map": ("/map", None, None),
        "country": ("/country/CN", None, None),
        "comparison": ("/compare?a=o0&b=o1", None, None),
    }  # fmt: skip


@contextmanager
def served(words: list[str], port: int) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and not wait_until_answers(port):
            time.sleep(0.2)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def wait_until_answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", "/-/versions.json")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def median(port: int, path: str, times: int) -> tuple[float, int]:
    """Median milliseconds of an address after two warm-up requests, and the status."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    taken, status = [], 0
    for number in range(times + 2):
        began = time.perf_counter()
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        status = answer.status
        if number >= 2:
            taken.append((time.perf_counter() - began) * 1_000)
    connection.close()
    return statistics.median(taken), status


def resident(process: subprocess.Popen[bytes], what: str) -> float:
    """Megabytes of memory of a process: ``VmRSS`` now, ``VmHWM`` at most."""
    for line in Path(f"/proc/{process.pid}/status").read_text().splitlines():
        if line.startswith(what):
            return int(line.split()[1]) / 1_024
    return 0.0


def stream(port: int, path: str) -> tuple[int, float]:
    """Rows and seconds of a CSV."""
    began, lines = time.perf_counter(), 0
    with httpx.stream("GET", f"http://127.0.0.1:{port}{path}", timeout=600) as answer:
        for block in answer.iter_bytes(65_536):
            lines += block.count(b"\r")
    return lines - 1, time.perf_counter() - began


async def crowd(
    port: int, paths: list[str], clients: int, seconds: float
) -> tuple[int, int, float, float]:
    """(answers, errors, median seconds, longest seconds) of ``clients`` readers at once."""
    end = time.monotonic() + seconds
    taken: list[float] = []
    errors = 0

    async def reader(seed: int) -> None:
        nonlocal errors
        generator = random.Random(seed)
        async with httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}", timeout=60, trust_env=False
        ) as client:
            while time.monotonic() < end:
                began = time.perf_counter()
                try:
                    answer = await client.get(generator.choice(paths))
                    errors += answer.status_code != 200
                except httpx.HTTPError:
                    errors += 1
                taken.append(time.perf_counter() - began)

    await asyncio.gather(*(reader(seed) for seed in range(clients)))
    return len(taken), errors, statistics.median(taken), max(taken)


@click.command()
@click.option("--claims", default=1_000_000, show_default=True)
@click.option("--notices", default=1_000_000, show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.option("--times", default=20, show_default=True, help="Requests of each address.")
@click.option("--clients", default=50, show_default=True, help="Readers at once.")
@click.option(
    "--seconds", default=60.0, show_default=True, help="How long they read; 0: not at all."
)
@click.option("--keep", type=click.Path(path_type=Path), help="File to make, or to use again.")
def main(
    claims: int,
    notices: int,
    seed: int,
    times: int,
    clients: int,
    seconds: float,
    keep: Path | None,
) -> None:
    """Measure the site on a database of CLAIMS claims and NOTICES notices."""
    with tempfile.TemporaryDirectory(prefix="counterwatch-benchmark-") as folder:
        path = keep or Path(folder) / "counterwatch.db"
        if not path.exists():
            began = time.perf_counter()
            generate(path, claims, notices, seed)
            print(f"made in {time.perf_counter() - began:.0f} s")
        print(f"{path.name}: {path.stat().st_size / 1e6:,.0f} MB")
        inspected = Path(folder) / "inspect.json"
        inspected.write_text(json.dumps(inspect(path)))
        asked = addresses(path)
        csv = f"/{path.stem}/claims.csv?_stream=on"
        ours, bare = {}, {}
        port = free_port("127.0.0.1")
        with served(portal_command(path, inspected, "127.0.0.1", port), port) as process:
            wait_until_ready("127.0.0.1", port)
            for name, (address, _, _) in asked.items():
                ours[name] = median(port, address, times)
            before = resident(process, "VmRSS")
            rows, taken = stream(port, csv)
            print(
                f"CSV of all claims: {rows:,} rows, {rows / taken:,.0f} rows/s, "
                f"memory {before:.0f} MB before, at most {resident(process, 'VmHWM'):.0f} MB"
            )
            if seconds:
                paths = [address for address, _, _ in asked.values()]
                answers, errors, middle, longest = asyncio.run(crowd(port, paths, clients, seconds))
                print(
                    f"{clients} readers for {seconds:.0f} s: {answers:,} answers, {errors} errors, "
                    f"median {middle:.2f} s, longest {longest:.2f} s"
                )
        port = free_port("127.0.0.1")
        words = [
            sys.executable, "-m", "datasette", "serve", "-i", str(path), "--inspect-file", str(inspected),
            "--port", str(port), "--setting", "sql_time_limit_ms", "20000",
            "--setting", "facet_time_limit_ms", "20000", "--setting", "max_csv_mb", "0",
        ]  # fmt: skip
        with served(words, port):
            for name, (_, address, _) in asked.items():
                if address:
                    bare[name] = median(port, address, max(times // 4, 3))
            rows, taken = stream(port, csv)
            print(f"bare Datasette's CSV: {rows / taken:,.0f} rows/s")
        print(f"{'median, ms':<30}{'site':>9}{'target':>8}{'bare':>9}{'ratio':>8}")
        for name, (_, _, target) in asked.items():
            site, status = ours[name]
            other, bare_status = bare.get(name, (0.0, 0))
            compared = f"{other:>9.1f}{other / site:>8.1f}" if other else f"{'–':>9}{'–':>8}"
            failed = f"  HTTP {status}" if status != 200 else ""
            failed += f"  (bare: HTTP {bare_status})" if bare_status not in (0, 200) else ""
            missed = "  missed" if target and site > target else ""
            print(f"{name:<30}{site:>9.1f}{target or '–':>8}{compared}{missed}{failed}")


if __name__ == "__main__":
    main()
