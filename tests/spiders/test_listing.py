from __future__ import annotations

from datetime import UTC, datetime

import pytest

from spiders.listing import Listing
from spiders.windows import DateError, read_date, windows


def test_a_listing_read_to_its_end_is_complete() -> None:
    listing = Listing("https://x.example/list", announced=3)
    assert listing.may_turn_to("1")
    assert listing.read_page(["a", "b"]) == ["a", "b"]
    assert listing.may_turn_to("2")
    assert listing.read_page(["b", "c"]) == ["c"]
    assert not listing.complete
    listing.end()
    assert (listing.complete, listing.received, listing.pages) == (True, 3, 2)


def test_fewer_than_announced_is_incomplete() -> None:
    listing = Listing("https://x.example/list", announced=3)
    listing.read_page(["a"])
    listing.end()
    assert not listing.complete
    assert listing.problem == "1 entries came, 3 were announced"


def test_a_page_that_links_back_is_not_turned_to() -> None:
    listing = Listing("https://x.example/list")
    assert listing.may_turn_to("1")
    assert not listing.may_turn_to("1")
    assert "links back to a page already read: 1" in listing.problem


def test_an_endless_listing_is_stopped() -> None:
    listing = Listing("https://x.example/list", most_pages=5)
    assert [listing.may_turn_to(str(number)) for number in range(6)] == [True] * 5 + [False]
    assert listing.problem == "stopped after 5 pages: the listing did not end"


def test_pages_that_name_nothing_new_are_stopped() -> None:
    listing = Listing("https://x.example/list")
    turned = 0
    while listing.may_turn_to(str(turned)):
        turned += 1
        listing.read_page(["a"])
    assert turned == 4  # one that was new, three that were not
    assert "repeats itself" in listing.problem


def test_the_first_reason_is_kept() -> None:
    listing = Listing("https://x.example/list")
    listing.fail("first")
    listing.fail("second")
    listing.end()
    assert (listing.problem, listing.complete) == ("first", False)


def test_windows_lie_on_a_grid_that_does_not_move() -> None:
    first = list(
        windows(datetime(2026, 11, 1, 7, tzinfo=UTC), datetime(2026, 11, 1, 20, tzinfo=UTC), 0.25)
    )
    assert [start.hour for start, _ in first] == [6, 12, 18]
    later = list(
        windows(datetime(2026, 11, 1, 13, tzinfo=UTC), datetime(2026, 11, 1, 20, tzinfo=UTC), 0.25)
    )
    assert later == first[1:]


def test_no_window_where_nothing_is_asked() -> None:
    moment = datetime(2026, 11, 1, tzinfo=UTC)
    assert list(windows(moment, moment, 1)) == []


def test_dates_are_read_in_utc() -> None:
    assert read_date("2026-11-22") == datetime(2026, 11, 22, tzinfo=UTC)
    assert read_date("2026-11-22T14:00:00+01:00") == datetime(2026, 11, 22, 13, tzinfo=UTC)
    with pytest.raises(DateError, match=r"'22\.11\.2026' is not a date\. Write it as 2026-11-22"):
        read_date("22.11.2026")
