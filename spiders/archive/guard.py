"""The address guard: only public addresses over http and https, however they are written.

A page may link or redirect to ``http://169.254.169.254/`` or to a name that resolves to this
machine. Two checks: ``GuardMiddleware`` looks at every request (redirects included) before
anything else, ``GuardedResolver`` at the address a name resolved to. The connection goes to the
very address that was checked, so a second answer of the name server (DNS rebinding) changes
nothing. Behind a proxy names are resolved by the proxy: there it is the proxy that must guard.
"""

from __future__ import annotations

import ipaddress
import logging
import socket
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.resolver import CachingThreadedResolver
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError

logger = logging.getLogger(__name__)

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_LOCAL_NAMES = ("localhost", "localhost.localdomain", "ip6-localhost")
_LOCAL_SUFFIXES = (".localhost", ".local", ".internal", ".lan", ".home.arpa", ".intranet")
# Carrier-grade NAT and the reserved blocks that ``is_global`` gets right only in newer Pythons.
_ALSO_REFUSED = tuple(
    ipaddress.ip_network(block)
    for block in ("100.64.0.0/10", "192.0.0.0/24", "240.0.0.0/4", "64:ff9b:1::/48", "5f00::/16")
)


class AddressRefused(IgnoreRequest):
    """A request that must not be made; ``str(error)`` names address and reason."""


def refusal(address: Address) -> str | None:
    """Why an address is not public, or None. Addresses embedded in IPv6 are looked into."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address.teredo is not None:
            inner = address.teredo[1]
        if inner is None and (address in _NAT64 or (int(address) >> 32 == 0 and int(address) > 1)):
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            reason = refusal(inner)
            return f"{reason} as {inner}" if reason else None
        if address.is_site_local:
            return "a private address"
    if address.is_loopback:
        return "this machine (loopback)"
    if address.is_unspecified:
        return "this machine (unspecified address)"
    if address.is_link_local:
        return "link-local (cloud metadata services live there)"
    if address.is_multicast:
        return "a multicast address"
    if address.is_private:
        return "a private address"
    if not address.is_global or any(
        address in block for block in _ALSO_REFUSED if block.version == address.version
    ):
        return "a reserved address"
    return None


def literal(host: str) -> Address | None:
    """The address a host is written as, in any form connect() takes (127.1, 0x7f000001, 017…)."""
    host = host.strip("[]").partition("%")[0]
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        pass
    if host and all(part[:1].isdigit() for part in host.rstrip(".").split(".")):
        try:
            return ipaddress.IPv4Address(socket.inet_aton(host.rstrip(".")))
        except OSError:
            return None
    return None


def check_url(url: str, sample: bool = False) -> None:
    """Raise AddressRefused unless ``url`` may be asked for, as far as its text says.

    ``sample``: the sample site, which lives on loopback and nowhere else.
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").lower().rstrip(".")
    if parts.scheme not in ("http", "https"):
        raise AddressRefused(f"only http and https are fetched, not {parts.scheme}:")
    if not host:
        raise AddressRefused("the address has no host")
    address = literal(host)
    if sample:
        if host == "localhost" or (address is not None and address.is_loopback):
            return
        raise AddressRefused(f"a sample source may use loopback only, not {host}")
    if address is not None:
        if reason := refusal(address):
            raise AddressRefused(f"address guard: {host} is {reason}")
    elif host in _LOCAL_NAMES or host.endswith(_LOCAL_SUFFIXES) or "." not in host:
        raise AddressRefused(f"address guard: {host} is a local name")


class GuardedResolver(CachingThreadedResolver):
    """Scrapy's resolver, refusing names that lead to addresses which are not public.

    Use as DNS_RESOLVER (TWISTED_DNS_RESOLVER). IPv4 only, like the resolver it extends.
    """

    # Why names were refused, for the record of the failed request; and the names that a sample
    # source may find on loopback. On the class: a process has one reactor and one resolver.
    refused: dict[str, str] = {}  # noqa: RUF012
    loopback_names: set[str] = set()  # noqa: RUF012

    def getHostByName(self, name: str, timeout: Any = ()) -> Deferred[str]:
        looked_up: Deferred[str] = super().getHostByName(name, timeout)
        return looked_up.addCallback(self._check, name)

    def _check(self, found: str, name: str) -> str:
        address = ipaddress.ip_address(found)
        if address.is_loopback and name in self.loopback_names:
            return found
        if reason := refusal(address):
            self.refused[name] = f"address guard: {name} resolves to {found}, {reason}"
            raise DNSLookupError(self.refused[name])
        self.refused.pop(name, None)
        return found


class GuardMiddleware:
    """Refuses requests to other than public addresses, first of all downloader middlewares."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> GuardMiddleware:
        guard = cls(crawler)
        crawler.signals.connect(guard.install_resolver, signals.engine_started)
        return guard

    def install_resolver(self) -> None:
        """Install the guarded resolver where the settings did not (CrawlerRunner never does)."""
        from twisted.internet import reactor

        if isinstance(getattr(reactor, "resolver", None), GuardedResolver):
            return
        GuardedResolver.from_crawler(self.crawler, reactor).install_on_reactor()

    def process_request(self, request: Request) -> None:
        archive = getattr(self.crawler.spider, "archive", None)
        if archive is not None and not archive.writable:
            raise IgnoreRequest("not asked for: the archive cannot be written")
        sample = bool(getattr(getattr(self.crawler.spider, "source", None), "sample", False))
        check_url(request.url, sample)
        if sample:
            # Addresses written as numbers pass the resolver too.
            GuardedResolver.loopback_names.add(urlsplit(request.url).hostname or "")

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Hand what failed to the archive (once; see ArchiveExtension.record_failure)."""
        archive = getattr(self.crawler.spider, "archive", None)
        if archive is not None:
            archive.record_failure(request, exception)
