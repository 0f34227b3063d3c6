"""Takes in the news of other systems: believed by signature, kept once, handled in the order of each matter."""

import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from ports.kit.connections import SystemConnection
from ports.kit.operation import PortNotice
from ports.kit.order import MatterStanding, moved, place
from ports.kit.reading import UnreadableMessage, read_message
from protocol.errors import BadInput, Param, Unavailable
from protocol.port_errors import BadNews, NewsDiffer
from records import audit
from records.audit.notes import keys_of
from records.database import Database
from records.tables.ports import NewsState, PortMatterRow, PortNewsRow
from runtime import signatures
from runtime.clock import Clock
from runtime.kept import Seldom
from runtime.sealing import Sealing
from runtime.signatures import BadSignature

log = logging.getLogger(__name__)

GAP_S: Final = 600.0
"""News whose predecessors do not come are handled without them after this."""
KEPT_S: Final = 30 * 24 * 3600.0
"""So long a replay is known as one; far longer than a signature lives."""
ID_MAX: Final = 64
AT_ONCE: Final = 100
REMOVED_AT_ONCE: Final = 1000


class PortNews(msgspec.Struct, frozen=True):
    """The body of news: its kind, the matter it is about, its place among the news of that matter from 1 on, its data.

    Fields that are not known are ignored: a sender may be newer than we are.
    """

    kind: Annotated[str, Meta(min_length=1, max_length=32)]
    matter: Annotated[str, Meta(min_length=1, max_length=64)]
    sequence: Annotated[int, Meta(ge=1, le=2**53)]
    data: msgspec.Raw


class Told(msgspec.Struct, frozen=True):
    """News that an effect gets: whose, and what."""

    port: str
    kind: str
    matter: str
    data: msgspec.Struct


class NewsTaken(msgspec.Struct, frozen=True):
    """The answer: whether these news were known, and their state."""

    known: bool
    state: NewsState


Effect = Callable[[AsyncSession, Told], Awaitable[None]]
"""Carries news out in the transaction that notes them as handled; an error undoes both, and the sender comes again."""


