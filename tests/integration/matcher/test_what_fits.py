"""Which seat may serve which ticket, as `protocol.skills.fits` says, however the two come to meet."""

from itertools import product

import pytest

from protocol.errors import SeatNotAble
from protocol.skills import fits
from tests.integration.matcher.conftest import Hall, able, needs

ABLE = [
    able(), able("MZ:3"), able("MZ HJ"), able("HJ:2"), able(languages="cmn yue"), able(languages="yue"),
    able(authority=0), able(districts="*"), able(districts="TH HD"), able(districts="TH"),
]  # fmt: skip
NEEDS = [
    needs(), needs("MZ:2"), needs("MZ HJ"), needs("MZ:3 HJ:2"), needs(language="yue"), needs(language=""),
    needs(authority=5), needs(district="TH"), needs(district=""), needs(seat="A"),
]  # fmt: skip


@pytest.mark.parametrize("is_first", [True, False], ids=["the seat comes first", "the ticket comes first"])
async def test_a_ticket_rings_exactly_where_it_fits(hall: Hall, *, is_first: bool) -> None:
    for number, (abilities, asked) in enumerate(product(ABLE, NEEDS)):
        ticket = f"T{number}"
        if is_first:
            _ = await hall.agent("A", abilities)
            _ = await hall.citizen(asked, ticket=ticket)
        else:
            _ = await hall.citizen(asked, ticket=ticket)
            _ = await hall.agent("A", abilities)
        assert ((await hall.ticket(ticket)).seat == "A") is fits(asked, "A", abilities), (asked, abilities)
        _ = await hall.queue.tickets.leave(ticket)
        _ = await hall.queue.seats.sign_out("A")


async def test_a_ticket_is_claimed_exactly_where_it_fits(hall: Hall) -> None:
    for number, (abilities, asked) in enumerate(product(ABLE, NEEDS)):
        ticket = f"T{number}"
        _ = await hall.agent("A", abilities, ready=False)
        _ = await hall.citizen(asked, ticket=ticket)
        if fits(asked, "A", abilities):
            assert (await hall.queue.seats.claim("A", ticket, "mine")).seat == "A"
            _ = await hall.finish("A")
            _ = await hall.queue.seats.sign_out("A")
        else:
            with pytest.raises(SeatNotAble):
                _ = await hall.queue.seats.claim("A", ticket, "mine")
            _ = await hall.queue.tickets.leave(ticket)


@pytest.mark.parametrize("asked", [needs(), needs(seat="B")])
async def test_what_asks_for_one_seat_is_claimed_by_no_other(hall: Hall, asked) -> None:
    _ = await hall.agent("A", ready=False)
    _ = await hall.citizen(asked, ticket="T")
    if asked.seat:
        with pytest.raises(SeatNotAble):
            _ = await hall.queue.seats.claim("A", "T", "mine")
    else:
        assert (await hall.queue.seats.claim("A", "T", "mine")).seat == "A"


async def test_what_a_seat_declined_does_not_come_back_to_it(hall: Hall) -> None:
    _ = await hall.agent("A")
    _ = await hall.citizen(ticket="T")
    _ = await hall.decline("A")
    assert (await hall.ticket("T")).seat == ""
    assert await hall.queue.seats.alerts("A") == []
    assert await hall.queue.seats.call_next("A", "mine") is None
    with pytest.raises(SeatNotAble):
        _ = await hall.queue.seats.claim("A", "T", "mine")
