"""Tables of what happened in a session, written by the recorder alone (see `records.tables.ledger`)."""

from sqlalchemy import CheckConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from protocol.outcomes import Outcome
from protocol.states import CaseState, SessionState
from protocol.views import ConsentHow, ConsentKind, Purpose, Verdict
from records.tables.base import Base, Key, Ms, OfRealm, Packed, by_value


class SessionRow(OfRealm, Base):
    """A conversation of a citizen and a seat."""

    __tablename__ = "sessions"
    __table_args__ = (
        Index("ix_sessions_ticket", "realm", "ticket"),
        Index("ix_sessions_day", "realm", "day", "began_ms"),
        Index("ix_sessions_seat", "realm", "seat", "began_ms"),
        Index("ix_sessions_began_ms", "realm", "began_ms", "id"),
        Index("ix_sessions_account", "realm", "account", "began_ms"),
    )
    id: Mapped[str] = mapped_column(Key, primary_key=True)
    ticket: Mapped[str] = mapped_column(Key)
    seat: Mapped[str] = mapped_column(Key)
    account: Mapped[str] = mapped_column(Key, default="", doc="the account that served")
    agent_name: Mapped[str] = mapped_column(String(100), default="", doc="its display name at that time")
    staff_number: Mapped[str] = mapped_column(String(32), default="", server_default="")
    department: Mapped[str] = mapped_column(Key, default="", server_default="", doc="of the agent, at that time")
    reservation: Mapped[str] = mapped_column(Key)
    day: Mapped[str] = mapped_column(String(8), comment="local day on which it began, yyyymmdd")
    state: Mapped[SessionState] = mapped_column(by_value(SessionState))
    began_ms: Mapped[int] = mapped_column(Ms)
    active_ms: Mapped[int | None] = mapped_column(Ms, comment="when both saw each other first")
    hung_up_ms: Mapped[int | None] = mapped_column(Ms)
    closed_ms: Mapped[int | None] = mapped_column(Ms)
    served_ms: Mapped[int | None] = mapped_column(Ms, comment="as the queue measured it")
    notes: Mapped[str] = mapped_column(Text, default="", comment="the agent's own notes")
    last_seq: Mapped[int] = mapped_column(default=0)


class ParticipantRow(OfRealm, Base):
    """A participant of a session."""

    __tablename__ = "participants"
    session: Mapped[str] = mapped_column(Key, primary_key=True)
    participant: Mapped[str] = mapped_column("party", String(32), primary_key=True, doc="its id in the session")
    who: Mapped[str] = mapped_column(Key, primary_key=True, comment="seat id; ticket id for the citizen")
    account: Mapped[str] = mapped_column(Key, default="", doc="of staff; empty for the citizen")
    name: Mapped[str] = mapped_column(String(100), default="", doc="display name of staff at that time")
    place: Mapped[str] = mapped_column(Key, default="", comment="booth, site or channel")
    joined_ms: Mapped[int] = mapped_column(Ms)
    left_ms: Mapped[int | None] = mapped_column(Ms)
    absences: Mapped[int] = mapped_column(default=0, comment="how often its page went away")
    here: Mapped[bool] = mapped_column(default=True)
    role: Mapped[str] = mapped_column(String(32), default="", server_default="", doc="empty in rows of before 0015")


class DocumentRow(OfRealm, Base):
    """A stored document; its content is in the document store."""

    __tablename__ = "documents"
    __table_args__ = (
        Index("ix_documents_ticket", "realm", "ticket"),
        Index("ix_documents_session", "realm", "session"),
    )
    id: Mapped[str] = mapped_column(Key, primary_key=True)
    ticket: Mapped[str] = mapped_column(Key)
    session: Mapped[str] = mapped_column(Key, default="")
    name: Mapped[str] = mapped_column(Text)
    media_type: Mapped[str] = mapped_column(String(100))
    bytes: Mapped[int] = mapped_column(Ms)
    sha256: Mapped[str] = mapped_column(String(64))
    purpose: Mapped[Purpose] = mapped_column(by_value(Purpose))
    material: Mapped[str] = mapped_column(Key, default="")
    verdict: Mapped[Verdict | None] = mapped_column(by_value(Verdict))
    note: Mapped[str] = mapped_column(Text, default="")
    stored_ms: Mapped[int] = mapped_column(Ms)
    judged_ms: Mapped[int | None] = mapped_column(Ms)
    wiped_ms: Mapped[int | None] = mapped_column(Ms, comment="content removed when its time was over")
    uploaded_by: Mapped[str] = mapped_column(Key, default="", doc="citizen, or the agent's account as agent:NAME")
    request: Mapped[str] = mapped_column(Key, default="", doc="the agent's request that this still answers")


