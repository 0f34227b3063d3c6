"""Names are asked for in threads of their own: one that is not answered holds nothing else up."""

import asyncio
import socket
import threading

from runtime.checked_addresses import NAMES_AT_ONCE, AddressInfos, SystemResolver


class Unanswered(SystemResolver):
    """A name server that answers for one name alone until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []
        self.over = threading.Event()

    def _ask(self, host: str, port: int, family: int) -> AddressInfos:
        self.asked.append(host)
        if host != "localhost":
            _ = self.over.wait()
            raise OSError
        return super()._ask(host, port, family)


async def test_many_who_ask_for_names_that_nobody_answers_hold_neither_other_names_nor_the_loop_s_threads() -> None:
    names = Unanswered()
    asking = [
        asyncio.create_task(names.resolve(f"slow-{number % (NAMES_AT_ONCE - 1)}.test", 443))
        for number in range(3 * NAMES_AT_ONCE)
    ]
    await asyncio.sleep(0)
    [found, *_] = await names.resolve("localhost", 443, socket.AF_INET)
    assert (found["hostname"], found["host"], found["port"]) == ("localhost", "127.0.0.1", 443)
    assert await asyncio.to_thread(lambda: True)
    assert len(names.asked) == NAMES_AT_ONCE
    for one in asking[::2]:
        assert one.cancel()
    names.over.set()
    ended = await asyncio.gather(*asking, return_exceptions=True)
    assert {type(one) for one in ended} == {OSError, asyncio.CancelledError}
    await names.close()
