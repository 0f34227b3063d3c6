"""Signed values are read back, and nothing forged, cut, old or of another kind is."""

from typing import NamedTuple

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from hypothesis import given
from hypothesis import strategies as st

from protocol.errors import BadStub, BadToken, ClockWrong, ServiceError, TokenExpired
from protocol.identity_errors import BadKey
from protocol.priorities import Priority
from runtime.addresses import Visitors
from runtime.clock import ManualClock
from runtime.security import (
    CLOCKS_APART_S,
    HEADERS,
    MachineToken,
    ReceiptLink,
    Signatures,
    Stub,
    TicketToken,
    headers_for,
)
from runtime.settings import Settings

SECRET = "s" * 32


def new_signatures(clock: ManualClock | None = None, secret: str = SECRET) -> Signatures:
    return Signatures(secret, clock or ManualClock(), token_s=60, stub_s=30)


@given(st.text(max_size=40), st.text(max_size=10))
def test_a_token_is_read_back_as_it_was_made(ticket: str, booth: str) -> None:
    signatures = new_signatures()
    assert signatures.read_token(signatures.token(TicketToken(ticket, booth))) == TicketToken(ticket, booth)


def test_a_token_ends() -> None:
    clock = ManualClock()
    signatures = new_signatures(clock)
    token = signatures.token(TicketToken("T"))
    clock.advance(60 + CLOCKS_APART_S)
    assert signatures.read_token(token).ticket == "T"
    clock.advance(1)
    with pytest.raises(TokenExpired):
        signatures.read_token(token)


def test_clocks_of_two_nodes_may_be_a_minute_apart_either_way() -> None:
    ahead, behind = ManualClock(), ManualClock()
    ahead.advance(CLOCKS_APART_S)
    stub = Stub("T", 1, Priority.NORMAL, "{}")
    early, late = new_signatures(ahead), new_signatures(behind)
    assert late.read_token(early.token(TicketToken("T"))).ticket == "T"
    assert early.read_token(late.token(TicketToken("T"))).ticket == "T"
    assert late.read_stub(early.stub(stub)) == stub
    ahead.advance(1)
    with pytest.raises(TokenExpired):
        late.read_token(early.token(TicketToken("T")))


class Off(ManualClock):
    def sure_ms(self) -> int:
        raise ClockWrong(off_ms=600_000)


def test_a_node_whose_clock_is_wrong_signs_nothing_and_reads_on() -> None:
    off, right = new_signatures(Off()), new_signatures()
    for sign in (lambda: off.token(TicketToken("T")), lambda: off.stub(Stub("T", 1, Priority.NORMAL, "{}"))):
        with pytest.raises(ClockWrong):
            sign()
    assert off.read_token(right.token(TicketToken("T"))).ticket == "T"


@given(st.data())
def test_no_changed_token_is_good(data: st.DataObject) -> None:
    signatures = new_signatures()
    token = signatures.token(TicketToken("T"))
    at = data.draw(st.integers(0, len(token) - 2))  # the last character carries unused bits
    other = data.draw(st.characters(codec="ascii", exclude_characters=token[at]))
    with pytest.raises((BadToken, TokenExpired)):
        signatures.read_token(token[:at] + other + token[at + 1 :])


@pytest.mark.parametrize("text", ["", ".", "a.b.c", "é", "x" * 5000])
def test_nonsense_is_no_token_and_no_stub(text: str) -> None:
    with pytest.raises(BadToken):
        new_signatures().read_token(text)
    with pytest.raises(BadStub):
        new_signatures().read_stub(text)


def test_a_stub_is_no_token_and_another_installations_is_neither() -> None:
    signatures = new_signatures()
    stub = signatures.stub(Stub("T", 1, Priority.NORMAL, "{}"))
    assert signatures.read_stub(stub).arrived_ms == 1
    with pytest.raises(BadToken):
        signatures.read_token(stub)
    with pytest.raises(BadStub):
        new_signatures(secret="o" * 32).read_stub(stub)


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="32"):
        new_signatures(secret="short")


def test_what_an_old_key_signed_is_good_while_it_is_kept_and_new_things_do_not_need_it() -> None:
    before, after = new_signatures(), new_signatures(secret="n" * 32)
    clock = ManualClock()
    between = Signatures("n" * 32, clock, token_s=60, stub_s=30, old=[SECRET])
    stub = Stub("T", 1, Priority.NORMAL, "{}")
    assert between.read_token(before.token(TicketToken("T"))).ticket == "T"
    assert between.read_stub(before.stub(stub)) == stub
    assert after.read_token(between.token(TicketToken("T"))).ticket == "T"
    assert after.read_stub(between.stub(stub)) == stub
    with pytest.raises(BadToken):
        before.read_token(between.token(TicketToken("T")))
    with pytest.raises(ValueError, match="32"):
        Signatures("n" * 32, clock, token_s=60, stub_s=30, old=["short"])


