"""Who may open which page, and under what policy."""

import pytest

OVERSEEING = ("/wallboard", "/records", "/records.csv", "/records/01JZZZZZZZZZZZZZZZZZZZZZZZ")


@pytest.mark.parametrize("path", OVERSEEING)
async def test_an_agent_may_not_watch_the_floor_nor_read_the_records(agent, path):
    page = await agent.look(path, 403)
    assert "not_allowed" in page


@pytest.mark.parametrize("path", ["/console", *OVERSEEING])
async def test_a_stranger_is_sent_to_sign_in(browser, path):
    assert (await browser.leads(path)).startswith("/sign-in?next=/")


async def test_a_supervisor_has_no_seat_to_work_at(supervisor):
    await supervisor.look("/console", 403)


async def test_an_administrator_reads_nothing_of_what_citizens_said(browser):
    assert (await browser.sign_in("admin")).headers["Location"] == "/password"
    for path in OVERSEEING:
        await browser.look(path, 403)


async def test_every_page_forbids_inline_script_and_keeps_no_copy(agent):
    answer = await agent.get("/console")
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe-inline" not in policy
    assert "'unsafe-eval'" not in policy
    assert "'wasm-unsafe-eval'" in policy
    assert answer.headers["Cache-Control"] == "no-store"


async def test_the_console_knows_the_districts_own_names(agent):
    page = await agent.look("/console")
    assert '"MZ": "民政救助"' in page
    assert '"440113": "番禺区"' in page


async def test_the_head_names_the_pages_of_the_role(supervisor):
    page = await supervisor.look("/wallboard")
    assert 'href="/wallboard" aria-current="page"' in page
    assert 'href="/records"' in page
    assert "督导" in page
