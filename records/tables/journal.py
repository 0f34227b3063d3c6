"""Tables of the journal's bookkeeping and of the audit trail."""

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from records.tables.base import Base, Key, Ms, Names, OfRealm, Packed


class JournalEntryRow(OfRealm, Base):
    """An applied entry. Its unique id is written in the transaction of its effects: exactly once."""

    __tablename__ = "journal_entries"
    __table_args__ = (
        Index("ix_journal_entries_ticket", "realm", "ticket", "position"),
        Index("ix_journal_entries_session", "realm", "session", "position"),
        Index("ix_journal_entries_at_ms", "realm", "at_ms"),
    )
    id: Mapped[str] = mapped_column(String(40), primary_key=True, comment="stream id")
    position: Mapped[int] = mapped_column(Ms, comment="order of application")
    kind: Mapped[str] = mapped_column(String(40))
    at_ms: Mapped[int] = mapped_column(Ms)
    ticket: Mapped[str] = mapped_column(Key, default="")
    session: Mapped[str] = mapped_column(Key, default="")
    seat: Mapped[str] = mapped_column(Key, default="")
    facts: Mapped[Names] = mapped_column(Packed(Names), comment="the other fields, without what people wrote")


class SetAsideRow(OfRealm, Base):
    """An entry that could not be applied: kept whole, counted, never lost."""

    __tablename__ = "journal_set_aside"
    id: Mapped[str] = mapped_column(String(40), primary_key=True, comment="stream id")
    why: Mapped[str] = mapped_column(String(32), comment="unknown_type, malformed, orphan, refused")
    detail: Mapped[str] = mapped_column(Text, default="")
    fields: Mapped[Names] = mapped_column(Packed(Names))
    kept_ms: Mapped[int] = mapped_column(Ms, comment="time in the stream id")


class JournalPositionRow(OfRealm, Base):
    """One row per realm. Its lock is held by the recorder that applies entries."""

    __tablename__ = "journal_positions"
    last_id: Mapped[str] = mapped_column(String(40), default="0-0")
    applied: Mapped[int] = mapped_column(Ms, default=0)
    set_aside: Mapped[int] = mapped_column(Ms, default=0)
    seal_seq: Mapped[int] = mapped_column(Ms, default=0, doc="number of the last batch in record_seals")
    seal_hash: Mapped[str] = mapped_column(String(64), default="")


class AuditRow(OfRealm, Base):
    """Audit entry: account, act, object. Rows are only added; each carries the keyed hash of the one before."""

    __tablename__ = "audit"
    __table_args__ = (
        Index("ix_audit_subject", "realm", "subject"),
        Index("ix_audit_actor", "realm", "actor", "at_ms"),
        Index("ix_audit_action", "realm", "action", "seq"),
    )
    seq: Mapped[int] = mapped_column(Ms, primary_key=True, autoincrement=False)
    id: Mapped[str] = mapped_column(Key, default="", doc="its id in the inbox; empty before there were keys")
    at_ms: Mapped[int] = mapped_column(Ms)
    actor: Mapped[str] = mapped_column(Key, doc="role:account, citizen:ticket, or a part of the program")
    action: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(100))
    facts: Mapped[str] = mapped_column(Text, comment="JSON object of short facts, no personal data")
    seat: Mapped[str] = mapped_column(Key, default="")
    person: Mapped[str] = mapped_column(String(16), default="", doc="keyed hash of the display name")
    result: Mapped[str] = mapped_column(String(32), default="", doc="done, or the code of the refusal")
    origin: Mapped[str] = mapped_column(String(16), default="", doc="loopback, internal, external, command")
    request: Mapped[str] = mapped_column(String(32), default="")
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), doc="HMAC-SHA256; of entries without a key, SHA-256")
    key: Mapped[str] = mapped_column(String(8), default="", doc="public name of the key that signed")


class AuditInboxRow(OfRealm, Base):
    """An entry that is signed and waits to be chained; it is there for a second or so."""

    __tablename__ = "audit_inbox"
    id: Mapped[str] = mapped_column(Key, primary_key=True)
    at_ms: Mapped[int] = mapped_column(Ms)
    actor: Mapped[str] = mapped_column(Key)
    action: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(100))
    facts: Mapped[str] = mapped_column(Text)
    seat: Mapped[str] = mapped_column(Key)
    person: Mapped[str] = mapped_column(String(16))
    result: Mapped[str] = mapped_column(String(32))
    origin: Mapped[str] = mapped_column(String(16))
    request: Mapped[str] = mapped_column(String(32))
    hash: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(8))


class SchemaSupportRow(Base):
    """One row: the oldest revision whose program may work on these tables; a migration that narrows them raises it."""

    __tablename__ = "schema_support"
    oldest: Mapped[str] = mapped_column(String(32), primary_key=True)


class AuditHeadRow(OfRealm, Base):
    """One row: the end of the chain, signed, so that a cut tail is noticed and sealers take turns."""

    __tablename__ = "audit_head"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(Ms)
    hash: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(8), default="")
    mac: Mapped[str] = mapped_column(String(64), default="", doc="HMAC-SHA256 of number and hash")


class RecordSealRow(OfRealm, Base):
    """Seal of the rows that one batch of the journal wrote: their keyed hashes, chained."""

    __tablename__ = "record_seals"
    seq: Mapped[int] = mapped_column(Ms, primary_key=True, autoincrement=False)
    rows: Mapped[str] = mapped_column(Text, doc="JSON: [table:key, hash before, hash after, time] of each row")
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(8))


class AuditAlarmRow(OfRealm, Base):
    """An alarm on unusual reading or exporting: the account, the rule's count, and the person who examined it."""

    __tablename__ = "audit_alarms"
    __table_args__ = (Index("ix_audit_alarms_open", "realm", "answered_ms", "raised_ms"),)
    id: Mapped[str] = mapped_column(String(160), primary_key=True, doc="rule, actor and the hour or day")
    rule: Mapped[str] = mapped_column(String(32))
    actor: Mapped[str] = mapped_column(Key)
    counted: Mapped[int]
    limit: Mapped[int]
    raised_ms: Mapped[int] = mapped_column(Ms)
    owner: Mapped[str] = mapped_column(Key, default="", doc="who took it up: role:account")
    answered_ms: Mapped[int] = mapped_column(Ms, default=0)
    answer: Mapped[str] = mapped_column(String(500), default="")
