"""The services that the pages of staff use: the ledger's reads, the logins, the audit trail."""

import dataclasses

from aiohttp import web

from records.audit.notes import PutOnTrail
from records.catalogue.directory import Directory
from records.catalogue.holder import CatalogueHolder
from records.database import Database
from records.sessions.looks import SessionReader
from records.staff.factors import Factors
from records.staff.sign_ins import SignIns
from runtime.addresses import Visitors
from runtime.business_clock import BusinessClock
from runtime.clock import Clock
from runtime.logins import Logins
from runtime.request_logins import RequestLogins
from runtime.tries import Tries
from webui.pages import Pages


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleServices:
    """The services that the pages of staff use; the composition puts them together.

    `tries` counts sign-ins, `visitors` knows our own origins, `note` puts an act on the audit trail.
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
    sign_ins: SignIns
    reader: SessionReader
    note: PutOnTrail

    @property
    def directory(self) -> Directory:
        """The catalogue as it is now."""
        return self.holder.current


CONSOLE: web.AppKey[ConsoleServices] = web.AppKey("seat_console", ConsoleServices)


def services_of(request: web.Request) -> ConsoleServices:
    """Return the services of this request's application."""
    return request.config_dict[CONSOLE]
