"""Keeps wallboards live: a snapshot when one opens, then the changes by the journal, at most twice a second."""

import asyncio
import contextlib
from collections.abc import Iterable

import msgspec

from matcher import Rules
from matcher.board import Board, BoardSeat
from matcher.counters import DayCounters
from protocol.errors import LedgerUnavailable, SeatNotFound
from protocol.scopes import EVERYWHERE, Scope
from protocol.views import SeatView, WallboardView
from records.sessions.today import Today, today
from signaling.floor.boards import part
from signaling.floor.difference import difference, lanes_of, pieces, same
from signaling.queue.seats import Seats
from signaling.services import RealmServices
from signaling.session.about import number_of
from signaling.socket import wire
from signaling.socket.connections import Connection

APART_S = 0.5
SEATS_AT_ONCE = 200
"""About 50 KB."""
PIECE_LIMIT_S = 20.0
IDLE_S = 2.0
"""Leases and counts also change without an event that this node sees."""
COUNTED_APART_MS = 5000
"""Counts of a part of the realm are asked of the ledger, those of the realm are the queue's."""


class Floor:
    """The floor as this node last saw it, and the part of it that each scope's wallboards show."""

    def __init__(self, services: RealmServices, seats: Seats) -> None:
        """Have seen nothing yet."""
        self._services = services
        self._seats = seats
        self._whole = WallboardView(rev=services.clock.now_ms(), at_ms=0)
        self._boards: dict[Scope, WallboardView] = {}
        self._counts: dict[Scope, tuple[int, str, Today]] = {}
        self._wake = asyncio.Event()
        self._numbers: dict[str, str] = {}
        self._board: Board | None = None
        self._last_id, self._rules, self._shift_ms = "", Rules(), 0
        self._following = asyncio.Lock()
        self.reads = 0
        """Number of times that the whole floor was read; else the journal tells what changed."""

    def changed(self) -> None:
        """Something moved."""
        self._wake.set()

    async def open(self, page: Connection) -> None:
        """Send a wallboard its part of the floor as it is, in pieces, as fast as it reads them."""
        await self._look()
        await self._refresh(_scope_of(page))
        _ = self._services.tasks.start("wallboard", self._show(page))

    async def _show(self, page: Connection) -> None:
        scope = _scope_of(page)
        view = self._boards[scope]
        for piece in pieces(view, SEATS_AT_ONCE):
            page.send(piece)
            if not await page.has_read(PIECE_LIMIT_S):
                return
        if self._boards[scope] is not view:
            page.send(difference(view, self._boards[scope]))
        if not page.is_over:
            self._services.connections.wallboards.add(page)

    async def now(self, scope: Scope) -> WallboardView:
        """Return a scope's part of the floor as it is."""
        await self._look()
        return await self._refresh(scope)

    async def run(self) -> None:
        """Tell wallboards what changed, for ever."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(IDLE_S):
                    _ = await self._wake.wait()
            self._wake.clear()
            if self._services.connections.wallboards:
                await self._look()
                await asyncio.sleep(APART_S)

    async def _look(self) -> None:
        """Look at the queue and tell every open wallboard the difference within its scope."""
        before = self._whole
        after = await self._snapshot(before.rev + 1)
        if self._whole is not before:
            return  # another look was faster
        if not same(before, after):
            self._whole = after
        for scope in {_scope_of(page) for page in self._services.connections.wallboards}:
            _ = await self._refresh(scope)

    async def _refresh(self, scope: Scope) -> WallboardView:
        """Bring the board of a scope up to date, tell its pages the difference, and return it."""
        counts = await self._counted(scope)
        before = self._boards.get(scope)
        after = part(self._whole, scope, self._services.directory, counts)
        if before is not None:
            after = msgspec.structs.replace(after, rev=before.rev + 1)
            if same(before, after):
                return before
            delta = wire.encode(difference(before, after))
            for page in self._services.connections.wallboards:
                if _scope_of(page) == scope:
                    page.send_json(delta)
        self._boards[scope] = after
        return after

    async def _counted(self, scope: Scope) -> Today:
        """Count a scope's tickets of today; while the ledger does not answer, the last counts stand."""
        services = self._services
        now, day = services.clock.now_ms(), services.business.now().day(services.directory.zone)
        at_ms, of, counts = self._counts.get(scope, (0, day, Today()))
        if scope == EVERYWHERE or (now - at_ms < COUNTED_APART_MS and of == day):
            return counts
        with contextlib.suppress(LedgerUnavailable):
            async with services.database.read() as db:
                counts = await today(db, day, scope, round(services.queue.rules.target_s * 1000))
        self._counts[scope] = (now, day, counts)
        return counts

    async def _snapshot(self, rev: int) -> WallboardView:
        services = self._services
        board = await self._follow()
        await self._learn_numbers(row.ticket for row in board.seats.values() if row.ticket)
        now, lanes = services.clock.now_ms(), board.lanes().values()
        counters = board.counters(services.business.now().ms)
        online = await services.redis.zrangebyscore(services.keys.booths, now, "+inf")
        return WallboardView(
            rev=rev,
            at_ms=now,
            seats=self._all_seats(board.seats.values()),
            lanes=lanes_of(lanes),
            waiting=sum(lane.waiting for lane in lanes),
            longest_wait_since_ms=min((lane.oldest_ms for lane in lanes), default=0),
            serving=board.serving(),
            answered_today=counters.get("answered", 0),
            answered_in_60_s_today=counters.get("answered_in_target", 0),
            abandoned_today=counters.get("abandoned", 0),
            booths_online=tuple(sorted(one.decode(errors="replace") for one in online if isinstance(one, bytes))),
            booths_known=len(services.directory.places.booths()),
        )

    async def _follow(self) -> Board:
        """Return the queue's floor as the end of the journal has it; read it whole where that cannot be followed."""
        queue = self._services.queue
        async with self._following:
            shift_ms = self._services.business.offset_ms
            is_known = self._board is not None and self._rules is queue.rules and self._shift_ms == shift_ms
            news = await queue.journal.since(self._last_id) if is_known else None
            board = self._board
            if news is None or board is None:
                rules, found = queue.rules, await queue.line.snapshot()
                board = Board.of(found, DayCounters(rules.target_s, rules.short_s, queue.zone))
                self._board, self._last_id, self._rules, self._shift_ms = board, found.last_id, rules, found.shift_ms
                self.reads += 1
                news = await queue.journal.since(self._last_id) or []
            for entry, event in news:
                board.apply(event)
                self._last_id = entry
            return board

    async def _learn_numbers(self, tickets: Iterable[str]) -> None:
        """Know the numbers of these tickets, and forget all others; a ticket's number never changes."""
        known, numbers = self._numbers, {}
        for ticket in set(tickets):
            row = None if ticket in known else await self._services.queue.tickets.find(ticket)
            numbers[ticket] = known.get(ticket, "") if row is None else number_of(row)
        self._numbers = numbers

    def _all_seats(self, rows: Iterable[BoardSeat]) -> tuple[SeatView, ...]:
        """Show every seat of the catalogue: one that never signed in is offline."""
        signed_in = {
            row.seat: self._seats.view(row, self._numbers.get(row.ticket, "")) for row in rows if self._knows(row.seat)
        }
        return tuple(
            signed_in.get(entry.id) or self._seats.offline(entry) for entry in self._services.directory.seats.all()
        )

    def _knows(self, seat: str) -> bool:
        try:
            return bool(self._services.directory.seats.find(seat))
        except SeatNotFound:
            return False


def _scope_of(page: Connection) -> Scope:
    return page.login.scope if page.login else EVERYWHERE
