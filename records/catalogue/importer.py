"""Writes a checked catalogue into the ledger: one transaction, repeatable, earlier guides kept."""

import hashlib
from collections.abc import Iterator
from typing import Final

import msgspec
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from protocol.skills import ANY_DISTRICT
from protocol.views import GuideView, MaterialView
from records.calendar.windows import days
from records.calendar.zone import ZONE
from records.catalogue import versions
from records.catalogue.entries import ItemEntry, MaterialEntry, SeatEntry
from records.catalogue.sync import Row, Synced, sync
from records.catalogue.values import Catalogue, CatalogueFaults, Fault
from records.database import Database
from records.tables.base import Base
from records.tables.items import ItemMaterialRow, ItemModeRow, ItemRow, ItemVersionRow, MaterialRow, PackageRow
from records.tables.places import BoothRow, DepartmentRow, DistrictRow, SiteRow, TownRow
from records.tables.seats import SeatDistrictRow, SeatLanguageRow, SeatRow, SeatSkillRow, SkillRow
from records.tables.settings import CalendarDayRow, HoursRow, NoticeVersionRow, SettingRow
from runtime.clock import Clock, SystemClock

Tables = Iterator[tuple[type[Base], list[Row]]]
LANGUAGES: Final = "languages"


class Imported(msgspec.Struct, frozen=True):
    """Result of an import by table; `guides` counts new versions of guides."""

    tables: dict[str, Synced]
    guides: int

    @property
    def changed_nothing(self) -> bool:
        """True if the ledger already held the same rows."""
        return not self.guides and not any(done.is_change for done in self.tables.values())


def guide(item: ItemEntry, catalogue: Catalogue) -> GuideView:
    """Return the item's guide as pages show it."""
    department = next(row.entry for row in catalogue.departments if row.entry.id == item.dept)
    materials = {row.entry.key: row.entry for row in catalogue.materials}
    return GuideView(
        item=item.id,
        name=item.name,
        department=department.name,
        district=department.district,
        kind=item.kind,
        modes=tuple(mode.value for mode in item.modes),
        cross=item.cross.value,
        promised_days=item.days[0],
        legal_days=item.days[1],
        result=item.result,
        average_min=item.avg_min,
        impl_code=department.uscc + item.code13,
        materials=tuple(_material(use, materials) for use in item.materials),
    )


def _material(use: str, known: dict[str, MaterialEntry]) -> MaterialView:
    key, _, flags = use.partition(":")
    material = known[key]
    return MaterialView(
        key=key,
        name=material.name,
        required="x" not in flags,
        deferrable="d" in flags,
        electronic="e" in flags,
        original="o" in flags,
        signature="s" in flags or material.sign,
        alternative="c" in flags,
        conditional="x" in flags,
    )


def _places(catalogue: Catalogue) -> Tables:
    yield (
        DistrictRow,
        [
            {"code": d.code, "name": d.name, "names": d.names, "active": d.role == "active"}
            for d in (row.entry for row in catalogue.districts)
        ],
    )
    yield (
        DepartmentRow,
        [
            {"id": d.id, "name": d.name, "short_name": d.abbr, "district": d.district, "uscc": d.uscc, "names": d.names}
            for d in (row.entry for row in catalogue.departments)
        ],
    )
    yield (
        TownRow,
        [
            {"code": t.code, "name": t.name, "full_name": t.full or t.name, "district": t.district, "booths": t.booths}
            for t in (row.entry for row in catalogue.towns)
        ],
    )
    yield (
        SiteRow,
        [
            {
                "id": s.id,
                "name": s.name,
                "names": s.names,
                "kind": s.kind,
                "district": s.district,
                "town": s.town,
                "hours": s.hours,
            }
            for s in (row.entry for row in catalogue.sites)
        ],
    )
    yield (
        BoothRow,
        [
            {"id": f"{s.id}-{number:02d}", "site": s.id, "name": f"{s.name} {number}"}
            for s in (row.entry for row in catalogue.sites)
            for number in range(1, s.booths + 1)
        ],
    )


