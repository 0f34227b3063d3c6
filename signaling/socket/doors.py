"""Bounds the open sockets of one address, and of all, on this node, and their frames; nothing is kept in Redis."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from protocol.exhausted import TooManySockets
from runtime.settings import Settings
from runtime.throttle import AddressBuckets, Limit

FLOOD_COSTS = 10
"""A socket that was cut for flooding counts as so many openings."""

FRAMES = Limit("frames", burst=20_000, per_minute=2000 * 60)
"""Frames of all sockets of one address that are no media: 2,000 sockets at their own limit would stall the node."""
COMMANDS = Limit("commands", burst=3000, per_minute=200 * 60)
"""The same of commands; a town of 360 pages sends some tens a second."""


class Doors:
    """The open sockets of one node, counted by address; generous, for a town may share one."""

    def __init__(self, settings: Settings, now_s: Callable[[], float]) -> None:
        """Count from nothing; `now_s` is a monotonic clock."""
        self._settings = settings
        opens = Limit("sockets", burst=settings.sockets_burst, per_minute=settings.sockets_per_s * 60)
        self._opens = AddressBuckets(opens, now_s)
        self._frames, self._commands = AddressBuckets(FRAMES, now_s), AddressBuckets(COMMANDS, now_s)
        self._open: Counter[str] = Counter()
        self._silent: Counter[str] = Counter()

    def knock(self, address: str) -> None:
        """Count a handshake before it is answered.

        Raises:
            TooManySockets: this address opens more sockets a second than it may.
        """
        wait_s = self._opens.spend(address)
        if wait_s:
            raise TooManySockets(retry_after_s=wait_s)

    def frame(self, address: str) -> bool:
        """Count a frame of an address; return whether it may send it."""
        return not self._frames.spend(address)

    def command(self, address: str) -> bool:
        """Count a command of an address; return whether it may send it."""
        return not self._commands.spend(address)

    def check(self, address: str) -> None:
        """Refuse a socket (which is counted as open by now) where there are more than there may be.

        Raises:
            TooManySockets: of this address, of all, or of those that said no `hello` yet.
        """
        most = self._settings
        if (
            self._open.total() > most.sockets_max
            or self._silent.total() >= most.silent_sockets_max
            or self._open[address] > most.sockets_per_address
            or self._silent[address] >= most.silent_sockets_per_address
        ):
            raise TooManySockets(retry_after_s=round(most.hello_s) or 1)

    @contextmanager
    def open(self, address: str) -> Iterator[None]:
        """Count a socket while it is open."""
        with _counted(self._open, address):
            yield

    @contextmanager
    def silent(self, address: str) -> Iterator[None]:
        """Count a socket that has not said `hello` yet."""
        with _counted(self._silent, address):
            yield

    def flooded(self, address: str) -> None:
        """Let a flood cost its address further openings."""
        for _ in range(FLOOD_COSTS):
            _ = self._opens.spend(address)


@contextmanager
def _counted(count: Counter[str], address: str) -> Iterator[None]:
    count[address] += 1
    try:
        yield
    finally:
        count[address] -= 1
        if not count[address]:
            del count[address]
