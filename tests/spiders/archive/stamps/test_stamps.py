"""Time stamps: two authorities on loopback, and everything that can go wrong with one."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from spiders.archive.manifest import manifests
from spiders.archive.runs import Run
from spiders.archive.stamps import Authority, StampError, authorities, check_token, request_token
from spiders.archive.verify import verify
from spiders.archive.writer import ArchiveWriter

HTML = (b"Content-Type", b"text/html")


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "archive"


def crawl(archive: Path) -> Path:
    """A run of one page; its manifest."""
    writer = ArchiveWriter(archive, "sample", Run("sample"))
    writer.write_exchange("http://vendor.example/", 200, [HTML], b"sample page " * 60)
    return writer.close()


def stamps(archive: Path) -> list[str]:
    """Names of the files beside the manifests, the run's id left out."""
    return sorted(
        f"{path.name[:6]}.{path.name.partition('.')[2]}"
        for path in (archive / "manifests").glob("stamps/*")
    )


def test_without_configuration_nobody_is_asked(archive: Path, authorities: Any) -> None:
    crawl(archive)
    assert (authorities.one.asked, stamps(archive)) == (0, [])
    assert (verify(archive).problems, verify(archive).notes) == ([], [])


def test_every_authority_stamps_every_manifest(archive: Path, configure: Any) -> None:
    configure()
    crawl(archive)
    crawl(archive)
    assert stamps(archive) == ["000001.one.tsr", "000001.two.tsr", "000002.one.tsr", "000002.two.tsr"]  # fmt: skip
    report = verify(archive)
    assert (report.stamps, report.problems, report.notes) == (4, [], [])


def test_openssl_alone_can_check_a_stamp(archive: Path, configure: Any, certificates: Path) -> None:
    configure()
    manifest = crawl(archive)
    token = manifest.parent / "stamps" / f"{manifest.stem}.one.tsr"
    done = subprocess.run(
        ["openssl", "ts", "-verify", "-data", manifest, "-in", token,
         "-CAfile", certificates / "one" / "root.pem"],
        capture_output=True, text=True,
    )  # fmt: skip
    assert "Verification: OK" in done.stdout + done.stderr


def test_a_silent_authority_fails_nothing_and_is_asked_again(
    archive: Path, configure: Any, authorities: Any
) -> None:
    configure()
    authorities.two.mode = "down"
    for attempts in (1, 2):
        manifest = crawl(archive)
        failed = sorted(manifest.parent.glob("stamps/*.two.failed"))
        assert len(failed) == attempts
        assert "HTTP Error 503" in json.loads(failed[0].read_text())["reason"]
    report = verify(archive)
    assert (report.stamps, report.problems, len(report.notes)) == (2, [], 2)
    assert "no time stamp of two after 1 attempts" in report.notes[0]
    authorities.two.mode = "up"
    crawl(archive)
    assert [name for name in stamps(archive) if "two" in name] == [
        "000001.two.tsr", "000002.two.tsr", "000003.two.tsr",
    ]  # fmt: skip
    assert verify(archive).stamps == 6


def test_a_spoilt_answer_is_not_kept(archive: Path, configure: Any, authorities: Any) -> None:
    configure()
    authorities.one.mode = "bent"
    crawl(archive)
    assert stamps(archive) == ["000001.one.failed", "000001.two.tsr"]


def test_an_authority_under_another_root_is_refused(archive: Path, configure: Any) -> None:
    configure(one="two")
    manifest = crawl(archive)
    [failed] = manifest.parent.glob("stamps/*.one.failed")
    reason = json.loads(failed.read_text())["reason"]
    assert reason.startswith("the token is not signed under a trusted root: ")


def test_a_root_that_is_no_longer_trusted_is_found_by_verify(archive: Path, configure: Any) -> None:
    configure()
    crawl(archive)
    configure(one="two")
    [problem] = verify(archive).problems
    assert ".one.tsr: the token is not signed under a trusted root" in problem


def test_a_stamp_without_a_configured_root_is_a_note(
    archive: Path, configure: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure()
    crawl(archive)
    monkeypatch.delenv("COUNTERWATCH_TIMESTAMPS")
    (archive.parent / "timestamps.yml").unlink()
    report = verify(archive)
    assert (report.stamps, report.problems, len(report.notes)) == (0, [], 2)
    assert "its signature was not checked" in report.notes[0]


def _edit_manifest(archive: Path) -> str:
    path = manifests(archive)[-1].path
    path.chmod(0o644)
    path.write_text(path.read_text().replace('"finished"', '"everything"'))
    return ".one.tsr: the token is about other bytes"


def _swap_tokens(archive: Path) -> str:
    one, two = sorted(archive.glob("manifests/stamps/*.one.tsr"))
    held = one.read_bytes()
    for path, data in ((one, two.read_bytes()), (two, held)):
        path.unlink()
        path.write_bytes(data)
    return ".one.tsr: the token is about other bytes"


def _truncate_token(archive: Path) -> str:
    path = next(archive.glob("manifests/stamps/*.one.tsr"))
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:200])
    return ".one.tsr: not an RFC 3161 answer"


def _bend_signature(archive: Path) -> str:
    path = next(archive.glob("manifests/stamps/*.one.tsr"))
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-8] + bytes(8))
    return ".one.tsr: the token is not signed under a trusted root"


def _remove_last_manifest(archive: Path) -> str:
    manifests(archive)[-1].path.unlink()
    return ".one.tsr: the manifest it stamps is not there"


@pytest.mark.parametrize(
    "tamper",
    [_edit_manifest, _swap_tokens, _truncate_token, _bend_signature, _remove_last_manifest],
)
def test_tampering_is_found(archive: Path, configure: Any, tamper: Any) -> None:
    configure()
    crawl(archive)
    crawl(archive)
    expected = tamper(archive)
    assert any(expected in problem for problem in verify(archive).problems)


def test_tokens_hold_for_their_bytes_and_roots_only(authorities: Any, certificates: Path) -> None:
    roots = {name: (certificates / name / "root.pem",) for name in ("one", "two")}
    token = request_token(b"sample", Authority("one", authorities.one.url, roots["one"]))
    stamp = check_token(token, b"sample", roots["one"])
    assert (stamp.authority, stamp.trusted) == ("CN=Sample authority one", True)
    assert check_token(token, b"sample", ()).trusted is False
    for data, given in ((b"sample!", roots["one"]), (b"sample", roots["two"])):
        with pytest.raises(StampError):
            check_token(token, data, given)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("authorities: [{name: A/B, url: 'http://x', roots: []}]", "name 'A/B' is not of a-z"),
        ("authorities: [{name: a, url: 'ftp://x', roots: []}]", "neither http nor https"),
        ("authorities: [{name: a, url: 'http://x'}]", "'roots'"),
        ("- 1", "not a list of authorities"),
        ("{", "not a list of authorities"),
    ],
)
def test_a_configuration_that_cannot_be_read_is_named(
    archive: Path, monkeypatch: pytest.MonkeyPatch, text: str, message: str
) -> None:
    path = archive.parent / "timestamps.yml"
    path.write_text(text)
    with pytest.raises(StampError, match=message) as caught:
        authorities(archive)
    assert str(path) in str(caught.value)
    crawl(archive)  # and no run fails for it
    assert [str(path) in problem for problem in verify(archive).problems] == [True]
    monkeypatch.setenv("COUNTERWATCH_TIMESTAMPS", str(archive / "nowhere.yml"))
    with pytest.raises(StampError, match="names it, but it is not there"):
        authorities(archive)
