"""Verbs of seats: sign in, accept and decline tickets, pause, sign out."""

from collections.abc import Mapping
from typing import cast

from redis.exceptions import ResponseError

from matcher.base import QueueBase
from matcher.lanes import policy_of, profile_of_card
from matcher.rows import rows, seat_row, ticket_row
from matcher.seats import Beats, LiveSeat, SeatCard
from matcher.tickets import LiveTicket, Step
from protocol.errors import BadInput, SeatNotAble, SeatNotFound
from protocol.skills import ANY_DISTRICT, Abilities
from protocol.states import PauseReason
from runtime.kept import count

ALERTS_MAX = 20
WRAP_UP_S = range(30, 601)
"""By how much a wrap-up may be prolonged at once."""
WRAP_UP_LONGEST_S = 1800
SWEEP_AT_ONCE = 100


class SeatVerbs:
    """Seats and the tickets they hold."""

    def __init__(self, queue: QueueBase) -> None:
        """Run them on this queue's server."""
        self._queue = queue

    async def sign_in(self, card: SeatCard) -> LiveSeat:
        """Announce a seat; one that was away is paused until `ready`, one that is alive goes on.

        Raises:
            SeatNotFound: the roster knows no such seat.
            SeatNotAble: the card has more than the roster allows.
            BadInput: an ability out of range or unknown.
        """
        if not card.seat or any(mark in card.seat for mark in "|,"):
            raise BadInput(field="seat", why="malformed")
        if not card.lease_s > 0 or card.wrap_up_s < 0:
            raise BadInput(field="lease_s", why="out_of_range")
        profile, able, flex = profile_of_card(card, self._queue.rules.skills)
        self._check_roster(card)
        reply = await self._queue.run(
            "sign_in",
            card.seat,
            profile,
            able,
            card.duty,
            card.home,
            flex,
            round(card.wrap_up_s * 1000),
            card.window,
            round(card.lease_s * 1000),
            card.account,
        )
        return seat_row(reply)

    async def ready(self, seat: str) -> LiveSeat:
        """Make the seat ready: ends a pause or wrap-up, cancels a pause or sign-out booked for after the call."""
        return seat_row(await self._queue.run("ready", seat))

    async def extend_wrap_up(self, seat: str, for_s: int) -> LiveSeat:
        """Let the seat's wrap-up last longer, half an hour since its call ended at most.

        Raises:
            BadInput: less than half a minute or more than ten minutes.
            WrapUpOver: the seat is in no wrap-up, or it has lasted as long as it may.
        """
        if for_s not in WRAP_UP_S:
            raise BadInput(field="for_s", why="out_of_range", min=WRAP_UP_S[0], max=WRAP_UP_S[-1])
        return seat_row(await self._queue.run("extend_wrap_up", seat, for_s * 1000, WRAP_UP_LONGEST_S * 1000))

    async def pause(self, seat: str, reason: PauseReason | str) -> LiveSeat:
        """Take no tickets; during a call it counts from its end, a ringing ticket goes on waiting."""
        return seat_row(await self._queue.run("pause", seat, PauseReason(reason)))

    async def sign_out(self, seat: str) -> LiveSeat:
        """Close the seat; with a call in progress it closes after it."""
        return seat_row(await self._queue.run("sign_out", seat))

    async def heartbeat(self, seats: Mapping[str, str]) -> Beats:
        """Renew leases of seats by their windows; return those superseded by a newer window.

        Its `unknown` lists seats that are not signed in (any more): sign them in again.
        """
        given = [text for pair in seats.items() for text in pair]
        if not given:
            return Beats([], [])
        superseded, unknown = cast("list[list[bytes]]", await self._queue.run("heartbeat", *given))
        return Beats([seat.decode() for seat in superseded], [seat.decode() for seat in unknown])

    async def accept(
        self, seat: str, reservation: str, fence: int, session: str, account: str = "", name: str = ""
    ) -> LiveTicket:
        """Take the ringing ticket; the session begins. The same again gives the same answer.

        `account` serves it, under that display name.

        Raises:
            ReservationStale: it is over, or its fencing token is not the seat's latest.
        """
        return ticket_row(await self._queue.run("accept", seat, reservation, fence, session, account, name))

    async def decline(self, seat: str, reservation: str, fence: int, reason: str = "") -> LiveSeat:
        """Refuse the ringing ticket: it goes on at its old place, not to this seat for a while."""
        return seat_row(await self._queue.run("decline", seat, reservation, fence, reason))

    async def claim(self, seat: str, ticket: str, session: str, account: str = "", name: str = "") -> LiveTicket:
        """Take a waiting ticket of the seat's own choice; the first claim wins. `account` serves it.

        Raises:
            TicketNotWaiting: somebody was faster, or it left.
            SeatNotIdle: the seat rings or serves.
            SeatNotAble: the seat may not serve this ticket.
        """
        return ticket_row(await self._queue.run("claim", seat, ticket, session, account, name))

    async def call_next(self, seat: str, session: str) -> LiveTicket | None:
        """Serve the next ticket that waits for this seat at once; for windows of a hall."""
        reply = await self._queue.run("call_next", seat, session)
        return ticket_row(reply) if reply else None

    async def finish(self, ticket: str, fence: int) -> LiveSeat:
        """End a served ticket; its seat goes into wrap-up or on. The same again: the same answer."""
        return seat_row(await self._queue.run("finish", ticket, fence))

    async def give_back(
        self, ticket: str, fence: int, why: str, new_steps: tuple[Step, ...] | None = None
    ) -> LiveTicket:
        """Let a served ticket wait again at its old place; `new_steps` when it is handed on.

        `why` is `seat_lost`, which takes the seat offline, or for example `transferred`.
        """
        name, text, lane = "", b"", ""
        if new_steps is not None:
            policy = policy_of(new_steps, self._queue.rules.skills)
            name, text, lane = policy.name, policy.text, policy.steps[0].lane
        return ticket_row(await self._queue.run("give_back", ticket, fence, why, name, text, lane))

    async def find(self, seat: str) -> LiveSeat | None:
        """Return a seat as it stands; None where there is none, or none that can be read."""
        try:
            reply = await self._queue.run("seat", seat)
        except ResponseError as error:
            count("seat", error)
            return None
        return next(iter(rows([reply], seat_row)), None) if reply else None

    async def alerts(self, seat: str, limit: int = ALERTS_MAX) -> list[LiveTicket]:
        """Return the waiting tickets that the seat may claim, oldest first."""
        return rows(await self._queue.run_list("alerts", seat, limit), ticket_row)

    async def sweep(self, patience_s: float = 0) -> int:
        """Do all that is due and return how much it was; anybody may, twice does no harm.

        With `patience_s`, after 5 s in which nobody swept (the server or all nodes were away) leases of pages and seats
        end no sooner than so much later: until then nobody could say that they are here. A ring of before that rang out
        meanwhile is taken back, and is nobody's miss.
        """
        done = 0
        while True:
            swept = await self._queue.run_int("sweep", SWEEP_AT_ONCE, round(patience_s * 1000))
            done += swept
            if swept < SWEEP_AT_ONCE:
                return done

    def _check_roster(self, card: SeatCard) -> None:
        if self._queue.roster is None:
            return
        known = self._queue.roster(card.seat)
        if known is None:
            raise SeatNotFound(seat=card.seat)
        if not within(card.abilities, known):
            raise SeatNotAble(seat=card.seat)


def within(announced: Abilities, known: Abilities) -> bool:
    """Tell whether everything that is announced is on record."""
    levels = {held.skill: held.level for held in known.skills}
    anywhere = ANY_DISTRICT in known.districts
    return (
        all(levels.get(held.skill, 0) >= held.level for held in announced.skills)
        and set(announced.languages) <= set(known.languages)
        and announced.authority <= known.authority
        and (anywhere or set(announced.districts) <= set(known.districts))
    )
