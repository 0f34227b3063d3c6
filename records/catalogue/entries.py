"""The entries of a catalogue file as typed values: districts, items, seats, policies."""

from enum import StrEnum
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from protocol.views import Mode
from runtime.clock import CHINA

_ID = r"^[A-Za-z0-9][A-Za-z0-9_-]*\Z"
Id = Annotated[str, Meta(min_length=1, max_length=64, pattern=_ID)]
Name = Annotated[str, Meta(min_length=1, max_length=200)]
ShortName = Annotated[str, Meta(min_length=1, max_length=100)]
LanguageId = Annotated[str, Meta(min_length=1, max_length=16, pattern=_ID)]
SkillId = Annotated[str, Meta(min_length=1, max_length=12, pattern=_ID)]
"""Begins a ticket's number, which has 16 characters at most."""
Text8 = Annotated[str, Meta(max_length=8)]
Text16 = Annotated[str, Meta(max_length=16)]
Text32 = Annotated[str, Meta(max_length=32)]
Text100 = Annotated[str, Meta(max_length=100)]
Text200 = Annotated[str, Meta(max_length=200)]
Count = Annotated[int, Meta(ge=0, le=100_000)]
LANGUAGES = ("zh_Hans", "zh_Hant", "en")
"""Languages of pages: those that `names` may have, and in which a notice must be written."""
Names = Annotated[dict[Text16, Text200], Meta(max_length=32)]
"""Language to name."""


class Cross(StrEnum):
    """Mode in which an item may be handled across districts (State Council Office 2020-35)."""

    FULL_ONLINE = "full_online"
    PROXY_COLLECT = "proxy_collect"
    JOINT = "joint"
    NONE = "none"


class Relax(StrEnum):
    """Need that a widening step gives up."""

    DISTRICT = "district"
    LANGUAGE = "language"
    SKILL = "skill"


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """The base of all entries; a field that is neither known nor a note is a fault (`unread.py`)."""


class DistrictEntry(Entry, frozen=True, kw_only=True):
    """A district."""

    code: str
    name: ShortName
    role: Literal["active", "peer"] = "peer"
    names: Names = {}


class TownEntry(Entry, frozen=True, kw_only=True):
    """A town or street."""

    code: str
    name: ShortName
    district: str
    full: Text100 = ""
    booths: Count = 0


class HoursEntry(Entry, frozen=True, kw_only=True, rename={"except_": "except"}):
    """Opening hours: windows by kind of day, and the districts and sites that they apply to."""

    workdays: tuple[str, ...] = ()
    saturdays: tuple[str, ...] = ()
    sundays: tuple[str, ...] = ()
    statutory_holiday: tuple[str, ...] = ()
    statutory_holiday_first_day: tuple[str, ...] = ()
    daily: tuple[str, ...] = ()
    except_: tuple[Literal["statutory_holiday", "makeup_workday"], ...] = ()
    items: Literal["all", "sat_only"] = "all"
    appointment_only: bool = False
    needs_notice: bool = False
    human: bool = True


class GraceEntry(Entry, frozen=True, kw_only=True):
    """Effect of closing time on tickets already taken."""

    serve_ticket_holders_after_close: bool = True
    last_ticket_before_close_min: Count = 10
    max_overrun_min: Count = 30


class YearEntry(Entry, frozen=True, kw_only=True):
    """The days of a year that are not what their weekday says."""

    holidays: tuple[str, ...] = ()
    makeup_workdays: tuple[str, ...] = ()
    open_first_days: tuple[str, ...] = ()


class LanguageEntry(Entry, frozen=True, kw_only=True):
    """A language that can be asked for."""

    id: LanguageId
    name: Name
    names: Names = {}


class SkillEntry(Entry, frozen=True, kw_only=True):
    """A skill."""

    id: SkillId
    name: ShortName
    names: Names = {}


class DepartmentEntry(Entry, frozen=True, kw_only=True):
    """A department."""

    id: Id
    name: Name
    abbr: ShortName
    district: str
    uscc: str
    names: Names = {}


