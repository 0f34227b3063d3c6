"""What opens something for a time opens it to its last millisecond and not a millisecond longer: a table."""

from collections.abc import Awaitable, Callable
from itertools import count
from typing import Final

import pytest

from protocol.errors import UnknownBooth
from protocol.rights import Role
from records.database import Database
from records.outbox.sending import LEASE_MS, HookTurns
from records.staff import accounts as staff
from records.staff import booths, machine_keys, machines
from records.staff.accounts import Account
from records.staff.booths import CODE_LIFE_S
from records.staff.hashing import PRINTED
from runtime.api_keys import id_of
from tests.support.device import Device
from tests.support.hook_office import DAY_S, HOUR_S, Office
from tests.support.installed import PASSWORD

MILLISECOND: Final = 0.001
IsOpen = Callable[[], Awaitable[bool]]
_numbers = count(1)


async def booth_code(office: Office) -> IsOpen:
    code = await booths.new_code(office.database, "HD-TB-01", clock=office.clock)

    async def is_open() -> bool:
        try:
            return bool(await booths.enrol(office.database, code, Device().key, clock=office.clock))
        except UnknownBooth:
            return False

    return is_open


async def machine_key(office: Office, *, is_rotated: bool = False) -> IsOpen:
    name = f"machine-{next(_numbers)}"
    key = await machines.make(office.database, name, purpose="x", owner="lin", days=1, clock=office.clock)
    if is_rotated:
        _ = await machine_keys.rotate(office.database, name, overlap_h=1, clock=office.clock)

    async def is_open() -> bool:
        found = await machine_keys.find(office.database, id_of(key), office.clock.now_ms())
        return found is not None and not found.why

    return is_open


async def older_key(office: Office) -> IsOpen:
    return await machine_key(office, is_rotated=True)


async def turn(office: Office) -> IsOpen:
    """One node's turn at a web-hook, which keeps the others away."""
    hook = (await office.hook()).hook.id
    await office.happens("A")
    one, other = (HookTurns(office.database, office.clock, name, DAY_S) for name in ("one", "other"))
    assert await one.take(hook) is not None

    async def is_open() -> bool:
        return await other.take(hook) is None

    return is_open


async def older_secret(office: Office) -> IsOpen:
    hook = (await office.hook()).hook.id
    _ = await office.hooks.rotate(hook, HOUR_S)

    async def is_open() -> bool:
        await office.happens("A")
        taken = await HookTurns(office.database, office.clock, "one", DAY_S).take(hook)
        assert taken is not None
        return len(office.sender._opened(taken)) == 2

    return is_open


LIVES: Final[dict[str, tuple[Callable[[Office], Awaitable[IsOpen]], float]]] = {
    "code of a booth": (booth_code, CODE_LIFE_S),
    "key of a machine": (machine_key, DAY_S),
    "key of a machine that has a newer one": (older_key, HOUR_S),
    "turn at a web-hook": (turn, LEASE_MS / 1000),
    "secret of a web-hook that has a newer one": (older_secret, HOUR_S),
}


@pytest.mark.parametrize("what", LIVES)
async def test_what_opens_for_a_time_opens_to_its_end_and_no_longer(
    stocked: Database, office: Office, what: str
) -> None:
    make, life_s = LIVES[what]
    await staff.create_account(stocked, Account("lin", Role.SYSTEM), PASSWORD, hasher=PRINTED)
    for passed_s, is_open in ((life_s - MILLISECOND, True), (life_s, False)):
        made = await make(office)
        office.clock.advance(passed_s)
        assert await made() is is_open, passed_s
