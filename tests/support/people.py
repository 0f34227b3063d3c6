"""People at their pages: a citizen, an agent and a supervisor with verbs, over real sockets."""

from typing import Self

from yarl import URL

from protocol.scopes import EVERYWHERE, Scope
from records.staff.accounts import Account, Role, create_account, find
from records.staff.hashing import PRINTED
from runtime.request_logins import COOKIE
from tests.support.installed import PASSWORD
from tests.support.nodes import Cluster, Running
from tests.support.wire_page import WirePage


class People:
    """Makes pages and closes them at the end."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.pages: list[WirePage] = []

    @property
    def at(self) -> Running:
        """The first node."""
        return self.cluster.running[0]

    async def citizen(self, at: Running | None = None, **facts: object) -> WirePage:
        """A citizen's page."""
        return await self._open(WirePage(at or self.at, "citizen"), **facts)

    async def waiting(self, at: Running | None = None, **wish: object) -> WirePage:
        """A citizen who took a ticket."""
        page = await self.citizen(at)
        await page.done("take_ticket", **wish)
        return page

    async def agent(self, seat: str = "S004", at: Running | None = None, *, ready: bool = True) -> WirePage:
        """An agent at a seat."""
        page = await self.signed_in(seat.lower(), Role.AGENT, seat, at)
        page.role = "seat"
        await self._open(page)
        await page.until("seat")
        if ready:
            await page.done("ready")
        return page

    async def supervisor(self, at: Running | None = None) -> WirePage:
        """A supervisor at the wallboard."""
        page = await self.signed_in("sup", Role.SUPERVISOR, "", at)
        page.role = "wallboard"
        return await self._open(page)

    async def signed_in(
        self, name: str, role: Role, seat: str, at: Running | None = None, scope: Scope = EVERYWHERE
    ) -> WirePage:
        """Somebody with a login cookie and no socket yet; no password was checked, which takes most of a second."""
        page = await self._staff(name, role, seat, at, scope)
        account = await find(self.cluster.database, name)
        assert account is not None
        badge = (account.staff_number, account.department)
        cookie, login = await page.at.node.services.logins.begin(
            name, account.role, account.seat, account.display_name, badge=badge, scope=account.scope
        )
        page.http.cookie_jar.update_cookies({COOKIE: cookie}, URL(page.at.url))
        page.http.headers["X-CSRF-Token"] = login.csrf
        return page

    async def signs_in(self, name: str, role: Role, seat: str, at: Running | None = None) -> WirePage:
        """The same by name and password."""
        page = await self._staff(name, role, seat, at, EVERYWHERE)
        said = {"name": name, "password": PASSWORD}
        async with page.http.post(f"{page.at.url}/api/login", json=said) as answer:
            assert answer.status == 200, await answer.text()
            page.http.headers["X-CSRF-Token"] = (await answer.json())["csrf"]
        return page

    async def _staff(self, name: str, role: Role, seat: str, at: Running | None, scope: Scope) -> WirePage:
        if await find(self.cluster.database, name) is None:
            account = Account(name, role, seat, name, scope=scope)
            await create_account(self.cluster.database, account, PASSWORD, hasher=PRINTED)
        page = WirePage(at or self.at, "seat")
        self.pages.append(page)
        return page

    async def talking(
        self, seat: str = "S004", item: str = "MZ01", priority: str = "normal", **nodes: Running
    ) -> tuple[WirePage, WirePage]:
        """A citizen and an agent in a session."""
        agent = await self.agent(seat, nodes.get("agent_at"))
        citizen = await self.waiting(nodes.get("citizen_at"), item=item, priority=priority)
        rings = (await agent.until("ringing"))["reservation"]
        await agent.done("accept", reservation=rings["reservation"], fence=rings["fence"])
        await agent.until("session")
        await citizen.until("session")
        return citizen, agent

    async def _open(self, page: WirePage, **facts: object) -> WirePage:
        if page not in self.pages:
            self.pages.append(page)
        return await page.open(**facts)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Everybody goes home."""
        for page in self.pages:
            await page.leave()
