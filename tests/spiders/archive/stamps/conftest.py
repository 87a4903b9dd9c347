"""An RFC 3161 authority on loopback, as a fixture: ``openssl ts`` behind a small HTTP server."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

# No `certs =`: strict readers refuse tokens in which openssl repeats the whole chain.
CONFIGURATION = """
[tsa]
default_tsa = sample
[sample]
dir = {folder}
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1
ordering = no
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


def openssl(*arguments: str | Path) -> None:
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


def make_authority(folder: Path, name: str) -> None:
    """A root and a certificate that may stamp, both invented and valid for a day."""
    folder.mkdir(parents=True)
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1"]
    openssl("req", "-x509", *curve, "-keyout", folder / "root.key", "-out", folder / "root.pem",
            "-subj", f"/CN=Sample root of {name}",
            "-addext", "keyUsage=critical,keyCertSign")  # fmt: skip
    openssl("req", "-x509", *curve, "-keyout", folder / "tsa.key", "-out", folder / "tsa.pem",
            "-CA", folder / "root.pem", "-CAkey", folder / "root.key",
            "-subj", f"/CN=Sample authority {name}",
            "-addext", "basicConstraints=critical,CA:FALSE",
            "-addext", "keyUsage=critical,digitalSignature",
            "-addext", "extendedKeyUsage=critical,timeStamping")  # fmt: skip
    (folder / "serial").write_text("01\n")
    (folder / "tsa.cnf").write_text(CONFIGURATION.format(folder=folder))


class Responder:
    """``url``; ``asked`` counts requests; ``mode`` "down" answers 503, "bent" spoils the token."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.mode = "up"
        self.asked = 0
        responder = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: Any) -> None:
                pass

            def do_POST(self) -> None:
                responder.asked += 1
                query = self.rfile.read(int(self.headers["Content-Length"]))
                assert self.headers["Content-Type"] == "application/timestamp-query"
                if responder.mode == "down":
                    self.send_error(503)
                    return
                answer = responder.reply(query)
                if responder.mode == "bent":
                    answer = answer[:-8] + bytes(8)
                self.send_response(200)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.end_headers()
                self.wfile.write(answer)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/tsr"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def reply(self, query: bytes) -> bytes:
        question, answer = self.folder / "query.tsq", self.folder / "answer.tsr"
        question.write_bytes(query)
        openssl("ts", "-reply", "-config", self.folder / "tsa.cnf", "-section", "sample",
                "-queryfile", question, "-out", answer)  # fmt: skip
        return answer.read_bytes()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@dataclass(frozen=True)
class Authorities:
    one: Responder
    two: Responder


@pytest.fixture(autouse=True, scope="session")
def need_the_library() -> None:
    pytest.importorskip("rfc3161_client", reason="the extra `timestamps` is not installed")


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed")
    folder = tmp_path_factory.mktemp("authorities")
    for name in ("one", "two"):
        make_authority(folder / name, name)
    return folder


@pytest.fixture
def authorities(certificates: Path) -> Iterator[Authorities]:
    found = Authorities(Responder(certificates / "one"), Responder(certificates / "two"))
    yield found
    found.one.close()
    found.two.close()


@pytest.fixture
def configure(
    tmp_path: Path, authorities: Authorities, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Path]:
    """``configure(one="two")`` writes timestamps.yml; a keyword swaps an authority's root."""

    def write(**roots: str) -> Path:
        path = tmp_path / "timestamps.yml"
        told = [
            {
                "name": name,
                "url": responder.url,
                "roots": [str(responder.folder.parent / roots.get(name, name) / "root.pem")],
            }
            for name, responder in (("one", authorities.one), ("two", authorities.two))
        ]
        path.write_text(yaml.safe_dump({"authorities": told}))
        monkeypatch.setenv("COUNTERWATCH_TIMESTAMPS", str(path))
        return path

    return write
