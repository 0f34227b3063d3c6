"""Small pure parts: relay credentials, frames on the wire, upload metadata, differences of the floor."""

import base64
import hashlib
import hmac
import struct

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.errors import BadInput
from protocol.states import SeatState
from protocol.views import SeatView, WallboardView
from runtime.clock import ManualClock
from runtime.settings import Settings
from signaling.api.tus import read_metadata
from signaling.floor import difference as floorview
from signaling.session.turn import Turn
from signaling.socket import wire


def test_relay_credentials_are_what_coturn_computes_and_are_renewed_at_half_their_life() -> None:
    clock = ManualClock()
    turn = Turn(Settings(turn_urls=("turn:a",), stun_urls=("stun:a",), turn_secret="s", turn_ttl_s=100), clock)
    stun, relay = turn.servers("session", "seat")
    assert turn.anonymous() == (stun,)
    assert stun.username == ""
    until, _, who = relay.username.partition(":")
    assert int(until) == clock.now_ms() // 1000 + 100
    assert "session" not in who
    legs = {turn.servers("session", party)[1].username for party in ("seat", "citizen")}
    assert len(legs) == 2
    digest = hmac.new(b"s", relay.username.encode(), hashlib.sha1).digest()
    assert relay.credential == base64.b64encode(digest).decode()
    given_ms = clock.now_ms()
    assert not turn.is_due(given_ms)
    clock.advance(50)
    assert turn.is_due(given_ms)
    assert turn.servers("session", "seat")[1].username.partition(":")[2] == who  # one leg, one name: one quota


def test_without_a_relay_there_is_nothing_to_renew() -> None:
    turn = Turn(Settings(), ManualClock())
    assert turn.servers("session", "seat") == ()
    assert turn.refresh("session", "seat") is None
    assert not turn.is_due(0)


@pytest.mark.parametrize(
    ("size", "head"),
    [
        (5, bytes((0x81, 5))),
        (125, bytes((0x81, 125))),
        (126, struct.pack("!BBH", 0x81, 126, 126)),
        (65536, struct.pack("!BBQ", 0x81, 127, 65536)),
    ],
)
def test_a_text_frame_has_the_header_of_its_size(size: int, head: bytes) -> None:
    assert wire.text_head(size) == head


@given(st.binary(max_size=200))
def test_whatever_bytes_come_are_explained_and_never_raise_anything_else(data: bytes) -> None:
    with pytest.raises((msgspec.MsgspecError, UnicodeDecodeError)) as refused:
        wire.DECODERS["citizen"].decode(data)
    assert wire.explain(data, refused.value).code == "bad_frame"


def test_upload_metadata_is_read_or_refused() -> None:
    text = base64.b64encode("身份证.png".encode()).decode()
    assert read_metadata(f"filename {text}, purpose c3RpbGw=, empty") == {
        "filename": "身份证.png",
        "purpose": "still",
        "empty": "",
    }
    for bad in ("filename !!", "filename A", "x" * 5000, "filename \x84", "é"):
        with pytest.raises(BadInput):
            read_metadata(bad)


SEATS = st.lists(
    st.builds(
        SeatView,
        seat=st.sampled_from(["S1", "S2", "S3"]),
        name=st.just("x"),
        state=st.sampled_from(SeatState),
        since_ms=st.integers(0, 3),
    ),
    unique_by=lambda seat: seat.seat,
    min_size=3,
).map(lambda seats: tuple(sorted(seats, key=lambda seat: seat.seat)))
BOARDS = st.builds(
    WallboardView,
    rev=st.integers(1, 9),
    at_ms=st.integers(0, 9),
    seats=SEATS,
    waiting=st.integers(0, 3),
    booths_online=st.lists(st.sampled_from(["B1", "B2"]), unique=True).map(lambda names: tuple(sorted(names))),
)


@given(BOARDS, BOARDS)
def test_a_board_with_its_delta_is_the_next_board(before: WallboardView, after: WallboardView) -> None:
    delta = floorview.difference(before, after)
    seats = {seat.seat: seat for seat in (*before.seats, *delta.seats)}
    online = (set(before.booths_online) | set(delta.booths_online)) - set(delta.booths_gone)
    shown = msgspec.structs.replace(
        before,
        rev=delta.rev,
        at_ms=delta.at_ms,
        seats=tuple(seats[name] for name in sorted(seats)),
        waiting=delta.waiting,
        booths_online=tuple(sorted(online)),
    )
    assert shown == after
