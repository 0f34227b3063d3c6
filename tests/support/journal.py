"""Writes journals as the queue does, verb by verb, so that tests of the ledger read as stories."""

import msgspec
from redis.asyncio import Redis

from protocol import events, session_events
from protocol.events import Event, journal_key, write
from protocol.ids import new_id
from protocol.participants import CITIZEN, SEAT
from protocol.priorities import Priority
from protocol.states import SeatState, TicketState
from protocol.views import About, Channel, DocumentView, Mode, Purpose, Verdict
from runtime.clock import ManualClock

REALM = "window"


class ScriptedVisit:
    """One citizen and one seat, speaking through the journal alone."""

    def __init__(self, redis: Redis, clock: ManualClock, seat: str = "S004") -> None:
        self.redis = redis
        self.clock = clock
        self.seat = seat
        self.ticket = new_id(clock.now_ms())
        self.reservation = new_id(clock.now_ms())
        self.session = new_id(clock.now_ms())
        self.seq = 0
        self.about = About(
            number="MZ003",
            item="MZ01",
            item_name="广州市老年人优待卡首次申领",
            mode=Mode.HANDLE,
            language="yue",
            channel=Channel.BOOTH,
            site="HD-TB",
            booth="HD-TB-01",
            collecting_district="440114",
            handling_district="440113",
            skill="MZ",
            receipt="20260101-MZ003-7K4Q9D",
        )

    async def write(self, event: Event) -> str:
        return await self.raw(write(event))

    async def raw(self, fields: dict[str, str]) -> str:
        entry = await self.redis.xadd(journal_key(REALM), dict(fields.items()))
        assert isinstance(entry, bytes)
        return entry.decode()

    @property
    def now(self) -> int:
        return self.clock.now_ms()

    async def takes_a_ticket(self) -> str:
        about = msgspec.json.encode(self.about).decode()
        return await self.write(
            events.TicketTaken(
                at_ms=self.now,
                ticket=self.ticket,
                arrived_ms=self.now,
                priority=Priority.PRIORITY,
                needs='{"skills":[{"skill":"MZ","level":3}]}',
                about=about,
            )
        )

    async def is_reserved(self) -> str:
        return await self.write(
            events.ReservationMade(
                at_ms=self.now,
                reservation=self.reservation,
                ticket=self.ticket,
                seat=self.seat,
                fence=7,
                deadline_ms=self.now + 20_000,
                waited_ms=4_000,
                explain='{"rule":"longest_idle"}',
            )
        )

    async def is_accepted(self) -> str:
        return await self.write(
            events.ReservationAccepted(
                at_ms=self.now,
                reservation=self.reservation,
                ticket=self.ticket,
                seat=self.seat,
                fence=7,
                session=self.session,
                waited_ms=6_000,
            )
        )

    async def notes(self, frame: session_events.SessionEvent, by: str = "") -> str:
        body = msgspec.json.encode(frame).decode()
        kind = str(frame.__struct_config__.tag)
        return await self.noted(kind, body, by)

    async def noted(self, kind: str, body: str, by: str = "") -> str:
        return await self.write(
            events.SessionNoted(
                at_ms=self.now, session=self.session, ticket=self.ticket, seq=self.seq, kind=kind, body=body, by=by
            )
        )

    def next(self) -> dict[str, int]:
        self.seq += 1
        self.clock.advance(1)
        return {"seq": self.seq, "at_ms": self.now}

    async def moves(self, state: str, *, citizen: bool = True, seat: bool = True) -> str:
        here = tuple(name for name, is_here in ((CITIZEN, citizen), (SEAT, seat)) if is_here)
        return await self.notes(session_events.SessionMoved(**self.next(), state=state, here=here))

    async def chats(self, by: str, text: str) -> str:
        return await self.notes(session_events.Chatted(**self.next(), by=by, text=text))

    def document(self, name: str = "身份证.jpg") -> DocumentView:
        return DocumentView(
            document=new_id(self.now),
            name=name,
            media_type="image/jpeg",
            bytes=1234,
            sha256="0" * 64,
            purpose=Purpose.MATERIAL,
            material="idcard",
            stored_ms=self.now,
        )

    async def uploads(self, document: DocumentView) -> str:
        body = msgspec.json.encode(document).decode()
        return await self.write(
            events.DocumentNoted(at_ms=self.now, ticket=self.ticket, document=document.document, body=body)
        )

    async def shows(self, document: DocumentView) -> str:
        return await self.notes(session_events.DocumentStored(**self.next(), document=document))

    async def judges(self, document: DocumentView, verdict: Verdict, note: str = "") -> str:
        return await self.notes(
            session_events.VerdictGiven(**self.next(), document=document.document, verdict=verdict, note=note)
        )

    async def answers_the_claim(self, *, confirmed: bool) -> str:
        return await self.notes(session_events.PriorityConfirmed(**self.next(), confirmed=confirmed), by="seat")

    async def closes(self, outcome: str = "accepted") -> str:
        return await self.notes(
            session_events.SessionClosed(
                **self.next(), outcome=outcome, receipt=self.about.receipt, summary="收件", notice=("户口簿",)
            ),
            by=self.seat,
        )

    async def is_done(self) -> str:
        return await self.write(
            events.TicketDone(
                at_ms=self.now, ticket=self.ticket, seat=self.seat, session=self.session, served_ms=300_000
            )
        )

    async def rates(self, level: int, *reasons: str) -> str:
        rated = session_events.Rated(**self.next(), level=level, reasons=reasons, comment="好")
        return await self.notes(rated)

    async def seat_moves(self, was: SeatState, state: SeatState, reason: str = "") -> str:
        return await self.write(events.SeatChanged(at_ms=self.now, seat=self.seat, was=was, state=state, reason=reason))

    async def leaves(self, why: str = "") -> str:
        return await self.write(
            events.TicketLeft(
                at_ms=self.now, ticket=self.ticket, state=TicketState.ABANDONED, why=why, waited_ms=90_000
            )
        )

    async def is_given_back(self, why: str = "seat_lost") -> str:
        return await self.write(
            events.TicketReturned(
                at_ms=self.now, ticket=self.ticket, why=why, lane="", needs="{}", arrived_ms=self.now, seat=self.seat
            )
        )

    async def whole_story(self) -> None:
        """From the button to the rating."""
        document = self.document()
        await self.takes_a_ticket()
        await self.uploads(document)
        await self.is_reserved()
        await self.is_accepted()
        await self.moves("active")
        await self.chats(CITIZEN, "你好")
        await self.chats(SEAT, "您好，请讲")
        await self.shows(document)
        await self.judges(document, Verdict.GOOD)
        await self.moves("suspended", citizen=False)
        await self.moves("active")
        await self.notes(session_events.NotesKept(**self.next(), text="材料齐全"))
        await self.notes(session_events.HungUp(**self.next()))
        await self.closes()
        await self.is_done()
        await self.rates(5)
