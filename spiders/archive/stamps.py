"""RFC 3161 time stamps of manifests: somebody else's word on when the archive held what it holds.

Opt-in: without ``timestamps.yml`` in the data folder (or where COUNTERWATCH_TIMESTAMPS points)
nothing is sent to anybody. An authority gets a SHA-256 and nothing else. A stamp covers its
manifest and, through the chain, every manifest before it. An authority that does not answer never
fails a run: the failure is written down beside the stamps and asked for again after the next run.

    authorities:
      - name: example              # a-z 0-9 -, part of file names
        url: https://tsa.example/tsr
        roots: [example-root.pem]  # certificates you trust, beside this file
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import urllib.request
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from spiders.archive.disk import write_sealed
from spiders.archive.runs import now

logger = logging.getLogger(__name__)

FOLDER = "stamps"  # inside the folder of manifests
TIMEOUT = 10  # seconds an authority has
RETRIES = 20  # manifests asked for again after one run, the newest first
_MAX_ANSWER = 1 << 18
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,40}")


class StampError(Exception):
    """A stamp that could not be had or does not hold; ``str(error)`` says why."""


class StampUncheckable(StampError):
    """Nothing is known against the stamp: the means to check it are missing here."""


@dataclass(frozen=True, slots=True)
class Authority:
    """``roots``: PEM files of the certificates that are trusted to sign for it."""

    name: str
    url: str
    roots: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Stamp:
    """A checked token. ``time``: UTC, as the authority signed it. ``trusted``: by a given root."""

    time: str
    authority: str
    serial: str
    trusted: bool


def configuration_path(archive: Path) -> Path:
    return Path(os.environ.get("COUNTERWATCH_TIMESTAMPS") or archive.parent / "timestamps.yml")


def authorities(archive: Path) -> tuple[Authority, ...]:
    """The authorities to ask; none where nothing is configured. Raises StampError."""
    path = configuration_path(archive)
    if not path.is_file():
        if os.environ.get("COUNTERWATCH_TIMESTAMPS"):
            raise StampError(f"{path}: COUNTERWATCH_TIMESTAMPS names it, but it is not there")
        return ()
    try:
        told = yaml.safe_load(path.read_text(encoding="utf-8"))
        found = tuple(_authority(item, path.parent) for item in told["authorities"])
    except (yaml.YAMLError, UnicodeDecodeError, KeyError, TypeError, ValueError) as error:
        raise StampError(
            f"{path}: not a list of authorities with name, url and roots: {error}"
        ) from None
    if len({authority.name for authority in found}) < len(found):
        raise StampError(f"{path}: two authorities have the same name")
    return found


def _authority(item: dict[str, Any], folder: Path) -> Authority:
    name, url = str(item["name"]), str(item["url"])
    if not _NAME.fullmatch(name):
        raise ValueError(f"name {name!r} is not of a-z 0-9 -")
    if not url.startswith(("http://", "https://")):
        raise ValueError(f"url {url!r} is neither http nor https")
    roots = item["roots"] if isinstance(item["roots"], list) else [item["roots"]]
    return Authority(name, url, tuple(folder / str(root) for root in roots))


def token_path(manifest: Path, authority: str) -> Path:
    return manifest.parent / FOLDER / f"{manifest.stem}.{authority}.tsr"


def _failure_path(manifest: Path, authority: str) -> Path:
    return token_path(manifest, authority).with_suffix(".failed")


# Asking


def stamp(archive: Path, manifest: Path) -> list[str]:
    """Have a manifest stamped by every authority, and those whose stamping failed before.

    Never raises. Messages about what failed (also logged, and kept in ``.failed`` files).
    """
    try:
        asked = authorities(archive)
    except (StampError, OSError) as error:
        logger.warning("archive: no time stamp: %s", error)
        return [str(error)]
    problems = []
    for authority in asked:
        failed = (manifest.parent / FOLDER).glob(f"*.{authority.name}.failed")
        waiting = {path.name.partition(".")[0] for path in failed} | {manifest.stem}
        for stem in sorted(waiting, reverse=True)[:RETRIES]:
            problem = _stamp(manifest.with_name(f"{stem}.json"), authority)
            if problem:
                problems.append(problem)
                break  # one refusal is enough: the others wait for the next run
    for problem in problems:
        logger.warning("archive: %s; asked again after the next run", problem)
    return problems


def _stamp(manifest: Path, authority: Authority) -> str:
    """Ask one authority about one manifest and keep its token; what went wrong, or ""."""
    failure = _failure_path(manifest, authority.name)
    try:
        if not token_path(manifest, authority.name).exists():
            token = request_token(manifest.read_bytes(), authority)
            failure.parent.mkdir(exist_ok=True)
            write_sealed(token_path(manifest, authority.name), token)
        failure.unlink(missing_ok=True)
    except Exception as error:  # whatever it was, the run is whole without it
        reason = str(error) if isinstance(error, StampError) else f"{type(error).__name__}: {error}"
        try:
            _note_failure(failure, authority, reason)
        except OSError as problem:
            reason += f" (and this could not be recorded: {problem})"
        return f"{manifest.name} has no time stamp of {authority.name}: {reason}"
    return ""


def failure(path: Path) -> str:
    """What a ``.failed`` file says, for people."""
    try:
        told = json.loads(path.read_bytes())
        return (
            f"no time stamp of {told['authority']} after {told['attempts']} attempts, the last at "
            f"{told['last']}: {told['reason']}"
        )
    except (OSError, ValueError, KeyError, TypeError):
        return "a failed attempt to have a time stamp"


def _note_failure(path: Path, authority: Authority, reason: str) -> None:
    attempts = 0
    with suppress(OSError, ValueError, TypeError):
        attempts = int(json.loads(path.read_bytes())["attempts"])
    path.parent.mkdir(exist_ok=True)
    told = {
        "authority": authority.name,
        "url": authority.url,
        "attempts": attempts + 1,
        "last": now(),
        "reason": reason[:2000],
    }
    write_sealed(path, (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode())


def request_token(data: bytes, authority: Authority) -> bytes:
    """A token over ``data``, checked against the authority's roots. Raises StampError."""
    client = _client()
    builder = client.TimestampRequestBuilder().data(data)
    question = builder.hash_algorithm(client.HashAlgorithm.SHA256).cert_request(cert_request=True)
    question = question.build()
    request = urllib.request.Request(
        authority.url,
        data=question.as_bytes(),
        headers={"Content-Type": "application/timestamp-query"},
    )
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as response:
            answer = response.read(_MAX_ANSWER)
    except (OSError, ValueError) as error:
        raise StampError(f"{authority.url}: {error}") from None
    found = check_token(answer, data, authority.roots, nonce=question.nonce)
    assert found.trusted
    return bytes(answer)


