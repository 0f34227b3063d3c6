"""Simulated people: citizens who come and go, agents who answer, each after their own pace."""

import asyncio
import logging
import random
from contextlib import suppress
from typing import Final

import msgspec

from booth_client.address import Address
from booth_client.behaviour import LINES, REPLIES, Behaviour, Pace
from booth_client.channel import RefusedError, ServerAwayError
from booth_client.citizen import Citizen
from booth_client.http_api import Credentials, new_session, sign_in
from booth_client.native import NativeBooth, Visit
from booth_client.simulated_seat import SeatClient
from booth_client.sources import camera_pattern
from booth_client.still import grab
from protocol.states import SeatState
from protocol.views import About, Channel, DocumentView, Mode

log = logging.getLogger(__name__)

LOOK_LIMIT_S: Final = 3600.0
SESSION_LIMIT_S: Final = 1800.0
AWAY: Final = frozenset({SeatState.PAUSED, SeatState.WRAP_UP, SeatState.OFFLINE})


class ScriptedWish(msgspec.Struct, frozen=True):
    """A citizen's wish: an item (empty: general help), at a site, in a language."""

    item: str = ""
    site: str = ""
    language: str = "cmn"


class VisitCounts(msgspec.Struct):
    """Counts of past visits."""

    tickets: int = 0
    left: int = 0
    sessions: int = 0
    closed: int = 0
    declined: int = 0
    documents: int = 0
    failures: dict[str, int] = {}
    """Visits that broke off, by error code."""

    def fail(self, code: str) -> None:
        """Count a visit that broke off."""
        self.failures[code] = self.failures.get(code, 0) + 1


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """The surroundings shared by all simulated people."""

    address: Address
    draw: random.Random
    wishes: tuple[ScriptedWish, ...] = (ScriptedWish(),)
    pace: Pace = Pace()
    media: bool = False
    """Whether citizens bring camera and microphone."""
    only_simulated: bool = False
    """Whether simulated seats leave real people to real agents."""
    verify_tls: bool = True
    tally: VisitCounts = msgspec.field(default_factory=VisitCounts)

    def person(self) -> Behaviour:
        """Return somebody new."""
        return Behaviour(self.pace, random.Random(self.draw.random()))  # noqa: S311  (play, no secrets)

    def is_ours(self, about: About) -> bool:
        """Tell whether a simulated seat should answer this."""
        return not self.only_simulated or about.channel is Channel.NATIVE


class SimulatedCitizen:
    """Comes, waits as long as its patience lasts, talks, hands in papers, rates, goes."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._person = scene.person()

    async def run(self) -> None:
        """Make one visit."""
        person, pace = self._person, self._person.pace
        await asyncio.sleep(person.lasts(pace.between_visits_s))
        wish = self._scene.draw.choice(self._scene.wishes)
        async with new_session(verify_tls=self._scene.verify_tls) as http:
            if self._scene.media:
                visit = Visit(item=wish.item, site=wish.site, language=wish.language, rate=person.rating())
                self._scene.tally.tickets += 1
                await NativeBooth(http, self._scene.address, visit, log.debug).run()
                return
            async with Citizen(http, self._scene.address) as citizen:
                await self._visit(citizen, wish)

    async def _visit(self, citizen: Citizen, wish: ScriptedWish) -> None:
        person, tally = self._person, self._scene.tally
        await citizen.take(wish.item, Mode.CONSULT, wish.language, wish.site)
        tally.tickets += 1
        with suppress(RefusedError, ServerAwayError):  # it may be over already
            await citizen.agree(sound=False, picture=False)  # these bring no devices
        try:
            if not await citizen.in_session(person.patience()):
                return
        except TimeoutError:
            tally.left += 1
            with suppress(RefusedError):  # it may ring just now
                await citizen.leave()
            return
        tally.sessions += 1
        await self._talk(citizen)
        await citizen.until(lambda: citizen.is_over, SESSION_LIMIT_S)
        if citizen.conversation.closed is not None:
            await citizen.rate(person.rating())

    async def _talk(self, citizen: Citizen) -> None:
        person = self._person
        for _ in range(person.times(person.pace.lines)):
            await asyncio.sleep(person.lasts(person.pace.talk_s / 8))
            if citizen.is_over:
                return
            with suppress(RefusedError):
                await citizen.say(person.one_of(LINES))
        for number in range(person.times(person.pace.documents)):
            with suppress(RefusedError):
                await citizen.upload(f"paper-{number + 1}.jpg", await asyncio.to_thread(grab, camera_pattern()))
                self._scene.tally.documents += 1


class SimulatedSeat:
    """Signs in, answers what rings, talks, judges, closes with an outcome, sometimes has a break."""

    def __init__(self, scene: Scene, credentials: Credentials) -> None:
        self._scene = scene
        self._person = scene.person()
        self._credentials = credentials

    async def run(self) -> None:
        """Work until the connection ends."""
        async with new_session(verify_tls=self._scene.verify_tls) as http:
            await sign_in(http, self._scene.address, self._credentials)
            async with SeatClient(http, self._scene.address) as seat:
                while True:
                    await self._serve_one(seat)

    async def _serve_one(self, seat: SeatClient) -> None:
        person, pace = self._person, self._person.pace
        if seat.session is None and seat.state not in {SeatState.IDLE, SeatState.RESERVED}:
            await asyncio.sleep(person.lasts(pace.wrap_up_s))
            with suppress(RefusedError):
                await seat.ready()
        if seat.session is None:
            await self._answer(seat)
        if seat.session is not None:
            await self._talk(seat)
            if person.happens(pace.breaks):
                with suppress(RefusedError):
                    await seat.pause()
                await asyncio.sleep(person.lasts(pace.break_s))

    async def _answer(self, seat: SeatClient) -> None:
        """Wait for something to answer, and answer it."""
        person = self._person
        await seat.until(lambda: seat.ringing or seat.alerts or seat.session or seat.state in AWAY, LOOK_LIMIT_S)
        await asyncio.sleep(person.lasts(person.pace.answer_s))
        with suppress(RefusedError):  # somebody was faster, or the citizen left
            if seat.ringing is not None:
                if person.happens(person.pace.declines) or not self._scene.is_ours(seat.ringing.about):
                    self._scene.tally.declined += 1
                    await seat.decline(seat.ringing)
                else:
                    await seat.accept(seat.ringing)
            elif ours := [one for one in seat.alerts if self._scene.is_ours(one.about)]:
                await seat.claim(ours[0].ticket)

    async def _talk(self, seat: SeatClient) -> None:
        person, pace = self._person, self._person.pace
        with suppress(RefusedError):
            await seat.media_up()
            for _ in range(person.times(pace.lines)):
                await asyncio.sleep(person.lasts(pace.talk_s / 4))
                await seat.say(person.one_of(REPLIES))
            await asyncio.sleep(person.lasts(pace.talk_s / 2))
            for document in self._unjudged(seat):
                await seat.judge(document.document, person.verdict())
        await seat.close(person.outcome().value, summary="")
        self._scene.tally.closed += 1

    def _unjudged(self, seat: SeatClient) -> list[DocumentView]:
        view = seat.session
        return [document for document in view.documents if document.verdict is None] if view else []