class Kind(NamedTuple):
    """A kind of signed value: how it is made and read, how long it lives, how a wrong one is refused."""

    value: TicketToken | Stub | ReceiptLink | MachineToken
    make: str
    read: str
    life_s: int
    late: type[ServiceError]
    forged: type[ServiceError]


KINDS = {
    "token": Kind(TicketToken("T", "B"), "token", "read_token", 60, TokenExpired, BadToken),
    "stub": Kind(Stub("T", 1, Priority.NORMAL, "{}"), "stub", "read_stub", 30, BadStub, BadStub),
    "link": Kind(ReceiptLink("R"), "link", "read_link", 7 * 24 * 3600, TokenExpired, TokenExpired),
    "machine": Kind(MachineToken("K", ("get_public",)), "machine_token", "read_machine_token", 600, BadKey, BadKey),
}
#: As the release before signed these values at that time.
SIGNED = {
    "token": "eyJ0aWNrZXQiOiJUIiwiYm9vdGgiOiJCIn0.aVXHEA.AMEFzy4CoIj0XVtDugAbqgfAaI85wYqwmV4Z83MPAu4",
    "stub": "eyJ0aWNrZXQiOiJUIiwiYXJyaXZlZF9tcyI6MSwicHJpb3JpdHkiOiJub3Jt"
    "YWwiLCJhYm91dCI6Int9In0.aVXHEA.WtvVHelrJj6iidHFFJBvnzwSYU-knPqPXo9_dUZp51Y",
    "link": "eyJyZWNlaXB0IjoiUiJ9.aVXHEA.cCTryTeB3rlyAmF8JlIOPsxyZgcfAGrMNNRrS_v5S2g",
    "machine_token": "cwt_eyJrZXkiOiJLIiwib3BlcmF0aW9ucyI6WyJnZXRfcHVibGljIl19.aVXHEA."
    "hMZkHXEO3X5B_g29jp-Rge1CH7o5enPwe-zOxEAP4bE",
}


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_each_kind_of_signed_value_lives_so_long_and_not_a_second_more(kind: Kind) -> None:
    clock = ManualClock()
    signatures = new_signatures(clock)
    text = getattr(signatures, kind.make)(kind.value)
    for seconds in (0, kind.life_s + CLOCKS_APART_S):
        clock.advance(seconds)
        assert getattr(signatures, kind.read)(text) == kind.value
    clock.advance(1)
    with pytest.raises(kind.late):
        getattr(signatures, kind.read)(text)
    clock.advance(-kind.life_s - 2 * CLOCKS_APART_S - 1)
    assert getattr(signatures, kind.read)(text) == kind.value
    clock.advance(-1)
    with pytest.raises(kind.late):
        getattr(signatures, kind.read)(text)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_each_kind_of_signed_value_is_read_as_itself_alone_and_signed_by_a_right_clock(kind: Kind) -> None:
    text = getattr(new_signatures(), kind.make)(kind.value)
    for other in KINDS.values():
        if other is not kind:
            with pytest.raises(other.forged):
                getattr(new_signatures(), other.read)(text)
    with pytest.raises(kind.forged):
        getattr(new_signatures(secret="x" * 32), kind.read)(text)
    with pytest.raises(ClockWrong):
        getattr(new_signatures(Off()), kind.make)(kind.value)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_what_the_release_before_signed_is_still_good(kind: Kind) -> None:
    assert getattr(new_signatures(), kind.read)(SIGNED[kind.make]) == kind.value
    assert getattr(new_signatures(), kind.make)(kind.value) == SIGNED[kind.make]


@pytest.mark.parametrize(
    ("proxies", "said", "is_https"),
    [(0, "https", False), (1, "", False), (1, "http", False), (1, "https", True), (1, "https, http", False)],
)
async def test_every_answer_carries_the_headers_and_over_https_two_more(
    proxies: int, said: str, *, is_https: bool
) -> None:
    async def answer(_request: web.Request) -> web.Response:
        response = web.Response(headers={"X-Frame-Options": "SAMEORIGIN", "Server": "aiohttp"})
        response.headers.add("Set-Cookie", "a=1")
        response.headers.add("Set-Cookie", "b=2; Secure")
        return response

    app = web.Application()
    app.router.add_get("/", answer)
    app.on_response_prepare.append(headers_for(Visitors(Settings(proxies=proxies))))
    async with TestClient(TestServer(app)) as client:
        got = (await client.get("/", headers={"X-Forwarded-Proto": said} if said else {})).headers
    assert {name: got[name] for name in HEADERS} == HEADERS | {"X-Frame-Options": "SAMEORIGIN"}, "its own is kept"
    assert got["Server"] == "cloudwindow"
    assert got.get("Strict-Transport-Security") == ("max-age=31536000" if is_https else None)
    assert got.getall("Set-Cookie") == (["a=1; Secure"] if is_https else ["a=1"]) + ["b=2; Secure"]
