"""Which relay the native peer takes, as it can take one only."""

from booth_client.peer import chosen
from protocol.frames import IceServer

RELAY = IceServer(
    ("turns:relay:5349?transport=tcp", "turn:relay:3478?transport=tcp", "turn:relay:3478?transport=udp"), "u", "c"
)


def test_without_servers_nobody_outside_is_asked():
    assert chosen([]) == []


def test_udp_is_taken_before_tcp_and_tls():
    (relay,) = chosen([RELAY])
    assert relay.urls == ["turn:relay:3478?transport=udp"]
    assert (relay.username, relay.credential) == ("u", "c")


def test_one_stun_server_goes_with_it():
    servers = chosen([IceServer(("stun:a:3478", "stun:b:3478")), RELAY])
    assert [server.urls for server in servers] == [["stun:a:3478"], ["turn:relay:3478?transport=udp"]]