class SiteEntry(Entry, frozen=True, kw_only=True):
    """A site with its booths."""

    id: Id
    name: Name
    kind: Text32
    district: str
    town: str
    hours: tuple[str, ...]
    names: Names = {}
    booths: Annotated[int, Meta(ge=0, le=99)] = 0


class MaterialEntry(Entry, frozen=True, kw_only=True):
    """A kind of document."""

    key: Id
    name: Name
    names: Names = {}
    ecert: bool = False
    sign: bool = False
    pii: str = ""


class ItemEntry(Entry, frozen=True, kw_only=True):
    """An item; `materials` are `key` or `key:flags`."""

    id: Id
    name: Name
    dept: str
    code13: str
    type: Text8
    subject: Literal["P", "L"]
    kind: Text16
    days: tuple[Count, Count]
    modes: Annotated[tuple[Mode, ...], Meta(min_length=1)]
    cross: Cross
    sat: bool
    skill: str
    avg_min: Annotated[int, Meta(ge=1, le=600)]
    materials: tuple[str, ...] = ()
    result: Text200 = ""
    names: Names = {}
    synonyms: tuple[str, ...] = ()


class OverrideEntry(Entry, frozen=True, kw_only=True):
    """Hours that are for these items alone, and hold for them at every site with people."""

    items: tuple[str, ...]
    add: tuple[str, ...]


class PackageEntry(Entry, frozen=True, kw_only=True):
    """Items that belong together."""

    id: Id
    name: Name
    items: Annotated[tuple[str, ...], Meta(min_length=1)]
    mode: Literal["joint", "guide"]
    lead: str
    names: Names = {}


class SeatEntry(Entry, frozen=True, kw_only=True):
    """A seat; `skills` are `ID:level`. Empty `districts` means its own, `authority` 0 its highest level."""

    id: Id
    name: ShortName
    site: str
    district: str
    duty: Literal["full", "part"]
    langs: Annotated[tuple[str, ...], Meta(min_length=1)]
    skills: Annotated[tuple[str, ...], Meta(min_length=1)]
    districts: tuple[str, ...] = ()
    authority: Annotated[int, Meta(ge=0, le=5)] = 0
    cert: Text100 = ""
    names: Names = {}
    wrap_s: Annotated[int, Meta(ge=0, le=3600)] = 60


class WideningEntry(Entry, frozen=True, kw_only=True):
    """A step of the widening policy."""

    after_s: Annotated[int, Meta(ge=1, le=86_400)]
    relax: Relax


class PolicyEntry(Entry, frozen=True, kw_only=True):
    """Settings of the queue: times, head starts, service level."""

    ring_s: Annotated[int, Meta(ge=5, le=300)] = 20
    misses_before_away: Annotated[int, Meta(ge=1, le=10)] = 1
    reconnect_hold_s: Count = 120
    abandon_short_s: Count = 10
    sla_answer_s: Count = 60
    callback_after_s: Count = 180
    general_skill: str = "ZS"
    widening: tuple[WideningEntry, ...] = ()
    head_start_s: dict[str, Count] = {}


class RatingsEntry(Entry, frozen=True, kw_only=True):
    """The words and reasons of ratings."""

    bad: tuple[int, ...] = (1, 2)
    bad_reasons: tuple[str, ...] = ()
    stages: dict[int, str] = {}
    window_days: Count = 7
    score: dict[int, int] = {}


class MetaEntry(Entry, frozen=True, kw_only=True):
    """Settings of the whole catalogue: the time zone of its realm, by its IANA name."""

    timezone: Annotated[str, Meta(max_length=64)] = CHINA.key


class RetentionEntry(Entry, frozen=True, kw_only=True):
    """Days that each class of data is kept. Signaling logs: at least 180 by law."""

    signaling_log: Annotated[int, Meta(ge=180)] = 180
    audit_log: Annotated[int, Meta(ge=180)] = 1095
    recording_consult: Count = 30
    recording_handle: Count = 180
    uploads_unsubmitted: Count = 7
    uploads_submitted: Literal["archive"] | int = "archive"
    chat: Count = 180
    events: Annotated[int, Meta(ge=7, le=100_000)] = 30
    """Of the outbox: a reader of the feed, or a web-hook that was stopped, may be away so long."""
