"""Any vendor's site: sitemaps, start pages, the links in scope and the files they offer.

Everything particular to one vendor is in its source file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit

from parsel import Selector
from scrapy import Request
from scrapy.http import HtmlResponse, Response
from scrapy.utils.gz import gunzip, gzip_magic_number
from scrapy.utils.sitemap import Sitemap
from twisted.python.failure import Failure

from spiders.base import SourceSpider, reason_of
from spiders.listing import Listing

DEFAULT_ATTACHMENTS = ("pdf", "pptx", "docx", "xlsx")
# Files that say nothing about a capability, or that no part of us can read.
IGNORED = frozenset(
    [
        "jpg",
        "jpeg",
        "png",
        "gif",
        "webp",
        "svg",
        "ico",
        "bmp",
        "css",
        "js",
        "json",
        "map",
        "woff",
        "woff2",
        "ttf",
        "eot",
        "mp4",
        "webm",
        "mov",
        "avi",
        "mp3",
        "wav",
        "zip",
        "rar",
        "7z",
        "gz",
        "tar",
        "exe",
        "msi",
        "dmg",
        "apk",
        "ipa",
        "bin",
        "iso",
        "dav",
        "step",
        "dwg",
    ]
)
MOST_PARAMETERS = 4  # more: a filter form that multiplies one page into thousands
MOST_REPEATS = 2  # /a/a/a/: a relative link that leads ever deeper
LONGEST_SITEMAP = 50 * 1024 * 1024  # as the sitemap protocol has it


class VendorSite(SourceSpider):
    """Reads ``urls.sitemaps`` and ``urls.start``; ``vendor``; ``options``: hosts, allow, deny,
    attachments. A sitemap is a listing: what vanishes from one that was read whole is unlisted.
    """

    name = "vendor_site"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        options = self.source.options
        self.allow = [re.compile(pattern) for pattern in options.get("allow", ())]
        self.deny = [re.compile(pattern) for pattern in options.get("deny", ())]
        self.attachments = frozenset(options.get("attachments", DEFAULT_ATTACHMENTS))
        starts = self.source.addresses("start") + self.source.addresses("sitemaps")
        self.hosts = frozenset(options.get("hosts") or [urlsplit(url).hostname for url in starts])
        self.starts = frozenset(self.source.addresses("start"))

    def steps(self) -> Iterable[Request | None]:
        for url in self.source.addresses("sitemaps"):
            yield self.listing_request(self.open_listing(url), url, self.parse_sitemap)
        for url in self.source.addresses("start"):
            request = self.document_request(url, self.parse_page)
            if request is not None:
                request.errback = self.start_failed
            yield request

    # --- What is in scope ---------------------------------------------------------------------

    def in_scope(self, url: str) -> bool:
        """Whether the source file lets us fetch an address."""
        try:
            parts = urlsplit(url)
        except ValueError:  # such as a broken IPv6 address in a link
            return False
        if parts.scheme not in ("http", "https") or parts.hostname not in self.hosts:
            return False
        path = parts.path or "/"
        if extension(path) in IGNORED - self.attachments:
            return False
        segments = [segment for segment in path.split("/") if segment]
        if any(segments.count(segment) > MOST_REPEATS for segment in segments):
            return False
        if len(parse_qsl(parts.query, keep_blank_values=True)) > MOST_PARAMETERS:
            return False
        target = f"{path}?{parts.query}" if parts.query else path
        if any(pattern.search(target) for pattern in self.deny):
            return False
        return (
            url in self.starts
            or not self.allow
            or extension(path) in self.attachments
            or any(pattern.search(target) for pattern in self.allow)
        )

    def revisitable(self, url: str) -> bool:
        return self.in_scope(url) and url not in self.source.addresses("sitemaps")

    # --- Sitemaps -------------------------------------------------------------------------------

    def parse_sitemap(self, response: Response, listing: Listing) -> Iterable[Request | None]:
        body = response.body
        if not body.strip():
            listing.fail(f"{response.url}: not a sitemap: an empty body")
            return
        try:
            if gzip_magic_number(response):
                body = gunzip(body, max_size=LONGEST_SITEMAP)
            sitemap = Sitemap(body)
            entries = [entry["loc"] for entry in sitemap if entry.get("loc")]
        except Exception as error:  # lxml and zlib raise many kinds; all mean the same here
            listing.fail(f"{response.url}: not a sitemap: {type(error).__name__}: {error}")
            return
        if sitemap.type not in ("urlset", "sitemapindex"):
            listing.fail(f"{response.url}: not a sitemap: its root is <{sitemap.type}>")
            return
        if sitemap.type == "sitemapindex":
            listing.pages += 1
            for url in entries:
                yield self.listing_request(self.open_listing(url), url, self.parse_sitemap)
            listing.end()
            return
        for url in listing.read_page(entries):
            if not self.in_scope(url):
                continue
            listing.urls[url] = None
            yield self.document_request(url, self.parse_page, parent=response.url)
        listing.end()

    # --- Pages ----------------------------------------------------------------------------------

    def parse_page(self, response: Response) -> Iterable[Request | None]:
        self.parse_document(response)
        if not isinstance(response, HtmlResponse):
            return
        for url, text in links(response):
            if not self.in_scope(url):
                continue
            attachment = extension(urlsplit(url).path) in self.attachments
            callback = self.parse_document if attachment else self.parse_page
            name = text if attachment else ""
            yield self.document_request(url, callback, parent=response.url, name=name)

    def start_failed(self, failure: Failure) -> None:
        url = failure.request.url  # type: ignore[attr-defined]
        self.problem(f"start page {url}: {reason_of(failure)}")


def extension(path: str) -> str:
    name = path.rsplit("/", 1)[-1]
    return name.rsplit(".", 1)[-1].lower() if "." in name else ""


def links(response: HtmlResponse) -> list[tuple[str, str]]:
    """Absolute addresses a page links to, without fragments, each once, with the link's text."""
    found: dict[str, str] = {}
    page = Selector(text=response.text)
    base = urljoin(response.url, page.css("base::attr(href)").get() or "")
    for link in page.css("a[href], area[href], iframe[src]"):
        target = (link.attrib.get("href") or link.attrib.get("src") or "").strip()
        try:
            url = urldefrag(urljoin(base, target)).url
        except ValueError:
            continue
        if url and url not in found:
            found[url] = " ".join(" ".join(link.css("::text").getall()).split())[:300]
    return list(found.items())
