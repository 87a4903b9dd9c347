"""Real notices, as publishers served them: exact counts per folder, where they are present."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from parsers.notices import FIELDS, coverage, read, recognise
from parsers.records import Notice, NoticeFailure

NO_TITLE_NO_BUYER = (
    "neither title (cac:ProcurementProject/cbc:Name) nor buyer (cac:ContractingParty with an "
    "organisation of efac:Organizations) is given"
)

# Folder: files, then notices, then notices with title, buyer, stage, published, deadline, amount,
# suppliers, then failures by reason.
EXPECTED: dict[str, tuple[int, int, tuple[int, ...], dict[str, int]]] = {
    "ccgp": (2, 2, (2, 2, 2, 2, 1, 1, 1), {}),
    "eforms": (12, 12, (12, 12, 12, 12, 7, 6, 5), {}),
    "eforms_examples": (20, 10, (10, 10, 10, 10, 5, 7, 3), {NO_TITLE_NO_BUYER: 10}),
    "ocds": (9, 302, (302, 302, 302, 302, 205, 265, 179), {}),
    "prozorro": (1, 7098, (7098, 7098, 7098, 7098, 1915, 7097, 4454), {}),
    "sam_gov": (1, 10, (10, 10, 10, 10, 9, 1, 1), {}),
    "ted_xml": (130, 130, (130, 130, 130, 130, 42, 79, 64), {}),
}


def readings(folder: Path) -> list[tuple[str, Notice | NoticeFailure]]:
    found: list[tuple[str, Notice | NoticeFailure]] = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        data = path.read_bytes()
        format = recognise(data, None)
        assert format is not None, f"{path.name} is not recognised"
        found.extend((path.name, entry) for entry in read(data, format))
    return found


@pytest.mark.parametrize("folder", EXPECTED)
def test_counts(folder: str, shared: Path) -> None:
    files, notices, filled, reasons = EXPECTED[folder]
    found = readings(shared / "real" / folder)
    (row,) = coverage(found)
    assert (row.files, row.notices) == (files, notices)
    assert tuple(round(row.filled[field] * row.notices) for field in FIELDS) == filled
    assert dict(row.reasons) == reasons


def test_nothing_else_is_taken_for_a_notice(shared: Path) -> None:
    others = [
        path
        for folder in (
            "tender_pdfs",
            "intentions_xlsx",
            "fpds",
            "fbo",
            "spse_indonesia",
            "ekap_turkey",
        )
        for path in (shared / "real" / folder).rglob("*")
        if path.is_file()
    ] + [path for path in (shared / "seeds").rglob("*") if path.is_file()]
    assert len(others) >= 35
    assert [path.name for path in others if recognise(path.read_bytes(), None)] == []


def test_chinese_award_is_exact(shared: Path) -> None:
    """668.79 万元 in the summary and 6687920.0元 in the body are the second."""
    (_, award), (_, correction) = readings(shared / "real" / "ccgp")
    assert isinstance(award, Notice) and isinstance(correction, Notice)
    assert (award.amount, award.currency, award.published) == (
        6687920.0,
        "CNY",
        "2025-05-27T20:20:00+08:00",
    )
    assert [supplier.amount for supplier in award.suppliers] == [6687920.0]
    assert (award.stage, award.region, award.text) == ("award", "龙华区", "")
    assert (correction.stage, correction.deadline) == ("correction", "2017-07-31T13:00:00+08:00")
    assert correction.source_notice_id == "t20170726_8583080"


@pytest.mark.parametrize("folder", ["ted_xml", "eforms", "ocds", "ccgp", "sam_gov"])
def test_no_mail_address_in_any_text(folder: str, shared: Path) -> None:
    for name, found in readings(shared / "real" / folder):
        if isinstance(found, Notice):
            shown = "\n".join(
                line for line in found.text.split("\n") if not line.startswith("Supplier")
            )
            assert not re.search(r"\w@\w", shown + found.title + found.description), name
