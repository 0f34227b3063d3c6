"""The acts on systems of others, each done once: rows beside those of `acts`."""

import msgspec
import pytest

from cloudwindow.ports import port_sealing
from doubles.misbehaviour import Misbehaviour, SystemFault
from ports.courier import ORDER
from ports.kit.ports import Ports
from ports.register import OPERATIONS, PORTS
from protocol.port_errors import PortRefused
from records.audit.notes import Who
from runtime import signatures
from signaling.api.port_news import NEWS_MAX_BYTES
from tests.support.scene import OPERATOR, Said, Scene, row
from tests.support.stand_ins import SECRET, stand_ins


@row("port.asked")
async def _port_asked(scene: Scene) -> Said:
    """Keep an order that its system, which the node itself does not know, refuses."""
    services = scene.services
    async with stand_ins(scene.clock) as systems:
        systems.doubles.mishaps.ask(Misbehaviour(SystemFault.REFUSE))
        to_couriers = {ORDER.port: systems.connection(ORDER.port)}
        ports = Ports(OPERATIONS, to_couriers, services.database, scene.clock, port_sealing(services.settings))
        async with services.database.begin() as db:
            call = await ports.keep(db, ORDER, ORDER.example, once="soon", about="t1", actor="agent:s004")
        with pytest.raises(PortRefused):
            _ = await ports.carry_out(ORDER, call)
        await ports.close()
    scene.left["call"] = call
    told = await scene.ask(await scene.people.citizen(), "GET", "/portz")
    shown = {(one["port"], one["is_set"]) for one in msgspec.json.decode(told)}
    assert shown == {(port, port == "messages") for port in PORTS}
    return Said(Who("agent:s004"), "t1", place="command")


@row("port.told")
async def _port_told(scene: Scene) -> Said:
    """Tell that a message arrived, as its system does: a forged one first, which changes nothing."""
    text = b'{"kind": "delivered", "matter": "m-1", "sequence": 1, "data": {"message": "m-1"}}'.ljust(NEWS_MAX_BYTES)
    page = await scene.people.citizen()
    for secret, wanted in ((b"x" * 32, 401), (SECRET, 200)):
        signed = signatures.headers([secret], "e-1", scene.clock.now_ms() // 1000, text)
        headers = {**signed, "Content-Type": "application/json"}
        _ = await scene.ask(page, "POST", "/api/ports/messages/news", wanted, data=text, headers=headers)
    return Said(Who("port:messages"), "m-1")


@row("port.retried")
async def _port_retried(scene: Scene) -> Said:
    listed = await scene.command("ports", "calls", "refused")
    assert listed.split() == [scene.left["call"], "courier/order", "1", "address_not_served"], listed
    _ = await scene.command("ports", "retry", scene.left["call"])
    assert "1 waiting       0 given up  -" in await scene.command("ports", "list")
    return Said(OPERATOR, scene.left["call"], place="command")
