"""Loads the catalogue out of the ledger into plain values, once, in one reading transaction."""

import datetime as dt
from collections import defaultdict
from typing import TypeVar
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from protocol.skills import Abilities, SkillNeed
from records.calendar.hours import Calendar, Hours, HoursPlace, ItemHours
from records.calendar.zone import ZONE, zone_of_setting
from records.catalogue.entries import (
    Cross,
    GraceEntry,
    HoursEntry,
    LanguageEntry,
    OverrideEntry,
    PolicyEntry,
    RatingsEntry,
    RetentionEntry,
)
from records.catalogue.face import Face
from records.database import Database
from records.tables.items import ItemModeRow, ItemRow, ItemVersionRow, MaterialRow, PackageRow
from records.tables.places import BoothRow, DepartmentRow, DistrictRow, SiteRow
from records.tables.seats import SeatDistrictRow, SeatLanguageRow, SeatRow, SeatSkillRow, SkillRow
from records.tables.settings import CalendarDayRow, HoursRow, NoticeVersionRow, SettingRow
from runtime.clock import CHINA

T = TypeVar("T")
Names = dict[str, str]


class District(msgspec.Struct, frozen=True):
    """A district."""

    code: str
    name: str
    names: Names
    active: bool


class Skill(msgspec.Struct, frozen=True):
    """A skill."""

    id: str
    name: str
    names: Names


class Site(msgspec.Struct, frozen=True):
    """A site; `place` is what its opening hours are asked with."""

    id: str
    name: str
    kind: str
    district: str
    town: str
    place: HoursPlace
    names: Names = {}


class Booth(msgspec.Struct, frozen=True):
    """A booth."""

    id: str
    site: str
    name: str


class CatalogueSeat(msgspec.Struct, frozen=True):
    """A seat and its abilities."""

    id: str
    name: str
    site: str
    district: str
    duty: str
    languages: tuple[str, ...]
    abilities: Abilities
    wrap_up_s: int
    names: Names = {}


class Item(msgspec.Struct, frozen=True):
    """An item as the queue and the search need it; its guide stays JSON until it is read."""

    id: str
    impl_code: str
    name: str
    names: Names
    synonyms: tuple[str, ...]
    department: str
    department_name: str
    district: str
    skill: str
    modes: tuple[str, ...]
    cross: Cross
    kind: str
    handling: str
    average_min: int
    version: int
    hours: ItemHours
    guide_json: str


class Department(msgspec.Struct, frozen=True):
    """A department."""

    id: str
    name: str
    names: Names
    district: str


class Package(msgspec.Struct, frozen=True):
    """Items that belong together."""

    id: str
    name: str
    names: Names
    items: tuple[str, ...]


class Loaded(msgspec.Struct, frozen=True, kw_only=True):
    """Everything of a catalogue, by id."""

    districts: dict[str, District]
    skills: dict[str, Skill]
    sites: dict[str, Site]
    booths: dict[str, Booth]
    seats: dict[str, CatalogueSeat]
    items: dict[str, Item]
    material_names: dict[str, Names]
    packages: dict[str, Package]
    languages: tuple[LanguageEntry, ...]
    outcomes: tuple[str, ...]
    ratings: RatingsEntry
    policy: PolicyEntry
    retention: RetentionEntry
    hours: Hours
    departments: dict[str, Department] = {}
    face: Face = Face()
    notice_versions: frozenset[str] = frozenset()
    zone: ZoneInfo = CHINA


async def load(database: Database) -> Loaded:
    """Read the catalogue.

    Raises:
        LedgerUnavailable: the database does not answer.
    """
    async with database.read() as db:
        settings = dict((await db.execute(select(SettingRow.name, SettingRow.value))).all())
        overrides = _setting(settings, "overrides", tuple[OverrideEntry, ...], ())
        zone = zone_of_setting(settings.get(ZONE))
        return Loaded(
            districts={row.code: row for row in await _districts(db)},
            skills={row.id: row for row in await _skills(db)},
            sites={row.id: row for row in await _sites(db)},
            booths={row.id: row for row in await _booths(db)},
            seats={row.id: row for row in await _seats(db)},
            items={row.id: row for row in await _items(db, overrides)},
            material_names={row.key: row.names for row in await db.scalars(select(MaterialRow))},
            packages={row.id: row for row in await _packages(db)},
            languages=_setting(settings, "languages", tuple[LanguageEntry, ...], ()),
            outcomes=_setting(settings, "outcomes", tuple[str, ...], ()),
            ratings=_setting(settings, "ratings", RatingsEntry, RatingsEntry()),
            policy=_setting(settings, "policy", PolicyEntry, PolicyEntry()),
            retention=_setting(settings, "retention", RetentionEntry, RetentionEntry()),
            departments={one.id: one for one in await _departments(db)},
            face=_setting(settings, "face", Face, Face()),
            notice_versions=frozenset(await db.scalars(select(NoticeVersionRow.version))),
            hours=await _hours(db, _setting(settings, "grace", GraceEntry, GraceEntry()), overrides, zone),
            zone=zone,
        )


def _setting(settings: dict[str, str], name: str, kind: type[T], default: T) -> T:
    return msgspec.json.decode(settings[name], type=kind) if name in settings else default


