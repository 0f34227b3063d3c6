"""Who may see, send and take back a paper in which state of its ticket: every asker in every state, by one table."""

from collections.abc import Awaitable, Callable
from typing import Final

from protocol.rights import Role
from tests.integration.signaling.test_papers import TUS, bearer, begin, metadata, send, upload
from tests.support.patience import until
from tests.support.people import People
from tests.support.samples import PNG
from tests.support.wire_page import WirePage

STATES: Final = ("waiting", "ringing", "serving", "wrap_up", "ready", "closed")
SEES: Final = {
    "citizen": (200, 200, 200, 200, 200, 404),
    "agent": (404, 404, 200, 200, 404, 404),
    "supervisor": (200,) * 6,
    "stranger": (401,) * 6,
}
SENDS: Final = {
    "citizen": (201, 201, 201, 404, 404, 404),
    "agent": (403, 403, 201, 403, 403, 403),
    "stranger": (401,) * 6,
}
OTHERS_SEE, OTHERS_SEND = (404,) * 6, (403,) * 6
"""What everybody else gets: another citizen, a colleague of the same seat, one of another, every other role."""
Ask = Callable[[WirePage], Awaitable[int]]


async def asked(page: WirePage, method: str, path: str, **headers: str) -> int:
    said = {**(bearer(page) if page.token else TUS), **headers}
    async with page.http.request(method, page.at.url + path, headers=said) as answer:
        return answer.status


async def everybody(people: People) -> dict[str, WirePage]:
    """Return a page of each kind of asker; the citizen waits, the agent is paused."""
    askers = {
        "stranger": await people.citizen(),
        "citizen": await people.waiting(item="MZ01"),
        "other citizen": await people.waiting(item="MZ01"),
        "agent": await people.agent(ready=False),
        "colleague": await people.signed_in("colleague", Role.AGENT, "S004"),
        "agent elsewhere": await people.agent("S010", ready=False),
    }
    for role in set(Role) - {Role.AGENT}:
        askers[role.value] = await people.signed_in(f"x-{role.value}", role, "")
    return askers


async def moved(citizen: WirePage, agent: WirePage, state: str) -> None:
    """Bring the ticket into the next state."""
    services = citizen.at.node.services
    match state:
        case "waiting":
            return
        case "ringing":
            await agent.done("ready")
        case "serving":
            rings = (await agent.until("ringing"))["reservation"]
            await agent.done("accept", reservation=rings["reservation"], fence=rings["fence"])
            await agent.until("session")
        case "wrap_up":
            await agent.done("close_session", outcome="answered", summary="已答复")
            await agent.until("seat", lambda frame: frame["seat"]["state"] == "wrap_up")
        case "ready":
            await agent.done("pause", reason="break")
        case _:
            over = services.keys.over(citizen.ticket["ticket"])
            _ = await until(lambda: services.redis.exists(over))
            await services.redis.set(
                over, str(services.clock.now_ms() - 1000 * round(services.settings.papers_grace_s) - 1000)
            )


async def test_who_sees_and_sends_papers_in_which_state(people: People) -> None:
    askers = await everybody(people)
    citizen, agent = askers["citizen"], askers["agent"]
    paper = await upload(citizen, PNG)
    half = await begin(citizen, len(PNG), filename="half.png")
    _ = await askers["other citizen"].done("leave_queue")
    faults: list[tuple[object, ...]] = []
    for number, state in enumerate(STATES):
        await moved(citizen, agent, state)
        for name, page in askers.items():
            for path in (f"/api/documents/{paper}", f"/api/documents/{paper}/pages", f"/api/documents/{paper}/pages/1"):
                wanted = SEES.get(name, OTHERS_SEE)[number]
                if (got := await asked(page, "GET", path)) != wanted:
                    faults.append((state, name, "GET", path[-8:], "wanted", wanted, "got", got))
            sends = (404,) * 6 if name == "other citizen" else SENDS.get(name, OTHERS_SEND)
            length = {"Upload-Length": str(len(PNG)), "Upload-Metadata": metadata(filename="x.png")}
            if (got := await asked(page, "POST", "/api/uploads", **length)) != sends[number]:
                faults.append((state, name, "POST", "wanted", sends[number], "got", got))
            looks = 200 if sends[number] == 201 else sends[number]
            if (got := await asked(page, "HEAD", half)) != looks:
                faults.append((state, name, "HEAD", "wanted", looks, "got", got))
            gone = 404 if sends[number] == 201 else sends[number]
            if (got := await asked(page, "DELETE", f"/api/uploads/{paper}")) != gone:
                faults.append((state, name, "DELETE of a whole paper", "wanted", gone, "got", got))
    assert not faults, "\n".join(map(str, faults))


async def test_a_ticket_that_was_left_takes_no_paper_and_shows_what_it_has_to_its_citizen(people: People) -> None:
    citizen = await people.waiting(item="MZ01")
    paper, half = await upload(citizen, PNG), await begin(citizen, len(PNG), filename="x.png")
    await citizen.done("leave_queue")
    assert await asked(citizen, "GET", f"/api/documents/{paper}") == 200
    assert (await send(citizen, half, PNG))[0] == 404
    assert await asked(citizen, "POST", "/api/uploads", **{"Upload-Length": "9"}) == 404
    assert await asked(citizen, "DELETE", half) == 404


#: Media type, the name a citizen gave; how it is shown, how it is saved.
DISPOSITIONS: Final = {
    "": "inline; filename*=UTF-8''%E8%AF%81.png",
    "?download=true": "attachment; filename*=UTF-8''%E8%AF%81.png",
}


async def test_a_paper_comes_with_all_its_headers(people: People) -> None:
    citizen = await people.waiting(item="MZ01")
    paper = await upload(citizen, PNG, filename="证.png")
    for query, disposition in DISPOSITIONS.items():
        url = f"{citizen.at.url}/api/documents/{paper}{query}"
        async with citizen.http.get(url, headers=bearer(citizen)) as answer:
            said = dict(answer.headers)
            assert await answer.read() == PNG
        assert (
            said.items()
            >= {
                "Content-Type": "image/png",
                "Content-Length": str(len(PNG)),
                "Content-Disposition": disposition,
                "Cache-Control": "private, no-store",
                "Content-Security-Policy": "default-src 'none'; sandbox",
                "X-Content-Type-Options": "nosniff",
                "X-Frame-Options": "DENY",
            }.items()
        )
    async with citizen.http.get(
        f"{citizen.at.url}/api/documents/{paper}?download=maybe", headers=bearer(citizen)
    ) as bad:
        assert bad.status == 422
