"""A new password ends every other sign-in of the account at once, on every node; the call under way goes on."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from protocol.errors import BadCredentials
from records import audit
from records.audit import AuditEntry
from records.database import Database
from records.staff import accounts as staff
from records.staff.accounts import Role
from records.staff.logins import LoginRegister
from records.tables.seats import LoginRow
from runtime.logins import Logins
from tests.support.command_line import log_left_alone, run
from tests.support.installed import PASSWORD
from tests.support.nodes import Cluster, Running
from tests.support.people import People
from tests.support.wire_page import WirePage

NEW = "another long one"
SIGNED_OUT = 4002


@pytest.fixture(autouse=True)
def the_log_goes_on_as_before() -> Iterator[None]:
    with log_left_alone():
        yield


async def change(page: WirePage, old: str, new: str) -> tuple[int, str]:
    """Change the password in this browser; return the status and the code of the refusal."""
    async with page.http.post(f"{page.at.url}/api/password", json={"old": old, "new": new}) as answer:
        said = await answer.json()
        return answer.status, said.get("code", "")


async def is_signed_in(page: WirePage) -> bool:
    async with page.http.get(f"{page.at.url}/api/me") as answer:
        return answer.status == HTTPStatus.OK


async def trail_of(database: Database, account: str) -> list[AuditEntry]:
    """Return what was done to an account since it was made."""
    async with database.read() as db:
        assert (await audit.verify(db)).is_whole
        found = await audit.trail(db, subject=account)
        return [one for one in found if one.action != "account.created" and not one.action.startswith("login.")]


async def test_a_new_password_ends_all_other_sign_ins_on_every_node(town: tuple[People, Running, Running]):
    people, one, other = town
    here, there, beside = await people.supervisor(one), await people.supervisor(other), await people.supervisor(one)
    stranger = await people.agent("S004", other)
    assert await change(here, PASSWORD, NEW) == (HTTPStatus.OK, "")
    for page in (there, beside):
        end = await page.closed()
        assert (end.code, end.reason) == (SIGNED_OUT, "signed_out")
        assert not await is_signed_in(page)
    assert await is_signed_in(here)
    assert await is_signed_in(stranger)
    await stranger.done("pause", reason="break")
    await here.until("wallboard_delta")
    (entry,) = await trail_of(people.cluster.database, "sup")
    assert (entry.actor, entry.action) == ("supervisor:sup", "account.password_changed")
    assert entry.facts == {"logins_ended": 2}


async def test_the_call_of_whoever_changes_the_password_goes_on(town: tuple[People, Running, Running]):
    people, one, other = town
    citizen, agent = await people.talking(citizen_at=other, agent_at=one)
    elsewhere = await people.signs_in("s004", Role.AGENT, "S004", other)
    assert await change(agent, PASSWORD, NEW) == (HTTPStatus.OK, "")
    assert not await is_signed_in(elsewhere)
    await people.at.node.presence.beat()
    await agent.done("chat", text="还在")
    assert await citizen.hears("还在") == ["还在"]
    await agent.done("close_session", outcome="answered")


async def test_a_call_that_is_open_with_another_sign_in_is_signed_out_and_its_citizen_keeps_the_place(
    shared: Cluster,
):
    await shared.start(seat_grace_s=0.5)
    people = People(shared)
    citizen, agent = await people.talking()
    elsewhere = await people.signs_in("s004", Role.AGENT, "S004")
    assert await change(elsewhere, PASSWORD, NEW) == (HTTPStatus.OK, "")
    assert (await agent.closed()).code == SIGNED_OUT
    back = await citizen.until("ticket", lambda frame: frame["ticket"]["state"] == "waiting")
    assert back["ticket"]["place"] == 1
    await people.close()


@pytest.mark.parametrize(
    ("old", "new", "status", "code"),
    [
        ("not the password", NEW, 401, "bad_credentials"),
        (PASSWORD, "short", 422, "bad_input"),
        (PASSWORD, PASSWORD, 422, "bad_input"),
    ],
)
async def test_a_change_that_is_refused_ends_nothing(people: People, old: str, new: str, status: int, code: str):
    here, there = await people.supervisor(), await people.supervisor()
    assert await change(here, old, new) == (status, code)
    assert await is_signed_in(here)
    assert await is_signed_in(there)
    assert await trail_of(people.cluster.database, "sup") == []


async def test_without_its_csrf_token_or_a_sign_in_nobody_changes_a_password(people: People):
    page = await people.supervisor()
    token = page.http.headers.pop("X-CSRF-Token")
    assert await change(page, PASSWORD, NEW) == (403, "bad_csrf")
    page.http.cookie_jar.clear()
    page.http.headers["X-CSRF-Token"] = token
    assert await change(page, PASSWORD, NEW) == (401, "sign_in_required")


async def test_guessing_at_the_old_password_is_slowed_down(people: People):
    page = await people.supervisor()
    answers = [await change(page, "not the password", NEW) for _ in range(8)]
    assert answers[0] == (401, "bad_credentials")
    assert answers[-1] == (429, "too_many_tries")


async def commanded(shared: Cluster, folder: Path, *words: str, **settings: str) -> str:
    """Run a command on this window's ledger and queue, as an operator does beside the nodes."""
    (folder / "password").write_text(NEW)
    told = {
        "WINDOW_REDIS_URL": shared.redis_url,
        "WINDOW_DATABASE_URL": f"sqlite:///{shared.folder / 'ledger.sqlite3'}",
        "WINDOW_REALM": "window",
        **settings,
    }
    done = await asyncio.to_thread(run, "account", *words, **told)
    assert done.exit_code == 0, done.stderr
    return done.output


