"""Each key that signaling keeps for somebody's visit ends by itself, and lives on while it is in use."""

import inspect
import re
from collections import defaultdict
from typing import Final

from redis.asyncio import Redis

from protocol.participants import ParticipantRole, ParticipantView
from records.journal.recorder import Recorder
from signaling.keys import Keys
from signaling.session.inheritance import know_again
from tests.integration.signaling.test_consents import agree
from tests.integration.signaling.test_papers import begin, upload
from tests.integration.signaling.test_participants import guest_of
from tests.support.device import ask
from tests.support.patience import until
from tests.support.people import People
from tests.support.samples import PNG

LASTING: Final = {"graces", "trail", "booths", "business"}
"""One of each for a realm; what is in them ends by a sweep."""
CHANNELS: Final = {"node", "nodes"}
"""Nothing is kept under these."""
REALM: Final = "window"


def kinds() -> dict[str, re.Pattern[str]]:
    """Return how the keys of each kind look, by the name that they have in `Keys`."""
    keys, found = Keys(REALM), {}
    for name, one in vars(Keys).items():
        if not name.startswith("_"):
            blank = ["\0"] * (len(inspect.signature(one).parameters) - 1) if callable(one) else []
            text = getattr(keys, name)(*blank) if callable(one) else getattr(keys, name)
            found[name] = re.compile(re.escape(text).replace("\0", ".+"))
    return found


class Ends:
    """The keys that were seen, by kind, and whether each had a time to live."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._kinds = kinds()
        self.seen: defaultdict[str, dict[str, bool]] = defaultdict(dict)

    async def look(self) -> None:
        async for raw in self._redis.scan_iter("*"):
            for kind, pattern in self._kinds.items():
                if pattern.fullmatch(raw.decode()):
                    # -2: it ended in between
                    self.seen[kind][raw.decode()] = await self._redis.pttl(raw) != -1


async def test_each_key_that_is_kept_for_a_visit_ends_by_itself(people: People, redis: Redis) -> None:
    ends, node = Ends(redis), people.at.node
    citizen, agent = await people.talking()
    paper = await upload(citizen, PNG, material="idcard")
    await agent.sees(paper)
    await citizen.done("chat", text="你好")
    _ = await guest_of(people, agent, "interpreter")
    async with agent.http.get(f"{agent.at.url}/api/documents/{paper}/pages/1") as answer:
        assert answer.status == 200, await answer.text()
    _ = await ask(agent.http, agent.at.url, "HD-TB-01")
    away = await people.waiting(item="MZ01")
    await agree(away, "sound")
    await away.done("hold_place", for_s=600)
    await away.done("resume_place")
    _ = await begin(away, len(PNG), filename="a.png")
    seat = next(page for page in node.services.connections.all.values() if page.seat)
    assert seat.login is not None
    assert await node.presence.arrivals.begin(seat, seat.login) == ""
    await node.following.bring_the_rest()
    await ends.look()
    await away.drop()

    async def is_lost() -> bool:
        await node.presence._citizens.lose_waiting(away.ticket["ticket"])
        return bool(await redis.exists(Keys(REALM).away(away.ticket["ticket"])))

    _ = await until(is_lost)
    await agent.done("close_session", outcome="answered", summary="已答复")
    _ = await citizen.until("ticket", lambda frame: frame["ticket"]["state"] == "done")
    await citizen.done("rate", level=5)
    _ = await until(lambda: redis.exists(Keys(REALM).over(citizen.ticket["ticket"])))
    await ends.look()
    # What a wiped queue is told again.
    await Recorder(node.services.database, redis, REALM).drain()
    await redis.delete(Keys(REALM).documents(citizen.ticket["ticket"]))
    assert (await know_again(node.services, citizen.ticket["ticket"])).documents
    guest = ParticipantView("g1", ParticipantRole.INTERPRETER, since_ms=0)
    await node.sessions.guests.restore("told again", [guest])
    await ends.look()

    assert set(kinds()) - set(ends.seen) <= LASTING | CHANNELS, "each kind of key is kept by this visit"
    assert [key for kind in set(ends.seen) - LASTING for key, does in ends.seen[kind].items() if not does] == []


async def test_what_a_page_has_open_lives_on(people: People, redis: Redis) -> None:
    citizen, agent = await people.talking()
    paper = await upload(citizen, PNG, material="idcard")
    page = f"{agent.at.url}/api/documents/{paper}/pages/1"
    for _ in range(2):
        async with agent.http.get(page) as answer:
            assert answer.status == 200, await answer.text()
        (opening,) = [key async for key in redis.scan_iter(Keys(REALM).opening("*", paper))]
        scopes = [key async for key in redis.scan_iter(Keys(REALM).scope("*"))]
        assert len(scopes) == 2
        await people.at.node.presence.resumption.renew()
        for key in (opening, *scopes):
            assert await redis.ttl(key) > 5
            await redis.expire(key, 5)
