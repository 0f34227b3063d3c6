"""Tables of the outbox: events for other systems, written in the same commit as the rows that they tell of."""

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from records.tables.base import Base, Key, Ms, OfRealm


class OutboxRow(OfRealm, Base):
    """An event for other systems. Its number is drawn under the lock of the realm's head: the order of commits."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_id", "realm", "id", unique=True),
        Index("ix_outbox_subject", "realm", "subject", "seq"),
        Index("ix_outbox_at_ms", "realm", "at_ms"),
    )
    seq: Mapped[int] = mapped_column(Ms, primary_key=True, autoincrement=False)
    id: Mapped[str] = mapped_column(String(40), doc="made of what it tells: the same in a replay")
    kind: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(Key, doc="the matter: a ticket")
    at_ms: Mapped[int] = mapped_column(Ms)
    data: Mapped[str] = mapped_column(Text, doc="JSON, as it is sent")
    replaces: Mapped[str] = mapped_column(String(40), default="")
    collecting_district: Mapped[str] = mapped_column(String(12), default="")
    handling_district: Mapped[str] = mapped_column(String(12), default="")
    department: Mapped[str] = mapped_column(Key, default="")
    site: Mapped[str] = mapped_column(Key, default="")


class OutboxHeadRow(OfRealm, Base):
    """One row per realm: the last number drawn, and the last one that retention removed."""

    __tablename__ = "outbox_heads"
    seq: Mapped[int] = mapped_column(Ms, default=0)
    gone_seq: Mapped[int] = mapped_column(Ms, default=0)
