"""Web-hooks go to listed receivers, at addresses that are public or written down beside the name."""

import pytest

from runtime.receivers import AllowList, ReceiverRefused, parse

LISTED = (
    "hooks.example.org",
    "http://bus.example.org:8080",
    "inner.example.org:8443=10.20.0.0/16+fd00:20::/32",
    "http://192.168.7.9:81",
    "[2001:db8::7]",
    "http://[FD00:0::1]",
    "http://[::ffff:10.1.1.1]:8080",
    "north@other.example.org",
)


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.example.org/window?key=1",
        "https://HOOKS.example.org:443/",
        "http://bus.example.org:8080/a",
        "https://inner.example.org:8443/",
        "http://192.168.7.9:81/",
        "https://[2001:db8::7]/x",
        "https://[2001:DB8:0::7]/",
        "http://[fd00::1]:80/",
        "http://[::ffff:10.1.1.1]:8080/",
    ],
)
def test_a_listed_receiver_is_allowed(url: str) -> None:
    _ = AllowList(LISTED).check(url)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("https://example.org/", "unlisted"),
        ("https://evil.hooks.example.org/", "unlisted"),
        ("https://hooks.example.org./", "unlisted"),
        ("https://hooks.example.org:444/", "unlisted"),
        ("https://other.example.org/", "unlisted"),
        ("http://hooks.example.org:443/", "scheme"),
        ("https://bus.example.org:8080/", "scheme"),
        ("ftp://hooks.example.org:443/", "scheme"),
        ("https://me:secret@hooks.example.org/", "url"),
        ("https://:@hooks.example.org/", "url"),
        ("https://@hooks.example.org/", "url"),
        (" https://hooks.example.org/", "url"),
        ("https://hooks.example.org/\r\nX: y", "url"),
        ("https://hooks.exam\tple.org/", "url"),
        ("https://hooks.example.org/\x00", "url"),
        ("https://hooks.example.org/\ud800", "url"),
        ("https://hooks.example.org/#part", "url"),
        ("hooks.example.org", "url"),
        ("https://", "url"),
        ("https://[::1", "url"),
        ("https://hooks.example.org/" + "x" * 500, "url"),
    ],
)
def test_any_other_is_refused(url: str, why: str) -> None:
    with pytest.raises(ReceiverRefused) as refused:
        _ = AllowList(LISTED).check(url)
    assert refused.value.why == why


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_a_name_may_have_public_addresses(address: str) -> None:
    _, receiver = parse("hooks.example.org")
    assert receiver.allows(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.20.0.1", "172.16.0.1", "192.168.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "::1", "::", "fd00:20::1", "fe80::1", "fe80::1%eth0", "ff02::1", "::ffff:127.0.0.1",
        "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a14:1", "2002:7f00:1::", "2001:0:7f00:1::",
    ],
)  # fmt: skip
def test_a_name_may_have_no_address_inside(address: str) -> None:
    _, receiver = parse("hooks.example.org")
    assert not receiver.allows(address)


def test_a_name_with_networks_may_have_their_addresses_and_no_public_one() -> None:
    _, receiver = parse("inner.example.org:8443=10.20.0.0/16+fd00:20::/32")
    assert all(map(receiver.allows, ("10.20.0.1", "10.20.255.255", "fd00:20::1", "::ffff:10.20.0.1")))
    assert not any(map(receiver.allows, ("10.21.0.1", "8.8.8.8", "127.0.0.1", "fd00:21::1", "::ffff:10.21.0.1")))


@pytest.mark.parametrize(
    "entry",
    [
        "",
        "ftp://x",
        "x y",
        "x:0",
        "x:65536",
        "x=10.0.0.1/8",
        "x=10.0.0.0/33",
        "x=nowhere",
        "https://x/path",
        "a@b@c",
        "X@y",
        "2130706433",
        "http://127.1:8080",
        "127.0.0.1.",
        "bus.2130706433",
    ],
)
def test_what_is_no_entry_is_refused(entry: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        _ = parse(entry)


def test_an_address_that_is_listed_is_its_own_network_however_it_is_written() -> None:
    for entry in ("10.1.1.1", "[::ffff:10.1.1.1]"):
        _, receiver = parse(entry)
        assert [receiver.allows(one) for one in ("10.1.1.1", "::ffff:10.1.1.1", "10.1.1.2")] == [True, True, False]
