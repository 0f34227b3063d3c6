"""Check and change the badge that citizens see: name, staff number, department; each change is on the trail."""

from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from protocol import typed
from protocol.errors import BadInput, NotFound
from records import audit
from records.audit import Who
from records.database import Database
from records.tables.places import DepartmentRow
from records.tables.seats import AccountRow
from runtime.clock import Clock, SystemClock

NUMBER_MAX: Final = 32
NAME_MAX: Final = 100


async def check_badge(db: AsyncSession, staff_number: str, department: str) -> None:
    """Judge a staff number and a department before they are kept.

    Raises:
        BadInput: the number is too long or not printable, or the catalogue has no such department.
    """
    if len(staff_number) > NUMBER_MAX or not staff_number.isprintable():
        raise BadInput(field="staff_number", why="format", max=NUMBER_MAX)
    if department and await db.get(DepartmentRow, department) is None:
        raise BadInput(field="department", why="unknown")


async def describe(
    database: Database,
    name: str,
    *,
    display_name: str | None = None,
    staff_number: str | None = None,
    department: str | None = None,
    by: str | Who,
    clock: Clock | None = None,
) -> None:
    """Change an account's displayed name, number and department; valid from its next sign-in on.

    Raises:
        NotFound: no such account.
        BadInput: a name that says nothing, a bad number, no such department.
    """
    clock = clock or SystemClock()
    async with database.begin() as db:
        row = await db.get(AccountRow, typed.account(name), with_for_update=True)
        if row is None:
            raise NotFound(what="account", id=name[:64])
        if display_name is not None:
            if not display_name.strip() or len(display_name) > NAME_MAX or not display_name.isprintable():
                raise BadInput(field="display_name", why="format", max=NAME_MAX)
            row.display_name = display_name.strip()
        number = row.staff_number if staff_number is None else staff_number.strip()
        where = row.department if department is None else department
        await check_badge(db, number, where)
        row.staff_number, row.department, row.changed_ms = number, where, clock.now_ms()
        facts = {"staff_number": number, "department": where}
        _ = await audit.note(db, by, "account.described", row.name, facts, clock=clock)
