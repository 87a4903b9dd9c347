"""The build's memory gives back what was stored in it."""

import sqlite3
from pathlib import Path

from db.work import FailedNotice, ParsedDocument, ParsedMember, PlacedNotice, Work
from parsers.records import Notice, NoticeItem, Party, Supplier

NOTICE = Notice(
    format="ocds",
    source_notice_id="000001-2026",
    stage="award",
    title="Sample cameras",
    buyer=Party("Ministry of Samples", "GB", "GB-SAMPLE:1", "UKI"),
    amount=1250.5,
    currency="GBP",
    items=(NoticeItem("CPV", "35125300", "Security cameras"),),
    suppliers=(Supplier(Party("Examplia Vision", "GB"), 1250.5, "GBP"),),
    text="Title\tSample cameras",
    warnings=("no deadline",),
)


def test_a_parsed_document_survives_the_round_trip(tmp_path: Path):
    work = Work(tmp_path / "work.db")
    member = ParsedDocument("bb", "failed", "no text layer", "application/pdf")
    document = ParsedDocument(
        "aa",
        "ok",
        "",
        "application/json",
        title="1 notice",
        text=NOTICE.text,
        headings=((0, 5),),
        notices=(PlacedNotice(NOTICE, 0, 20),),
        failures=(FailedNotice("ocds", "no buyer", "releases[1]"),),
        members=(ParsedMember("annex.pdf", member),),
    )
    work.save(document, "v1")
    assert work.notices("aa") == [PlacedNotice(NOTICE, 0, 20)]
    assert work.failures("aa") == [FailedNotice("ocds", "no buyer", "releases[1]")]
    assert work.members("aa") == [("annex.pdf", "bb")]
    row = work.document("bb")
    assert row is not None and (row["outcome"], row["message"]) == ("failed", "no text layer")
    assert work.parsed("v1") == {"aa", "bb"}
    assert work.parsed("v2") == set()
    work.close()


def test_saving_again_replaces_what_was_read_before(tmp_path: Path):
    work = Work(tmp_path / "work.db")
    work.save(
        ParsedDocument("aa", "ok", "", notices=(PlacedNotice(NOTICE, 0, 20),), text="one"), "v1"
    )
    work.save(ParsedDocument("aa", "failed", "damaged"), "v2")
    assert work.notices("aa") == []
    assert work.parsed("v2") == {"aa"}
    work.close()


def test_a_file_of_an_older_layout_is_emptied_and_filled_again(tmp_path: Path):
    path = tmp_path / "work.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE documents (sha256 TEXT, old TEXT)")
    connection.commit()
    connection.close()
    work = Work(path)
    work.save(ParsedDocument("aa", "ok", "", text="one"), "v1")
    assert work.outcome("aa") == ("ok", 3)
    assert work.outcome("bb") is None
    work.close()
