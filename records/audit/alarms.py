"""Raise an alarm on unusually much viewing or exporting, or at night; an auditor answers it by name."""

import datetime as dt
from collections.abc import Iterator
from typing import Final

import msgspec
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from protocol.errors import NotFound, Param
from records.audit.acts import ACTS
from records.audit.notes import Who, note
from records.calendar.zone import zone_of
from records.tables.journal import AuditAlarmRow, AuditInboxRow, AuditRow
from runtime.clock import Clock, at_wall_time, local
from runtime.login import MACHINE

OWNER: Final = "auditor"
"""The roles that own an alarm until one account answers it."""
OPEN_MAX: Final = 200
ANSWER_MAX: Final = 500
LOOKS: Final = tuple(name for name, act in ACTS.items() if act.looks)
EXPORTS: Final = tuple(name for name, act in ACTS.items() if act.exports)


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Alarm thresholds. `night` is `22-06`: from the first local hour to before the second."""

    looks_per_hour: int
    exports_per_day: int
    unserved_per_day: int
    night: str


class Rule(msgspec.Struct, frozen=True):
    """One rule as it applies now: more than `limit` of these acts since a time."""

    name: str
    acts: tuple[str, ...]
    since_ms: int
    limit: int


class Alarm(msgspec.Struct, frozen=True):
    """An alarm; `answered_ms` is 0 until an auditor answers it."""

    id: str
    rule: str
    actor: str
    counted: int
    limit: int
    raised_ms: int
    owner: str
    answered_ms: int
    answer: str


def is_night(hour: int, night: str) -> bool:
    """Tell whether a local hour is in the night; one that begins when it ends has no hours."""
    first, last = (int(part) for part in night.split("-"))
    return first <= hour < last if first <= last else hour >= first or hour < last


def rules(action: str, role: str, now_ms: int, limits: Limits, zone: dt.tzinfo) -> Iterator[Rule]:
    """Yield the rules that an act may break.

    What an agent sees belongs to the call the agent serves; a machine works at night, too.
    """
    now = local(now_ms, zone)
    hour_ms = now_ms - (now.minute * 60 + now.second) * 1000 - now.microsecond // 1000
    day_ms = at_wall_time(now.date(), 0, zone)
    if action in LOOKS:
        yield Rule("looks_hour", LOOKS, hour_ms, limits.looks_per_hour)
        if role != "agent":
            yield Rule("unserved_day", LOOKS, day_ms, limits.unserved_per_day)
    if action in EXPORTS:
        yield Rule("exports_day", EXPORTS, day_ms, limits.exports_per_day)
    if role != MACHINE and is_night(now.hour, limits.night):
        yield Rule("night", (*LOOKS, *EXPORTS), hour_ms, 0)


async def check(db: AsyncSession, actor: str, action: str, limits: Limits, clock: Clock) -> list[str]:
    """Raise the alarms that an act, already noted, brings about; return the new ones' rules, each once a period."""
    now_ms, role = clock.now_ms(), actor.partition(":")[0]
    if role == "citizen":
        return []
    raised = []
    for rule in rules(action, role, now_ms, limits, await zone_of(db)):
        counted = await _counted(db, actor, rule)
        name = f"{rule.name}:{actor}:{rule.since_ms}"
        if counted > rule.limit and await db.get(AuditAlarmRow, name) is None:
            row = AuditAlarmRow(
                id=name, rule=rule.name, actor=actor, counted=counted, limit=rule.limit, raised_ms=now_ms, owner=OWNER
            )
            try:
                async with db.begin_nested():
                    db.add(row)
            except IntegrityError:
                continue  # another node was faster
            facts: dict[str, Param] = {"rule": rule.name, "counted": counted, "limit": rule.limit}
            _ = await note(db, "alarms", "alarm.raised", actor, facts, clock=clock)
            raised.append(rule.name)
    return raised


async def _counted(db: AsyncSession, actor: str, rule: Rule) -> int:
    """Count acts since the rule's time, no further than needed."""
    found = 0
    for kind in (AuditInboxRow, AuditRow):
        same = (kind.actor == actor, kind.at_ms >= rule.since_ms, kind.action.in_(rule.acts))
        some = select(kind.id).where(*same).limit(rule.limit + 1).subquery()
        found += await db.scalar(select(func.count()).select_from(some)) or 0
    return found


async def listed(db: AsyncSession) -> list[Alarm]:
    """Return the alarms, unanswered ones first, then the newest."""
    order = (AuditAlarmRow.answered_ms != 0, AuditAlarmRow.raised_ms.desc())
    rows = await db.scalars(select(AuditAlarmRow).order_by(*order).limit(OPEN_MAX))
    return [Alarm(*(getattr(row, name) for name in Alarm.__struct_fields__)) for row in rows]


async def answer(db: AsyncSession, alarm: str, who: Who, text: str, clock: Clock) -> None:
    """Record the person who looked into an alarm and their finding; the first answer stands.

    Raises:
        NotFound: no such alarm that nobody answered and that is about somebody else.
    """
    own = AuditAlarmRow.actor.endswith(f":{who.account}", autoescape=True)  # in whichever role it was then
    mine = (AuditAlarmRow.id == alarm, AuditAlarmRow.answered_ms == 0, ~own)
    values = {"owner": who.actor, "answered_ms": clock.now_ms(), "answer": text[:ANSWER_MAX]}
    done = await db.execute(update(AuditAlarmRow).where(*mine).values(values).returning(AuditAlarmRow.actor))
    about = done.scalar_one_or_none()
    if about is None:
        raise NotFound(what="alarm", id=alarm[:64])
    _ = await note(db, who, "alarm.answered", about, {"alarm": alarm}, clock=clock)
