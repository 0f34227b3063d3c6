"""The news that the doubles tell by themselves after a call: signed, after a while, misbehaving on demand."""

import asyncio
import logging
import secrets
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, Final

import aiohttp
import msgspec

from doubles.misbehaviour import Mishaps, SystemFault
from ports import approval, courier, face_check, messages
from ports.kit.operation import PortNotice, PortOperation
from runtime import signatures
from runtime.clock import Clock
from runtime.lifecycle import Tasks

log = logging.getLogger(__name__)

AFTER_S: Final = 3.0
APART_S: Final = 1.0
"""Seconds between two news of one matter."""
TRIES_S: Final = (1.0, 5.0, 30.0, 120.0)
"""News that are not taken are told again after these waits, and then no more."""
ANSWER_S: Final = 30.0
KEPT_MAX: Final = 2000
PENDING_MAX: Final = 1000
"""Matters whose news are still to be told; those of a further one are not."""
PLACE_MAX: Final = 100
FINAL: Final = frozenset({200, 401, 409, 422})

Step = tuple[PortNotice[Any], str, msgspec.Struct]
"""A notice, the matter that it is about, and its data."""


class ToldNews(msgspec.Struct, frozen=True):
    """A message that a double sent: its news, its misbehaviour, and the status of the answer (0: none)."""

    at_ms: int
    port: str
    kind: str
    matter: str
    sequence: int
    id: str
    fault: str
    status: int


def _message(_asked: messages.TextMessage, answer: messages.TakenMessage, _at_ms: int) -> Iterator[Step]:
    for notice in (messages.SENDING, messages.DELIVERED):
        yield notice, answer.message, messages.MessageNews(answer.message)


def _case(asked: approval.CaseSubmission, answer: approval.CaseReceipt, _at_ms: int) -> Iterator[Step]:
    yield approval.ACCEPTED, asked.case, approval.CaseNews(asked.case)
    for notice in (approval.DECIDED, approval.ISSUED):
        yield notice, asked.case, approval.CaseNews(asked.case, result=answer.foreign)


def _parcel(asked: courier.ParcelOrder, answer: courier.Waybill, at_ms: int) -> Iterator[Step]:
    ends = (courier.FETCHED, asked.sender, ""), (courier.HANDED_OVER, asked.receiver, asked.receiver.name)
    for notice, end, taken_by in ends:
        move = courier.ParcelMove(answer.waybill, end.address[:PLACE_MAX], notice.kind, at_ms, taken_by)
        yield notice, answer.waybill, move


def _face(_asked: face_check.FaceQuestion, answer: face_check.FaceLink, _at_ms: int) -> Iterator[Step]:
    example = face_check.JUDGED.example
    yield face_check.JUDGED, answer.check, msgspec.structs.replace(example, check=answer.check)


FOLLOW: Final[dict[str, Callable[[Any, Any, int], Iterator[Step]]]] = {
    messages.SEND.path: _message,
    approval.SUBMIT.path: _case,
    courier.ORDER.path: _parcel,
    face_check.START.path: _face,
}
"""The news that follow a call, by its operation; no others have any."""


class DoublesNews(msgspec.Struct, frozen=True):
    """News to be told, under an id of their own."""

    port: str
    kind: str
    matter: str
    sequence: int
    id: str
    body: bytes


class NewsTeller:
    """Tells a product the news of all doubles."""

    def __init__(
        self, secret: bytes, clock: Clock, mishaps: Mishaps, *, to: str, after_s: float, apart_s: float, slow_s: float
    ) -> None:
        """Tell them at the address `to`, signed with `secret`, `after_s` seconds after the call."""
        self._secret = secret
        self._clock = clock
        self._mishaps = mishaps
        self._to = to
        self._after_s, self._apart_s, self._slow_s = after_s, apart_s, slow_s
        self._sequences: dict[tuple[str, str], int] = {}
        self._tasks = Tasks()
        self._http: aiohttp.ClientSession | None = None
        self.told: deque[ToldNews] = deque(maxlen=KEPT_MAX)

    def follow(self, operation: PortOperation[Any, Any], asked: msgspec.Struct, answer: msgspec.Struct) -> None:
        """Tell the news that follow a call, later."""
        steps = FOLLOW.get(operation.path)
        if steps is None or not self._to or len(self._tasks) >= PENDING_MAX:
            return
        news = [self._news(*step) for step in steps(asked, answer, self._clock.now_ms())]
        _ = self._tasks.start("news", self._tell_all(news, self._mishaps.next(operation.port, "news")))

    async def close(self) -> None:
        """Tell nothing more."""
        await self._tasks.close()
        if self._http is not None:
            await self._http.close()

    def _news(self, notice: PortNotice[Any], matter: str, data: msgspec.Struct) -> DoublesNews:
        sequence = self._sequences.pop((notice.port, matter), 0) + 1
        self._sequences[notice.port, matter] = sequence
        if len(self._sequences) > KEPT_MAX:
            del self._sequences[next(iter(self._sequences))]
        said = {"kind": notice.kind, "matter": matter, "sequence": sequence, "data": data}
        return DoublesNews(notice.port, notice.kind, matter, sequence, secrets.token_hex(12), msgspec.json.encode(said))

    async def _tell_all(self, news: list[DoublesNews], fault: SystemFault | None) -> None:
        """Tell the news of one matter, or fail to in the way that was asked for."""
        if fault is SystemFault.AWAY:
            return
        await asyncio.sleep(self._after_s + (self._slow_s if fault is SystemFault.SLOW else 0))
        if fault is SystemFault.OUT_OF_ORDER:
            news.reverse()
        for number, one in enumerate(news):
            if number:
                await asyncio.sleep(self._apart_s)
            if fault is SystemFault.WRONG_SIGNATURE:
                _ = await self._send(one, secrets.token_bytes(32), fault)
            for _ in range(2 if fault is SystemFault.TWICE else 1):
                await self._tell(one, fault)

    async def _tell(self, one: DoublesNews, fault: SystemFault | None) -> None:
        """Send news until they are taken, or refused for good."""
        for wait_s in (*TRIES_S, None):
            if await self._send(one, self._secret, fault) in FINAL or wait_s is None:
                return
            await asyncio.sleep(wait_s)

    async def _send(self, one: DoublesNews, secret: bytes, fault: SystemFault | None) -> int:
        """Send news once, signed now; return the status, 0 where there is no answer."""
        if self._http is None:
            self._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ANSWER_S))
        at_ms = self._clock.now_ms()
        signed = signatures.headers([secret], one.id, at_ms // 1000, one.body)
        address = f"{self._to.rstrip('/')}/api/ports/{one.port}/news"
        headers = {**signed, "Content-Type": "application/json"}
        try:
            async with self._http.post(address, data=one.body, headers=headers, allow_redirects=False) as answer:
                status = answer.status
        except (aiohttp.ClientError, TimeoutError) as problem:
            log.warning("news_not_taken", extra={"port": one.port, "problem": type(problem).__name__})
            status = 0
        told = ToldNews(at_ms, one.port, one.kind, one.matter, one.sequence, one.id, fault or "", status)
        self.told.append(told)
        return status
