"""Programs of another system, just as the pages of the Python and the JavaScript client print them, at a real node."""

import asyncio
import contextlib
import os
import re
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Final

import pytest

from cloudwindow.listening import take_port
from protocol.rights import Role
from records.database import Database
from records.signing import read_keys
from records.staff.accounts import Account, create_account
from records.staff.hashing import PRINTED
from runtime.engines import EmbeddedValkey
from scripts.vendor import find_node
from tests.support.installed import PASSWORD, SECRETS
from tests.support.machines import make
from tests.support.patience import START_LIMIT_S, until
from tests.support.window import Window, open_window

CLIENTS: Final = Path(__file__).resolve().parents[2] / "clients"
NAME: Final = "hall-numbers"
_numbers = count(1)


@dataclass(frozen=True)
class Page:
    """The page of a client, whose examples are run one by one in a folder where the client is installed."""

    language: str
    ending: str
    folder: Path
    facts: Mapping[str, str]

    def example(self, under: str, number: int = 0) -> str:
        """Return an example below a heading."""
        text = (CLIENTS / self.language / "README.md").read_text("utf-8")
        chapter = text.partition(f"## {under}\n")[2].partition("\n## ")[0]
        found: str = re.findall(rf"```{self.language}\n(.*?)```", chapter, re.DOTALL)[number]
        return found

    @asynccontextmanager
    async def runs(self, example: str, **facts: str) -> AsyncIterator[Process]:
        """Run an example; it is ended with the context, if it still runs."""
        path = self.folder / f"example-{next(_numbers)}{self.ending}"
        path.write_text(example, encoding="utf-8")
        program = [sys.executable, "-W", "error"] if self.language == "python" else [str(find_node())]
        process = await asyncio.create_subprocess_exec(
            *program, str(path), cwd=self.folder, env={**os.environ, **self.facts, **facts},
            stdin=DEVNULL, stdout=PIPE, stderr=PIPE,
        )  # fmt: skip
        try:
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.communicate()

    async def says(self, example: str) -> str:
        """Run an example to its end; return its output."""
        async with self.runs(example) as process:
            said, wrong = await asyncio.wait_for(process.communicate(), START_LIMIT_S)
            assert (process.returncode, wrong) == (0, b""), wrong.decode()
            return said.decode()


async def line(process: Process, words: str) -> str:
    """Return the next line with these words; a program that ends before that fails the test with its last words."""
    assert process.stdout is not None
    assert process.stderr is not None
    async with asyncio.timeout(START_LIMIT_S):
        while text := (await process.stdout.readline()).decode():
            if words in text:
                return text.strip()
        raise AssertionError((await process.stderr.read()).decode())


def page_of(language: str, folder: Path, **facts: str) -> Page:
    """Install a client in a folder as a package of its language, without a registry."""
    folder.mkdir()
    if language == "python":
        return Page("python", ".py", folder, {"PYTHONPATH": str(CLIENTS / "python"), **facts})
    (folder / "node_modules").mkdir()
    (folder / "node_modules" / "cloudwindow-client").symlink_to(CLIENTS / "js")
    return Page("js", ".mjs", folder, facts)


async def hook(window: Window, port: int) -> str:
    """Make a web-hook and give it a second secret at once; return the first, which signs on beside it."""
    root = await window.staff("root")
    async with root.get(window.address.to("/api/me")) as answer:
        headers = {"X-CSRF-Token": str((await answer.json())["csrf"])}
    spec = {"name": "BI", "url": f"http://127.0.0.1:{port}/", "kinds": ["session.closed"]}
    async with root.post(window.address.to("/api/hooks"), json=spec, headers=headers) as answer:
        made = await answer.json()
        assert answer.status == 200, made
    path = f"/api/hooks/{made['hook']['id']}/rotate"
    async with root.post(window.address.to(path), json={}, headers=headers) as answer:
        assert answer.status == 200
    return str(made["secret"])


async def is_open(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


@pytest.mark.timeout(180)
@pytest.mark.parametrize("language", ["python", "js"])
async def test_a_program_asks_follows_events_takes_web_hooks_and_is_refused_what_it_was_not_granted(
    language: str, valkey: EmbeddedValkey, sqlite_ledger: str, tmp_path: Path
) -> None:
    database = Database(sqlite_ledger, read_keys(SECRETS["audit_key"]))
    await create_account(database, Account("root", Role.SYSTEM), PASSWORD, hasher=PRINTED)
    key = await make(database, NAME, "get_sessions", "get_events")
    await database.close()
    with take_port("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
    receivers = (f"http://127.0.0.1:{port}=127.0.0.0/8",)
    async with open_window(valkey.url, sqlite_ledger, tmp_path, hook_receivers=receivers) as window:
        url = window.address.to("").rstrip("/")
        page = page_of(language, tmp_path / language, WINDOW_URL=url, WINDOW_NAME=NAME, WINDOW_KEY=key)
        facts = {"HOOK_SECRET": await hook(window, port), "PORT": str(port)}
        async with (
            page.runs(page.example("Take web-hooks"), **facts) as receiver,
            page.runs(page.example("Follow events")) as follower,
        ):
            assert await until(lambda: is_open(port), START_LIMIT_S)
            _, seat, session = await window.talking()
            await seat.close("answered")
            closed = f"cloudwindow.session.closed.v1 {session.ticket}"
            assert await line(follower, "session.closed") == closed
            assert await line(receiver, "cloudwindow") == closed
            async with (await window.http()).post(f"http://127.0.0.1:{port}/", data=b"{}") as answer:
                assert answer.status == 401
            assert "refused: " in await line(receiver, "refused")
        assert (page.folder / "cursor").read_text().isdigit()
        told = (await page.says(page.example("Ask"))).splitlines()
        assert [words.split()[1:] for words in told[:-1]] == [["MZ01", "answered"]]
        assert told[-1] == "not granted: get_wallboard"
        if language == "python":
            assert closed in (await page.says(page.example("Follow events", 1))).splitlines()
            socket = (await page.says(page.example("Speak the socket"))).splitlines()
            assert socket == ['{"type":"hello","version":2,"role":"citizen"}', "done: 1"]
