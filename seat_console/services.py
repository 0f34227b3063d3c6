"""The services that the pages of staff use: the ledger's reads, the logins, the audit trail."""

import dataclasses
from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Protocol

from aiohttp import web

from protocol.errors import Param
from records import audit
from records.audit import who_of
from records.catalogue.directory import Directory
from records.catalogue.holder import CatalogueHolder
from records.database import Database
from records.staff.factors import Factors
from runtime.addresses import Visitors
from runtime.business_clock import BusinessClock
from runtime.clock import Clock
from runtime.login import Login
from runtime.logins import Logins
from runtime.request_logins import RequestLogins
from runtime.tries import Tries
from webui.pages import Pages


class Note(Protocol):
    """The way to the audit trail."""

    def __call__(
        self, who: Login, action: str, subject: str, facts: Mapping[str, Param] | None = None
    ) -> Awaitable[None]:
        """Put an act on record."""
        ...


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleServices:
    """The services that the pages of staff use; the composition puts them together.

    `tries` counts sign-ins, `visitors` knows our own origins, `sign_out` ends a login and sends its open pages away,
    `dismiss` sends those of ended logins away.
    """

    pages: Pages
    clock: Clock
    business: BusinessClock
    database: Database
    holder: CatalogueHolder
    logins: Logins
    request_logins: RequestLogins
    tries: Tries
    visitors: Visitors
    factors: Factors
    sign_out: Callable[[Login], Awaitable[object]] | None = None
    dismiss: Callable[[Collection[str]], Awaitable[object]] | None = None
    note: Note | None = None
    """Puts an act on the trail, as the interface does; without it the act goes to the ledger directly."""

    async def noted(self, login: Login, action: str, subject: str, facts: Mapping[str, Param] | None = None) -> None:
        """Put an act of a signed-in account on the audit trail."""
        if self.note is not None:
            await self.note(login, action, subject, facts)
            return
        async with self.database.begin() as db:
            _ = await audit.note(db, who_of(login), action, subject, facts, clock=self.clock)

    @property
    def directory(self) -> Directory:
        """The catalogue as it is now."""
        return self.holder.current


CONSOLE: web.AppKey[ConsoleServices] = web.AppKey("seat_console", ConsoleServices)


def services_of(request: web.Request) -> ConsoleServices:
    """Return the services of this request's application."""
    return request.config_dict[CONSOLE]