class ChatLineRow(OfRealm, Base):
    """A line of the text chat."""

    __tablename__ = "chat_lines"
    __table_args__ = (Index("ix_chat_lines_session", "realm", "session", "seq"),)
    entry: Mapped[str] = mapped_column(String(40), primary_key=True, comment="id of the journal's entry")
    session: Mapped[str] = mapped_column(Key)
    seq: Mapped[int] = mapped_column(comment="starts anew when the queue's memory was lost in mid-session")
    at_ms: Mapped[int] = mapped_column(Ms)
    participant: Mapped[str] = mapped_column("party", String(32), doc="who wrote it")
    text: Mapped[str] = mapped_column(Text)


class OutcomeRow(OfRealm, Base):
    """Outcome of a session."""

    __tablename__ = "outcomes"
    session: Mapped[str] = mapped_column(Key, primary_key=True)
    outcome: Mapped[Outcome] = mapped_column(by_value(Outcome))
    summary: Mapped[str] = mapped_column(Text, default="")
    notice: Mapped[tuple[str, ...]] = mapped_column(Packed(tuple[str, ...]), comment="materials still missing")
    receipt: Mapped[str] = mapped_column(String(40), default="")
    by: Mapped[str] = mapped_column(Key, default="")
    account: Mapped[str] = mapped_column(Key, default="", doc="the account that closed")
    at_ms: Mapped[int] = mapped_column(Ms)
    amended: Mapped[int] = mapped_column(default=0, doc="how often it was corrected; the words are the latest")
    amended_ms: Mapped[int | None] = mapped_column(Ms)


class ClosingRow(OfRealm, Base):
    """One version of how a session ended, as it was told: 1 at the end of the call, one more for each correction."""

    __tablename__ = "closings"
    session: Mapped[str] = mapped_column(Key, primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    outcome: Mapped[Outcome] = mapped_column(by_value(Outcome))
    summary: Mapped[str] = mapped_column(Text, default="")
    notice: Mapped[tuple[str, ...]] = mapped_column(Packed(tuple[str, ...]))
    by: Mapped[str] = mapped_column(Key, default="")
    account: Mapped[str] = mapped_column(Key, default="", doc="the account that wrote it")
    case_was: Mapped[str] = mapped_column(String(32), default="", doc="the state of the case before version 1")
    at_ms: Mapped[int] = mapped_column(Ms)


class RatingRow(OfRealm, Base):
    """Rating of the service by the citizen; never changed, never shown to the agent."""

    __tablename__ = "ratings"
    __table_args__ = (CheckConstraint("level BETWEEN 1 AND 5", name="level"),)
    session: Mapped[str] = mapped_column(Key, primary_key=True)
    stage: Mapped[int] = mapped_column(primary_key=True, comment="1 on acceptance, 2 on completion")
    level: Mapped[int]
    reasons: Mapped[tuple[str, ...]] = mapped_column(Packed(tuple[str, ...]))
    comment: Mapped[str] = mapped_column(Text, default="")
    at_ms: Mapped[int] = mapped_column(Ms)


class ConsentRow(OfRealm, Base):
    """Consent given, refused or taken back by a citizen: a row for each act on each kind."""

    __tablename__ = "consents"
    __table_args__ = (Index("ix_consents_ticket", "realm", "ticket", "at_ms"),)
    entry: Mapped[str] = mapped_column(String(40), primary_key=True, comment="id of the journal's entry")
    ticket: Mapped[str] = mapped_column(Key)
    session: Mapped[str] = mapped_column(Key, default="", comment="empty while waiting")
    kind: Mapped[ConsentKind] = mapped_column(by_value(ConsentKind))
    given: Mapped[bool]
    version: Mapped[str] = mapped_column(String(32), comment="of the notice that was shown")
    locale: Mapped[str] = mapped_column(String(16), comment="the language it was read in")
    how: Mapped[ConsentHow] = mapped_column(by_value(ConsentHow))
    at_ms: Mapped[int] = mapped_column(Ms)


class CaseRow(OfRealm, Base):
    """The matter on record: collected at a site, handled by a district, which may be another one."""

    __tablename__ = "cases"
    __table_args__ = (
        Index("ix_cases_handling_district", "realm", "handling_district"),
        Index("ix_cases_collecting_district", "realm", "collecting_district"),
    )
    ticket: Mapped[str] = mapped_column(Key, primary_key=True, comment="a case is known by its ticket")
    item: Mapped[str] = mapped_column(Key, default="")
    state: Mapped[CaseState] = mapped_column(by_value(CaseState))
    collecting_site: Mapped[str] = mapped_column(Key, default="")
    collecting_district: Mapped[str] = mapped_column(String(12), default="")
    handling_district: Mapped[str] = mapped_column(String(12), default="")
    opened_ms: Mapped[int] = mapped_column(Ms)
    changed_ms: Mapped[int] = mapped_column(Ms)


class CustodyRow(OfRealm, Base):
    """Holder of the papers of a case, and since when."""

    __tablename__ = "custody"
    ticket: Mapped[str] = mapped_column(Key, primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    holder: Mapped[str] = mapped_column(Key, comment="site, seat, district or courier")
    since_ms: Mapped[int] = mapped_column(Ms)
    by: Mapped[str] = mapped_column(Key, default="")
    courier_number: Mapped[str] = mapped_column(String(64), default="")
