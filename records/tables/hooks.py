"""Tables of web-hooks: who is sent events, and the deliveries that were not accepted at once."""

from enum import StrEnum

import msgspec
from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from protocol.scopes import ScopeKind
from records.tables.base import Base, Key, Ms, OfRealm, Packed, by_value


class HookState(StrEnum):
    """State of a web-hook."""

    ACTIVE = "active"
    STOPPED = "stopped"
    """Nothing is sent; it goes on where it stopped."""
    CLOSED = "closed"
    """For good: its secrets are gone."""


class HookSecret(msgspec.Struct, frozen=True):
    """A signing secret, sealed; `until_ms` (ms since the epoch) is the end of its overlap, 0 for the newest."""

    sealed: str
    made_ms: int
    until_ms: int = 0


class HookRow(OfRealm, Base):
    """A web-hook: receiver, the events it is sent, and how far the sending is. `lease_ms` is the end of a lease."""

    __tablename__ = "hooks"
    id: Mapped[str] = mapped_column(Key, primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    url: Mapped[str] = mapped_column(String(500))
    kinds: Mapped[tuple[str, ...]] = mapped_column(Packed(tuple[str, ...]), doc="empty: all")
    scope_kind: Mapped[ScopeKind] = mapped_column(by_value(ScopeKind))
    scope_id: Mapped[str] = mapped_column(Key, default="")
    secrets: Mapped[tuple[HookSecret, ...]] = mapped_column(Packed(tuple[HookSecret, ...]))
    state: Mapped[HookState] = mapped_column(by_value(HookState))
    why: Mapped[str] = mapped_column(String(32), default="", doc="operator, failing, gone, refused")
    made_ms: Mapped[int] = mapped_column(Ms)
    cursor_seq: Mapped[int] = mapped_column(Ms, doc="all before is accepted, or in hook_deliveries")
    claimed_seq: Mapped[int] = mapped_column(Ms, doc="up to here a node has begun to send")
    failures: Mapped[int] = mapped_column(default=0, doc="since the last accepted delivery")
    failing_ms: Mapped[int] = mapped_column(Ms, default=0, doc="since when; 0: the last delivery was accepted")
    next_ms: Mapped[int] = mapped_column(Ms, default=0, doc="nothing is sent before")
    accepted_ms: Mapped[int] = mapped_column(Ms, default=0)
    lease_node: Mapped[str] = mapped_column(Key, default="")
    lease_ms: Mapped[int] = mapped_column(Ms, default=0)
    turn: Mapped[int] = mapped_column(Ms, default=0, doc="fencing token of the lease")


class DeliveryState(StrEnum):
    """State of a delivery that was not accepted at once."""

    WAITING = "waiting"
    DEAD = "dead"


class HookDeliveryRow(OfRealm, Base):
    """A delivery that was not accepted at once: it waits for its next attempt, or is dead until sent again."""

    __tablename__ = "hook_deliveries"
    __table_args__ = (
        Index("ix_hook_deliveries_due", "realm", "hook", "state", "next_ms"),
        Index("ix_hook_deliveries_subject", "realm", "hook", "subject", "seq"),
    )
    hook: Mapped[str] = mapped_column(Key, primary_key=True)
    event: Mapped[str] = mapped_column(String(40), primary_key=True)
    seq: Mapped[int] = mapped_column(Ms)
    kind: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(Key)
    body: Mapped[str] = mapped_column(Text, doc="the bytes that are signed and sent, at each attempt the same")
    state: Mapped[DeliveryState] = mapped_column(by_value(DeliveryState))
    attempts: Mapped[int]
    first_ms: Mapped[int] = mapped_column(Ms, doc="of the first attempt since it was (again) sent")
    tried_ms: Mapped[int] = mapped_column(Ms, default=0)
    next_ms: Mapped[int] = mapped_column(Ms)
    status: Mapped[int] = mapped_column(default=0, doc="of the last answer; 0: there was none")
    why: Mapped[str] = mapped_column(String(32), default="")