# Checking


def check_token(
    token: bytes, data: bytes, roots: Iterable[Path], *, nonce: int | None = None
) -> Stamp:
    """Whether a token is over ``data`` and signed under one of ``roots``. Raises StampError.

    Without roots it says what the token claims and for which bytes, with ``trusted`` False.
    """
    client = _client()
    try:
        response = client.decode_timestamp_response(token)
    except ValueError as error:
        raise StampError(f"not an RFC 3161 answer: {error}") from None
    if response.status not in (0, 1):
        told = ", ".join(response.status_string) if response.status_string else ""
        raise StampError(f"the authority refused (status {response.status}) {told}".rstrip())
    told = response.tst_info
    trusted = _certificates(roots)
    if hashlib.sha256(data).digest() != told.message_imprint.message:
        raise StampError("the token is about other bytes")
    if trusted:
        builder = client.VerifierBuilder(roots=trusted, nonce=nonce)
        try:
            builder.build().verify_message(response, data)
        except (client.VerificationError, ValueError) as error:
            raise StampError(
                f"the token is not signed under a trusted root: {_reason(error)}"
            ) from None
    return Stamp(
        time=told.gen_time.strftime("%Y-%m-%dT%H:%M:%SZ"),
        authority=_signer(response),
        serial=format(told.serial_number, "x"),
        trusted=bool(trusted),
    )


def _reason(error: Exception) -> str:
    """The one sentence of OpenSSL's error stack that people can use."""
    text = str(error)
    found = re.search(r'Verify error: ([^"]+)', text) or re.search(r'reason: "([^"]+)"', text)
    return found[1] if found else text


def _certificates(roots: Iterable[Path]) -> list[Any]:
    from cryptography import x509

    found = []
    for path in roots:
        try:
            found += x509.load_pem_x509_certificates(path.read_bytes())
        except (OSError, ValueError) as error:
            raise StampError(f"{path}: no certificate can be read: {error}") from None
    return found


def _signer(response: Any) -> str:
    """The subject of the certificate that signed, as the token carries it."""
    from cryptography import x509

    certificates = [
        x509.load_der_x509_certificate(data) for data in response.signed_data.certificates
    ]
    issuers = {certificate.issuer for certificate in certificates}
    for certificate in certificates:
        if certificate.subject not in issuers or len(certificates) == 1:
            return str(certificate.subject.rfc4514_string())
    return ""


def _client() -> Any:
    try:
        import rfc3161_client
    except ImportError:
        raise StampUncheckable(
            "rfc3161-client is not installed: pip install 'counterwatch[timestamps]'"
        ) from None
    return rfc3161_client
