"""Tables of what an operator decides: opening hours, the calendar, and named settings as typed JSON."""

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from records.tables.base import Base, Key, Ms, OfRealm, Owned


class HoursRow(Owned, Base):
    """Opening hours that sites and items refer to."""

    __tablename__ = "hours"
    id: Mapped[str] = mapped_column(Key, primary_key=True)
    rule: Mapped[str] = mapped_column(Text, comment="JSON of records.hours.Rule")


class CalendarDayRow(Owned, Base):
    """A day that is not what its weekday says."""

    __tablename__ = "calendar_days"
    day: Mapped[str] = mapped_column(String(10), primary_key=True, comment="yyyy-mm-dd, local")
    kind: Mapped[str] = mapped_column(String(16), primary_key=True, comment="holiday, holiday_first, makeup, notice")


class SettingRow(Owned, Base):
    """A named setting of the catalogue: outcomes, ratings, widening, retention, languages, ..."""

    __tablename__ = "settings"
    name: Mapped[str] = mapped_column(Key, primary_key=True)
    value: Mapped[str] = mapped_column(Text, comment="JSON; its type is in records.entries")


class NoticeVersionRow(OfRealm, Base):
    """Former notices of the realm, by version, so that a text agreed to stays readable."""

    __tablename__ = "notice_versions"
    version: Mapped[str] = mapped_column(String(32), primary_key=True)
    text: Mapped[str] = mapped_column(Text, comment="JSON of records.catalogue.face.NoticesEntry")
    digest: Mapped[str] = mapped_column(String(64), comment="SHA-256 of the text")
    since_ms: Mapped[int] = mapped_column(Ms)


class CatalogueVersionRow(OfRealm, Base):
    """A change of the catalogue: nodes that hold an earlier version load it anew."""

    __tablename__ = "catalogue_versions"
    changed_ms: Mapped[int] = mapped_column(Ms, primary_key=True, autoincrement=False)
    by: Mapped[str] = mapped_column(String(64), comment="import, or the account")
    what: Mapped[str] = mapped_column(Text, comment="JSON: table to rows added, changed, retired")
