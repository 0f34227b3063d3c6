"""The native booth: one citizen's visit from the ticket to the receipt, with camera, microphone and papers."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

import aiohttp
import msgspec
from av.audio.frame import AudioFrame
from av.video.frame import VideoFrame

from booth_client.address import Address
from booth_client.channel import EndedError, RefusedError, ServerAwayError
from booth_client.citizen import Citizen
from booth_client.device_key import DeviceKey
from booth_client.media import Capture
from booth_client.media_leg import MediaLeg
from booth_client.sources import Source, SourceError, camera_pattern, document_pattern, tone
from booth_client.still import DocumentCamera, encode, still_name
from protocol.frames import Error, ServerFrame, Ticket
from protocol.participants import SEAT
from protocol.session_events import Chatted, StillRequested, VerdictGiven
from protocol.states import TICKET_ENDS, TicketState
from protocol.views import Mode, Purpose, Slot, TicketView
from runtime.lifecycle import Tasks

VISIT_LIMIT_S: Final = 4 * 3600.0
GOODBYE_LIMIT_S: Final = 3.0
SAVE_EVERY_FRAMES: Final = 15


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """A citizen's wish, and the substitutes of eyes, voice and papers."""

    item: str = ""
    mode: Mode = Mode.CONSULT
    language: str = "cmn"
    site: str = ""
    device: DeviceKey | None = None
    video: Source = camera_pattern()
    audio: Source = tone()
    document_camera: Source = document_pattern()
    shows_documents: bool = False
    """Whether the document camera's picture goes into the call too, not only its stills."""
    sound: bool = True
    """Whether the citizen agrees that the microphone is opened."""
    picture: bool = True
    """Whether the citizen agrees that the camera is opened."""
    rate: int = 0
    save: Path | None = None


class Result(msgspec.Struct, frozen=True):
    """Result of a visit. `outcome` is empty when no session was closed."""

    state: str
    outcome: str = ""
    receipt: str = ""
    frames: dict[Slot, int] = {}


