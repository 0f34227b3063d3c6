"""Tables of places: districts, departments, towns, sites and booths."""

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from records.tables.base import Base, Key, Ms, Names, Owned, Packed, within


class DistrictRow(Owned, Base):
    """A district of the city (GB/T 2260)."""

    __tablename__ = "districts"
    code: Mapped[str] = mapped_column(String(12), primary_key=True, comment="GB/T 2260, six digits")
    name: Mapped[str] = mapped_column(String(100))
    names: Mapped[Names] = mapped_column(Packed(Names), comment="names in other languages")
    active: Mapped[bool] = mapped_column(comment="has sites of its own; the others are peers")
    retired: Mapped[bool] = mapped_column(default=False)


class DepartmentRow(Owned, Base):
    """A department that decides on items."""

    __tablename__ = "departments"
    __table_args__ = (within("departments", "district", "districts.code"),)
    id: Mapped[str] = mapped_column(Key, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    short_name: Mapped[str] = mapped_column(String(100))
    district: Mapped[str] = mapped_column(String(12))
    uscc: Mapped[str] = mapped_column(String(18), comment="unified social credit code, GB 32100")
    names: Mapped[Names] = mapped_column(Packed(Names), default=dict, server_default="{}")
    retired: Mapped[bool] = mapped_column(default=False)


class TownRow(Owned, Base):
    """A town or street of a district."""

    __tablename__ = "towns"
    __table_args__ = (within("towns", "district", "districts.code"),)
    code: Mapped[str] = mapped_column(String(12), primary_key=True, comment="nine digits")
    name: Mapped[str] = mapped_column(String(100))
    full_name: Mapped[str] = mapped_column(String(100))
    district: Mapped[str] = mapped_column(String(12))
    booths: Mapped[int] = mapped_column(comment="booths in the whole town, as published")
    retired: Mapped[bool] = mapped_column(default=False)


class SiteRow(Owned, Base):
    """A place with booths or seats."""

    __tablename__ = "sites"
    __table_args__ = (
        within("sites", "district", "districts.code"),
        within("sites", "town", "towns.code"),
    )
    id: Mapped[str] = mapped_column(Key, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    names: Mapped[Names] = mapped_column(Packed(Names), default=dict, server_default="{}")
    kind: Mapped[str] = mapped_column(String(32), comment="hall, town, village, self24, ...")
    district: Mapped[str] = mapped_column(String(12))
    town: Mapped[str] = mapped_column(String(12))
    hours: Mapped[tuple[str, ...]] = mapped_column(Packed(tuple[str, ...]), comment="ids of opening hours")
    retired: Mapped[bool] = mapped_column(default=False)


class BoothRow(Owned, Base):
    """A booth, and how it proves that it is this one. Only hashes of its secrets are here."""

    __tablename__ = "booths"
    __table_args__ = (
        Index("ix_booths_code_hash", "realm", "code_hash", unique=True),
        Index("ix_booths_token_hash", "realm", "token_hash", unique=True),
        within("booths", "site", "sites.id"),
    )
    id: Mapped[str] = mapped_column(Key, primary_key=True)
    site: Mapped[str] = mapped_column(Key)
    name: Mapped[str] = mapped_column(String(200))
    code_hash: Mapped[str | None] = mapped_column(String(64), comment="SHA-256 of the one-time enrolment code")
    code_until_ms: Mapped[int] = mapped_column(Ms, default=0)
    token_hash: Mapped[str | None] = mapped_column(String(64), comment="SHA-256 of the booth's token")
    enrolled_ms: Mapped[int] = mapped_column(Ms, default=0)
    key: Mapped[str | None] = mapped_column(String(200), comment="the device's public key: SPKI, base64")
    stopped_ms: Mapped[int] = mapped_column(Ms, default=0, server_default="0")
    """When an operator stopped it; 0 while it may be used."""
    retired: Mapped[bool] = mapped_column(default=False)
