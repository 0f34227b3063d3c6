"""Tables of the journal's bookkeeping and of the audit trail."""

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from records.tables.base import Base, Key, Ms, Names, Packed


class JournalEntryRow(Base):
    """An entry that was applied. Its id is unique, in the same transaction as what it caused: exactly once."""

    __tablename__ = "journal_entries"
    __table_args__ = (
        Index("ix_journal_entries_ticket", "ticket", "position"),
        Index("ix_journal_entries_session", "session", "position"),
        Index("ix_journal_entries_at_ms", "at_ms"),
    )
    id: Mapped[str] = mapped_column(String(40), primary_key=True, comment="stream id")
    position: Mapped[int] = mapped_column(Ms, comment="order of application")
    kind: Mapped[str] = mapped_column(String(40))
    at_ms: Mapped[int] = mapped_column(Ms)
    ticket: Mapped[str] = mapped_column(Key, default="")
    session: Mapped[str] = mapped_column(Key, default="")
    seat: Mapped[str] = mapped_column(Key, default="")
    facts: Mapped[Names] = mapped_column(Packed(Names), comment="the other fields, without what people wrote")


class SetAsideRow(Base):
    """An entry that could not be applied: kept whole, counted, never lost."""

    __tablename__ = "journal_set_aside"
    id: Mapped[str] = mapped_column(String(40), primary_key=True, comment="stream id")
    why: Mapped[str] = mapped_column(String(32), comment="unknown_type, malformed, orphan, refused")
    detail: Mapped[str] = mapped_column(Text, default="")
    fields: Mapped[Names] = mapped_column(Packed(Names))
    kept_ms: Mapped[int] = mapped_column(Ms, comment="time in the stream id")


class JournalPositionRow(Base):
    """One row per realm. Whoever holds its lock is the one recorder that applies entries just now."""

    __tablename__ = "journal_positions"
    realm: Mapped[str] = mapped_column(Key, primary_key=True)
    last_id: Mapped[str] = mapped_column(String(40), default="0-0")
    applied: Mapped[int] = mapped_column(Ms, default=0)
    set_aside: Mapped[int] = mapped_column(Ms, default=0)


class AuditRow(Base):
    """Who did what to whose data. Rows are only ever added; each carries the hash of the one before."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_subject", "subject"), Index("ix_audit_actor", "actor", "at_ms"))
    seq: Mapped[int] = mapped_column(Ms, primary_key=True, autoincrement=False)
    at_ms: Mapped[int] = mapped_column(Ms)
    actor: Mapped[str] = mapped_column(Key)
    action: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(100))
    facts: Mapped[str] = mapped_column(Text, comment="JSON object of short facts, no personal data")
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class AuditHeadRow(Base):
    """One row: the end of the chain, so that a cut tail is noticed and writers take turns."""

    __tablename__ = "audit_head"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(Ms)
    hash: Mapped[str] = mapped_column(String(64))
