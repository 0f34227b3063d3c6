"""The journal: numbered events of sessions, other notes, and reading along."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Literal, NamedTuple, cast

import msgspec

from matcher.base import QueueBase
from matcher.rows import pairs
from protocol import events
from protocol.events import Event, JournalEvent

TAIL_BLOCK_MS = 5000
TAIL_AT_ONCE = 500
How = Literal["shown", "private", "closes", "while_open", "said"]
"""Manner of appending an event to its session's log: visible to pages or not, closing it, or only while it is open.

`said` is refused afterwards: its number is 0.
"""
FIRST = "0-0"
"""The place before the first entry."""


class SessionNote(NamedTuple):
    """An event of a session to be noted: `body` is its JSON without `seq` and `at_ms`, `by` its author."""

    kind: str
    body: str
    by: str
    dedupe: str = ""
    """The same again writes nothing."""
    how: How = "shown"


class JournalVerbs:
    """Write to and read from the realm's journal."""

    def __init__(self, queue: QueueBase) -> None:
        """Run them on this queue's server."""
        self._queue = queue

    async def note(self, session: str, ticket: str, notes: Sequence[SessionNote]) -> list[int]:
        """Write durable events of a session at one moment, in their order; return their numbers.

        The same `dedupe` again writes nothing and returns the same number. Once an event closed the log, one that is
        for an open log only writes nothing and returns the number of the close.

        Raises:
            TicketNotFound: the queue has forgotten the session (a wiped Redis), and nothing was written.
        """
        given = [part for one in notes for part in one]
        return cast("list[int]", await self._queue.run_list("note", session, ticket, *given)) if given else []

    async def number_from(self, session: str, seq: int) -> None:
        """Let a session's numbers go on after this one when the queue's memory of them was lost."""
        await self._queue.command("HSETNX", self._queue.key(f"numbers:{session}"), "seq", seq)

    async def remember(self, session: str, log: Mapping[int, bytes]) -> None:
        """Put events back into a session's log, by their old numbers, when the queue's memory of them was lost.

        The journal is not told: it has told them before.
        """
        if log:
            key = self._queue.key(f"log:{session}")
            await self._queue.command("ZADD", key, *(part for seq, body in log.items() for part in (seq, body)))
            await self._queue.command("EXPIRE", key, self._queue.rules.log_s)

    async def carry_over(self, session: str, dedupe: str, bodies: Sequence[bytes]) -> None:
        """Append events of an earlier session of the same ticket to a session's log, once per `dedupe`.

        `bodies` are their JSON without `seq`, at least one; the session numbers them anew. The journal is not told:
        it has told them before.
        """
        _ = await self._queue.run_int("carry_over", session, dedupe, *bodies)

    async def session_log(self, session: str, after_seq: int = 0, *, marks: bool = False) -> list[bytes]:
        """Return the complete JSON of the session's events after a number, in order.

        With `marks` only those that say how it stands: `session_moved`, `hung_up`, `session_closed`.
        """
        key = self._queue.key(f"{'marks' if marks else 'log'}:{session}")
        reply = await self._queue.command("ZRANGE", key, f"({after_seq}", "+inf", "BYSCORE")
        return cast("list[bytes]", reply)

    async def announce(self, event: Event) -> str:
        """Write an entry that moves nothing, such as a stored document; return its id."""
        fields = [text for pair in events.write(event).items() for text in pair]
        reply = await self._queue.command("XADD", self._queue.journal_key, "*", *fields)
        return cast("bytes", reply).decode()

    async def tail(self, after: str = "$") -> AsyncGenerator[tuple[str, JournalEvent], None]:
        """Yield entries as they are written, after the one with this id (`$`: from now on).

        Entries that cannot be read are passed over and counted (`unread`).

        Raises:
            QueueUnavailable: the server went away; go on from the last id that was yielded.
        """
        if after == "$":
            after = await self.last_entry()
        while True:
            for entry, fields in await self._read(after):
                after = entry
                event = self._event(fields)
                if event is not None:
                    yield entry, event

    async def last_entry(self) -> str:
        """Return the id of the journal's last entry; `0-0` while it is empty."""
        last = cast(
            "list[list[bytes]]", await self._queue.command("XREVRANGE", self._queue.journal_key, "+", "-", "COUNT", 1)
        )
        return _entry_id(last[0]) if last else FIRST

    async def entries(self, after: str = FIRST, limit: int = 10_000) -> list[tuple[str, JournalEvent]]:
        """Return up to `limit` entries after an id."""
        found = await self._queue.command("XRANGE", self._queue.journal_key, f"({after}", "+", "COUNT", limit)
        events_found = []
        for entry, fields in _entries(found):
            event = self._event(fields)
            if event is not None:
                events_found.append((entry, event))
        return events_found

    async def since(self, last: str, limit: int = 10_000) -> list[tuple[str, JournalEvent]] | None:
        """Return the entries after `last`, all of them; None where these cannot be told.

        So it is where the journal does not have `last` any more (trimmed, or a wiped server), where more than `limit`
        came after it, or one that cannot be read.
        """
        is_known = last != FIRST
        found = _entries(
            await self._queue.command(
                "XRANGE", self._queue.journal_key, last if is_known else "-", "+", "COUNT", limit + 1
            )
        )
        if len(found) > limit or (is_known and [entry for entry, _ in found[:1]] != [last]):
            return None
        read = [(entry, self._event(fields)) for entry, fields in found[is_known:]]
        told = [(entry, event) for entry, event in read if event is not None]
        return told if len(told) == len(read) else None

    def _event(self, fields: dict[bytes, bytes]) -> JournalEvent | None:
        """Read an entry; one that cannot be read is counted here, and kept by the ledger's recorder alone: once."""
        try:
            event = events.read(fields)
        except msgspec.ValidationError:
            event = None
        if event is None:
            self._queue.unread += 1
        return event

    async def _read(self, after: str) -> list[tuple[str, dict[bytes, bytes]]]:
        reply = await self._queue.command(
            "XREAD", "COUNT", TAIL_AT_ONCE, "BLOCK", TAIL_BLOCK_MS, "STREAMS", self._queue.journal_key, after
        )
        if not reply:
            return []
        if isinstance(reply, dict):  # RESP3
            return _entries(next(iter(reply.values())))
        return _entries(cast("list[list[object]]", reply)[0][1])


def _entry_id(entry: object) -> str:
    return cast("list[bytes]", entry)[0].decode()


def _entries(found: object) -> list[tuple[str, dict[bytes, bytes]]]:
    return [(name.decode(), pairs(fields)) for name, fields in cast("list[tuple[bytes, object]]", found)]
