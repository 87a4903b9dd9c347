"""Scrapy settings. Every override stands beside its reason; a source's YAML may be slower or
smaller than these, field by field (``politeness``)."""

from __future__ import annotations

import os

BOT_NAME = "counterwatch"
SPIDER_MODULES = ["spiders.tenders", "spiders.vendors"]
NEWSPIDER_MODULE = "spiders.tenders"

# --- Who we are -----------------------------------------------------------------------------
# The page must say who crawls, why, and how to make it stop. Set it before crawling live.
CONTACT = os.environ.get("COUNTERWATCH_CONTACT") or (
    "https://counterwatch.example/about-our-crawler"
)
# This form names us honestly and passes the filters that turn away bare library names (TED
# challenges "name/1.0 (+address)" but not this). We imitate no browser.
USER_AGENT = f"Mozilla/5.0 (compatible; Counterwatch/0.1; +{CONTACT})"
# The name a site can write in its robots.txt.
ROBOTSTXT_USER_AGENT = "Counterwatch"
ROBOTSTXT_OBEY = True
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/json,application/xml;q=0.9,*/*;q=0.8",
}
# A session would make pages depend on what we saw before: no two people could compare them.
COOKIES_ENABLED = False
# Where a link was found is in our records; the site need not be told.
REFERRER_POLICY = "no-referrer"

# --- Slow by default ------------------------------------------------------------------------
DOWNLOAD_DELAY = 5
CONCURRENT_REQUESTS = 4
CONCURRENT_REQUESTS_PER_DOMAIN = 1
# Slower still when the server becomes slow; never faster than DOWNLOAD_DELAY.
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_START_DELAY = 5
AUTOTHROTTLE_MAX_DELAY = 60
# The default of 100 starts a hundred tasks for each response: 1,025 pages/s instead of 650.
CONCURRENT_ITEMS = 8

# --- Bounds: nothing a server sends may keep us for ever ---------------------------------------
DOWNLOAD_TIMEOUT = 120
DOWNLOAD_MAXSIZE = 100 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
# A body cut short is evidence too: it is archived and called damaged, not fetched for ever.
DOWNLOAD_FAIL_ON_DATALOSS = False
REDIRECT_MAX_TIMES = 5
# A refresh in the page is how some sites show a challenge: the page itself is what we keep.
METAREFRESH_ENABLED = False
DEPTH_LIMIT = 8
CLOSESPIDER_TIMEOUT = 12 * 3600
CLOSESPIDER_PAGECOUNT = 20_000
CLOSESPIDER_ERRORCOUNT = 50
MEMUSAGE_LIMIT_MB = 2048
# Evidence must come from whom it says it comes from.
DOWNLOAD_VERIFY_CERTIFICATES = True

# --- Failures --------------------------------------------------------------------------------
RETRY_TIMES = 2
# 403 is an answer, not a hiccup: asking again in a loop is how crawlers get banned.
RETRY_HTTP_CODES = [408, 429, 500, 502, 503, 504, 522, 524]
# Our own reason-carrying errbacks report what failed.
RETRY_GIVE_UP_LOG_LEVEL = "WARNING"
# Seconds of Retry-After that we wait; a longer wish ends the run politely.
RETRY_LONGEST_WAIT = 300
BLOCKS_ALLOWED = 3

# --- Scrapy's own parts ------------------------------------------------------------------------
# An open port on the machine that crawls is of no use to us.
TELNETCONSOLE_ENABLED = False
LOG_LEVEL = "INFO"

# --- Middlewares, from the engine (low) to the server (high) --------------------------------------
DOWNLOADER_MIDDLEWARES: dict[str, int | None] = {
    # Which links to follow is the source's `allow`; where a redirect leads is evidence, checked
    # by the address guard rather than by domain.
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    # First of all: not even robots.txt is asked of an address that is not public.
    "spiders.archive.guard.GuardMiddleware": 10,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "spiders.middlewares.RetryAfterMiddleware": 550,
    # After decompression (590), before a retry (550) would run into the block again.
    "spiders.middlewares.BlockMiddleware": 560,
    # Puts the stored page in the place of a 304 before anything reads the body.
    "spiders.archive.conditional.ConditionalMiddleware": 595,
}
TWISTED_DNS_RESOLVER = "spiders.archive.guard.GuardedResolver"
EXTENSIONS = {"spiders.archive.extension.ArchiveExtension": 100}
