"""The acts on accounts of staff and on machines, each done once at the command line: rows beside those of `acts`."""

from records.audit.notes import Who
from runtime.api_keys import id_of
from tests.support.installed import PASSWORD
from tests.support.scene import OPERATOR, Said, Scene, by_command, row

by_command("account.created", "lin", "account", "create", "lin", "--role", "agent", "--seat", "S004", given=PASSWORD)
by_command("account.described", "lin", "account", "describe", "lin", "--staff-number", "130009")
by_command("account.closed", "lin", "account", "close", "lin")
by_command("account.opened", "lin", "account", "open", "lin")
by_command("role.revoked", "lin", "account", "revoke", "lin")
by_command("role.granted", "lin", "account", "grant", "lin", "agent")
by_command("account.scoped", "lin", "account", "scope", "lin", "district:440114")


@row("machine.made")
async def _machine_made(scene: Scene) -> Said:
    facts = ("--for", "叫号屏", "--owner", "lin")
    scene.left["old key"] = (await scene.command("machines", "add", "hall-numbers", *facts)).strip()
    return Said(OPERATOR, "hall-numbers", place="command")


by_command("machine.allowed", "hall-numbers", "machines", "allow", "hall-numbers", "get_wallboard")
by_command("machine.scoped", "hall-numbers", "machines", "scope", "hall-numbers", "district:440113")


@row("machine.key_made")
async def _key_made(scene: Scene) -> Said:
    scene.left["key"] = (await scene.command("machines", "rotate", "hall-numbers")).strip()
    return Said(OPERATOR, "hall-numbers", place="command")


async def _ask_for_token(scene: Scene, key: str, wanted: int) -> None:
    nobody = await scene.people.citizen()
    form = {"grant_type": "client_credentials", "client_id": "hall-numbers", "client_secret": key}
    _ = await scene.ask(nobody, "POST", "/api/oauth/token", wanted, data=form)


@row("machine.token_made")
async def _token_made(scene: Scene) -> Said:
    await _ask_for_token(scene, scene.left["key"], 200)
    return Said(Who("machine:hall-numbers"), "hall-numbers")


@row("machine.key_ended")
async def _key_ended(scene: Scene) -> Said:
    _ = await scene.command("machines", "end-key", "hall-numbers", id_of(scene.left["old key"]))
    return Said(OPERATOR, "hall-numbers", place="command")


@row("machine.refused")
async def _machine_refused(scene: Scene) -> Said:
    await _ask_for_token(scene, scene.left["old key"], 401)
    return Said(Who("unknown machine"), "hall-numbers", result="bad_key")


by_command("machine.closed", "hall-numbers", "machines", "close", "hall-numbers")
by_command("machine.opened", "hall-numbers", "machines", "open", "hall-numbers")
by_command("account.emergency", "", "account", "close", "lin", "--emergency", "nobody is here")
