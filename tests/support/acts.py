"""Every act of the audit trail, done once on a composed node by the people and commands it takes."""

import asyncio
import re
from typing import Final

import msgspec
import pyotp

from protocol.rights import Role
from protocol.views import Purpose
from records.audit.chain import seal
from records.audit.notes import Who
from records.database import Database
from records.journal import aside
from records.papers.documents import DocumentStore
from records.papers.retention import sweep
from records.signing import AuditKeys
from records.staff.accounts import Account, create_account
from records.tables.journal import AuditInboxRow
from tests.support import acts_of_accounts, acts_of_hooks, acts_of_ports  # noqa: F401 - their rows come first
from tests.support.command_line import run
from tests.support.device import Device
from tests.support.installed import PASSWORD, SECRETS
from tests.support.machines import bearer, make
from tests.support.patience import until
from tests.support.samples import PNG
from tests.support.scene import OPERATOR, Said, Scene, by_command, by_frame, by_request, row

DAY_S: Final = 24 * 3600
SWEPT: Final[set[str]] = set()
"""Acts of which the first of their rows leaves all entries: one sweep does them."""
TUS: Final = {"Tus-Resumable": "1.0.0"}
BYTES: Final = {**TUS, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
NEW: Final = "battery staple correct"

SUP: Final = Who("supervisor:sup", "", "督导")
S004: Final = Who("agent:s004", "S004", "S004")
S005: Final = Who("agent:s005", "S005", "S005")
ZHAO: Final = Who("auditor:zhao", "", "zhao")


@row("records.adopted")
async def _adopted(scene: Scene) -> Said:
    return Said(Who("recorder"), scene.services.settings.realm, place="command")  # as the node started


by_command("catalogue.imported", "catalog.yaml", "import")
by_command("catalogue.changed", "items/MZ01", "catalogue", "put", "items", "id=MZ01", "name=老年人优待卡申领")
by_command("catalogue.changed, retired", "items/RS02", "catalogue", "retire", "items", "id=RS02")


@row("booth.code_made")
async def _code_made(scene: Scene) -> Said:
    scene.left["code"] = (await scene.command("booth-code", "HD-TB-01")).strip()
    return Said(OPERATOR, "HD-TB-01", place="command")


@row("booth.enrolled")
async def _enrolled(scene: Scene) -> Said:
    nobody = await scene.people.citizen()
    _ = await Device().enrol(nobody.http, nobody.at.url, code=scene.left["code"])
    return Said(Who("booth:HD-TB-01"), "HD-TB-01")


@row("booth.refused")
async def _booth_refused(scene: Scene) -> Said:
    page = await scene.people.citizen()
    thief = await Device().proof(page.http, page.at.url, "HD-TB-01")
    _ = await page.connect()
    await page.socket.hello("citizen", booth=thief)
    assert (await page.until("error"))["code"] == "bad_booth_proof"
    return Said(Who("unknown device"), "HD-TB-01", result="bad_booth_proof")


by_command("booth.stopped", "HD-TB-01", "booths", "stop", "HD-TB-01")


@row("login.begun")
async def _begun(scene: Scene) -> Said:
    page = scene.pages["s004"] = await scene.people.signs_in("s004", Role.AGENT, "S004")
    page.role = "seat"
    return Said(S004, "s004")


@row("login.refused")
async def _refused(scene: Scene) -> Said:
    nobody = await scene.people.citizen()
    wrong = {"name": "s004", "password": "not the password"}
    _ = await scene.ask(nobody, "POST", "/api/login", 401, json=wrong)
    return Said(Who("anybody"), "s004", result="bad_credentials")


@row("login.ended")
async def _ended(scene: Scene) -> Said:
    page = await scene.people.signs_in("s004", Role.AGENT, "S004")
    _ = await scene.ask(page, "POST", "/api/logout")
    return Said(S004, "s004")


@row("seat.taken_over")
async def _taken_over(scene: Scene) -> Said:
    _ = await create_account(scene.services.database, Account("mei", Role.AGENT, "S004", "mei"), PASSWORD)
    first = await scene.staff("mei", Role.AGENT, "S004")
    first.role = "seat"
    _ = await (await first.connect()).hello()
    _ = await first.until("seat")
    seat = scene.pages["s004"]
    _ = await (await seat.connect()).hello(take_over=True)
    _ = await seat.until("seat")
    return Said(S004, "S004")


@row("seat.paused")
async def _paused(scene: Scene) -> Said:
    page = await scene.staff("sup", Role.SUPERVISOR)
    _ = await scene.pages["s004"].done("ready")
    _ = await scene.ask(page, "POST", "/api/seats/S004/pause", json={})
    return Said(SUP, "S004")


@row("seat.paused, from the wallboard")
async def _paused_from_the_wallboard(scene: Scene) -> Said:
    _ = await scene.pages["s004"].done("ready")
    board = scene.pages["sup"]
    board.role = "wallboard"
    _ = await (await board.connect()).hello()
    _ = await board.done("pause_seat", seat="S004")
    return Said(SUP, "S004")


@row("wallboard.opened, by its socket")
async def _board_opened(scene: Scene) -> Said:
    board = scene.pages["sup"]
    await board.drop()
    _ = await (await board.connect()).hello()
    await board.drop()
    return Said(SUP, "")


@row("ticket.claimed")
async def _claimed(scene: Scene) -> Said:
    seat, citizen = scene.pages["s004"], await scene.people.waiting(item="MZ01")
    ticket = citizen.ticket["ticket"]
    _ = await seat.done("claim", ticket=ticket)
    _ = await seat.until("session")
    _ = await seat.done("close_session", outcome="answered", summary="已答复")
    scene.left["first"] = ticket
    return Said(S004, ticket)


@row("call.accepted")
async def _accepted(scene: Scene) -> Said:
    seat = scene.pages["s004"]
    _ = await seat.done("ready")
    citizen = scene.pages["citizen"] = await scene.people.waiting(item="MZ01", priority="priority")
    rings = (await seat.until("ringing"))["reservation"]
    _ = await seat.done("accept", reservation=rings["reservation"], fence=rings["fence"])
    _ = await seat.until("session")
    _ = await citizen.until("session")
    _ = await citizen.done("chat", text="你好")
    scene.left["ticket"] = citizen.ticket["ticket"]
    return Said(S004, scene.left["ticket"])


async def _begin_upload(scene: Scene) -> str:
    headers = {**TUS, "Upload-Length": str(len(PNG)), "Upload-Metadata": "filename YS5wbmc=,purpose bWF0ZXJpYWw="}
    page = scene.pages["s004"]
    async with page.http.post(f"{page.at.url}/api/uploads", headers=headers) as answer:
        assert answer.status == 201, await answer.text()
        return answer.headers["Location"]


@row("upload.discarded")
async def _discarded(scene: Scene) -> Said:
    place = await _begin_upload(scene)
    _ = await scene.ask(scene.pages["s004"], "DELETE", place, 204, headers=TUS)
    return Said(S004, place.rsplit("/", 1)[-1])


@row("document.uploaded")
async def _uploaded(scene: Scene) -> Said:
    place = await _begin_upload(scene)
    _ = await scene.ask(scene.pages["s004"], "PATCH", place, 204, headers=BYTES, data=PNG)
    scene.left["paper"] = place.rsplit("/", 1)[-1]
    return Said(S004, scene.left["paper"])


by_request("document.viewed", S004, "GET", "/api/documents/{paper}/pages/1", "{paper}")
by_request("document.downloaded", S004, "GET", "/api/documents/{paper}", "{paper}")


by_frame(S004, "verdict.given", "{paper}", "give_verdict", document="{paper}", verdict="good")
by_frame(S004, "participant.invited", "{ticket}", "invite", role="interpreter", name="译员甲")
by_frame(S004, "participant.dismissed", "{ticket}", "dismiss", participant="{participant}")
by_frame(S004, "priority.confirmed", "{ticket}", "confirm_priority", confirmed=True)


@row("session.closed")
async def _closed(scene: Scene) -> Said:
    _ = await scene.pages["s004"].done("close_session", outcome="answered", summary="已答复")
    _ = await until(lambda: _recorded(scene))
    return Said(S004, scene.left["ticket"])


by_frame(S004, "closing.amended", "{ticket}", "amend_closing", outcome="answered", summary="已答复，不用补")


async def _recorded(scene: Scene) -> bool:
    async with scene.services.database.read() as db:
        from records.tables.sessions import OutcomeRow

        return await db.get(OutcomeRow, scene.session) is not None


by_request("sessions.searched", SUP, "GET", "/api/sessions")
by_request("session.viewed", SUP, "GET", "/api/sessions/{session}", "{ticket}")
by_request("sessions.exported", SUP, "GET", "/api/sessions.csv?seat=S004")
by_request("sessions.searched, on the page", SUP, "GET", "/records")
by_request("session.viewed, on the page", SUP, "GET", "/records/{session}", "{ticket}")
by_request("wallboard.opened", SUP, "GET", "/api/wallboard")


@row("wallboard.opened, by a machine")
async def _opened_by_machine(scene: Scene) -> Said:
    key = await make(scene.services.database, "screen", "get_wallboard")
    _ = await scene.ask(await scene.people.citizen(), "GET", "/api/wallboard", headers=bearer(key))
    return Said(Who("machine:screen"), "")


@row("alarm.raised")
async def _raised(scene: Scene) -> Said:
    _ = await scene.ask(
        scene.pages["sup"], "GET", "/records.csv?seat=S004"
    )  # the second export of a day that allows one
    return Said(Who("alarms"), SUP.actor)


by_request("sessions.exported, on the page", SUP, "GET", "/records.csv?seat=S004")


@row("trail.read")
async def _read(scene: Scene) -> Said:
    page = await scene.staff("zhao", Role.AUDITOR)
    found = msgspec.json.decode(await scene.ask(page, "GET", "/api/audit"))
    scene.left["alarm"] = next(one["id"] for one in found["alarms"] if not one["answered_ms"])
    return Said(ZHAO, "")


@row("alarm.answered")
async def _answered(scene: Scene) -> Said:
    page, answer = scene.pages["zhao"], "asked: the monthly report"
    assert f'value="{scene.left["alarm"]}"' in await scene.ask(page, "GET", "/audit")
    _ = await scene.form(page, "/audit", 303, alarm=scene.left["alarm"], answer=answer)
    shown = await scene.ask(page, "GET", "/audit")
    assert (answer in shown, 'name="alarm"' in shown) == (True, False), "its answer stands there, and no form"
    return Said(ZHAO, SUP.actor)


by_request("trail.read, on the page", ZHAO, "GET", "/audit")


@row("account.password_changed")
async def _password(scene: Scene) -> Said:
    page = await scene.staff("s005", Role.AGENT, "S005")
    _ = await scene.ask(page, "POST", "/api/password", json={"old": PASSWORD, "new": NEW})
    return Said(S005, "s005")


@row("factor.confirmed")
async def _confirmed(scene: Scene) -> Said:
    page = scene.pages["s005"]
    key = re.search(r"<code>([A-Z2-7 ]+)</code>", await scene.ask(page, "GET", "/second-factor"))
    assert key is not None
    code = pyotp.TOTP(key[1].replace(" ", "")).generate_otp(scene.clock.now_ms() // 30_000)
    codes = re.findall(r"<li>([0-9A-Z-]{11})</li>", await scene.form(page, "/second-factor", code=code))
    scene.left |= {"recovery": codes[0], "second recovery": codes[1]}
    return Said(S005, "s005")


async def _with_code(scene: Scene, code: str, wanted: int = 200) -> None:
    page = await scene.people.citizen()
    async with page.http.post(f"{page.at.url}/api/login", json={"name": "s005", "password": NEW}) as answer:
        headers = {"X-CSRF-Token": (await answer.json())["csrf"]}
    _ = await scene.ask(page, "POST", "/api/login/code", wanted, headers=headers, json={"code": code})


@row("factor.recovery_code_used")
async def _recovered(scene: Scene) -> Said:
    await _with_code(scene, scene.left["recovery"])
    return Said(S005, "s005")


@row("login.begun, with a code")
async def _begun_with_code(scene: Scene) -> Said:
    await _with_code(scene, scene.left["second recovery"])
    return Said(S005, "s005")


@row("login.refused, by a wrong code")
async def _wrong_code(scene: Scene) -> Said:
    await _with_code(scene, "AAAA-AAAA-AA", 401)
    return Said(Who("anybody"), "s005", result="bad_code")


by_command("factor.reset", "s005", "account", "reset-factor", "s005")


@row("queue.repaired")
async def _repaired(scene: Scene) -> Said:
    waits = (await scene.people.waiting(item="RS01")).ticket["ticket"]
    for key in [
        key async for key in scene.services.redis.scan_iter("*") if await scene.services.redis.type(key) == b"zset"
    ]:
        _ = await scene.services.redis.zrem(key, waits)
    _ = await scene.command("queue", "check", "--repair")
    return Said(OPERATOR, scene.services.settings.realm, place="command")


@row("entry.shown")
async def _shown(scene: Scene) -> Said:
    await aside.keep(scene.services.database, "trail", b"{}", scene.clock.now_ms())
    scene.left["entry"] = (await aside.listed(scene.services.database))[0].id
    _ = await scene.command("journal", "show", scene.left["entry"])
    return Said(OPERATOR, scene.left["entry"], place="command")


@row("entry.retried")
async def _retried(scene: Scene) -> Said:
    _ = await asyncio.to_thread(run, "journal", "retry", scene.left["entry"], **scene.told)  # kept aside once more
    return Said(OPERATOR, scene.left["entry"], place="command")


@row("keys.changed")
async def _keys(scene: Scene) -> Said:
    store = DocumentStore(scene.folder / "sealed before", b"1" * 32)
    upload = await store.start("paper.png", len(PNG), ticket="T1")
    await store.append(upload, 0, PNG)
    _ = await store.finish(upload, Purpose.MATERIAL)
    given = {"WINDOW_MASTER_KEY": "2" * 64, "WINDOW_OLD_MASTER_KEYS": (b"1" * 32).hex()}
    _ = await scene.command("documents", "rewrap", WINDOW_DOCUMENTS_FOLDER=str(scene.folder / "sealed before"), **given)
    return Said(OPERATOR, "master", place="command")


async def _swept(scene: Scene) -> None:
    if "swept" not in scene.left:
        scene.left["swept"] = "yes"
        scene.clock.advance(400 * DAY_S)
        services = scene.services
        _ = await sweep(services.database, services.documents, services.directory.retention, services.clock)


def by_retention(act: str, subject: str = "") -> None:
    """Add an act of one sweep of retention, a year later."""

    async def drive(scene: Scene) -> Said:
        await _swept(scene)
        return Said(Who("retention"), subject.format(**scene.left), place="command")

    _ = row(act)(drive)
    SWEPT.add(act)


by_retention("retention.run")
by_retention("document.wiped", "{paper}")
by_retention("talk.removed")
by_retention("aside.emptied")


@row("sandbox.clock_set")
async def _clock_set(scene: Scene) -> Said:
    page = await scene.staff("keeper", Role.SYSTEM)
    _ = await scene.ask(page, "POST", "/api/sandbox/clock", json={"by_s": 0})
    return Said(Who("system:keeper", "", "keeper"), "window")


@row("trail.checked")
async def _checked(scene: Scene) -> Said:
    said = await scene.command("verify")
    assert said.count("whole") == 2, said
    return Said(OPERATOR, "", place="command")


@row("entry.forged")
async def _forged(scene: Scene) -> Said:
    forged = {"actor": "supervisor:sup", "action": "trail.checked", "subject": "mine", "facts": "{}", "result": "done"}
    forged |= dict.fromkeys(("seat", "person", "origin", "request"), "")
    async with scene.services.database.begin() as db:
        db.add(AuditInboxRow(id="forged", at_ms=1, key=scene.keys.current, hash="0" * 64, **forged))
    return Said(Who("supervisor:sup"), "mine", result="trail.checked", place="")


@row("keys.changed, of the trail")
async def _trail_keys(scene: Scene) -> Said:
    newer = Database(scene.services.database.url, AuditKeys(b"3" * 32, (bytes.fromhex(SECRETS["audit_key"]),)))
    async with newer.begin() as db:
        _ = await seal(db)
    await newer.close()
    return Said(Who("sealing"), "audit", place="command")