@pytest.mark.parametrize("how", ["passwd", "close"])
async def test_what_an_operator_does_to_an_account_ends_its_sign_ins_on_every_node(
    town: tuple[People, Running, Running], how: str, tmp_path: Path
):
    people, one, other = town
    here, there = await people.supervisor(one), await people.supervisor(other)
    file = ("--password-file", str(tmp_path / "password")) if how == "passwd" else ()
    assert "Signed out: 2." in await commanded(people.cluster, tmp_path, how, " SUP", *file)
    for page in (here, there):
        assert (await page.closed()).code == SIGNED_OUT
        assert not await is_signed_in(page)
    (entry,) = await trail_of(people.cluster.database, "sup")
    action = {"passwd": "account.password_changed", "close": "account.closed"}[how]
    assert (entry.actor, entry.action, entry.facts) == ("operator", action, {"logins_ended": 2})


async def test_a_closed_account_can_be_opened_again_and_an_open_one_is_left_in_peace(people: People, tmp_path: Path):
    page = await people.supervisor()
    await commanded(people.cluster, tmp_path, "open", "sup")
    assert await is_signed_in(page)
    await commanded(people.cluster, tmp_path, "close", "sup")
    assert (await page.closed()).code == SIGNED_OUT
    said = {"name": "sup", "password": PASSWORD}
    async with page.http.post(f"{page.at.url}/api/login", json=said) as answer:
        assert (await answer.json())["code"] == "bad_credentials"
    await commanded(people.cluster, tmp_path, "open", "sup")
    assert await is_signed_in(await people.supervisor())
    actions = [entry.action for entry in await trail_of(people.cluster.database, "sup")]
    assert actions == ["account.opened", "account.closed", "account.opened"]


async def test_when_the_queue_cannot_be_told_the_operator_hears_how_long_it_takes(people: People, tmp_path: Path):
    _ = await people.supervisor()
    said = await commanded(people.cluster, tmp_path, "close", "sup", WINDOW_REDIS_URL="redis://127.0.0.1:1")
    assert "Account sup is closed." in said
    assert "who is signed in as sup is signed out within 15 minutes" in said


async def test_a_sign_in_that_was_proved_by_the_old_password_does_not_outlast_the_change(people: People):
    page = await people.signs_in("sup", Role.SUPERVISOR, "")
    services = page.at.node.services

    class Late(Database):
        """A ledger that is asked to begin the login a moment after the proof: just then the password is changed."""

        @asynccontextmanager
        async def begin(self) -> AsyncIterator[AsyncSession]:
            await staff.set_password(services.database, "sup", NEW)
            async with super().begin() as db:
                yield db

    late = Late(services.database.url, services.database.keys, services.database.realm)
    logins = Logins(services.redis, "window", services.clock, idle_s=600, max_s=3600, register=LoginRegister(late))
    with pytest.raises(BadCredentials):
        await staff.sign_in(late, logins, "sup", PASSWORD)
    async with services.database.read() as db:
        assert (await db.scalars(select(LoginRow.key).where(LoginRow.account == "sup"))).all() == []
    await late.close()
