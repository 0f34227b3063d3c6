"""Each command in each state of its sender: what is done, and the code of what is refused, by one table."""

from typing import Final

from protocol.commands import CitizenFrame, Command, SeatFrame
from tests.integration.signaling.test_papers import upload
from tests.support.people import People
from tests.support.samples import PNG
from tests.support.wire_page import WirePage
from tests.support.wire_socket import Frame

STATES: Final = ("before", "waiting", "ringing", "serving", "wrap_up", "after")
#: What leads out of the state, which other tests follow, or has an answer of its own there.
ELSEWHERE: Final = ""
NO_SESSION, NO_TICKET, NOT_WAITING = "session_not_found", "ticket_not_found", "ticket_not_waiting"
OVER, STALE, WRAPPED, BAD = "session_over", "reservation_stale", "wrap_up_over", "bad_input"
TALK: Final = (NO_SESSION, NO_SESSION, NO_SESSION, "done", OVER, OVER)
STILL: Final = (NO_SESSION, NO_SESSION, NO_SESSION, BAD, OVER, OVER)
"""Of a request that nobody made."""
DESK: Final = (NO_SESSION, NO_SESSION, NO_SESSION, "done", "done", NO_SESSION)
CALL: Final = (NO_SESSION, NO_SESSION, NO_SESSION, "done", OVER, NO_SESSION)
#: What is answered before a ticket is taken, while it waits, rings, is served, is wrapped up, and afterwards.
CITIZEN: Final[dict[str, tuple[str, ...]]] = {
    "take_ticket": (ELSEWHERE, NOT_WAITING, NOT_WAITING, NOT_WAITING, ELSEWHERE, ELSEWHERE),
    "leave_queue": (NO_TICKET, ELSEWHERE, ELSEWHERE, NOT_WAITING, NOT_WAITING, NOT_WAITING),
    "hold_place": (NO_TICKET, ELSEWHERE, NOT_WAITING, NOT_WAITING, NOT_WAITING, NOT_WAITING),
    "call_back": (NO_TICKET, BAD, BAD, BAD, BAD, BAD),
    "resume_place": (NO_TICKET, "done", "done", NOT_WAITING, NOT_WAITING, NOT_WAITING),
    "come_back": ("not_found", NOT_WAITING, NOT_WAITING, NOT_WAITING, "not_found", "not_found"),
    "consent": (NO_TICKET, "done", "done", "done", NO_TICKET, NO_TICKET),
    "rate": (NO_TICKET, NO_SESSION, NO_SESSION, NO_SESSION, "done", "already_rated"),
    "hang_up": (NO_SESSION, NO_SESSION, NO_SESSION, ELSEWHERE, OVER, OVER),
    "still_taken": STILL,
    "still_failed": STILL,
    "chat": TALK,
    "media_up": TALK,
}
SEAT: Final[dict[str, tuple[str, ...]]] = {
    "ready": (ELSEWHERE, ELSEWHERE, "done", "done", ELSEWHERE, ELSEWHERE),
    "pause": ("done", "done", ELSEWHERE, ELSEWHERE, ELSEWHERE, "done"),
    "accept": (STALE, STALE, ELSEWHERE, STALE, STALE, STALE),
    "decline": (STALE, STALE, ELSEWHERE, STALE, STALE, STALE),
    "claim": (NO_TICKET, ELSEWHERE, ELSEWHERE, NOT_WAITING, NOT_WAITING, NOT_WAITING),
    "chat": CALL,
    "media_up": CALL,
    "request_still": CALL,
    "give_verdict": DESK,
    "notes": DESK,
    "confirm_priority": DESK,
    "close_session": (NO_SESSION, NO_SESSION, NO_SESSION, ELSEWHERE, OVER, NO_SESSION),
    "amend_closing": (WRAPPED, WRAPPED, WRAPPED, WRAPPED, "done", WRAPPED),
    "extend_wrap_up": (WRAPPED, WRAPPED, WRAPPED, WRAPPED, "done", WRAPPED),
    "invite": (NO_SESSION, NO_SESSION, NO_SESSION, "done", OVER, NO_SESSION),
    "dismiss": (NO_SESSION, NO_SESSION, NO_SESSION, "participant_not_found", OVER, NO_SESSION),
}


