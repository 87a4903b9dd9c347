"""Tenders Electronic Daily: search by POST and token, then each notice as XML."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

from scrapy import Request
from scrapy.http import Response

from spiders.answers import AnswerError, read_json
from spiders.base import SourceSpider
from spiders.listing import Listing
from spiders.windows import day, windows

NUMBER = re.compile(r"\d{1,12}-\d{4}")
FIRST_PAGE = "first page"


class Ted(SourceSpider):
    """Documentation: https://docs.ted.europa.eu/reuse/search-api.html

    Reads ``urls.search``, ``urls.notice`` (with ``{number}``); ``options``: cpv, terms, fields,
    window_days, page_size.
    """

    name = "ted"

    window_days = 1
    # "SEARCH_EXCEEDS_MAX_LIMIT" above 250.
    page_size = 100

    def steps(self) -> Iterable[Request | None]:
        for start, end in windows(
            self.since, self.until, self.source.options.get("window_days", self.window_days)
        ):
            query = self.query(day(start), day(end - timedelta(seconds=1)))
            # A search has no address of its own: its query makes one, the same in every run.
            listing = self.open_listing(f"{self.source.urls['search']}#{quote(query, safe='')}")
            yield self.search(listing, query, "")

    def query(self, first: date, last: date) -> str:
        """The expert query for notices published from ``first`` to ``last``, both included."""
        options = self.source.options
        parts = [f"classification-cpv = {code}" for code in options.get("cpv", ())]
        parts += [f'FT ~ "{term}"' for term in options.get("terms", ())]
        return f"({' OR '.join(parts)}) AND PD = ({first:%Y%m%d} <> {last:%Y%m%d})"

    def search(self, listing: Listing, query: str, token: str) -> Request | None:
        body: dict[str, Any] = {
            "query": query,
            "fields": list(self.source.options["fields"]),
            "limit": self.size,
            "scope": "ALL",
            "checkQuerySyntax": False,
            "paginationMode": "ITERATION",
        }
        if token:
            body["iterationNextToken"] = token
        return self.listing_request(
            listing,
            self.source.urls["search"],
            self.parse_search,
            page=token or FIRST_PAGE,
            method="POST",
            headers={"Content-Type": "application/json", "Accept": "application/json"},
            body=json.dumps(body, ensure_ascii=False),
            cb_kwargs={"query": query},
            meta={"expect": "json"},
        )

    @property
    def size(self) -> int:
        return int(self.source.options.get("page_size", self.page_size))

    def parse_search(
        self, response: Response, listing: Listing, query: str
    ) -> Iterable[Request | None]:
        try:
            page = read_json(response)
        except AnswerError as error:
            listing.fail(f"{response.url}: {error}")
            return
        numbers = self.read_numbers(page, listing)
        for number in numbers:
            url = self.source.urls["notice"].replace("{number}", number)
            listing.urls[url] = None
            yield self.document_request(url, parent=response.url)
        token = page.get("iterationNextToken")
        if self.limit_reached:
            return
        # The token may stay after the last record, and is no sign of an end: the end is a short
        # page, and the totals must agree.
        if len(page.get("notices") or ()) < self.size or not token:
            listing.end()
        else:
            yield self.search(listing, query, str(token))

    def read_numbers(self, page: dict[str, Any], listing: Listing) -> list[str]:
        """Publication numbers of one page not seen before; notes what makes it incomplete."""
        if page.get("timedOut"):
            listing.fail("the search timed out on the server (timedOut: true)")
        total = page.get("totalNoticeCount")
        if not isinstance(total, int):
            listing.fail(f"totalNoticeCount is {total!r}, no number")
        elif listing.announced is not None and listing.announced != total:
            listing.fail(f"the total changed from {listing.announced} to {total} while reading")
        else:
            listing.announced = total
        notices = page.get("notices") if isinstance(page.get("notices"), list) else []
        numbers = []
        for notice in notices or []:
            number = notice.get("publication-number") if isinstance(notice, dict) else None
            if isinstance(number, str) and NUMBER.fullmatch(number):
                numbers.append(number)
            else:
                listing.fail(f"an entry without a publication number: {str(notice)[:80]}")
        new = listing.read_page(numbers)
        if len(new) < len(numbers):
            listing.fail(f"{len(numbers) - len(new)} notices came twice while paging")
        return new

    def revisitable(self, url: str) -> bool:
        head, _, tail = self.source.urls["notice"].partition("{number}")
        number = url[len(head) : len(url) - len(tail)]
        return url.startswith(head) and url.endswith(tail) and bool(NUMBER.fullmatch(number))
