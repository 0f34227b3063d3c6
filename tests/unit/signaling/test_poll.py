"""A long-poll channel without a node: what it tells of its end."""

import pytest

from protocol.errors import BadInput
from signaling.socket.budget import Budget
from signaling.socket.poll import CUT, Closed, LongPoll

SUPERSEDED = Closed(4001, "superseded")


async def test_a_page_that_is_late_to_ask_still_hears_why_its_channel_ended() -> None:
    poll = LongPoll(Budget(1, 10, 0.0))
    _ = poll.send(b"{}")
    poll.dismiss(SUPERSEDED.code, SUPERSEDED.reason)
    poll.abort()  # not heard since the last ping, while a command of it was still under way
    batch = await poll.poll(0, 0)
    assert (batch.frames, batch.closed) == ([b"{}"], SUPERSEDED)
    assert (await poll.poll(1, 0)).closed == SUPERSEDED


async def test_a_channel_that_is_cut_keeps_nothing() -> None:
    poll = LongPoll(Budget(1, 10, 0.0))
    _ = poll.send(b"{}")
    poll.abort()
    assert (poll.closed, poll.unread_bytes, poll.send(b"{}")) == (CUT, 0, 0)
    assert (await poll.poll(1, 0)).closed == CUT
    with pytest.raises(BadInput):
        _ = await poll.poll(2, 0)