def _seats(catalogue: Catalogue) -> Tables:
    yield SkillRow, [{"id": s.id, "name": s.name, "names": s.names} for s in (row.entry for row in catalogue.skills)]
    seats = [row.entry for row in catalogue.seats]
    levels = {seat.id: dict(_levels(seat)) for seat in seats}
    yield (
        SeatRow,
        [
            {
                "id": seat.id,
                "name": seat.name,
                "names": seat.names,
                "site": seat.site,
                "district": seat.district,
                "duty": seat.duty,
                "authority": seat.authority or max(levels[seat.id].values()),
                "wrap_up_s": seat.wrap_s,
                "certificate": seat.cert,
            }
            for seat in seats
        ],
    )
    yield (
        SeatSkillRow,
        [{"seat": seat, "skill": skill, "level": level} for seat in levels for skill, level in levels[seat].items()],
    )
    yield SeatLanguageRow, [{"seat": s.id, "language": language} for s in seats for language in s.langs]
    yield (
        SeatDistrictRow,
        [
            {"seat": seat.id, "district": district}
            for seat in seats
            for district in _acts_for(seat, frozenset(levels[seat.id]), frozenset(catalogue.everywhere_skills))
        ],
    )


def _levels(seat: SeatEntry) -> Iterator[tuple[str, int]]:
    for text in seat.skills:
        skill, _, level = text.partition(":")
        yield skill, int(level)


def _acts_for(seat: SeatEntry, skills: frozenset[str], everywhere: frozenset[str]) -> tuple[str, ...]:
    if skills & everywhere:
        return (ANY_DISTRICT,)
    return seat.districts or (seat.district,)


def _settings(catalogue: Catalogue) -> Tables:
    yield (
        HoursRow,
        [{"id": name, "rule": msgspec.json.encode(row.entry).decode()} for name, row in catalogue.hours.items()],
    )
    yield CalendarDayRow, [{"day": day, "kind": kind} for kind, day in sorted(_calendar(catalogue))]
    values: dict[str, object] = {
        LANGUAGES: [row.entry for row in catalogue.languages],
        "overrides": [row.entry for row in catalogue.overrides],
        "grace": catalogue.grace,
        "policy": catalogue.policy.entry,
        "ratings": catalogue.ratings,
        "retention": catalogue.retention,
        "outcomes": catalogue.outcomes,
        "face": catalogue.face,
        ZONE: catalogue.meta.entry.timezone,
    }
    yield SettingRow, [{"name": name, "value": msgspec.json.encode(value).decode()} for name, value in values.items()]


def _calendar(catalogue: Catalogue) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for row in catalogue.calendar.values():
        for span in row.entry.holidays:
            found.add(("holiday_first", days(span)[0].isoformat()))
            found.update(("holiday", day.isoformat()) for day in days(span))
        found.update(("makeup", day.isoformat()) for span in row.entry.makeup_workdays for day in days(span))
        found.update(("notice", day.isoformat()) for span in row.entry.open_first_days for day in days(span))
    return found


async def _guides(db: AsyncSession, catalogue: Catalogue, now_ms: int) -> tuple[list[Row], int]:
    """Return the rows of the items with their versions, after adding the guides that are new."""
    found = await db.execute(select(ItemRow.id, ItemRow.version, ItemRow.digest))
    old = {item: (version, digest) for item, version, digest in found}
    rows: list[Row] = []
    added: list[dict[str, object]] = []
    for entry in (row.entry for row in catalogue.items):
        shown = guide(entry, catalogue)
        text = msgspec.json.encode(shown).decode()
        digest = hashlib.sha256(text.encode()).hexdigest()
        version, known = old.get(entry.id, (0, ""))
        if known != digest:
            version += 1
            added.append({"item": entry.id, "version": version, "guide": text, "digest": digest, "since_ms": now_ms})
        rows.append(_item(entry, shown.impl_code, version, digest))
    if added:
        await db.execute(insert(ItemVersionRow), added)
    return rows, len(added)


