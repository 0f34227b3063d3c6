"""A line for UDP in user space that loses and delays datagrams: the kernel here has no `sch_netem`."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial

Address = tuple[str, int]


@dataclass
class LossyLine:
    """A UDP port that leads to another one; each visitor's address has a port of its own on the far side.

    Of every direction `loss` (0 to 1) of the datagrams are dropped, the others leave `delay_s` seconds later, each by
    itself: with jitter (`jitter_s` more at most) they may overtake each other, as on a real network.
    """

    to: Address
    loss: float = 0.0
    delay_s: float = 0.0
    jitter_s: float = 0.0
    port: int = 0
    passed: int = 0
    dropped: int = 0
    near: asyncio.DatagramTransport | None = None
    _far: dict[Address, asyncio.DatagramTransport] = field(default_factory=dict)
    _opening: dict[Address, asyncio.Task[None]] = field(default_factory=dict)

    def carry(self, data: bytes, transport: asyncio.DatagramTransport, address: Address | None) -> None:
        """Lose a datagram, or send it after the delay."""
        if random.random() < self.loss:
            self.dropped += 1
            return
        self.passed += 1
        delay_s = self.delay_s + self.jitter_s * random.random()
        _ = asyncio.get_running_loop().call_later(delay_s, _send, transport, data, address)

    def entered(self, data: bytes, visitor: Address) -> None:
        """Take a datagram of a visitor; the first one opens its way."""
        far = self._far.get(visitor)
        if far is not None:
            self.carry(data, far, None)
        elif visitor not in self._opening:
            self._opening[visitor] = asyncio.ensure_future(self._open(visitor, data))

    async def _open(self, visitor: Address, first: bytes) -> None:
        loop = asyncio.get_running_loop()
        assert self.near is not None
        back = partial(self.carry, transport=self.near, address=visitor)
        far, _ = await loop.create_datagram_endpoint(lambda: _Port(lambda data, _: back(data)), remote_addr=self.to)
        self._far[visitor] = far
        self.carry(first, far, None)

    def close(self) -> None:
        """Close all ports."""
        for task in self._opening.values():
            task.cancel()
        for transport in (self.near, *self._far.values()):
            if transport is not None:
                transport.close()


class _Port(asyncio.DatagramProtocol):
    def __init__(self, take: Callable[[bytes, Address], None]) -> None:
        self._take = take

    def datagram_received(self, data: bytes, addr: Address) -> None:
        self._take(data, addr)


def _send(transport: asyncio.DatagramTransport, data: bytes, address: Address | None) -> None:
    if not transport.is_closing():
        transport.sendto(data, address)


@asynccontextmanager
async def lossy_line(to: Address, here: str) -> AsyncIterator[LossyLine]:
    """Open a line at the address `here`, on a free port."""
    found = LossyLine(to)
    near, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: _Port(found.entered), local_addr=(here, 0)
    )
    found.near = near
    found.port = near.get_extra_info("sockname")[1]
    try:
        yield found
    finally:
        found.close()
