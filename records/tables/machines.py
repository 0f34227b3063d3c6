"""Tables of machines: programs of other systems that ask over HTTP, and the keys by which they are known."""

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from protocol.scopes import Scope, ScopeKind
from records.tables.base import Base, Key, Ms, OfRealm, Packed, by_value, within


class MachineRow(OfRealm, Base):
    """A machine: its purpose, the account that answers for it, its operations and their scope."""

    __tablename__ = "machines"
    name: Mapped[str] = mapped_column(String(48), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(200))
    owner: Mapped[str] = mapped_column(String(64), comment="the account of who answers for it")
    scope_kind: Mapped[ScopeKind] = mapped_column(by_value(ScopeKind))
    scope_id: Mapped[str] = mapped_column(Key, doc="of the district, department or site")
    operations: Mapped[tuple[str, ...]] = mapped_column(Packed(tuple[str, ...]), comment="names of operations")
    active: Mapped[bool]
    created_ms: Mapped[int] = mapped_column(Ms)
    changed_ms: Mapped[int] = mapped_column(Ms)

    @property
    def scope(self) -> Scope:
        """The scope of its operations."""
        return Scope(self.scope_kind, self.scope_id)


class MachineKeyRow(OfRealm, Base):
    """A key of a machine; the key itself is shown once and kept nowhere."""

    __tablename__ = "machine_keys"
    __table_args__ = (
        Index("ix_machine_keys_machine", "realm", "machine"),
        within("machine_keys", "machine", "machines.name"),
    )
    id: Mapped[str] = mapped_column(String(16), primary_key=True, comment="public: stands in the key itself")
    machine: Mapped[str] = mapped_column(String(48))
    hash: Mapped[str] = mapped_column(String(64), comment="SHA-256 of the whole key, which has 256 random bits")
    created_ms: Mapped[int] = mapped_column(Ms)
    created_by: Mapped[str] = mapped_column(String(64))
    expires_ms: Mapped[int] = mapped_column(Ms, comment="a rotation sets an earlier end")
    ended_ms: Mapped[int] = mapped_column(Ms, default=0)
    """When somebody ended it; 0 while nobody has."""
    used_ms: Mapped[int] = mapped_column(Ms, default=0)
    """The hour of the last use, in ms since the epoch; 0 while it was never used."""
