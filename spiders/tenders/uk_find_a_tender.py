"""UK Find a Tender: OCDS release packages, paged by ``links.next``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from scrapy import Request
from scrapy.http import Response

from spiders.answers import AnswerError, pointer, read_json
from spiders.base import SourceSpider
from spiders.listing import Listing
from spiders.windows import windows


class UkFindATender(SourceSpider):
    """Documentation: https://www.find-tender.service.gov.uk/apidocumentation

    Reads ``urls.releases``; ``options``: window_days, page_size, stages. The pages are the
    documents: a listing names no addresses, so nothing can be missing from it.
    """

    name = "uk_find_a_tender"

    next_pointer = "/links/next"
    # "The endpoint doesn't return all available releases with a longer step."
    window_days = 0.25
    page_size = 100

    def steps(self) -> Iterable[Request | None]:
        options = self.source.options
        for start, end in windows(
            self.since, self.until, options.get("window_days", self.window_days)
        ):
            query = {
                "updatedFrom": f"{start:%Y-%m-%dT%H:%M:%SZ}",
                "updatedTo": f"{min(end, self.until):%Y-%m-%dT%H:%M:%SZ}",
                "limit": options.get("page_size", self.page_size),
            }
            if stages := options.get("stages"):
                query["stages"] = ",".join(stages)
            url = f"{self.source.urls['releases']}?{urlencode(query)}"
            yield self.turn(self.open_listing(url), url)

    def turn(self, listing: Listing, url: str) -> Request | None:
        return self.listing_request(listing, url, self.parse_page, meta={"expect": "json"})

    def parse_page(self, response: Response, listing: Listing) -> Iterable[Request | None]:
        try:
            package = read_json(response)
        except AnswerError as error:
            listing.fail(f"{response.url}: {error}")
            return
        new = listing.read_page(release_ids(package))
        self.documents += len(new)
        following = pointer(package, self.next_pointer)
        if not following:
            listing.end()
        elif self.limit is not None and self.documents >= self.limit:
            self.limit_reached = True
        elif not isinstance(following, str):
            listing.fail(f"{response.url}: links.next is no address: {following!r}")
        else:
            yield self.turn(listing, response.urljoin(following))


def release_ids(package: dict[str, Any]) -> list[str]:
    """Ids of the releases of a package; a release without one is named by its place."""
    releases = package.get("releases")
    if not isinstance(releases, list):
        return []
    return [
        str((isinstance(release, dict) and release.get("id")) or f"#{number}")
        for number, release in enumerate(releases)
    ]
