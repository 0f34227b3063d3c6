"""Where the server is, as an operator may write it."""

import pytest

from booth_client.address import Address, BadAddressError


@pytest.mark.parametrize(
    ("text", "base", "socket"),
    [
        ("http://localhost:8080", "http://localhost:8080", "ws://localhost:8080/ws"),
        ("https://window.example/", "https://window.example", "wss://window.example/ws"),
        ("https://window.example:8443/desk/", "https://window.example:8443/desk", "wss://window.example:8443/desk/ws"),
    ],
)
def test_an_address_gives_the_socket_beside_it(text, base, socket):
    address = Address.parse(text)
    assert (address.base, address.socket) == (base, socket)


def test_the_origin_has_no_path():
    assert Address.parse("https://window.example/desk").origin == "https://window.example"


@pytest.mark.parametrize(
    "text", ["", "localhost:8080", "ftp://host", "http://", "http://host:port", "http://host:99999"]
)
def test_anything_else_is_refused(text):
    with pytest.raises(BadAddressError):
        Address.parse(text)


def test_a_path_is_put_under_the_base_and_a_whole_address_stays():
    address = Address.parse("https://window.example/desk")
    assert address.to("/api/uploads") == "https://window.example/desk/api/uploads"
    assert address.to("https://other.example/x") == "https://other.example/x"
