"""The scene in which acts of the audit trail are done, and how a row of their table says what it does."""

import asyncio
import dataclasses
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from protocol.rights import Role
from records.audit.notes import Who
from records.signing import AuditKeys
from runtime.clock import ManualClock
from signaling.services import RealmServices
from tests.support.command_line import run
from tests.support.people import People
from tests.support.wire_page import WirePage


@dataclasses.dataclass
class Said:
    """What the entry of an act must say; `place` is the kind of address, `command` where nobody asked by network."""

    who: Who
    subject: str
    result: str = "done"
    place: str = "loopback"


@dataclasses.dataclass
class Scene:
    """The people and papers that acts are about, and what one act leaves for a later one."""

    people: People
    services: RealmServices
    clock: ManualClock
    folder: Path
    told: dict[str, str]
    keys: AuditKeys
    pages: dict[str, WirePage] = dataclasses.field(default_factory=dict)
    left: dict[str, str] = dataclasses.field(default_factory=dict)

    async def staff(self, name: str, role: Role, seat: str = "") -> WirePage:
        """Return somebody's browser, signed in once."""
        if name not in self.pages:
            self.pages[name] = await self.people.signs_in(name, role, seat)
        return self.pages[name]

    async def command(self, *arguments: str, given: str = "", **settings: str) -> str:
        """Run a command that must work; `given` is the password it reads."""
        more: tuple[str, ...] = ()
        if given:
            file = self.folder / "given"
            await asyncio.to_thread(file.write_text, given)
            more = ("--password-file", str(file))
        done = await asyncio.to_thread(run, *arguments, *more, **{**self.told, **settings})
        assert done.exit_code == 0, (arguments, done.output, done.exception)
        return done.stdout

    async def ask(self, page: WirePage, method: str, path: str, wanted: int = 200, **more: object) -> str:
        """Ask for something as a page's owner and return the answer's text."""
        url = page.at.url + path
        async with page.http.request(method, url, allow_redirects=False, **more) as answer:  # type: ignore[arg-type]
            text = await answer.text(errors="replace")
            assert answer.status == wanted, (method, path, answer.status, text[:300])
            return text

    async def form(self, page: WirePage, path: str, wanted: int = 200, **fields: str) -> str:
        """Send a page's form."""
        csrf = page.http.headers["X-CSRF-Token"]
        return await self.ask(page, "POST", path, wanted, data={"csrf": csrf, **fields})

    @property
    def session(self) -> str:
        """The session of the call."""
        return str(self.pages["s004"].session["session"])


OPERATOR: Final = Who("operator")
Drive = Callable[[Scene], Awaitable[Said]]
ROWS: Final[dict[str, Drive]] = {}
"""One for each act, and for each further way to do it (`act, way`), in the order of a day."""


def row(act: str) -> Callable[[Drive], Drive]:
    """Add what drives an act."""

    def add(drive: Drive) -> Drive:
        assert act not in ROWS
        ROWS[act] = drive
        return drive

    return add


def by_command(act: str, subject: str, *arguments: str, given: str = "", who: Who = OPERATOR) -> None:
    """Add an act that a command does."""

    async def drive(scene: Scene) -> Said:
        _ = await scene.command(*arguments, given=given)
        return Said(who, subject, place="command")

    _ = row(act)(drive)


def by_request(act: str, who: Who, method: str, path: str, subject: str = "", **more: object) -> None:
    """Add an act that somebody does by asking for something."""

    async def drive(scene: Scene) -> Said:
        page = scene.pages[who.account]
        facts = {"session": scene.session if "s004" in scene.pages else "", **scene.left}
        _ = await scene.ask(page, method, path.format(**facts), **more)  # type: ignore[arg-type]
        return Said(who, subject.format(**facts))

    _ = row(act)(drive)


def by_frame(who: Who, act: str, subject: str, kind: str, **said: object) -> None:
    """Add an act that the agent `who` does by one frame; what it says may name what an earlier act left."""

    async def drive(scene: Scene) -> Said:
        facts = {name: one.format(**scene.left) if isinstance(one, str) else one for name, one in said.items()}
        answer = await scene.pages["s004"].done(kind, **facts)
        scene.left |= {name: answer[name] for name in ("participant",) if name in answer}
        return Said(who, subject.format(**scene.left))

    _ = row(act)(drive)
