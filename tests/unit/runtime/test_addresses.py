"""An address is counted in one spelling; an IPv6 visitor, who has as many as it likes, by its network."""

import ipaddress
import re
import ssl
from pathlib import Path

import pytest
from aiohttp.test_utils import make_mocked_request
from hypothesis import given
from hypothesis import strategies as st

from runtime.addresses import NETWORK_6, Visitors, network_of, plain_address
from runtime.settings import Settings

PROXY = Path(__file__).resolve().parents[3] / "deploy" / "nginx.conf"
NETWORKS = st.integers(0x2000 << 112, (0x4000 << 112) - 1)
HOSTS = st.lists(st.integers(0, (1 << (128 - NETWORK_6)) - 1), min_size=2, max_size=20)
KEYS_MAX = 3
"""Zeros are left out where most of them stand, which may be before or behind the network's end."""


@pytest.mark.parametrize(
    ("said", "plain", "counted"),
    [
        ("198.51.100.9", "198.51.100.9", "198.51.100.9"),
        ("198.51.100.9:4711", "198.51.100.9", "198.51.100.9"),
        ("::ffff:198.51.100.9", "198.51.100.9", "198.51.100.9"),
        ("::ffff:c633:6409", "198.51.100.9", "198.51.100.9"),
        ("2001:DB8::1", "2001:db8::1", "2001:db8::/56"),
        ("[2001:db8:0:ff:0::1]:443", "2001:db8:0:ff::1", "2001:db8::/56"),
        ("2001:db8:0:1ff::1", "2001:db8:0:1ff::1", "2001:db8:0:100::/56"),
        ("fe80::1%eth0", "fe80::1", "fe80::/56"),
        ("", "", ""),
        ("unknown", "unknown", "unknown"),
        ("a:b:c", "a:b:c", "a:b:c"),
        ("x" * 5000, "x" * 45, "x" * 45),
    ],
)
def test_one_visitor_is_counted_once(said: str, plain: str, counted: str) -> None:
    assert plain_address(said) == plain
    assert network_of(plain) == counted


def proxy_keys() -> list[re.Pattern[str]]:
    """Return the patterns of the shipped `map`, in their order."""
    found = re.findall(r'^ +"~(\^.+)" +\$window_(?:long|short);$', PROXY.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(found) == 2
    return [re.compile(one.replace("(?<", "(?P<")) for one in found]


def proxy_key(address: str) -> str:
    """Return what the shipped proxy counts an address by."""
    return next((hit[1] for one in proxy_keys() if (hit := one.match(address))), address)


@given(NETWORKS, HOSTS)
def test_the_proxy_counts_the_addresses_of_one_network_together(network: int, hosts: list[int]) -> None:
    base = network >> (128 - NETWORK_6) << (128 - NETWORK_6)
    keys = {proxy_key(str(ipaddress.IPv6Address(base + host))) for host in hosts}
    assert len(keys) <= KEYS_MAX


@given(NETWORKS, NETWORKS)
def test_the_proxy_keeps_networks_apart(one: int, other: int) -> None:
    first, second = (str(ipaddress.IPv6Address(each)) for each in (one, other))
    assert proxy_key("2001:db8:1:2::1") != proxy_key("2001:db8:1:302::1")
    if network_of(first) != network_of(second) and "::" not in first + second:
        assert proxy_key(first) != proxy_key(second)


def test_the_proxy_counts_ipv4_by_the_address() -> None:
    assert proxy_key("198.51.100.9") == "198.51.100.9"


@pytest.mark.parametrize(
    ("host", "known"),
    [
        ("window.example", True),
        ("WINDOW.example:8443", True),
        ("localhost:80", True),
        ("[::1]:8080", True),
        ("127.0.0.1", True),
        ("evil.example", False),
        ("", False),
        ("window.example.", False),
        *(
            (spoilt.format("window.example"), False)
            for spoilt in ("evil.example@{}", "evil.example\\@{}", "{}/x", "{}?x", "{}#x", " {}", "{}:", "{}:x", "{},x")
        ),
        ("[::1", False),
        ("[::1]x", False),
        ("x" * 8000, False),
    ],
)
def test_a_host_is_ours_as_a_name_with_or_without_a_port_and_in_no_other_spelling(host: str, known: bool) -> None:
    request = make_mocked_request("GET", "/", headers={"Host": host})
    assert Visitors(Settings(hosts=("window.example",))).knows_host(request) is known


@pytest.mark.parametrize(
    ("line", "origin", "known"),
    [
        ("/ws", "https://window.example", True),
        ("/ws", "https://evil.example", False),
        ("/ws", "null", False),
        ("http://evil.example/ws", "http://evil.example", False),
        ("http://evil.example/ws", "https://window.example", True),
    ],
)
def test_a_page_s_origin_is_compared_with_the_host_header_alone(line: str, origin: str, known: bool) -> None:
    request = make_mocked_request("GET", line, headers={"Host": "window.example", "Origin": origin})
    assert Visitors(Settings()).knows_origin(request) is known


@pytest.mark.parametrize(
    ("scheme", "by_https", "known"), [("http", True, False), ("https", True, True), ("http", False, True)]
)
def test_a_page_that_came_in_the_clear_may_not_ask_by_https(scheme: str, by_https: bool, known: bool) -> None:
    origin = {"Host": "window.example", "Origin": f"{scheme}://window.example"}
    context = ssl.create_default_context() if by_https else None
    request = make_mocked_request("GET", "/ws", headers=origin, sslcontext=context)
    assert Visitors(Settings()).knows_origin(request) is known
