"""The demonstration: the sample site crawled twice by the spiders that go live, then built."""

import sqlite3
from collections.abc import Iterator

import pytest
from click.testing import CliRunner

from scripts.command_line import main


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, sqlite3.Connection]]:
    folder = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COUNTERWATCH_DATA", str(folder))
        result = CliRunner().invoke(main, ["demo", "--no-serve"], catch_exceptions=False)
        assert result.exit_code == 0, result.output
        again = CliRunner().invoke(main, ["demo", "--no-serve"], catch_exceptions=False)
        assert again.output.startswith("Nothing new: ")
    connection = sqlite3.connect(f"file:{folder / 'demo' / 'counterwatch.db'}?mode=ro", uri=True)
    yield result.output, connection
    connection.close()


def test_every_sample_source_finishes_and_gives_documents(
    demo: tuple[str, sqlite3.Connection],
) -> None:
    output, database = demo
    ended = [line.split()[:2] for line in output.splitlines() if line.startswith("sample_")]
    assert [reason for _, reason in ended] == ["finished"] * 12  # six sources, twice
    empty = database.execute(
        "SELECT id FROM sources WHERE id LIKE 'sample%' AND id NOT IN (SELECT source_id FROM documents)"
    ).fetchall()
    assert empty == []
    assert database.execute(
        "SELECT count(*) FROM sources WHERE id LIKE 'sample%' AND NOT sample"
    ).fetchone() == (0,)


def test_one_page_changed_and_one_is_gone(demo: tuple[str, sqlite3.Connection]) -> None:
    _, database = demo
    [(kind, url, claims_lost)] = database.execute(
        "SELECT kind, url, claims_lost FROM removals"
    ).fetchall()
    assert kind == "gone"
    assert url.endswith("/vision/en/products/gait-walk.html")
    assert claims_lost >= 1
    [(changed,)] = database.execute("SELECT url FROM document_versions").fetchall()
    assert changed.endswith("/vision/en/products/group-insight.html")
    withdrawn = database.execute(
        "SELECT capability FROM claims WHERE state = 'changed' AND organization_id = 'examplia-vision'"
    ).fetchall()
    assert ("ethnicity-detection",) in withdrawn


def test_notices_of_three_formats_are_complete(demo: tuple[str, sqlite3.Connection]) -> None:
    _, database = demo
    rows = database.execute(
        "SELECT format, count(*), sum(title <> ''), sum(buyer_id IS NOT NULL), sum(amount > 0) "
        "FROM notices GROUP BY 1"
    ).fetchall()
    assert rows == [("ccgp", 20, 20, 20, 20), ("eforms", 13, 13, 13, 13), ("ocds", 18, 18, 18, 18)]


def test_who_sells_crowd_alerts_and_the_sentence_that_proves_it(
    demo: tuple[str, sqlite3.Connection],
) -> None:
    _, database = demo
    rows = database.execute(
        "SELECT quote, parameters, substr(text, start + 1, end - start) FROM claims "
        "JOIN documents ON documents.id = document_id "
        "WHERE capability = 'crowd-alert' AND stance = 'claims' AND organization_id = 'examplia-vision'"
    ).fetchall()
    assert rows
    assert all(quote == at_offsets for quote, _, at_offsets in rows)
    assert '{"crowd_sizes": [3, 6, 10, 20, 50]}' in {parameters for _, parameters, _ in rows}


def test_the_register_of_reported_systems_is_loaded_and_marked(
    demo: tuple[str, sqlite3.Connection],
) -> None:
    _, database = demo
    curated = database.execute(
        "SELECT count(*), sum(citation <> ''), count(quote), count(document_id) FROM claims WHERE basis = 'curated'"
    ).fetchone()
    assert curated[0] == curated[1] > 20
    assert curated[2:] == (0, 0)
    denials = database.execute(
        "SELECT DISTINCT organization_id FROM claims WHERE basis = 'curated' AND stance = 'denies'"
    ).fetchall()
    assert {("huawei",), ("megvii",), ("alibaba",)} <= set(denials)


def test_contact_data_of_the_sample_notices_are_not_published(
    demo: tuple[str, sqlite3.Connection],
) -> None:
    _, database = demo
    texts = "\n".join(row[0] for row in database.execute("SELECT text FROM documents"))
    assert "█" in texts
    assert "项目联系人：样先生" not in texts
