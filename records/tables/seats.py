"""Tables of skills, of seats with their abilities, and of staff accounts."""

from sqlalchemy import CheckConstraint, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column

from protocol.rights import Role
from protocol.scopes import Scope, ScopeKind
from records.tables.base import Base, Key, Ms, Names, OfRealm, Owned, Packed, by_value, within


class SkillRow(Owned, Base):
    """A skill that tickets need and seats have."""

    __tablename__ = "skills"
    id: Mapped[str] = mapped_column(Key, primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    names: Mapped[Names] = mapped_column(Packed(Names))
    retired: Mapped[bool] = mapped_column(default=False)


class SeatRow(Owned, Base):
    """A workplace of an agent."""

    __tablename__ = "seats"
    __table_args__ = (
        within("seats", "site", "sites.id"),
        within("seats", "district", "districts.code"),
    )
    id: Mapped[str] = mapped_column(Key, primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    names: Mapped[Names] = mapped_column(Packed(Names), default=dict, server_default="{}")
    site: Mapped[str] = mapped_column(Key)
    district: Mapped[str] = mapped_column(String(12))
    duty: Mapped[str] = mapped_column(String(8), comment="full, or part: is alerted and claims")
    authority: Mapped[int] = mapped_column(comment="1 consult, 2 coach, 3 handle")
    wrap_up_s: Mapped[int]
    certificate: Mapped[str] = mapped_column(String(100), default="")
    retired: Mapped[bool] = mapped_column(default=False)


class SeatSkillRow(Owned, Base):
    """A skill of a seat."""

    __tablename__ = "seat_skills"
    __table_args__ = (
        CheckConstraint("level BETWEEN 1 AND 5", name="level"),
        within("seat_skills", "seat", "seats.id", cascades=True),
        within("seat_skills", "skill", "skills.id"),
    )
    seat: Mapped[str] = mapped_column(Key, primary_key=True)
    skill: Mapped[str] = mapped_column(Key, primary_key=True)
    level: Mapped[int]


class SeatLanguageRow(Owned, Base):
    """A language of a seat."""

    __tablename__ = "seat_languages"
    __table_args__ = (within("seat_languages", "seat", "seats.id", cascades=True),)
    seat: Mapped[str] = mapped_column(Key, primary_key=True)
    language: Mapped[str] = mapped_column(String(16), primary_key=True, comment="ISO 639-3 or `en`")


class SeatDistrictRow(Owned, Base):
    """A district that a seat may act for."""

    __tablename__ = "seat_districts"
    __table_args__ = (within("seat_districts", "seat", "seats.id", cascades=True),)
    seat: Mapped[str] = mapped_column(Key, primary_key=True)
    district: Mapped[str] = mapped_column(String(12), primary_key=True, comment="a code, or * for all")


class AccountRow(OfRealm, Base):
    """A staff account."""

    __tablename__ = "accounts"
    __table_args__ = (Index("ix_accounts_seat", "realm", "seat"), within("accounts", "seat", "seats.id"))
    name: Mapped[str] = mapped_column(String(64), primary_key=True, comment="lower case")
    display_name: Mapped[str] = mapped_column(String(100))
    role: Mapped[Role] = mapped_column(by_value(Role))
    seat: Mapped[str | None] = mapped_column(Key)
    password_hash: Mapped[str] = mapped_column(String(200), comment="Argon2id, with its parameters")
    staff_number: Mapped[str] = mapped_column(String(32), default="", server_default="")
    department: Mapped[str] = mapped_column(Key, default="", server_default="", doc="id in the catalogue")
    scope_kind: Mapped[ScopeKind] = mapped_column(
        by_value(ScopeKind), default=ScopeKind.REALM, server_default=ScopeKind.REALM.value
    )
    scope_id: Mapped[str] = mapped_column(Key, default="", server_default="", doc="of the district, department or site")
    active: Mapped[bool] = mapped_column(default=True)
    created_ms: Mapped[int] = mapped_column(Ms)
    changed_ms: Mapped[int] = mapped_column(Ms)
    must_change: Mapped[bool] = mapped_column(default=False, server_default=false())
    """The password was set by somebody else: the first act after sign-in is to change it."""
    factor: Mapped[str | None] = mapped_column(String(200), comment="the sealed key of one-time codes")
    factor_ms: Mapped[int] = mapped_column(Ms, default=0, server_default="0")
    """When the second factor was confirmed; 0 while it is being set up."""
    factor_step: Mapped[int] = mapped_column(Ms, default=0, server_default="0")
    """The time step of the last code that was accepted: none is accepted twice."""

    @property
    def scope(self) -> Scope:
        """The scope of the account's rights."""
        return Scope(self.scope_kind, self.scope_id)


class RecoveryCodeRow(OfRealm, Base):
    """A code that stands in once for a lost second factor."""

    __tablename__ = "recovery_codes"
    account: Mapped[str] = mapped_column(String(64), primary_key=True)
    hash: Mapped[str] = mapped_column(String(64), primary_key=True, comment="SHA-256; a used code is deleted")


class LoginRow(OfRealm, Base):
    """An open sign-in, kept for a Redis that lost its copy. Signing out removes it."""

    __tablename__ = "logins"
    __table_args__ = (Index("ix_logins_account", "realm", "account"),)
    key: Mapped[str] = mapped_column(Key, primary_key=True, comment="the cookie's hash")
    account: Mapped[str] = mapped_column(String(64))
    began_ms: Mapped[int] = mapped_column(Ms)
    seen_ms: Mapped[int] = mapped_column(Ms, comment="was in use then, perhaps later too")
