"""Staff prove who they are by a password, booths by a code that works once."""

import asyncio

import pytest
from sqlalchemy import select

from protocol.errors import BadCredentials, BadInput, NotFound, UnknownBooth
from records import audit
from records.catalogue.directory import Directory
from records.database import Database
from records.staff import accounts as staff
from records.staff import booths
from records.staff.accounts import Account, Role
from records.staff.demo import create_demo_accounts, demo_accounts, demo_password
from records.staff.hashing import PRINTED
from records.tables.seats import AccountRow
from runtime.clock import ManualClock
from tests.support.device import Device

DEVICE = Device()

AGENT = Account("s004", Role.AGENT, "S004", "坐席004")
PASSWORD = "correct horse battery"


async def test_who_knows_the_password_is_let_in_and_nobody_else(stocked: Database):
    await staff.create_account(stocked, AGENT, PASSWORD)
    for name in (" S004 ", "ｓ００４", "s004\u200b", "\ufeffS004"):
        assert await staff.verify(stocked, name, PASSWORD) == AGENT
    for name, password in (("s004", "wrong password"), ("s005", PASSWORD), ("", ""), ("s004", PASSWORD * 1000)):
        with pytest.raises(BadCredentials):
            await staff.verify(stocked, name, password)


async def test_passwords_are_kept_as_argon2_hashes_only(stocked: Database):
    await staff.create_account(stocked, AGENT, PASSWORD)
    async with stocked.read() as db:
        row = (await db.scalars(select(AccountRow))).one()
    assert row.password_hash.startswith("$argon2id$")
    assert PASSWORD not in row.password_hash


async def test_a_closed_account_and_an_old_password_no_longer_work(stocked: Database):
    await staff.create_account(stocked, AGENT, PASSWORD)
    await staff.set_password(stocked, "s004", "another long one")
    with pytest.raises(BadCredentials):
        await staff.verify(stocked, "s004", PASSWORD)
    await staff.set_active(stocked, "s004", active=False)
    with pytest.raises(BadCredentials):
        await staff.verify(stocked, "s004", "another long one")
    assert await staff.accounts(stocked) == []
    assert await staff.find(stocked, "s004") is None
    with pytest.raises(NotFound):
        await staff.set_password(stocked, "nobody", PASSWORD)


@pytest.mark.parametrize(
    ("account", "password", "field"),
    [
        (Account("", Role.SYSTEM), PASSWORD, "name"),
        (Account("a\nb", Role.SYSTEM), PASSWORD, "name"),
        (Account("s009", Role.AGENT), PASSWORD, "seat"),
        (Account("s009", Role.AGENT, "S999"), PASSWORD, "seat"),
        (Account("s009", Role.AGENT, "S009"), "short", "password"),
    ],
)
async def test_an_account_that_makes_no_sense_is_refused(
    stocked: Database, account: Account, password: str, field: str
):
    with pytest.raises(BadInput) as caught:
        await staff.create_account(stocked, account, password)
    assert caught.value.params["field"] == field
    assert await staff.accounts(stocked) == []


async def test_a_name_is_taken_once(stocked: Database):
    await staff.create_account(stocked, AGENT, PASSWORD)
    with pytest.raises(BadInput, match="taken"):
        await staff.create_account(stocked, AGENT, PASSWORD)


def test_demo_accounts_are_one_for_each_seat_and_one_for_every_other_role(directory: Directory):
    known = demo_accounts(directory)
    assert sum(account.role is Role.AGENT for account in known) == len(list(directory.seats.all()))
    assert sorted(account.role for account in known if account.role is not Role.AGENT) == sorted(
        set(Role) - {Role.AGENT, Role.NONE}
    )
    assert known[0] == Account("s001", Role.AGENT, "S001", "陈晓文", "130001", "HD-ZSJ")


async def test_each_installation_has_demo_passwords_of_its_own(directory: Directory, stocked: Database):
    old = Account("sup", Role.SUPERVISOR, "", "督导")
    await staff.create_account(stocked, old, "demo-sup-2026", hasher=PRINTED)
    made = await create_demo_accounts(stocked, directory, "secret of this one")
    assert await create_demo_accounts(stocked, directory, "secret of this one") == made
    passwords = {account.name: password for account, password in made}
    assert len(set(passwords.values())) == len(made)
    assert passwords["sup"] != demo_password("secret of another", "sup")
    for name in ("sup", "s001"):
        assert (await staff.verify(stocked, name, passwords[name])).name == name
    with pytest.raises(BadCredentials):
        await staff.verify(stocked, "sup", "demo-sup-2026")