class NativeBooth:
    """Runs one visit and tells it in plain lines."""

    def __init__(self, http: aiohttp.ClientSession, address: Address, visit: Visit, say: Callable[[str], None]) -> None:
        self._visit = visit
        self._say = say
        self._told = ""
        self._asked = False
        self._saved = 0
        self._tasks = Tasks()
        self.citizen = Citizen(http, address, device=visit.device)
        self._papers = DocumentCamera(visit.document_camera)
        self._captures: dict[Slot, Capture] = {}
        if visit.sound:
            self._captures[Slot.MICROPHONE] = Capture("audio", visit.audio)
        if visit.picture:
            self._captures[Slot.CAMERA] = Capture("video", visit.video)
        if visit.shows_documents:
            self._captures[Slot.DOCUMENT_CAMERA] = self._papers.capture
        self.leg = MediaLeg(self.citizen, self._captures, say, self._keep if visit.save else None)

    async def run(self) -> Result:
        """Take a ticket, talk, and return when it is over; cancelled, it leaves politely.

        Raises:
            ServerAwayError: no server at the address.
            RefusedError: no ticket for this, or the connection was taken over.
        """
        try:
            async with self.citizen:
                try:
                    return await self._visit_once()
                except asyncio.CancelledError:
                    await self._say_goodbye()
                    raise
                finally:
                    await self.leg.close()
                    await self._tasks.close()
        finally:
            for capture in (*self._captures.values(), self._papers.capture):
                await capture.close()

    async def _visit_once(self) -> Result:
        visit, citizen = self._visit, self.citizen
        self._asked = True
        ticket = await citizen.take(visit.item, visit.mode, visit.language, visit.site)
        about = ticket.about
        self._say(f"ticket {about.number}: {about.item_name or 'general help'}, {about.site_name or 'no site'}")
        self._tell(ticket)
        citizen.listeners.append(self._receive)
        await self._agree()
        if await citizen.in_session(VISIT_LIMIT_S) and citizen.conversation.view is not None:
            self._say(f"in session with {citizen.conversation.view.seat_name}")
            await self.leg.start()
            await citizen.until(lambda: citizen.is_over, VISIT_LIMIT_S)
            await self.leg.close()
        return await self._finish()

    async def _agree(self) -> None:
        """Answer the notice; what was not agreed to has no capture, and is never opened."""
        sound, picture = self._visit.sound, self._visit.picture
        notice = await self.citizen.agree(sound=sound, picture=picture)
        for passage in notice.text:
            self._say(f"  {passage.heading}: {passage.text}")
        opens = " and ".join(name for name, agreed in (("microphone", sound), ("camera", picture)) if agreed)
        self._say(f"notice {notice.version}: agreed to {opens or 'neither microphone nor camera'}")

    async def _finish(self) -> Result:
        closed = self.citizen.conversation.closed
        state = self.citizen.state.value if self.citizen.state else ""
        if closed is None:
            self._say(f"ticket {state}: no session was closed")
            return Result(state, frames=self.leg.seen)
        if self._visit.rate:
            await self.citizen.rate(self._visit.rate)
        self._say(f"closed: {closed.outcome}")
        for missing in closed.notice:
            self._say(f"  still to bring: {missing}")
        self._say(f"receipt {closed.receipt}")
        return Result(state, closed.outcome, closed.receipt, self.leg.seen)

    async def _say_goodbye(self) -> None:
        """Leave the queue, or hang up: nobody should wait for a booth that was switched off."""
        in_session = self.citizen.conversation.view is not None
        with suppress(RefusedError, ServerAwayError, TimeoutError):
            async with asyncio.timeout(GOODBYE_LIMIT_S):
                if self._asked:  # the answer may be on its way, and somebody's seat rings already
                    await self.citizen.until(lambda: self.citizen.ticket)
                if in_session and not self.citizen.is_over:
                    await self.citizen.hang_up()
                    self._say("hung up")
                elif self.citizen.ticket is not None and self.citizen.state not in TICKET_ENDS:
                    await self.citizen.leave()
                    self._say("left the queue")

    def _receive(self, frame: ServerFrame) -> None:
        match frame:
            case Ticket(ticket=ticket):
                self._tell(ticket)
            case Chatted(by=sender, text=text) if sender == SEAT:
                self._say(f"agent: {text}")
            case VerdictGiven(verdict=verdict, note=note):
                self._say(f"a paper was judged: {verdict.value} {note}".rstrip())
            case Error() if self.citizen.is_forgotten:
                _ = self._tasks.start("take-again", self._take_again())
            case StillRequested():
                _ = self._tasks.start("still", self._still(frame))
            case _:
                pass

    async def _take_again(self) -> None:
        self._say("the queue forgot the ticket: showing its stub")
        self._tell(await self.citizen.take_again())
        await self._agree()  # what was agreed to is forgotten with it

    def _tell(self, ticket: TicketView) -> None:
        """Print where the ticket stands, when that has changed."""
        line = f"{ticket.state.value}"
        if ticket.state is TicketState.WAITING:
            wait = ticket.wait
            expected = f"{wait.low_s}-{wait.high_s} s" if wait.high_s is not None else "not yet known"
            line = f"waiting: place {ticket.place}, expected wait {expected}, seats able: {ticket.able_seats}"
            line += f", widened: {', '.join(ticket.widened)}" if ticket.widened else ""
        if line != self._told:
            self._told = line
            self._say(line)

    async def _still(self, asked: StillRequested) -> None:
        citizen = self.citizen
        try:
            picture = await self._papers.still()
            document = await citizen.upload(
                still_name(), picture, purpose=Purpose.STILL, material=asked.material, request=asked.request
            )
            await citizen.still_taken(asked.request, document)
            self._say(f"still sent: {len(picture)} bytes")
        except SourceError as error:
            self._say(f"no still: {error}")
            await citizen.still_failed(asked.request, "NotReadableError")
        except EndedError:
            raise
        except (RefusedError, ServerAwayError) as error:
            self._say(f"no still: {error}")
            await citizen.still_failed(asked.request, "UploadError")

    def _keep(self, slot: Slot, frame: AudioFrame | VideoFrame) -> None:
        """Save a remote picture now and then."""
        if slot is not Slot.CAMERA or not isinstance(frame, VideoFrame):
            return
        if self._saved % SAVE_EVERY_FRAMES == 0:
            _ = self._tasks.start("save", self._save(frame, self._saved // SAVE_EVERY_FRAMES))
        self._saved += 1

    async def _save(self, frame: VideoFrame, number: int) -> None:
        assert self._visit.save is not None
        path = self._visit.save / f"seat-{number:05}.jpg"
        picture = await asyncio.to_thread(encode, frame)
        await asyncio.to_thread(path.write_bytes, picture)
