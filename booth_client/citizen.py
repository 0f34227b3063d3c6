"""A citizen at the wire: takes a ticket, waits, talks, hands in papers, rates, leaves."""

from pathlib import PurePath
from typing import Final, Literal

import aiohttp
from msgspec.structs import replace

from booth_client.address import Address
from booth_client.client import Client
from booth_client.device_key import DeviceKey
from booth_client.http_api import Notice, read_notice
from booth_client.uploads import Uploader
from protocol.commands import Consent, HangUp, Hello, LeaveQueue, Locale, Rate, StillFailed, StillTaken, TakeTicket
from protocol.errors import TicketNotFound
from protocol.frames import Error, ServerFrame, Ticket, TicketIssued
from protocol.states import TICKET_ENDS, TicketState
from protocol.version import PROTOCOL_VERSION
from protocol.views import ConsentKind, Mode, Purpose, TicketView

LOCALE: Final[Locale] = "zh-Hans"


class Citizen(Client):
    """A citizen at the wire: their acts as verbs, the server's last news as facts."""

    def __init__(
        self,
        http: aiohttp.ClientSession,
        address: Address,
        *,
        device: DeviceKey | None = None,
        locale: Locale = LOCALE,
    ) -> None:
        super().__init__(http, address)
        self.ticket: TicketView | None = None
        self.token = ""
        self.stub = ""
        self._wish: TakeTicket | None = None
        self._device = device
        self._locale = locale

    async def greet(self, resume: str) -> Hello:
        """Come as the holder of this ticket, or as somebody new; from a booth with its key's proof."""
        booth = await self._device.prove(self.http, self.address) if self._device else ""
        return Hello(
            version=PROTOCOL_VERSION,
            role="citizen",
            token=self.token,
            booth=booth,
            resume=resume,
            last_seq=self.conversation.seq,
            locale=self._locale,
        )

    def apply(self, frame: ServerFrame) -> None:
        """Keep the ticket."""
        match frame:
            case TicketIssued(ticket=ticket, token=token, stub=stub):
                self.ticket, self.token, self.stub = ticket, token, stub
            case Ticket(ticket=ticket):
                self.ticket = ticket
            case Error(id="", code=TicketNotFound.code):
                self.token = ""
            case _:
                pass

    @property
    def state(self) -> TicketState | None:
        """The ticket's state."""
        return self.ticket.state if self.ticket else None

    @property
    def is_forgotten(self) -> bool:
        """Whether the queue lost the ticket (its stores were wiped) while we still hold its stub."""
        return not self.token and bool(self.stub)

    @property
    def is_over(self) -> bool:
        """Whether the ticket has ended, or the session it led to has."""
        return self.state in TICKET_ENDS or self.conversation.closed is not None

    async def take(
        self,
        item: str = "",
        mode: Mode = Mode.CONSULT,
        language: str = "cmn",
        site: str = "",
        priority: Literal["normal", "priority", "sos"] = "normal",
    ) -> TicketView:
        """Ask for a place in the queue."""
        self._wish = TakeTicket(
            id=self.channel.new_id(),
            item=item,
            mode=mode,
            language=language,
            site=site,
            priority=priority,
            native=True,
            stub=self.stub,
        )
        return await self._take(self._wish)

    async def take_again(self) -> TicketView:
        """Show the signed stub of a ticket that the queue has forgotten: it stands where it stood."""
        assert self._wish is not None
        return await self._take(replace(self._wish, id=self.channel.new_id(), stub=self.stub))

    async def _take(self, wish: TakeTicket) -> TicketView:
        answer = await self.channel.ask(wish)
        assert isinstance(answer, TicketIssued)
        return answer.ticket

    async def leave(self) -> None:
        """Give up the place."""
        await self.channel.ask(LeaveQueue(id=self.channel.new_id()))

    async def agree(self, *, sound: bool, picture: bool) -> Notice:
        """Answer the notice as the page does: read, and the microphone and the camera agreed to or not.

        Nothing is sent to a server of a release before, which names no notice. Returns what was answered to.
        """
        notice = await read_notice(self.http, self.address, self._locale)
        answers = {ConsentKind.SERVICE: True, ConsentKind.SOUND: sound, ConsentKind.PICTURE: picture}
        for kind, given in answers.items() if notice.version else ():
            said = Consent(id=self.channel.new_id(), kind=kind, given=given, version=notice.version)
            await self.channel.ask(said)
        return notice

    async def hang_up(self) -> None:
        """Say goodbye."""
        await self.channel.ask(HangUp(id=self.channel.new_id()))

    async def rate(self, level: int, reasons: tuple[str, ...] = ()) -> None:
        """Give 5 (very satisfied) to 1."""
        await self.channel.ask(Rate(id=self.channel.new_id(), level=level, reasons=reasons))

    async def upload(
        self,
        name: str,
        content: bytes,
        *,
        purpose: Purpose = Purpose.MATERIAL,
        material: str = "",
        request: str = "",
    ) -> str:
        """Hand in a file; return the document's id."""
        uploader = Uploader(self.http, self.address, {"Authorization": f"Bearer {self.token}"})
        facts = {"filename": name, "purpose": purpose.value, "material": material, "request": request}
        return PurePath(await uploader.upload(content, facts)).name

    async def still_taken(self, request: str, document: str) -> None:
        """Tell that the still is up."""
        await self.channel.ask(StillTaken(id=self.channel.new_id(), request=request, document=document))

    async def still_failed(self, request: str, why: str) -> None:
        """Tell that there is no still."""
        await self.channel.ask(StillFailed(id=self.channel.new_id(), request=request, why=why))

    async def in_session(self, limit_s: float) -> bool:
        """Wait for the session; False when the ticket ended without one."""
        await self.until(lambda: self.conversation.view is not None or self.is_over, limit_s)
        return self.conversation.view is not None