async def test_a_code_enrols_its_booth_once(stocked: Database, clock: ManualClock):
    code = await booths.new_code(stocked, "HD-TB-01", clock=clock)
    typed = f" {code.lower().replace('-', ' ')} "
    assert await booths.enrol(stocked, typed, DEVICE.key, clock=clock) == "HD-TB-01"
    assert (await booths.find(stocked, "HD-TB-01")).key == DEVICE.key
    with pytest.raises(UnknownBooth):
        await booths.enrol(stocked, code, DEVICE.key, clock=clock)


async def test_a_code_is_forgiven_its_writing_and_what_is_no_code_is_refused(stocked: Database, clock: ManualClock):
    wide = str.maketrans(
        "0123456789ABCDEFGHJKMNPQRSTVWXYZ-", "０１２３４５６７８９ＡＢＣＤＥＦＧＨＪＫＭＮＰＱＲＳＴＶＷＸＹＺ－"
    )
    alike = str.maketrans("S5Z2B8G6-01", "5S2Z8B6G—OI")
    for table in (wide, alike):
        code = await booths.new_code(stocked, "HD-TB-01", clock=clock)
        assert await booths.enrol(stocked, code.translate(table), DEVICE.key, clock=clock) == "HD-TB-01"
    for text in ("", "ABCD", "ABCD-EFGHJ", "登记码"):
        with pytest.raises(BadInput):
            await booths.enrol(stocked, text, DEVICE.key, clock=clock)


async def test_of_two_who_type_a_code_at_once_one_wins(stocked: Database, clock: ManualClock):
    code = await booths.new_code(stocked, "HD-TB-01", clock=clock)
    tries = await asyncio.gather(
        *(booths.enrol(stocked, code, DEVICE.key, clock=clock) for _ in range(4)), return_exceptions=True
    )
    assert sum(result == "HD-TB-01" for result in tries) == 1
    assert sum(isinstance(result, UnknownBooth) for result in tries) == 3


async def test_codes_expire_and_a_newer_one_voids_the_older(stocked: Database, clock: ManualClock):
    old = await booths.new_code(stocked, "HD-TB-01", clock=clock)
    new = await booths.new_code(stocked, "HD-TB-01", clock=clock)
    with pytest.raises(UnknownBooth):
        await booths.enrol(stocked, old, DEVICE.key, clock=clock)
    clock.advance(25 * 3600)
    with pytest.raises(UnknownBooth):
        await booths.enrol(stocked, new, DEVICE.key, clock=clock)
    with pytest.raises(UnknownBooth):
        await booths.new_code(stocked, "nowhere", clock=clock)


async def test_a_booth_that_is_enrolled_anew_loses_its_old_key(stocked: Database, clock: ManualClock):
    for device in (DEVICE, Device()):
        code = await booths.new_code(stocked, "HD-TB-01", clock=clock)
        _ = await booths.enrol(stocked, code, device.key, clock=clock)
        assert (await booths.find(stocked, "HD-TB-01")).key == device.key


async def test_a_stopped_booth_is_a_stranger_until_it_is_enrolled_anew(stocked: Database, clock: ManualClock):
    code = await booths.new_code(stocked, "HD-TB-01", clock=clock)
    _ = await booths.enrol(stocked, code, DEVICE.key, clock=clock)
    await booths.stop(stocked, "HD-TB-01", clock=clock)
    with pytest.raises(UnknownBooth):
        await booths.stop(stocked, "nowhere", clock=clock)
    (found,) = [one for one in await booths.all_booths(stocked) if one.id == "HD-TB-01"]
    assert (found.key, found.stopped_ms) == ("", clock.now_ms())
    async with stocked.read() as db:
        actions = [one.action for one in await audit.trail(db, subject="HD-TB-01")]
    assert sorted(actions) == ["booth.code_made", "booth.enrolled", "booth.stopped"]