class NewsInbox:
    """The news of one realm."""

    def __init__(
        self,
        notices: Mapping[str, PortNotice[Any]],
        connections: Mapping[str, SystemConnection],
        database: Database,
        clock: Clock,
        sealing: Sealing,
    ) -> None:
        """Believe the secrets of `connections`; know all `notices` by port and kind."""
        self._notices = notices
        self._secrets = {port: connection.secrets for port, connection in connections.items()}
        self._nobody = (secrets.token_bytes(32),)
        self._last = {port: max(one.rank for one in notices.values() if one.port == port) for port in _ports(notices)}
        self._database = database
        self._clock = clock
        self._sealing = sealing
        self._seldom = Seldom()
        self.effects: dict[str, Effect] = {}

    def believe(self, port: str, told: Mapping[str, str], body: bytes) -> str:
        """Return the id of a message to a port that its system signed just now.

        Raises:
            BadNews: it did not, or there is no such port, or no system behind it: which of these is not told.
        """
        known = self._secrets.get(port, self._nobody) if port in self._last else self._nobody
        try:
            message = signatures.check(known, told, body, self._clock.sure_ms() // 1000)
        except BadSignature:
            raise BadNews from None
        if len(message) > ID_MAX:
            raise BadInput(field=signatures.ID, why=f"at most {ID_MAX} characters")
        return message

    async def take(self, port: str, message: str, body: bytes) -> NewsTaken:
        """Keep believed news and handle them if it is their turn, and those that waited for them, in one transaction.

        The same news again change nothing.

        Raises:
            BadInput: they are not of a known form; the sender need not come again.
            NewsDiffer: other news came under this id before.
            LedgerUnavailable: the ledger does not answer; the sender comes again.
        """
        news, notice = self._read(port, body)
        try:
            async with self._database.begin() as db:
                return await self._taken(db, notice, message, news, body)
        except IntegrityError:  # the same at the same moment by another node
            async with self._database.begin() as db:
                return await self._taken(db, notice, message, news, body)

    def _read(self, port: str, body: bytes) -> tuple[PortNews, PortNotice[Any]]:
        try:
            news = read_message(body, PortNews)
            notice = self._notices.get(f"{port}/{news.kind}")
            if notice is None:
                raise BadInput(field="kind", why="unknown")
            if not news.matter.isprintable():  # it is shown, on the trail
                raise BadInput(field="matter", why="format")
            _ = read_message(news.data, notice.tells)
        except UnreadableMessage as problem:
            raise BadInput(field="body", why=str(problem)) from None
        return news, notice

    async def _taken(
        self, db: AsyncSession, notice: PortNotice[Any], message: str, news: PortNews, body: bytes
    ) -> NewsTaken:
        known = await db.get(PortNewsRow, (notice.port, message))
        if known is not None:
            if not keys_of(db).is_right_named(known.body_hash, "port_news", notice.port, message, body.decode()):
                raise NewsDiffer(port=notice.port)
            return NewsTaken(known=True, state=known.state)
        matter = await self._matter(db, notice.port, news.matter)
        row = PortNewsRow(
            port=notice.port,
            id=message,
            kind=news.kind,
            matter=news.matter,
            sequence=news.sequence,
            body=self._sealing.seal(bytes(news.data).decode(), f"{notice.port} {message}"),
            body_hash=keys_of(db).sign_named("port_news", notice.port, message, body.decode()),
            state=NewsState.WAITING,
            received_ms=self._clock.now_ms(),
        )
        db.add(row)
        await db.flush()
        await self._handle(db, matter)
        facts: dict[str, Param] = {"kind": news.kind, "sequence": news.sequence, "state": row.state.value}
        _ = await audit.note(db, f"port:{notice.port}", "port.told", news.matter, facts, clock=self._clock)
        return NewsTaken(known=False, state=row.state)

    async def _matter(self, db: AsyncSession, port: str, matter: str) -> PortMatterRow:
        """Return the matter's row, locked: news of one matter are taken one after the other."""
        wanted = select(PortMatterRow).where(PortMatterRow.port == port, PortMatterRow.matter == matter)
        while (found := await db.scalar(wanted.with_for_update())) is None:
            try:
                async with db.begin_nested():
                    db.add(PortMatterRow(port=port, matter=matter, sequence=0, rank=0, moved_ms=self._clock.now_ms()))
            except IntegrityError:
                pass  # another one was faster
        return found

    async def _handle(self, db: AsyncSession, matter: PortMatterRow) -> None:
        """Give each waiting news of a matter its state, in the order of their sequence."""
        now_ms = self._clock.now_ms()
        waiting = select(PortNewsRow).where(
            PortNewsRow.port == matter.port,
            PortNewsRow.matter == matter.matter,
            PortNewsRow.state == NewsState.WAITING,
        )
        for row in await db.scalars(waiting.order_by(PortNewsRow.sequence, PortNewsRow.received_ms, PortNewsRow.id)):
            notice = self._notices.get(f"{row.port}/{row.kind}")
            if notice is None:
                continue  # a newer release knows it
            standing = MatterStanding(matter.sequence, matter.rank)
            is_last = notice.rank == self._last[row.port]
            has_waited = now_ms - row.received_ms >= GAP_S * 1000
            row.state = place(standing, row.sequence, notice.rank, is_last=is_last, has_waited=has_waited)
            if row.state is NewsState.HANDLED:
                standing = moved(standing, row.sequence, notice.rank)
                matter.sequence, matter.rank = standing.sequence, standing.rank
                await self._carry_out(db, row, notice)
            matter.moved_ms = now_ms
        await db.flush()

    async def _carry_out(self, db: AsyncSession, row: PortNewsRow, notice: PortNotice[Any]) -> None:
        effect = self.effects.get(f"{row.port}/{row.kind}")
        if effect is not None:
            data = msgspec.json.decode(self._sealing.open(row.body, f"{row.port} {row.id}"), type=notice.tells)
            await effect(db, Told(row.port, row.kind, row.matter, data))

    async def go_on(self) -> int:
        """Handle the news whose predecessors did not come in time; return the number of matters looked at.

        A matter whose news cannot be carried out is told in the log and tried again with the next look.

        Raises:
            LedgerUnavailable: the ledger does not answer.
        """
        before_ms = self._clock.now_ms() - round(GAP_S * 1000)
        late = select(PortNewsRow.port, PortNewsRow.matter).where(
            PortNewsRow.state == NewsState.WAITING, PortNewsRow.received_ms <= before_ms
        )
        async with self._database.read() as db:
            # By chance, so that matters that fail again and again do not take the place of others.
            some = late.group_by(PortNewsRow.port, PortNewsRow.matter).order_by(func.random()).limit(AT_ONCE)
            matters = (await db.execute(some)).all()
        for port, matter in matters:
            try:
                async with self._database.begin() as db:
                    await self._handle(db, await self._matter(db, port, matter))
            except Unavailable:
                raise
            except Exception:  # of one matter: the others do not wait for it
                if times := self._seldom.due(port):
                    log.exception("port_news_failed", extra={"port": port, "times": times})
        return len(matters)

    async def forget(self) -> int:
        """Remove news and matters that did not move for `KEPT_S` seconds; return the number of news.

        News that could not be carried out for so long go, too.
        """
        before_ms = self._clock.sure_ms() - round(KEPT_S * 1000)
        removed = 0
        while True:
            async with self._database.begin() as db:
                old = select(PortNewsRow).where(PortNewsRow.received_ms < before_ms).limit(REMOVED_AT_ONCE)
                rows = (await db.scalars(old)).all()
                for row in rows:
                    await db.delete(row)
                if not rows:
                    _ = await db.execute(delete(PortMatterRow).where(PortMatterRow.moved_ms < before_ms))
                    return removed
            removed += len(rows)


def _ports(notices: Mapping[str, PortNotice[Any]]) -> set[str]:
    return {one.port for one in notices.values()}
