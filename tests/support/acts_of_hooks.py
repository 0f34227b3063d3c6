"""The acts on web-hooks that go on the audit trail; rows beside those of `acts.py`."""

from typing import Final

from protocol.outbox import ResumedData
from records import audit
from records.audit.notes import Who
from records.outbox import forget
from records.outbox.letters import Delivery, waiting
from records.outbox.sending import DeliveryResult, HookTurn, HookTurns
from records.outbox.tell import Telling, tell
from records.tables.hooks import HookRow, HookState
from tests.support.patience import until
from tests.support.scene import OPERATOR, Said, Scene, row

DAY_S: Final = 24 * 3600
RECEIVER: Final = "https://bi.example.org"
LISTED: Final = {"WINDOW_HOOK_RECEIVERS": "bi.example.org"}


@row("hook.made")
async def _hook_made(scene: Scene) -> Said:
    shown = await scene.command("hooks", "add", "BI", RECEIVER, **LISTED)
    scene.left["hook"] = shown.split()[0]
    return Said(OPERATOR, scene.left["hook"], place="command")


def of_hook(act: str, *arguments: str) -> None:
    """Add a row of a command for the web-hook."""

    @row(act)
    async def _done(scene: Scene) -> Said:
        verb, *more = arguments
        _ = await scene.command("hooks", verb, scene.left["hook"], *more, **LISTED)
        return Said(OPERATOR, scene.left["hook"], place="command")


of_hook("hook.changed", "change", "BI", RECEIVER, "--kind", "session.closed")
of_hook("hook.rotated", "rotate")
of_hook("hook.stopped", "stop")
of_hook("hook.resent", "resend")


@row("hook.given_up")
async def _given_up(scene: Scene) -> Said:
    services, hook = scene.services, scene.left["hook"]
    async with services.database.read() as db:
        kept = await db.get(HookRow, hook)
    assert kept is not None
    turn = HookTurn(hook, kept.turn, RECEIVER, (), (), kept.cursor_seq)
    gone = DeliveryResult(Delivery("E", 1, "session.closed", "T", b"{}", 1), status=410, why="status")
    _ = await HookTurns(services.database, scene.clock, "sender", 3600).settle(turn, [gone])
    return Said(Who("hooks"), hook, place="command")


of_hook("hook.opened", "open")


@row("hook.missed, what waited")
async def _missed_waiting(scene: Scene) -> Said:
    """Let retention take a delivery that waits in a stopped web-hook."""
    services, hook = scene.services, scene.left["hook"]
    _ = await services.hooks.stop(hook)
    async with services.database.begin() as db:
        db.add(waiting(Delivery("W", 1, "session.closed", "T", b"{}", 1), hook, 1))
    _ = await forget.sweep(services.database, 2)
    return Said(Who("hooks"), hook, place="command")


@row("hook.missed")
async def _missed(scene: Scene) -> Said:
    services, hook = scene.services, scene.left["hook"]
    _ = await services.hooks.stop(hook)
    async with services.database.begin() as db:
        await tell(db, [Telling(cause="1", subject="T", data=ResumedData(ticket="T"), at_ms=1)])
    _ = await forget.sweep(services.database, scene.clock.now_ms() + DAY_S * 1000)
    async with services.database.begin() as db:
        kept = await db.get(HookRow, hook)
        assert kept is not None
        kept.state, kept.cursor_seq = HookState.ACTIVE, 0
    _ = await HookTurns(services.database, scene.clock, "sender", 3600).take(hook)

    async def noted() -> bool:
        async with services.database.read() as db:
            return bool(await audit.trail(db, action="hook.missed"))

    _ = await until(noted)
    return Said(Who("hooks"), hook, place="command")


of_hook("hook.closed", "close")
