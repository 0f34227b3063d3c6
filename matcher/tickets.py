"""Tickets as they come into the queue and as it gives them out."""

from collections.abc import Iterator
from functools import lru_cache

import msgspec

from protocol.errors import BadInput, PolicyNeverMatches
from protocol.priorities import Priority
from protocol.skills import ANY_DISTRICT, Needs
from protocol.states import TicketState


class Step(msgspec.Struct, frozen=True):
    """Needs of a ticket after `after_s` seconds of waiting. `relaxed` names the need that is given up."""

    after_s: float
    needs: Needs
    relaxed: tuple[str, ...] = ()


class NewTicket(msgspec.Struct, frozen=True):
    """A citizen who wants a place. `about` is the JSON of `protocol.views.About`, carried unread.

    `arrived_ms` is when the waiting began if that was earlier (a restored stub); 0 is now.
    Without a sign of life from the page for `page_lease_s` the place is given up; 0 is never.
    """

    ticket: str
    steps: tuple[Step, ...]
    priority: Priority = Priority.NORMAL
    about: str = "{}"
    arrived_ms: int = 0
    page_lease_s: float = 120


class LiveTicket(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket's state. `relaxed` names the needs given up so far, `needs` the remaining ones."""

    ticket: str
    state: TicketState
    priority: Priority
    arrived_ms: int
    taken_ms: int
    needs: Needs
    about: str
    lane: str = ""
    score: float = 0
    step: int = 0
    relaxed: tuple[str, ...] = ()
    waited_ms: int = 0
    waiting_since_ms: int = 0
    seat: str = ""
    reservation: str = ""
    fence: int = 0
    deadline_ms: int = 0
    explain: str = ""
    session: str = ""
    served_since_ms: int = 0
    account: str = ""
    """The account that serves, or served last."""
    held_until_ms: int = 0
    at_ms: int = 0
    why: str = ""

    @property
    def waits_from_ms(self) -> int:
        """Begin of its wait in ms since the epoch, moved on by the time of failed calls and of a callback."""
        return self.waiting_since_ms - self.waited_ms


class StoredStep(msgspec.Struct, frozen=True):
    """A step as the scripts keep it; `needs` is JSON once more, so that a lane's text is at hand."""

    after_ms: int
    lane: str
    relaxed: str
    needs: str


class Policy(msgspec.Struct, frozen=True):
    """The steps of a ticket, checked, named and written for the scripts."""

    name: str
    text: bytes
    steps: tuple[StoredStep, ...]


def check_steps(steps: tuple[Step, ...]) -> Iterator[Step]:
    """Yield the steps with their needs in canonical order.

    Raises:
        BadInput: no steps, or needs that are empty, contradictory or out of range.
        PolicyNeverMatches: a step that relaxes nothing or can never be reached.
    """
    if not steps:
        raise BadInput(field="steps", why="empty")
    if steps[0].after_s != 0:
        raise PolicyNeverMatches(step=0)
    last: Step | None = None
    for number, step in enumerate(steps):
        if step.needs.district == ANY_DISTRICT:
            raise BadInput(field="needs.district", why="contradictory")
        found = msgspec.structs.replace(step, needs=step.needs.checked())
        if last and (found.after_s <= last.after_s or found.needs == last.needs):
            raise PolicyNeverMatches(step=number)
        yield found
        last = found


@lru_cache(maxsize=4096)
def stored_steps(text: bytes) -> tuple[tuple[Needs, tuple[str, ...]], ...]:
    """Return for each step of a stored policy its needs and all that was given up until then."""
    found, relaxed = [], list[str]()
    for step in msgspec.json.decode(text, type=list[StoredStep]):
        relaxed += [name for name in step.relaxed.split(",") if name and name not in relaxed]
        found.append((msgspec.json.decode(step.needs, type=Needs), tuple(relaxed)))
    return tuple(found)
