"""Table of the calls to other systems that must be answered once: kept before the first try."""

from enum import StrEnum

from sqlalchemy import Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from records.tables.base import Base, Key, Ms, OfRealm, by_value


class PortCallState(StrEnum):
    """States of a kept call: `waiting` until it is `answered`, `refused`, or `given_up` after days."""

    WAITING = "waiting"
    ANSWERED = "answered"
    REFUSED = "refused"
    GIVEN_UP = "given_up"


class PortCallRow(OfRealm, Base):
    """A call to another system, by the key under which it goes out as often as it must.

    What was asked and answered is sealed, and gone a while after its end.
    """

    __tablename__ = "port_calls"
    __table_args__ = (
        UniqueConstraint("realm", "port", "once", name="uq_port_calls_once"),
        Index("ix_port_calls_due", "realm", "state", "port", "next_ms"),
        Index("ix_port_calls_about", "realm", "port", "about", "state"),
        Index("ix_port_calls_ended_ms", "realm", "ended_ms"),
    )
    id: Mapped[str] = mapped_column(Key, primary_key=True, comment="idempotency key; rises with time")
    port: Mapped[str] = mapped_column(String(32))
    operation: Mapped[str] = mapped_column(String(32))
    once: Mapped[str] = mapped_column(String(160), comment="what is asked once only, by the caller's own name for it")
    about: Mapped[str] = mapped_column(Key, comment="the matter, within which calls keep their order")
    body: Mapped[str] = mapped_column(Text, comment="sealed")
    body_hash: Mapped[str] = mapped_column(String(80), comment="keyed; before it the key's name")
    state: Mapped[PortCallState] = mapped_column(by_value(PortCallState))
    attempts: Mapped[int]
    kept_ms: Mapped[int] = mapped_column(Ms)
    next_ms: Mapped[int] = mapped_column(Ms, comment="not tried before")
    lease_ms: Mapped[int] = mapped_column(Ms, comment="until then somebody is trying")
    ended_ms: Mapped[int] = mapped_column(Ms, comment="0 while it waits")
    answer: Mapped[str] = mapped_column(Text, comment="sealed")
    problem: Mapped[str] = mapped_column(String(64))