async def _notices(db: AsyncSession, catalogue: Catalogue, now_ms: int) -> None:
    """Store the notices under their version, so that a text agreed to can be read again.

    Raises:
        CatalogueFaults: the text has changed and its version has not.
    """
    notices = catalogue.notices.entry
    text = msgspec.json.encode(notices, order="sorted").decode()
    digest = hashlib.sha256(text.encode()).hexdigest()
    known = await db.get(NoticeVersionRow, notices.version)
    if known is None:
        db.add(NoticeVersionRow(version=notices.version, text=text, digest=digest, since_ms=now_ms))
    elif known.digest != digest:
        raise CatalogueFaults([Fault(catalogue.notices.line, "notice_version_used", {"version": notices.version})])


def _item(entry: ItemEntry, impl_code: str, version: int, digest: str) -> Row:
    return {
        "id": entry.id,
        "impl_code": impl_code,
        "name": entry.name,
        "names": entry.names,
        "synonyms": entry.synonyms,
        "department": entry.dept,
        "skill": entry.skill,
        "kind": entry.type,
        "handling": entry.kind,
        "subject": entry.subject,
        "cross": entry.cross.value,
        "saturday": entry.sat,
        "promised_days": entry.days[0],
        "legal_days": entry.days[1],
        "average_min": entry.avg_min,
        "result": entry.result,
        "version": version,
        "digest": digest,
    }


def _items(catalogue: Catalogue, rows: list[Row]) -> Tables:
    yield (
        MaterialRow,
        [
            {
                "key": m.key,
                "name": m.name,
                "names": m.names,
                "electronic": m.ecert,
                "signature": m.sign,
                "sensitive": bool(m.pii),
            }
            for m in (row.entry for row in catalogue.materials)
        ],
    )
    yield ItemRow, rows
    items = [row.entry for row in catalogue.items]
    yield ItemModeRow, [{"item": item.id, "mode": mode.value} for item in items for mode in item.modes]
    yield (
        ItemMaterialRow,
        [
            {"item": item.id, "material": use.partition(":")[0], "position": position, "flags": use.partition(":")[2]}
            for item in items
            for position, use in enumerate(item.materials)
        ],
    )
    yield (
        PackageRow,
        [
            {"id": p.id, "name": p.name, "names": p.names, "mode": p.mode, "lead": p.lead, "items": p.items}
            for p in (row.entry for row in catalogue.packages)
        ],
    )


async def import_catalogue(
    database: Database, catalogue: Catalogue, clock: Clock | None = None, *, dry_run: bool = False
) -> Imported:
    """Make the imported rows equal to this catalogue; rows that it no longer has are retired, not deleted.

    What operators added stays. A change gets the next version, which running nodes follow. With `dry_run` nothing
    is written; the answer says what would be.

    Raises:
        CatalogueFaults: the notices have changed under the same version; nothing was changed.
        LedgerUnavailable: the database does not answer; nothing was changed.
    """
    now_ms = (clock or SystemClock()).now_ms()
    done: dict[str, Synced] = {}
    async with database.begin() as db:
        rows, guides = await _guides(db, catalogue, now_ms)
        await _notices(db, catalogue, now_ms)
        for tables in (_places(catalogue), _seats(catalogue), _items(catalogue, rows), _settings(catalogue)):
            for kind, wanted in tables:
                done[kind.__tablename__] = await sync(db, kind, wanted)
        imported = Imported(done, guides)
        if dry_run:
            await db.rollback()
        elif not imported.changed_nothing:
            what = {table: (one.added, one.changed, one.gone) for table, one in done.items() if one.is_change}
            await versions.add(db, now_ms, "import", what)
    return imported
