"""Go on with a kept place at another screen by the receipt, or after a loss of the queue by the stub."""

import pytest

from records.journal.recorder import Recorder
from records.sessions.papers_of_ticket import is_over
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
    tries = [await stranger.refused("come_back", receipt="12345678") for _ in range(20)]
    assert tries[0] == "not_found"
    assert tries[-1] == "too_many_tries"


async def test_a_stub_brings_back_a_ticket_that_the_records_ended_because_the_queue_forgot_it(people: People) -> None:
    services = people.at.node.services
    citizen, other = await people.waiting(item="MZ01"), await people.waiting(item="MZ01")
    ticket = citizen.ticket["ticket"]
    await recorded(people)
    await citizen.drop()
    await services.redis.flushall()
    assert await services.queue.care.forget(ticket)
    await recorded(people)
    assert await is_over(services.database, ticket, or_forgotten=True)
    _ = await other.do("take_ticket", id="again", item="MZ01", stub=other.stub)
    _ = await (await people.agent("S004")).until("ringing")  # the node has read the journal up to here
    back = await people.citizen()
    restored = await back.do("take_ticket", id="again", item="MZ01", stub=citizen.stub)
    assert (restored["ticket"]["ticket"], restored["ticket"]["place"]) == (ticket, 1)


@pytest.mark.parametrize("is_ended", [False, True], ids=["not missed yet", "ended in the records meanwhile"])
async def test_a_receipt_brings_back_a_place_that_the_queue_forgot(people: People, *, is_ended: bool) -> None:
    services = people.at.node.services
    served, _ = await people.talking()
    gone, other = await people.waiting(item="MZ01"), await people.waiting(item="MZ01")
    await recorded(people)
    await gone.leave()
    await services.redis.flushall()
    _ = await other.do("take_ticket", id="again", item="MZ01", stub=other.stub)
    if is_ended:
        assert await services.queue.care.forget(gone.ticket["ticket"])
        await recorded(people)
    elsewhere = await people.citizen()
    taken = await elsewhere.do("come_back", receipt=gone.ticket["about"]["receipt"])
    assert taken["type"] == "ticket_taken", taken
    assert (taken["ticket"]["ticket"], taken["ticket"]["place"]) == (gone.ticket["ticket"], 1)
    stranger = await people.citizen()
    assert await stranger.refused("come_back", receipt=served.ticket["about"]["receipt"]) == "not_found"
