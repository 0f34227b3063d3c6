"""The acts on systems of others, each done once: rows beside those of `acts`."""

import msgspec
import pytest

from cloudwindow.ports import port_sealing
from doubles.misbehaviour import Misbehaviour, SystemFault
from ports.kit.ports import Ports
from ports.messages import SEND
from ports.register import OPERATIONS, PORTS
from protocol.port_errors import PortRefused
from records.audit.notes import Who
from tests.support.scene import OPERATOR, Said, Scene, row
from tests.support.stand_ins import stand_ins


@row("port.asked")
async def _port_asked(scene: Scene) -> Said:
    """Keep a message that its system refuses."""
    services = scene.services
    async with stand_ins(scene.clock) as systems:
        systems.doubles.mishaps.ask(Misbehaviour(SystemFault.REFUSE))
        to_messages = {SEND.port: systems.connection(SEND.port)}
        ports = Ports(OPERATIONS, to_messages, services.database, scene.clock, port_sealing(services.settings))
        async with services.database.begin() as db:
            call = await ports.keep(db, SEND, SEND.example, once="soon", about="t1", actor="agent:s004")
        with pytest.raises(PortRefused):
            _ = await ports.carry_out(SEND, call)
        await ports.close()
    scene.left["call"] = call
    told = await scene.ask(await scene.people.citizen(), "GET", "/portz")
    assert {(one["port"], one["is_set"]) for one in msgspec.json.decode(told)} == {(port, False) for port in PORTS}
    return Said(Who("agent:s004"), "t1", place="command")


@row("port.retried")
async def _port_retried(scene: Scene) -> Said:
    listed = await scene.command("ports", "calls", "refused")
    assert listed.split() == [scene.left["call"], "messages/send", "1", "unknown_template"], listed
    _ = await scene.command("ports", "retry", scene.left["call"])
    assert "1 waiting       0 given up  -" in await scene.command("ports", "list")
    return Said(OPERATOR, scene.left["call"], place="command")
