"""The highest number that the ledger knows of a day, so that none is given twice."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from records.tables.ledger import TicketRow


async def highest(db: AsyncSession, site: str, skill: str, day: str) -> int:
    """Return the highest number of a site and skill on a day (`yyyymmdd`); 0 when there is none."""
    wanted = select(TicketRow.number).where(
        TicketRow.day == day, TicketRow.site == site, TicketRow.number.startswith(skill, autoescape=True)
    )
    digits = [number.removeprefix(skill) for number in await db.scalars(wanted)]
    return max((int(one) for one in digits if one.isascii() and one.isdigit()), default=0)
