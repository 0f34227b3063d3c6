"""Who leaves a screen goes on at another one, with the number of the receipt; nobody else does."""

import pytest

from records.journal.recorder import Recorder
from tests.support.people import People


async def recorded(people: People) -> None:
    """Let the ledger know what the queue knows."""
    node = people.at.node
    await Recorder(node.services.database, node.services.redis, node.services.settings.realm, "test").drain()


@pytest.mark.parametrize("state", ["waiting", "held"])
async def test_a_kept_place_goes_on_at_another_screen_typed_by_hand(people: People, state: str) -> None:
    booth = await people.waiting(item="MZ01")
    if state == "held":
        await booth.done("hold_place", for_s=900)
    receipt = booth.ticket["about"]["receipt"]
    await recorded(people)
    elsewhere = await people.citizen()
    typed = receipt.lower().replace("-", " ").replace("0", "o")
    taken = await elsewhere.do("come_back", receipt=typed)
    assert taken["type"] == "ticket_taken", taken
    assert (taken["ticket"]["ticket"], taken["ticket"]["state"]) == (booth.ticket["ticket"], state)
    assert (await booth.closed()).reason == "superseded"
    # An id counts for all pages of a ticket, and the booth's page counted too.
    assert (await elsewhere.do("resume_place", id="elsewhere-1"))["type"] == "done"
    agent = await people.agent("S004")
    assert (await agent.until("ringing"))["reservation"]["ticket"] == booth.ticket["ticket"]


async def test_a_held_place_rings_no_empty_chair_and_its_booth_serves_the_next_person(people: People) -> None:
    gone = await people.waiting(item="MZ01")
    await gone.done("hold_place", for_s=900)
    await gone.leave()
    following = await people.waiting(item="MZ01")
    agent = await people.agent("S004")
    assert (await agent.until("ringing"))["reservation"]["ticket"] == following.ticket["ticket"]


async def test_a_receipt_leads_into_no_conversation_and_a_wrong_one_nowhere(people: People) -> None:
    citizen, _ = await people.talking()
    receipt = citizen.ticket["about"]["receipt"]
    await recorded(people)
    stranger = await people.citizen()
    for wrong in (receipt, receipt[:-6] + "AAAAAA", "", "12345", "..", "x" * 60):
        assert await stranger.refused("come_back", receipt=wrong) == "not_found"
    assert await citizen.refused("come_back", receipt=receipt) == "ticket_not_waiting"
    tries = [await stranger.refused("come_back", receipt="12345678") for _ in range(6)]
    assert tries[0] == "not_found"
    assert tries[-1] == "too_many_tries"