def facts(reservation: Frame, ticket: str, document: str, notice: str) -> dict[str, Frame]:
    """Return what each command says, as true as can be."""
    held = {"reservation": reservation.get("reservation", "x"), "fence": reservation.get("fence", 1)}
    return {
        "take_ticket": {"item": "MZ01"},
        "call_back": {"at_ms": 1},
        "come_back": {"receipt": "20260101-MZ003-7K4Q9D"},
        "consent": {"kind": "service", "given": True, "version": notice},
        "rate": {"level": 5},
        "still_taken": {"request": "none", "document": document},
        "still_failed": {"request": "none", "why": "no_camera"},
        "chat": {"text": "你好"},
        "media_up": {"epoch": 1},
        "pause": {"reason": "break"},
        "invite": {"role": "family", "name": "家属"},
        "dismiss": {"participant": "none"},
        "accept": held,
        "decline": held,
        "claim": {"ticket": ticket},
        "give_verdict": {"document": document, "verdict": "good"},
        "notes": {"text": "记"},
        "confirm_priority": {"confirmed": True},
        "close_session": {"outcome": "answered"},
        "amend_closing": {"outcome": "answered", "summary": "改"},
    }


def test_each_command_has_a_row() -> None:
    for table, union in ((CITIZEN, CitizenFrame), (SEAT, SeatFrame)):
        kinds = {kind.__struct_config__.tag for kind in union.__args__ if issubclass(kind, Command)}
        assert set(table) == kinds


async def moved(citizen: WirePage, agent: WirePage, state: str, rings: Frame) -> Frame:
    """Bring both into the next state; return the reservation that rings or rang."""
    match state:
        case "waiting":
            await citizen.done("take_ticket", item="MZ01", priority="priority")
        case "ringing":
            await agent.done("ready")
            return dict((await agent.until("ringing"))["reservation"])
        case "serving":
            await agent.done("accept", reservation=rings["reservation"], fence=rings["fence"])
            await agent.until("session")
            await citizen.until("session")
        case "wrap_up":
            await agent.done("close_session", outcome="answered")
            await agent.until("seat", lambda frame: frame["seat"]["state"] == "wrap_up")
            await citizen.until("ticket", lambda frame: frame["ticket"]["state"] == "done")
        case "after":
            await agent.done("pause", reason="break")
        case _:
            pass
    return rings


async def test_each_command_is_done_or_refused_by_the_state_of_its_sender(people: People) -> None:
    citizen, agent = await people.citizen(), await people.agent(ready=False)
    own, rings = "x", Frame()
    notice = next(iter(people.at.node.services.directory.notice_versions))
    faults = []
    for number, state in enumerate(STATES):
        rings = await moved(citizen, agent, state, rings)
        if state == "waiting":
            own = await upload(citizen, PNG)
        for page, table in ((citizen, CITIZEN), (agent, SEAT)):
            said = facts(rings, citizen.ticket.get("ticket", "x"), own, notice)
            for kind, wanted in table.items():
                if wanted[number] == ELSEWHERE:
                    continue
                answer = await page.do(kind, **said.get(kind, {}))
                if (got := answer.get("code", "done")) != wanted[number]:
                    faults.append((state, page.role, kind, "wanted", wanted[number], "got", got))
    assert not faults, "\n".join(map(str, faults))


#: What was said of a call, and whether it is taken.
RATINGS: Final = (
    ({"level": 0}, BAD), ({"level": 6}, BAD), ({"level": 1}, "reason_required"), ({"level": 2}, "reason_required"),
    ({"level": 1, "reasons": ["invented"]}, BAD), ({"level": 5, "reasons": ["invented"]}, BAD), ({"level": 3}, "done"),
)  # fmt: skip


async def test_a_rating_is_checked_and_taken_once_the_call_is_over_for_the_citizen(people: People) -> None:
    citizen, agent = await people.talking()
    assert await citizen.refused("rate", level=5) == NO_SESSION
    await citizen.done("hang_up")
    got = [(await citizen.do("rate", **said)).get("code", "done") for said, _ in RATINGS]
    assert got == [code for _, code in RATINGS]
    assert await citizen.refused("rate", level=4) == "already_rated"
    await agent.done("close_session", outcome="answered")
    assert await citizen.refused("rate", level=4) == "already_rated"


async def test_a_ticket_that_is_back_in_the_line_is_not_rated(people: People) -> None:
    citizen, agent = await people.talking()
    services = agent.at.node.services
    row = await services.queue.tickets.find(citizen.ticket["ticket"])
    assert row is not None
    await services.queue.seats.give_back(row.ticket, row.fence, "seat_lost")
    back = await services.queue.tickets.find(row.ticket)
    assert back is not None
    assert back.state.value in {"waiting", "reserved"}
    assert await citizen.refused("rate", level=5) == NO_SESSION
