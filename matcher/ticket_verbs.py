"""Verbs of tickets before and after a seat has them."""

from collections.abc import AsyncGenerator, Sequence
from typing import cast

from redis.exceptions import ResponseError

from matcher.base import QueueBase
from matcher.lanes import policy_of
from matcher.rows import rows, ticket_row
from matcher.tickets import LiveTicket, NewTicket, Step
from protocol.errors import BadInput, TicketNotFound, TicketNotWaiting
from protocol.priorities import Priority
from runtime.kept import count

NUMBER_KEPT_S = 172800
SEEN_AT_ONCE = 500


class TicketVerbs:
    """Take, hold, schedule and end tickets."""

    def __init__(self, queue: QueueBase) -> None:
        """Run them on this queue's server."""
        self._queue = queue

    async def number(self, scope: str, day: str, past: int = 0) -> int:
        """Return the next ticket number of the day in a scope such as `HD-TB:MZ`; starts at 1, or after `past`."""
        key = self._queue.key(f"number:{day}:{scope}")
        number = await self._queue.command("INCR", key)
        assert isinstance(number, int)
        if number == 1 or number <= past:
            await self._queue.command("EXPIRE", key, NUMBER_KEPT_S)
        if number <= past:  # Redis came back from an old copy; two callers that add at once get two numbers
            number = await self._queue.command("INCRBY", key, past + 1 - number)
            assert isinstance(number, int)
        return number

    async def take(self, new: NewTicket, callback_at_ms: int = 0) -> LiveTicket:
        """Put a ticket into the queue, or return it as it stands when its id is known.

        With `callback_at_ms` (ms since the epoch) it does not stand in line until then: a forgotten callback.

        Raises:
            TicketIdTaken: the id was used for other needs or another class.
            BadInput: needs that are empty, contradictory, out of range, or of an unknown skill.
            PolicyNeverMatches: a step that relaxes nothing or can never be reached.
        """
        return await self._take(new, callback_at_ms)

    async def take_lent(self, new: NewTicket, until_ms: int, owner: str) -> LiveTicket:
        """Take a ticket of another realm; it waits here once it is claimed there (see `matcher.lending`)."""
        return await self._take(new, until_ms, owner)

    async def schedule(self, new: NewTicket, at_ms: int) -> LiveTicket:
        """Make an appointment; `arrive` brings it in, `no_show` ends it if the citizen did not come in time."""
        self._check_future(at_ms)
        return await self._take(new, at_ms, "appointment")

    async def arrive(self, ticket: str) -> LiveTicket:
        """The citizen of a scheduled ticket is here.

        An appointment that is on time has its head start, else it queues; a callback stands at its old place.
        """
        head_start_ms = round(self._queue.rules.head_start_s[Priority.APPOINTMENT] * 1000)
        return ticket_row(await self._queue.run("resume", ticket, "scheduled", head_start_ms))

    async def callback(self, ticket: str, at_ms: int) -> LiveTicket:
        """Take a waiting ticket out of the line until `at_ms` (ms since the epoch); it keeps its score."""
        self._check_future(at_ms)
        return ticket_row(await self._queue.run("callback", ticket, at_ms))

    async def reschedule(self, ticket: str, by_ms: int) -> LiveTicket:
        """Move the time of an appointment or a call back by `by_ms`, negative: sooner, at the earliest now."""
        return ticket_row(await self._queue.run("reschedule", ticket, by_ms))

    async def leave(self, ticket: str, why: str = "") -> LiveTicket:
        """End a ticket because its citizen gave up; a ringing reservation is taken back.

        Raises:
            TicketNotFound: no such ticket.
            TicketNotWaiting: it is being served, or has ended otherwise.
        """
        return await self._end(ticket, "abandoned", why)

    async def redirect(self, ticket: str, why: str = "") -> LiveTicket:
        """End a ticket because it goes elsewhere: a hall, a callback, another service."""
        return await self._end(ticket, "redirected", why)

    async def expire(self, ticket: str, why: str = "") -> LiveTicket:
        """End a ticket because its time is over, for example at closing time."""
        return await self._end(ticket, "expired", why)

    async def no_show(self, ticket: str, why: str = "") -> LiveTicket:
        """End a called or scheduled ticket whose citizen did not come; `recall` undoes it."""
        return await self._end(ticket, "no_show", why)

    async def recall(self, ticket: str) -> LiveTicket:
        """Let a ticket that did not show up wait again, at its old place."""
        return ticket_row(await self._queue.run("recall", ticket))

    async def hold(self, ticket: str, for_s: float) -> LiveTicket:
        """Keep the place of a citizen who leaves the screen for a while; it is not called meanwhile."""
        if not for_s > 0:
            raise BadInput(field="for_s", why="out_of_range")
        until_ms = self._queue.clock.now_ms() + round(for_s * 1000)
        return ticket_row(await self._queue.run("hold", ticket, until_ms))

    async def resume(self, ticket: str) -> LiveTicket:
        """The citizen is back at the screen: the ticket stands where it stood."""
        return ticket_row(await self._queue.run("resume", ticket, "held", 0))

    async def seen(self, tickets: Sequence[str]) -> None:
        """Renew the leases of tickets whose pages are alive."""
        for start in range(0, len(tickets), SEEN_AT_ONCE):
            await self._queue.run("seen", *tickets[start : start + SEEN_AT_ONCE])

    async def change(self, ticket: str, steps: tuple[Step, ...], about: str) -> bool:
        """Give a ticket that waits, is held or scheduled other steps and other words; it keeps its score.

        Return whether anything changed; a ticket that rings, is served or is over is left as it is, and every ticket
        where the realm has newer rules than this caller: the steps were made of the catalogue before.
        """
        policy = policy_of(steps, self._queue.rules.skills)
        try:
            return bool(await self._queue.run_int("change", ticket, policy.name, policy.text, about))
        except (TicketNotFound, TicketNotWaiting):
            return False

    async def open_tickets(self) -> AsyncGenerator[list[str], None]:
        """Yield all tickets that are not over, some hundreds at a time; one may come twice."""
        cursor = 0
        while True:
            reply = await self._queue.ask("SSCAN", self._queue.key("open"), cursor, "COUNT", SEEN_AT_ONCE)
            position, found = cast("tuple[bytes, list[bytes]]", reply)
            yield [one.decode() for one in found]
            cursor = int(position)
            if cursor == 0:
                return

    async def find(self, ticket: str) -> LiveTicket | None:
        """Return a ticket as it stands; None where there is none, or none that can be read."""
        try:
            reply = await self._queue.run("ticket", ticket)
        except ResponseError as error:
            count("ticket", error)
            return None
        return next(iter(rows([reply], ticket_row)), None) if reply else None

    async def _take(self, new: NewTicket, at_ms: int, kind: str = "") -> LiveTicket:
        if not new.ticket or "|" in new.ticket:
            raise BadInput(field="ticket", why="malformed")
        policy = policy_of(new.steps, self._queue.rules.skills)
        reply = await self._queue.run(
            "take",
            new.ticket,
            new.priority,
            new.arrived_ms or self._queue.clock.now_ms(),
            round(self._queue.rules.head_start_s[new.priority] * 1000),
            policy.name,
            policy.text,
            new.about,
            round(new.page_lease_s * 1000),
            at_ms,
            policy.steps[0].needs,
            policy.steps[0].lane,
            kind,
            policy.steps[1].after_ms if len(policy.steps) > 1 else "",
        )
        return ticket_row(reply, (new.about.encode(), policy.text))

    def _check_future(self, at_ms: int) -> None:
        if at_ms <= self._queue.clock.now_ms():
            raise BadInput(field="at_ms", why="past")

    async def _end(self, ticket: str, state: str, why: str) -> LiveTicket:
        return ticket_row(await self._queue.run("leave", ticket, state, why))
