"""The demonstration as its people start it: one command in its own process, its text read, ended with Ctrl-C."""

import asyncio
import re
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from os import environ
from pathlib import Path

from tests.support.mishaps import watch

ROOT = Path(__file__).resolve().parents[2]
END_OF_BANNER = "Everything is kept in"
START_LIMIT_S = 60.0
STOP_LIMIT_S = 30.0


@dataclass
class RunningDemo:
    """A demonstration that has said where it is."""

    process: asyncio.subprocess.Process
    text: str
    folder: Path

    @property
    def base(self) -> str:
        """The address of the citizen's page, without the slash."""
        return self._found(r"Citizen's page\s+(\S+)/\s")

    @property
    def booth_code(self) -> str:
        """The enrolment code of the sample booth."""
        return self._found(r"enrolment code (\S+)")

    def password(self, name: str) -> str:
        """Return the password of a demo account, printed or not."""
        lines = (self.folder / "demo-passwords.txt").read_text(encoding="utf-8").splitlines()
        return dict(line.split() for line in lines)[name]

    def _found(self, pattern: str) -> str:
        found = re.search(pattern, self.text, re.MULTILINE)
        assert found, f"{pattern!r} is not in:\n{self.text}"
        return found[1]


@asynccontextmanager
async def demo(folder: Path, *arguments: str, env: Mapping[str, str] | None = None) -> AsyncIterator[RunningDemo]:
    """Run `cloudwindow demo` with its data in `folder` on a free port, and end it as Ctrl-C does."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "cloudwindow", "demo", "--port", "0", "--folder", str(folder), *arguments,
        cwd=ROOT, env={**environ, **(env or {})}, stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said: list[str] = []
    reader = None
    watching = asyncio.create_task(watch(process, "the demonstration"))
    try:
        await asyncio.wait_for(_banner(process, said), START_LIMIT_S)
        # Nobody reads on otherwise, and a full pipe would stop the program.
        reader = asyncio.ensure_future(_rest(process, said))
        yield RunningDemo(process, "".join(said), folder)
    finally:
        watching.cancel()
        if process.returncode is None:
            process.send_signal(signal.SIGINT)
        try:
            await asyncio.wait_for(process.wait(), STOP_LIMIT_S)
        except TimeoutError:
            process.kill()
            raise AssertionError(f"the demonstration did not end on Ctrl-C:\n{''.join(said)}") from None
        if reader is not None:
            await reader
    assert process.returncode == 0, "".join(said)
    assert "Traceback" not in "".join(said), "".join(said)


async def _banner(process: asyncio.subprocess.Process, said: list[str]) -> None:
    assert process.stdout is not None
    while line := (await process.stdout.readline()).decode():
        said.append(line)
        if END_OF_BANNER in line:
            return
    raise AssertionError(f"the demonstration ended before it was ready:\n{''.join(said)}")


async def _rest(process: asyncio.subprocess.Process, said: list[str]) -> None:
    assert process.stdout is not None
    while line := (await process.stdout.readline()).decode():
        said.append(line)
