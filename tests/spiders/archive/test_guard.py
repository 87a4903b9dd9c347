"""Addresses that must never be asked, however they are written."""

from __future__ import annotations

import pytest

from spiders.archive.guard import AddressRefused, check_url


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://127.0.0.1/", "127.0.0.1 is this machine (loopback)"),
        ("http://127.8.9.10:8080/", "127.8.9.10 is this machine (loopback)"),
        ("http://2130706433/", "2130706433 is this machine (loopback)"),
        ("http://0x7f000001/", "0x7f000001 is this machine (loopback)"),
        ("http://0177.0.0.1/", "0177.0.0.1 is this machine (loopback)"),
        ("http://127.1/", "127.1 is this machine (loopback)"),
        ("http://0.0.0.0/", "0.0.0.0 is this machine (unspecified address)"),
        ("http://0/", "0 is this machine (unspecified address)"),
        ("http://10.0.0.1/", "10.0.0.1 is a private address"),
        ("http://172.16.3.4/", "172.16.3.4 is a private address"),
        ("http://192.168.1.1/", "192.168.1.1 is a private address"),
        ("http://100.64.0.1/", "100.64.0.1 is a reserved address"),
        ("http://169.254.169.254/", "169.254.169.254 is link-local"),
        ("http://224.0.0.1/", "224.0.0.1 is a multicast address"),
        ("http://255.255.255.255/", "is a private address"),
        ("http://[::1]/", "::1 is this machine (loopback)"),
        ("http://[::]/", ":: is this machine (unspecified address)"),
        ("http://[fe80::1]/", "fe80::1 is link-local"),
        ("http://[fd00::1]/", "fd00::1 is a private address"),
        ("http://[ff02::1]/", "ff02::1 is a multicast address"),
        ("http://[::ffff:127.0.0.1]/", "is this machine (loopback) as 127.0.0.1"),
        ("http://[::127.0.0.1]/", "is this machine (loopback) as 127.0.0.1"),
        ("http://[2002:7f00:1::]/", "is this machine (loopback) as 127.0.0.1"),  # 6to4
        ("http://[64:ff9b::a9fe:a9fe]/", "as 169.254.169.254"),  # NAT64
        ("http://localhost/", "localhost is a local name"),
        ("http://LOCALHOST./", "localhost is a local name"),
        ("http://printer/", "printer is a local name"),
        ("http://metadata.google.internal/", "metadata.google.internal is a local name"),
        ("file:///etc/passwd", "only http and https are fetched, not file:"),
        ("ftp://vendor.example/", "only http and https are fetched, not ftp:"),
        ("http:///nothing", "the address has no host"),
    ],
)
def test_refused(url: str, reason: str) -> None:
    with pytest.raises(AddressRefused) as error:
        check_url(url)
    assert reason in str(error.value)


@pytest.mark.parametrize(
    "url",
    [
        "https://vendor.example/a?b=http://127.0.0.1/",
        "http://8.8.8.8/",
        "http://[2001:4860:4860::8888]/",
        "http://[64:ff9b::808:808]/",
        "http://1e100.example/",
        "http://4399.com/",
    ],
)
def test_allowed(url: str) -> None:
    check_url(url)


def test_a_sample_source_may_use_loopback_and_nothing_else() -> None:
    check_url("http://127.0.0.1:8000/", sample=True)
    check_url("http://localhost:8000/", sample=True)
    for url in ("http://vendor.example/", "http://10.0.0.1/", "http://169.254.169.254/"):
        with pytest.raises(AddressRefused, match="a sample source may use loopback only"):
            check_url(url, sample=True)
