"""Papers of several tickets are judged in turn: who brings much waits for it, nobody else does."""

import asyncio

import pytest

from protocol.errors import StorageUnavailable
from records.papers.turns import Turns


class Line:
    """Work that ends when it is told to, and the order in which it began."""

    def __init__(self, turns: Turns) -> None:
        """Begin nothing."""
        self.turns, self.began = turns, list[str]()
        self._end = asyncio.Semaphore(0)

    async def add(self, name: str) -> asyncio.Task[None]:
        """Bring a piece of work; the owner is its first letter, the group stands behind an @."""
        task = asyncio.create_task(self._do(name))
        await asyncio.sleep(0)
        return task

    async def _do(self, name: str) -> None:
        owner, _, group = name.partition("@")
        async with self.turns.turn(owner[0], group):
            self.began.append(name)
            await self._end.acquire()

    async def refuses(self, name: str) -> None:
        """Bring a piece of work that must be refused at once."""
        task = await self.add(name)
        assert task.done(), f"{name} waits"
        with pytest.raises(StorageUnavailable):
            task.result()

    def end(self, count: int) -> None:
        """Let so many pieces of work end."""
        for _ in range(count):
            self._end.release()


async def test_owners_take_turns_and_each_owner_s_own_order_stays() -> None:
    line = Line(Turns(1, 64, 8))
    tasks = [await line.add(name) for name in ("a1", "a2", "a3", "a4", "b1", "c1", "b2")]
    line.end(7)
    _ = await asyncio.gather(*tasks)
    assert line.began == ["a1", "a2", "b1", "c1", "a3", "b2", "a4"]


async def test_as_much_runs_at_once_as_there_are_places_and_no_place_is_lost() -> None:
    line = Line(Turns(2, 64, 8))
    tasks = [await line.add(name) for name in ("a1", "b1", "c1", "d1", "e1")]
    assert line.began == ["a1", "b1"]
    _ = tasks[2].cancel()  # it waits
    line.end(1)
    _ = await asyncio.wait({tasks[0]})
    _ = tasks[3].cancel()  # it was called at this moment
    line.end(4)
    _ = await asyncio.gather(*tasks, return_exceptions=True)
    assert "c1" not in line.began
    assert "e1" in line.began
    line = Line(line.turns)
    again = [await line.add(name) for name in ("x1", "y1", "z1")]
    assert line.began == ["x1", "y1"]
    line.end(3)
    _ = await asyncio.gather(*again)


async def test_one_owner_fills_no_line_and_a_full_line_is_told() -> None:
    line = Line(Turns(1, 4, 2))
    tasks = [await line.add(name) for name in ("a1", "a2")]
    await line.refuses("a3")
    tasks += [await line.add(name) for name in ("b1", "c1")]
    await line.refuses("d1")
    line.end(4)
    _ = await asyncio.gather(*tasks)
    assert line.began == ["a1", "a2", "b1", "c1"]


async def test_a_stranger_with_many_tickets_waits_among_them_and_holds_up_no_other_address() -> None:
    line = Line(Turns(1, 8, 8, 5))
    tasks = [await line.add(name) for name in ("a1@x", "b1@x", "c1@x", "d1@x", "e1@x")]
    await line.refuses("f1@x")
    tasks += [await line.add(name) for name in ("g1@town", "h1@town", "g2@town")]
    line.end(8)
    _ = await asyncio.gather(*tasks)
    assert line.began == ["a1@x", "b1@x", "g1@town", "c1@x", "h1@town", "d1@x", "g2@town", "e1@x"]
