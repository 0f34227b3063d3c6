"""The doubles by hand: faults are asked for by anybody, end by themselves, and the page shows what came."""

import aiohttp
import pytest
from click.testing import CliRunner

from cloudwindow.__main__ import main
from doubles.misbehaviour import Misbehaviour, Mishaps, SystemFault
from ports.kit.ports import Ports
from ports.messages import SEND
from records.database import Database
from runtime.clock import ManualClock
from tests.support.stand_ins import StandIns


async def test_a_fault_is_asked_for_seen_and_taken_back_and_the_page_shows_what_came(
    doubles: StandIns, ports: Ports, ledger: Database
) -> None:
    async with ledger.begin() as db:
        key = await ports.keep(db, SEND, SEND.example, once="<b>", about="t1")
    await ports.go_on()
    async with aiohttp.ClientSession() as http:
        wanted = {"port": "messages", "how": "away", "for_s": 3600}
        assert (await http.post(doubles.url + "/misbehave", json=wanted)).status == 204
        for wrong in ({"how": "sulks"}, {"how": "away", "port": "mail"}, {"how": "away", "times": -1}):
            assert (await http.post(doubles.url + "/misbehave", json=wrong)).status == 422
        state = await (await http.get(doubles.url + "/state")).json()
        page = await (await http.get(doubles.url + "/")).text()
        assert [one["how"] for one in state["faults"]] == ["away"]
        assert (await http.post(doubles.url + "/behave")).status == 204
        assert (await (await http.get(doubles.url + "/state")).json())["faults"] == []
    [call] = state["received"]
    assert (call["key"], call["operation"], call["times"], call["asked"]["phone"]) == (key, "send", 1, "13800138000")
    assert key in page
    assert "&quot;13800138000&quot;" in page


def test_faults_end_by_their_time_and_by_their_number_and_the_newest_comes_first(clock: ManualClock) -> None:
    mishaps = Mishaps(clock)
    mishaps.ask(Misbehaviour(SystemFault.AWAY, for_s=60))
    mishaps.ask(Misbehaviour(SystemFault.SLOW, "messages", times=2))
    found = [mishaps.next(port) for port in ("messages", "courier", "messages", "messages")]
    assert found == [SystemFault.SLOW, SystemFault.AWAY, SystemFault.SLOW, SystemFault.AWAY]
    clock.advance(60)
    assert mishaps.next("messages") is None


@pytest.mark.parametrize("arguments", [("--config", "/proc/ports.toml"), ("--realm", "nowhere")])
def test_the_command_says_in_one_line_what_it_cannot_use(arguments: tuple[str, str]) -> None:
    done = CliRunner().invoke(main, ["doubles", "--port", "0", *arguments])
    assert done.exit_code == 2
    assert done.stderr.count("\n") == 1, done.stderr
