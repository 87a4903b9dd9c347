"""What a series of captures says about a page; absence is told apart from "could not check"."""

from db.observations import Listing, history, unlistings
from parsers.records import Capture, Outcome


def capture(day: int, outcome: Outcome, sha256: str | None = None) -> Capture:
    return Capture(
        id=f"c{day}",
        source_id="sample_vendor",
        run_id=f"r{day}",
        url="https://vendor.example/product",
        fetched=f"2026-11-{day:02}T00:00:00Z",
        status=200 if outcome == "ok" else None,
        outcome=outcome,
        media_type="text/html",
        sha256=sha256,
        warc_file="a.warc.gz",
        warc_offset=0,
        warc_length=1,
    )


def test_a_page_seen_twice_alike_is_one_live_version():
    told = history([capture(1, "ok", "aa"), capture(2, "unchanged", "aa")])
    assert told.state == "live"
    assert [(v.sha256, v.first.id, v.last.id) for v in told.versions] == [("aa", "c1", "c2")]
    assert told.removal is None


def test_a_changed_page_has_two_versions_and_is_live():
    told = history([capture(1, "ok", "aa"), capture(2, "ok", "bb")])
    assert [v.sha256 for v in told.versions] == ["aa", "bb"]
    assert told.state == "live"


def test_a_page_that_answers_404_is_gone_with_last_good_capture_and_proof():
    told = history([capture(1, "ok", "aa"), capture(2, "unchanged", "aa"), capture(3, "gone")])
    assert told.state == "gone"
    assert told.removal is not None
    assert (told.removal.last.id, told.removal.proof.id) == ("c2", "c3")


def test_the_first_proof_of_absence_counts():
    told = history([capture(1, "ok", "aa"), capture(2, "gone"), capture(3, "gone")])
    assert told.removal is not None and told.removal.proof.id == "c2"


def test_a_block_or_failure_is_no_removal():
    for outcome in ("blocked", "failed", "refused", "too-large"):
        told = history([capture(1, "ok", "aa"), capture(2, outcome)])  # type: ignore[arg-type]
        assert (told.state, told.removal) == ("live", None), outcome


def test_a_page_that_never_was_there_is_no_removal():
    assert history([capture(1, "gone")]).removal is None


def test_a_page_that_came_back_is_live_again():
    told = history([capture(1, "ok", "aa"), capture(2, "gone"), capture(3, "ok", "aa")])
    assert (told.state, told.removal) == ("live", None)


def reading(run: str, *urls: str, listing: str = "/catalogue") -> Listing:
    return Listing("sample_vendor", listing, run, frozenset(urls))


def test_a_catalogue_that_shrank_is_one_event_with_its_members():
    before = [f"/entry/{n}" for n in range(2000)]
    [event] = unlistings([reading("r1", *before), reading("r2", *before[:38])])
    assert (event.before, event.after, len(event.urls)) == (2000, 38, 1962)
    assert event.run_id == "r2"


def test_listings_are_compared_with_their_own_past_only():
    assert unlistings([reading("r1", "/a"), reading("r1", "/b", listing="/other")]) == []


def test_new_entries_are_no_event():
    assert unlistings([reading("r1", "/a"), reading("r2", "/a", "/b")]) == []
