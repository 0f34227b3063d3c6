"""Machines of other systems: made with the operations of a test, and asking by their key."""

from typing import Final

import aiohttp
from sqlalchemy import update

from protocol.rights import Role
from protocol.scopes import EVERYWHERE, Scope
from records.database import Database
from records.staff import machines
from records.staff.accounts import Account, create_account, find
from records.staff.hashing import PRINTED
from records.tables.machines import MachineKeyRow
from runtime.api_keys import id_of
from signaling.api.machines import TOKEN_PATH
from signaling.api.table import grantable
from signaling.app import ROUTES
from tests.support.installed import PASSWORD

OWNER: Final = "owner"
GRANTABLE: Final = grantable(ROUTES)


async def make(database: Database, name: str, *operations: str, scope: Scope = EVERYWHERE) -> str:
    """Make a machine that may do these operations; return its key."""
    if await find(database, OWNER) is None:
        await create_account(database, Account(OWNER, Role.NONE), PASSWORD, hasher=PRINTED)
    key = await machines.make(database, name, purpose="a test", owner=OWNER)
    await machines.allow(database, name, operations, GRANTABLE)
    await machines.set_scope(database, name, scope, GRANTABLE)
    return key


async def expire(database: Database, key: str) -> None:
    """Let a key be past its time."""
    async with database.begin() as db:
        await db.execute(update(MachineKeyRow).where(MachineKeyRow.id == id_of(key)).values(expires_ms=1))


def bearer(credential: str) -> dict[str, str]:
    """Return the headers of a request that shows a key or a token."""
    return {"Authorization": f"Bearer {credential}"}


def basic(name: str, key: str) -> dict[str, str]:
    """Return the headers by which an OAuth client says who it is."""
    return {"Authorization": aiohttp.encode_basic_auth(name, key)}


async def token_of(http: aiohttp.ClientSession, url: str, name: str, key: str, scope: str = "") -> str:
    """Ask for a token as an OAuth client does."""
    form = {"grant_type": "client_credentials", "scope": scope}
    async with http.post(url + TOKEN_PATH, data=form, headers=basic(name, key)) as answer:
        assert answer.status == 200, await answer.text()
        return str((await answer.json())["access_token"])
