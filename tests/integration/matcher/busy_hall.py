"""A hall with others in it, and more states of a ticket and a seat than the plain ones of `stages.py`."""

from matcher import NewTicket
from protocol.priorities import Priority
from protocol.skills import Needs
from tests.integration.matcher.conftest import Hall, able, needs
from tests.integration.matcher.stages import Stage, reserved, serving, waiting


class BusyHall(Hall):
    """A hall whose tickets widen after a minute and have a lease, unless a test says otherwise."""

    def new(self, *steps: Needs, ticket: str = "", priority: Priority = Priority.NORMAL, **more) -> NewTicket:
        more.setdefault("page_lease_s", 120)
        return super().new(*(steps or (needs(), needs(district=""))), ticket=ticket, priority=priority, **more)


async def already_there(hall: Hall) -> None:
    """Before: a part-time seat that is idle, another desk in a call, and one beside it that is idle."""
    await hall.agent("P", duty="part")
    await hall.agent("Q", able("HJ"))
    _ = await hall.citizen(needs("HJ"), ticket="X")
    _ = await hall.accept("Q")
    await hall.agent("R", able("HJ"))
    _ = hall.clock.advance(7)


async def comes_after(hall: Hall) -> None:
    """After: somebody else waits for the same, unless the ticket's seat would take them, and time has passed."""
    _ = hall.clock.advance(5)
    if "V" not in hall.windows:
        _ = await hall.citizen(ticket="V", priority=Priority.PRIORITY)
    _ = hall.clock.advance(3)


async def declined(hall: Hall) -> None:
    """Seat A declined it."""
    await reserved(hall)
    _ = await hall.decline("A", "busy")


async def declined_alone(hall: Hall) -> None:
    """Seat A declined it and is idle."""
    await declined(hall)
    hall.windows["V"] = "stays away"


async def back_from_hold(hall: Hall) -> None:
    """Its citizen left the screen and came back; it was declined before."""
    await declined_alone(hall)
    _ = await hall.queue.tickets.hold("T", 5)


async def later_called_back(hall: Hall) -> None:
    """It waited beyond its first step, and is called back later."""
    await waiting(hall)
    _ = await hall.later(61)
    _ = await hall.queue.tickets.callback("T", hall.clock.now_ms() + 600_000)


async def widened(hall: Hall) -> None:
    """It waits for longer than its first step."""
    await waiting(hall)
    _ = await hall.later(61)


async def told(hall: Hall) -> None:
    """It waits, and was told how long it will."""
    await waiting(hall)
    _ = await hall.queue.run("told", "T", 10, 20)


async def told_and_reserved(hall: Hall) -> None:
    """It was told how long it will wait, and rings now."""
    await told(hall)
    _ = await hall.queue.seats.ready("A")


async def unheard(hall: Hall) -> None:
    """It is served by a seat that was not heard for its lease."""
    await hall.agent("A", wrap_up_s=30, lease_s=15)
    _ = await hall.citizen(ticket="T")
    _ = await hall.accept("A", "the session")
    _ = await hall.later(15)


async def leaving(hall: Hall) -> None:
    """It is served by a seat that signs out after it."""
    await serving(hall)
    _ = await hall.queue.seats.sign_out("A")


async def named(hall: Hall) -> None:
    """It asks for seat A by name, and rings there."""
    await hall.agent("A", wrap_up_s=30)
    _ = await hall.citizen(needs(seat="A"), ticket="T")


async def waits_for_named(hall: Hall) -> None:
    """It waits for seat A by name, which is paused."""
    await hall.agent("A", ready=False, wrap_up_s=30)
    _ = await hall.citizen(needs(seat="A"), ticket="T")


async def missed(hall: Hall) -> None:
    """It rang out at seat A, which was put away."""
    await reserved(hall)
    _ = await hall.later(20)


async def sos(hall: Hall) -> None:
    """It is an emergency, and waits."""
    await hall.agent("A", ready=False, wrap_up_s=30)
    _ = await hall.citizen(ticket="T", priority=Priority.SOS)


MORE_STATES: tuple[Stage, ...] = (
    declined, declined_alone, back_from_hold, later_called_back, widened, told, told_and_reserved, unheard, leaving,
    named, waits_for_named, missed, sos,
)  # fmt: skip
