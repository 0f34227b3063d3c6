"""Tables of calls to other systems, kept before the first try, and of the news that they tell."""

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


class NewsState(StrEnum):
    """States of news: `waiting` for earlier ones of its matter, `handled`, or `superseded` by those handled before."""

    WAITING = "waiting"
    HANDLED = "handled"
    SUPERSEDED = "superseded"


class PortNewsRow(OfRealm, Base):
    """News of another system, by the sender's id: written in the transaction of its effect."""

    __tablename__ = "port_news"
    __table_args__ = (
        Index("ix_port_news_matter", "realm", "port", "matter", "state"),
        Index("ix_port_news_state", "realm", "state", "received_ms"),
    )
    port: Mapped[str] = mapped_column(String(32), primary_key=True)
    id: Mapped[str] = mapped_column(Key, primary_key=True, comment="the sender's id of it")
    kind: Mapped[str] = mapped_column(String(32))
    matter: Mapped[str] = mapped_column(Key)
    sequence: Mapped[int] = mapped_column(Ms)
    body: Mapped[str] = mapped_column(Text, comment="sealed")
    body_hash: Mapped[str] = mapped_column(String(80), comment="keyed; before it the key's name")
    state: Mapped[NewsState] = mapped_column(by_value(NewsState))
    received_ms: Mapped[int] = mapped_column(Ms)


class PortMatterRow(OfRealm, Base):
    """The progress of a matter of another system: locked while its news are taken."""

    __tablename__ = "port_matters"
    __table_args__ = (Index("ix_port_matters_moved_ms", "realm", "moved_ms"),)
    port: Mapped[str] = mapped_column(String(32), primary_key=True)
    matter: Mapped[str] = mapped_column(Key, primary_key=True)
    sequence: Mapped[int] = mapped_column(Ms, comment="handled last")
    rank: Mapped[int] = mapped_column(comment="highest handled")
    moved_ms: Mapped[int] = mapped_column(Ms)
