"""The catalogue changes while people wait: every running node follows, and nobody loses a place."""

from pathlib import Path

from booth_client.citizen import Citizen
from cloudwindow.commands.ledger import SAMPLE
from protocol.views import TicketView
from records.catalogue import edit
from records.catalogue.file import import_catalogue, read_catalogue
from records.database import Database
from runtime.engines import EmbeddedValkey
from tests.support.window import open_window

NAME = "老年人优待卡申领（新）"
FOLLOWED_S = 15.0
"""A node looks every 3 s; the rest is room for a busy machine."""
CHANGES = (
    ('name: "广州市老年人优待卡首次申领"', f'name: "{NAME}"'),
    ('zh_Hans: "办老人卡（老年人优待卡）"', f'zh_Hans: "{NAME}"'),
    ("  ring_s: 20\n", "  ring_s: 90\n"),
    ("{after_s: 60, relax: district}", "{after_s: 1, relax: district}"),
)


def changed(folder: Path) -> Path:
    """Write the sample district with another name, another ring and another first step."""
    text = SAMPLE.read_text(encoding="utf-8")
    for old, new in CHANGES:
        if old not in text:
            raise ValueError(old)
        text = text.replace(old, new, 1)
    file = folder / "changed.yaml"
    file.write_text(text, encoding="utf-8")
    return file


async def follows(citizen: Citizen) -> int:
    """Wait until a page shows the new name and the new step; return its place."""

    def is_there() -> TicketView | None:
        ticket = citizen.ticket
        known = ticket is not None and ticket.about.item_name == NAME and "district" in ticket.widened
        return ticket if known else None

    return (await citizen.until(is_there, FOLLOWED_S)).place


async def test_an_import_reaches_both_nodes_and_who_waits_there(
    valkey: EmbeddedValkey, ledger_url: str, tmp_path: Path
):
    async with (
        open_window(valkey.url, ledger_url, tmp_path, node="one") as one,
        open_window(valkey.url, ledger_url, tmp_path, node="two") as two,
    ):
        citizen, other = await one.citizen(), await two.citizen()
        for waiting in (citizen, other):
            await waiting.take(item="MZ01")
        nodes = citizen.welcome.node, other.welcome.node
        database = Database(ledger_url)
        try:
            await import_catalogue(database, read_catalogue(changed(tmp_path)))
            assert [await follows(waiting) for waiting in (citizen, other)] == [1, 2]
            assert (citizen.welcome.node, other.welcome.node, citizen.channel.returns) == (*nodes, 0)
            seat = await two.seat("s004")
            ringing = await seat.until(lambda: seat.ringing)
            assert ringing.left_s > 60
            assert ringing.about.item_name == NAME
            await edit.put(database, "seats", {"id": "S004", "name": "坐席四号"}, "operator")
            await seat.until(lambda: seat.seat and seat.seat.name == "坐席四号", FOLLOWED_S)
        finally:
            await database.close()
