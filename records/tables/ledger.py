"""Tables of what happened to tickets and seats, written by the recorder alone.

They have no foreign keys to the catalogue or to each other: the journal is the truth, and a row must not be lost
because a seat left the catalogue or because an earlier entry was set aside.
"""

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from protocol.limits import REASON_MAX
from protocol.priorities import Priority, PriorityClaim
from protocol.states import ReservationState, SeatState, TicketState
from records.tables.base import Base, Key, Ms, OfRealm, by_value


class TicketRow(OfRealm, Base):
    """A citizen's place in the queue, from its taking to its end."""

    __tablename__ = "tickets"
    __table_args__ = (
        Index("ix_tickets_day_number", "realm", "day", "number"),
        Index("ix_tickets_receipt", "realm", "receipt"),
        Index("ix_tickets_arrived_ms", "realm", "arrived_ms", "id"),
    )
    id: Mapped[str] = mapped_column(Key, primary_key=True)
    number: Mapped[str] = mapped_column(String(16))
    receipt: Mapped[str] = mapped_column(String(40))
    day: Mapped[str] = mapped_column(String(8), comment="local day of the arrival, yyyymmdd")
    state: Mapped[TicketState] = mapped_column(by_value(TicketState))
    priority: Mapped[Priority] = mapped_column(by_value(Priority))
    # A word and no boolean: seals count an empty column as missing, and False would be one.
    priority_claim: Mapped[PriorityClaim] = mapped_column(
        by_value(PriorityClaim), default=PriorityClaim.NONE, doc="what an agent said of it; empty: nobody looked"
    )
    about: Mapped[str] = mapped_column(Text, comment="JSON of protocol.views.About")
    needs: Mapped[str] = mapped_column(Text, comment="JSON of protocol.skills.Needs")
    item: Mapped[str] = mapped_column(Key, default="")
    item_name: Mapped[str] = mapped_column(String(200), default="")
    mode: Mapped[str] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(16))
    channel: Mapped[str] = mapped_column(String(16))
    site: Mapped[str] = mapped_column(Key, default="")
    booth: Mapped[str] = mapped_column(Key, default="")
    collecting_district: Mapped[str] = mapped_column(String(12), default="")
    handling_district: Mapped[str] = mapped_column(String(12), default="")
    helper_present: Mapped[bool] = mapped_column(default=False)
    arrived_ms: Mapped[int] = mapped_column(Ms, comment="when the waiting began; kept when a machine failed")
    taken_ms: Mapped[int] = mapped_column(Ms, comment="when this queue took it up")
    relaxed: Mapped[str] = mapped_column(String(64), default="", comment="what widening gave up, comma-separated")
    step: Mapped[int] = mapped_column(default=0)
    returns: Mapped[int] = mapped_column(default=0, comment="how often it went back to waiting")
    waited_ms: Mapped[int | None] = mapped_column(Ms, comment="to the first answer or to leaving")
    ended_ms: Mapped[int | None] = mapped_column(Ms)
    why_ended: Mapped[str] = mapped_column(String(64), default="")
    session: Mapped[str] = mapped_column(Key, default="", comment="its latest session")


class ReservationRow(OfRealm, Base):
    """A seat's exclusive hold on a ticket."""

    __tablename__ = "reservations"
    __table_args__ = (
        Index("ix_reservations_ticket", "realm", "ticket"),
        Index("ix_reservations_seat", "realm", "seat", "made_ms"),
    )
    id: Mapped[str] = mapped_column(Key, primary_key=True)
    ticket: Mapped[str] = mapped_column(Key)
    seat: Mapped[str] = mapped_column(Key)
    state: Mapped[ReservationState] = mapped_column(by_value(ReservationState))
    fence: Mapped[int] = mapped_column(Ms, comment="fencing token")
    made_ms: Mapped[int] = mapped_column(Ms)
    deadline_ms: Mapped[int | None] = mapped_column(Ms, comment="none for a claim")
    ended_ms: Mapped[int | None] = mapped_column(Ms)
    waited_ms: Mapped[int] = mapped_column(Ms)
    reason: Mapped[str] = mapped_column(String(REASON_MAX), default="")
    explain: Mapped[str] = mapped_column(Text, default="", comment="JSON: why this seat")


class SeatChangeRow(OfRealm, Base):
    """A move of a seat."""

    __tablename__ = "seat_changes"
    __table_args__ = (Index("ix_seat_changes_seat", "realm", "seat", "at_ms"),)
    entry: Mapped[str] = mapped_column(String(40), primary_key=True, comment="id of the journal's entry")
    seat: Mapped[str] = mapped_column(Key)
    at_ms: Mapped[int] = mapped_column(Ms)
    was: Mapped[SeatState] = mapped_column(by_value(SeatState))
    state: Mapped[SeatState] = mapped_column(by_value(SeatState))
    reason: Mapped[str] = mapped_column(String(32), default="")
    until_ms: Mapped[int] = mapped_column(Ms, default=0)
    ticket: Mapped[str] = mapped_column(Key, default="")
