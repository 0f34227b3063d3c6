"""The catalogue changes while people wait: every running node follows, and nobody loses a place."""

from pathlib import Path

from booth_client.citizen import Citizen
from cloudwindow.commands.ledger import SAMPLE
from protocol.views import TicketView
from records.catalogue import edit
from records.catalogue.directory import Directory
from records.catalogue.file import import_catalogue, read_catalogue
from records.database import Database
from runtime.engines import EmbeddedValkey
from signaling.app import CATALOGUE_S
from signaling.services import SERVICES
from tests.support.patience import PATIENCE_S, until
from tests.support.window import OwnWindow, open_window

NAME = "老年人优待卡申领（新）"
PROMISED_S = 5.0
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


class Follower:
    """Notes at which of a node's looks at the ledger its pages and tickets followed."""

    def __init__(self, window: OwnWindow) -> None:
        """Follow after all others."""
        self._holder = window.app[SERVICES].catalogue
        self._holder.follow(self._note)
        self.began, self.followed = 0, 0

    def begin(self) -> None:
        """The catalogue is changed now."""
        self.began = self._holder.looks

    async def _note(self, _: Directory) -> None:
        self.followed = self._holder.looks

    @property
    def looks(self) -> int:
        """How many looks it took."""
        return self.followed - self.began


async def follows(citizen: Citizen, place: int) -> TicketView:
    """Wait until a page shows the new name, the new step, and its place: one that the other node brings later is behind
    until then."""

    def is_there() -> TicketView | None:
        ticket = citizen.ticket
        if ticket is None or ticket.place != place:
            return None
        return ticket if ticket.about.item_name == NAME and "district" in ticket.widened else None

    return await citizen.until(is_there, PATIENCE_S)


async def test_an_import_reaches_both_nodes_and_who_waits_there(
    valkey: EmbeddedValkey, prepared_url: str, tmp_path: Path
):
    async with (
        open_window(valkey.url, prepared_url, tmp_path, node="one") as one,
        open_window(valkey.url, prepared_url, tmp_path, node="two") as two,
    ):
        citizen, other = await one.citizen(), await two.citizen()
        for waiting in (citizen, other):
            await waiting.take(item="MZ01")
        nodes = citizen.welcome.node, other.welcome.node
        followers = [Follower(window) for window in (one, two)]
        database = Database(prepared_url)
        try:
            await import_catalogue(database, read_catalogue(changed(tmp_path)))
            for node in followers:
                node.begin()
            _ = [await follows(waiting, place) for waiting, place in ((citizen, 1), (other, 2))]
            _ = await until(lambda: all(node.followed for node in followers))
            assert [node.looks <= 1 for node in followers] == [True, True]
            assert CATALOGUE_S * 2 < PROMISED_S
            assert (citizen.welcome.node, other.welcome.node, citizen.channel.returns) == (*nodes, 0)
            seat = await two.seat("s004")
            ringing = await seat.until(lambda: seat.ringing)
            assert ringing.left_s > 60
            assert ringing.about.item_name == NAME
            await edit.put(database, "seats", {"id": "S004", "name": "坐席四号"}, "operator")
            await seat.until(lambda: seat.seat and seat.seat.name == "坐席四号", PATIENCE_S)
        finally:
            await database.close()
