"""Signed values are read back, and nothing forged, cut, old or of another kind is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.errors import BadStub, BadToken, ClockWrong, TokenExpired
from protocol.priorities import Priority
from runtime.clock import ManualClock
from runtime.security import CLOCKS_APART_S, Signatures, Stub, TicketToken

SECRET = "s" * 32


def signatures(clock: ManualClock | None = None, secret: str = SECRET) -> Signatures:
    return Signatures(secret, clock or ManualClock(), token_s=60, stub_s=30)


@given(st.text(max_size=40), st.text(max_size=10))
def test_a_token_is_read_back_as_it_was_made(ticket: str, booth: str) -> None:
    its = signatures()
    assert its.read_token(its.token(TicketToken(ticket, booth))) == TicketToken(ticket, booth)


def test_a_token_ends() -> None:
    clock = ManualClock()
    its = signatures(clock)
    token = its.token(TicketToken("T"))
    clock.advance(60 + CLOCKS_APART_S)
    assert its.read_token(token).ticket == "T"
    clock.advance(1)
    with pytest.raises(TokenExpired):
        its.read_token(token)


def test_clocks_of_two_nodes_may_be_a_minute_apart_either_way() -> None:
    ahead, behind = ManualClock(), ManualClock()
    ahead.advance(CLOCKS_APART_S)
    stub = Stub("T", 1, Priority.NORMAL, "{}")
    early, late = signatures(ahead), signatures(behind)
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
    off, right = signatures(Off()), signatures()
    for sign in (lambda: off.token(TicketToken("T")), lambda: off.stub(Stub("T", 1, Priority.NORMAL, "{}"))):
        with pytest.raises(ClockWrong):
            sign()
    assert off.read_token(right.token(TicketToken("T"))).ticket == "T"


@given(st.data())
def test_no_changed_token_is_good(data: st.DataObject) -> None:
    its = signatures()
    token = its.token(TicketToken("T"))
    at = data.draw(st.integers(0, len(token) - 2))  # the last character carries unused bits
    other = data.draw(st.characters(codec="ascii", exclude_characters=token[at]))
    with pytest.raises((BadToken, TokenExpired)):
        its.read_token(token[:at] + other + token[at + 1 :])


@pytest.mark.parametrize("text", ["", ".", "a.b.c", "é", "x" * 5000])
def test_nonsense_is_no_token_and_no_stub(text: str) -> None:
    with pytest.raises(BadToken):
        signatures().read_token(text)
    with pytest.raises(BadStub):
        signatures().read_stub(text)


def test_a_stub_is_no_token_and_another_installations_is_neither() -> None:
    its = signatures()
    stub = its.stub(Stub("T", 1, Priority.NORMAL, "{}"))
    assert its.read_stub(stub).arrived_ms == 1
    with pytest.raises(BadToken):
        its.read_token(stub)
    with pytest.raises(BadStub):
        signatures(secret="o" * 32).read_stub(stub)


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="32"):
        signatures(secret="short")


def test_what_an_old_key_signed_is_good_while_it_is_kept_and_new_things_do_not_need_it() -> None:
    before, after = signatures(), signatures(secret="n" * 32)
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
