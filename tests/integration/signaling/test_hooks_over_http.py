"""Web-hooks are kept over HTTP by the system administrator alone, and a secret is shown once."""

from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio

from protocol.rights import Role
from tests.support.nodes import Cluster
from tests.support.people import People
from tests.support.wire_page import WirePage

SPEC = {"name": "BI", "url": "https://bi.example.org/window", "kinds": ["session.closed"], "scope": "district:440113"}


async def ask(page: WirePage, method: str, path: str, body: object = None, status: int = 200) -> Any:
    async with page.http.request(method, f"{page.at.url}/api/hooks{path}", json=body) as answer:
        assert answer.status == status, await answer.text()
        return await answer.json()


@pytest_asyncio.fixture
async def page(shared: Cluster) -> AsyncIterator[WirePage]:
    """The system administrator's."""
    await shared.start(hook_receivers=("bi.example.org", "other.example.org"))
    async with People(shared) as people:
        yield await people.signed_in("root", Role.SYSTEM, "")


async def test_a_hook_is_made_changed_rotated_stopped_opened_and_closed(page: WirePage) -> None:
    made = await ask(page, "POST", "", SPEC)
    name = made["hook"]["id"]
    assert made["secret"].startswith("whsec_")
    assert (made["hook"]["state"], made["hook"]["kinds"], made["hook"]["scope"]) == (
        "active", ["session.closed"], "district:440113",
    )  # fmt: skip
    changed = await ask(page, "POST", f"/{name}", {**SPEC, "url": "https://other.example.org/", "kinds": []})
    assert (changed["url"], changed["kinds"]) == ("https://other.example.org/", [])
    rotated = await ask(page, "POST", f"/{name}/rotate", {"overlap_s": 60})
    assert rotated["hook"]["secrets"] == 2
    assert rotated["secret"] != made["secret"]
    assert (await ask(page, "POST", f"/{name}/stop"))["state"] == "stopped"
    assert (await ask(page, "POST", f"/{name}/open"))["state"] == "active"
    assert await ask(page, "GET", f"/{name}/dead") == []
    assert await ask(page, "POST", f"/{name}/resend", {"events": []}) == {"events": 0}
    assert (await ask(page, "POST", f"/{name}/resend", {"events": ["E"]}, 404))["code"] == "not_found"
    assert (await ask(page, "POST", f"/{name}/close"))["state"] == "closed"
    assert (await ask(page, "POST", f"/{name}/open", status=409))["code"] == "illegal_move"
    [listed] = await ask(page, "GET", "")
    assert (listed["state"], listed["secrets"]) == ("closed", 0)
    text = str(listed)
    assert made["secret"] not in text
    assert rotated["secret"] not in text


async def test_a_receiver_that_the_operator_did_not_list_is_refused(page: WirePage) -> None:
    for url, why in (
        ("https://evil.example.org/", "unlisted"),
        ("http://bi.example.org:443/", "scheme"),
        ("https://169.254.169.254/latest", "unlisted"),
        ("https://me@bi.example.org/", "url"),
    ):
        problem = await ask(page, "POST", "", {**SPEC, "url": url}, 422)
        assert problem == {"code": "bad_input", "params": {"field": "url", "why": why}}
    assert await ask(page, "GET", "") == []
