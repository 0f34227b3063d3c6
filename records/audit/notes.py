"""Writes entries of the trail: each in its caller's transaction, signed at once, chained a moment later.

A writer takes no lock that another one waits for: it adds a row to the inbox. Sealing (see `chain`) moves what is in
the inbox to the chain, many entries in one turn, so that fifty looks a second delay no call.
"""

import secrets
from collections.abc import Awaitable, Mapping
from itertools import count
from typing import Final, Protocol, TypeVar

import msgspec
from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from protocol.errors import Param
from records.signing import KEYS, AuditKeys
from records.tables.journal import AuditInboxRow, AuditRow
from runtime import origin
from runtime.clock import Clock, SystemClock
from runtime.login import Login

R = TypeVar("R", AuditInboxRow, AuditRow)
DONE: Final = "done"
_numbers: Final = count()
"""Entries of one process keep their order within a millisecond."""


class Who(msgspec.Struct, frozen=True):
    """The actor of an entry: `role:account`, `citizen:ticket`, or the name of a part (`operator`, `retention`)."""

    actor: str
    seat: str = ""
    person: str = ""
    """The display name; only its key is written."""

    @property
    def role(self) -> str:
        """The role at that time."""
        return self.actor.partition(":")[0]

    @property
    def account(self) -> str:
        """The account, or the ticket of a citizen; empty for a part."""
        return self.actor.partition(":")[2]


def who_of(login: Login) -> Who:
    """Return a member of staff, or a machine, as the trail names one."""
    return Who(login.actor, login.seat, login.display_name)


def named(actor: str | Who) -> Who:
    """Return who acts; a part (`operator`, `retention`) is its name alone."""
    return Who(actor) if isinstance(actor, str) else actor


class AuditEntry(msgspec.Struct, frozen=True):
    """An entry of the trail; `seq` is 0 until it is sealed."""

    seq: int
    at_ms: int
    actor: str
    action: str
    subject: str
    facts: dict[str, Param]
    seat: str = ""
    person: str = ""
    result: str = DONE
    origin: str = ""
    request: str = ""
    id: str = ""


def keys_of(db: AsyncSession) -> AuditKeys:
    """Return the keys that a transaction signs with."""
    found = db.info.get(KEYS)
    return found if isinstance(found, AuditKeys) else AuditKeys()


class PutOnTrail(Protocol):
    """The way of an act to the audit trail, in a transaction of its own."""

    def __call__(
        self, who: Login, action: str, subject: str, facts: Mapping[str, Param] | None = None
    ) -> Awaitable[None]:
        """Put an act of a signed-in account on record."""
        ...


async def note(
    db: AsyncSession,
    actor: str | Who,
    action: str,
    subject: str,
    facts: Mapping[str, Param] | None = None,
    *,
    result: str = DONE,
    clock: Clock | None = None,
) -> str:
    """Add an entry in the caller's transaction and return its id.

    `action` is an act of `records.audit.acts`; `facts` are short and never personal data. `result` is `done` or the
    code of the refusal. Where the act came from is the request that is being served.
    """
    who = named(actor)
    came = origin.current()
    now_ms = (clock or SystemClock()).now_ms()
    told = dict(facts or {}) | ({"address": came.address} if came.address else {})
    keys = keys_of(db)
    row = AuditInboxRow(
        id=f"{now_ms:012x}{next(_numbers) & 0xFFFFFFFF:08x}{secrets.token_hex(6)}",
        at_ms=now_ms,
        actor=who.actor[:64],
        action=action[:64],
        subject=subject[:100],
        facts=msgspec.json.encode(dict(sorted(told.items()))).decode(),
        seat=who.seat[:64],
        person=keys.person(who.person),
        result=result[:32],
        origin=came.place,
        request=came.request[:32],
        key=keys.current,
        hash="",
    )
    row.hash = keys.sign("inbox", row.id, *said(row))
    db.add(row)
    await db.flush()
    return row.id


def said(row: AuditInboxRow | AuditRow) -> tuple[object, ...]:
    """Return what an entry says, in the order in which it is signed."""
    who = (row.actor, row.seat, row.person)
    return (row.at_ms, *who, row.action, row.subject, row.facts, row.result, row.origin, row.request)


async def trail(
    db: AsyncSession, *, subject: str = "", actor: str = "", action: str = "", limit: int = 200, before: int = 0
) -> list[AuditEntry]:
    """Return the newest entries about a subject, by an actor or of an act; those not sealed yet come first."""
    asked = {"subject": subject, "actor": actor, "action": action}
    inbox = (
        await _newest(db, select(AuditInboxRow).order_by(AuditInboxRow.id.desc()), asked, limit) if not before else []
    )
    wanted = select(AuditRow).order_by(AuditRow.seq.desc())
    sealed = await _newest(db, wanted.where(AuditRow.seq < before) if before else wanted, asked, limit - len(inbox))
    return [*map(entry, inbox), *map(entry, sealed)]


async def _newest(db: AsyncSession, wanted: Select[R], asked: Mapping[str, str], limit: int) -> list[R]:
    kind = wanted.column_descriptions[0]["entity"]
    same = [getattr(kind, name) == value for name, value in asked.items() if value]
    return list(await db.scalars(wanted.where(*same).limit(limit))) if limit > 0 else []


def entry(row: AuditInboxRow | AuditRow) -> AuditEntry:
    """Return a row as an entry."""
    facts = msgspec.json.decode(row.facts, type=dict[str, Param])
    seq = row.seq if isinstance(row, AuditRow) else 0
    return AuditEntry(
        seq,
        row.at_ms,
        row.actor,
        row.action,
        row.subject,
        facts,
        row.seat,
        row.person,
        row.result,
        row.origin,
        row.request,
        row.id,
    )