async def _districts(db: AsyncSession) -> list[District]:
    found = await db.scalars(select(DistrictRow).where(~DistrictRow.retired).order_by(DistrictRow.code))
    return [District(row.code, row.name, row.names, row.active) for row in found]


async def _departments(db: AsyncSession) -> list[Department]:
    found = await db.scalars(select(DepartmentRow).where(~DepartmentRow.retired).order_by(DepartmentRow.id))
    return [Department(row.id, row.name, row.names, row.district) for row in found]


async def _skills(db: AsyncSession) -> list[Skill]:
    found = await db.scalars(select(SkillRow).where(~SkillRow.retired).order_by(SkillRow.id))
    return [Skill(row.id, row.name, row.names) for row in found]


async def _sites(db: AsyncSession) -> list[Site]:
    found = await db.scalars(select(SiteRow).where(~SiteRow.retired).order_by(SiteRow.id))
    return [Site(row.id, row.name, row.kind, row.district, row.town, HoursPlace(row.hours), row.names) for row in found]


async def _booths(db: AsyncSession) -> list[Booth]:
    found = await db.scalars(select(BoothRow).where(~BoothRow.retired).order_by(BoothRow.id))
    return [Booth(row.id, row.site, row.name) for row in found]


async def _packages(db: AsyncSession) -> list[Package]:
    found = await db.scalars(select(PackageRow).where(~PackageRow.retired).order_by(PackageRow.id))
    return [Package(row.id, row.name, row.names, row.items) for row in found]


async def _seats(db: AsyncSession) -> list[CatalogueSeat]:
    skills: defaultdict[str, list[SkillNeed]] = defaultdict(list)
    for held in await db.scalars(select(SeatSkillRow)):
        skills[held.seat].append(SkillNeed(held.skill, held.level))
    languages: defaultdict[str, list[str]] = defaultdict(list)
    for spoken in await db.scalars(select(SeatLanguageRow)):
        languages[spoken.seat].append(spoken.language)
    districts: defaultdict[str, list[str]] = defaultdict(list)
    for acting in await db.scalars(select(SeatDistrictRow)):
        districts[acting.seat].append(acting.district)
    found = await db.scalars(select(SeatRow).where(~SeatRow.retired).order_by(SeatRow.id))
    return [
        CatalogueSeat(
            id=row.id,
            name=row.name,
            site=row.site,
            district=row.district,
            duty=row.duty,
            languages=tuple(sorted(languages[row.id])),
            abilities=Abilities(
                skills=tuple(skills[row.id]),
                languages=tuple(languages[row.id]),
                authority=row.authority,
                districts=tuple(districts[row.id]),
            ).canonical(),
            wrap_up_s=row.wrap_up_s,
            names=row.names,
        )
        for row in found
    ]


async def _items(db: AsyncSession, overrides: tuple[OverrideEntry, ...]) -> list[Item]:
    modes: defaultdict[str, list[str]] = defaultdict(list)
    for item, mode in await db.execute(select(ItemModeRow.item, ItemModeRow.mode)):
        modes[item].append(mode)
    own: defaultdict[str, list[str]] = defaultdict(list)
    for override in overrides:
        for item in override.items:
            own[item] += override.add
    rows = await db.execute(
        select(ItemRow, DepartmentRow.short_name, DepartmentRow.district, ItemVersionRow.guide)
        .join(DepartmentRow, DepartmentRow.id == ItemRow.department)
        .join(ItemVersionRow, and_(ItemVersionRow.item == ItemRow.id, ItemVersionRow.version == ItemRow.version))
        .where(~ItemRow.retired)
        .order_by(ItemRow.id)
    )
    return [
        Item(
            id=row.id,
            impl_code=row.impl_code,
            name=row.name,
            names=row.names,
            synonyms=row.synonyms,
            department=row.department,
            department_name=short_name,
            district=district,
            skill=row.skill,
            modes=tuple(mode for mode in ("consult", "coach", "handle") if mode in modes[row.id]),
            cross=Cross(row.cross),
            kind=row.kind,
            handling=row.handling,
            average_min=row.average_min,
            version=row.version,
            hours=ItemHours(row.saturday, tuple(own[row.id])),
            guide_json=text,
        )
        for row, short_name, district, text in rows
    ]


async def _hours(db: AsyncSession, grace: GraceEntry, overrides: tuple[OverrideEntry, ...], zone: ZoneInfo) -> Hours:
    rules = {row.id: msgspec.json.decode(row.rule, type=HoursEntry) for row in await db.scalars(select(HoursRow))}
    marked: defaultdict[str, set[dt.date]] = defaultdict(set)
    for row in await db.scalars(select(CalendarDayRow)):
        marked[row.kind].add(dt.date.fromisoformat(row.day))
    calendar = Calendar(
        holidays=frozenset(marked["holiday"]),
        first_days=frozenset(marked["holiday_first"]),
        makeup_workdays=frozenset(marked["makeup"]),
        noticed=frozenset(marked["notice"]),
    )
    limited = frozenset(name for override in overrides for name in override.add)
    return Hours(rules, calendar, grace, limited, zone)
