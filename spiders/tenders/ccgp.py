"""China Government Procurement Network: lists by type, detail pages, attachments."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from urllib.parse import urljoin

from parsel import Selector
from scrapy import Request
from scrapy.http import HtmlResponse, Response
from twisted.python.failure import Failure

from spiders.base import SourceSpider
from spiders.listing import Listing

PAGER = re.compile(r"Pager\(\s*\{\s*size\s*:\s*(\d+)")
DATE = re.compile(r"(20\d\d)[-.年](\d{1,2})[-.月](\d{1,2})")
DETAIL = re.compile(r"/\d{6}/t\d{8}_\d+\.html?$")


class Ccgp(SourceSpider):
    """Documentation: none by the publisher; see the notes of the source file.

    Reads ``urls.lists`` (folders, each with a sub-folder a type), ``urls.download`` (with
    ``{uuid}``); ``options``: types, title_terms, item, attachment.
    """

    name = "ccgp"

    item = "ul.c_list_bid > li"
    attachment = "a.bizDownload"

    def steps(self) -> Iterable[Request | None]:
        for folder in self.source.addresses("lists"):
            for kind in self.source.options["types"]:
                url = f"{urljoin(folder, kind)}/"
                # Lists roll: only what was published within the window can be missing.
                window = f"#{self.since:%Y-%m-%d}..{self.until:%Y-%m-%d}"
                yield self.turn(self.open_listing(url + window), url, 0, 0, 0)

    def turn(
        self, listing: Listing, folder: str, number: int, shift: int, pages: int
    ) -> Request | None:
        """The request for page ``number`` of a list, counted from 0, which is the folder itself.

        ``shift`` is 1 where page two is called index_2.htm, 0 where it is index_1.htm.
        """
        url = f"{folder}index_{number + shift}.htm" if number else folder
        return self.listing_request(
            listing, url, self.parse_list, errback=self.list_failed,
            cb_kwargs={"folder": folder, "number": number, "shift": shift, "pages": pages},
        )  # fmt: skip

    def parse_list(
        self, response: Response, listing: Listing, folder: str, number: int, shift: int, pages: int
    ) -> Iterable[Request | None]:
        page = Selector(text=text_of(response))
        items = page.css(self.source.options.get("item", self.item))
        if number == 0:
            pager = PAGER.search(text_of(response))
            if pager is None and not items:
                listing.fail(f"{response.url}: neither entries nor Pager: is this still a list?")
                return
            pages = int(pager[1]) if pager else 1
        entries = [entry for item in items if (entry := self.read_item(item, response.url))]
        first_day = self.since.replace(hour=0, minute=0, second=0, microsecond=0)
        dated = [moment for _, _, moment in entries if moment]
        new = set(listing.read_page([url for url, _, _ in entries]))
        if number == 1 and shift == 0 and entries and not new:
            # index_1.htm was the first page again: here page two is index_2.htm.
            yield self.turn(listing, folder, 1, 1, pages)
            return
        for url, title, moment in entries:
            inside = moment is None or first_day <= moment < self.until
            if url in new and inside and self.wanted(title):
                listing.urls[url] = None
                yield self.document_request(url, self.parse_detail, response.url, title)
        older = bool(dated) and max(dated) < first_day
        if self.limit_reached:
            return
        if older or number + 1 >= pages:
            listing.end()
        else:
            yield self.turn(listing, folder, number + 1, shift, pages)

    def list_failed(self, failure: Failure) -> Iterable[Request | None]:
        values = failure.request.cb_kwargs  # type: ignore[attr-defined]
        response = getattr(failure.value, "response", None)
        missing = response is not None and response.status == 404
        if missing and values["number"] == 1 and values["shift"] == 0:
            yield self.turn(values["listing"], values["folder"], 1, 1, values["pages"])
        else:
            self.listing_failed(failure)

    def read_item(self, item: Selector, base: str) -> tuple[str, str, datetime | None] | None:
        """Address, title and day of one list item; None where it has no link."""
        href = item.css("a::attr(href)").get()
        if not href:
            return None
        title = " ".join(item.css("a ::text").getall()).strip()
        moment = read_day(" ".join(item.css("span ::text, em ::text").getall()))
        return urljoin(base, href), title, moment

    def wanted(self, title: str) -> bool:
        terms = self.source.options.get("title_terms", ())
        return not terms or any(term.casefold() in title.casefold() for term in terms)

    def parse_detail(self, response: Response) -> Iterable[Request | None]:
        self.parse_document(response)
        page = Selector(text=text_of(response))
        for link in page.css(self.source.options.get("attachment", self.attachment)):
            uuid = (link.attrib.get("id") or "").strip()
            if not uuid:
                continue
            url = self.source.urls["download"].replace("{uuid}", uuid)
            name = " ".join(link.css("::text").getall()).strip()
            yield self.document_request(url, parent=response.url, name=name)

    def revisitable(self, url: str) -> bool:
        lists = self.source.addresses("lists")
        return bool(DETAIL.search(url)) and any(url.startswith(prefix) for prefix in lists)


def read_day(text: str) -> datetime | None:
    """The first date in a text, as the start of that day; None where there is none."""
    found = DATE.search(text)
    try:
        return datetime(int(found[1]), int(found[2]), int(found[3]), tzinfo=UTC) if found else None
    except ValueError:  # such as a 31 February
        return None


def text_of(response: Response) -> str:
    """The page's text. A GBK page that calls itself UTF-8 keeps its tags, so links survive."""
    if isinstance(response, HtmlResponse):
        return response.text
    return response.body.decode("utf-8", "replace")
