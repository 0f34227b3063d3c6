"""An operator without internet: a bundle made elsewhere is unpacked, set up and started, and nothing is asked for."""

import asyncio
import os
import shutil
import signal
import sys
import tarfile
from pathlib import Path

import aiohttp
import pytest

from tests.support.demo import END_OF_BANNER

ROOT = Path(__file__).resolve().parents[2]
LIMIT_S = 300
#: No index, no proxy that answers, no configuration of this machine; no Node either.
CUT_OFF = {
    "PATH": "/usr/bin:/bin",
    "PIP_CONFIG_FILE": os.devnull,
    "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
    "HTTP_PROXY": "http://127.0.0.1:9",
    "HTTPS_PROXY": "http://127.0.0.1:9",
    "PYTHON": sys.executable,
    "PYTHONUNBUFFERED": "1",
}


async def run(folder: Path, *command: str, environment: dict[str, str]) -> tuple[int, str]:
    """Run a program to its end; return its exit code and all it said."""
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=folder,
        env=environment,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(LIMIT_S):
        out, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode()


async def unpacked(tmp_path: Path) -> Path:
    """Make a bundle and unpack it, as on another machine."""
    code, said = await run(ROOT, "scripts/bundle.sh", str(tmp_path / "dist"), environment=dict(os.environ))
    assert code == 0, said
    [bundle] = (tmp_path / "dist").glob("cloudwindow-*.tar.gz")
    with tarfile.open(bundle) as packed:
        packed.extractall(tmp_path / "opt", filter="data")
    [place] = (tmp_path / "opt").iterdir()
    return place


@pytest.mark.long
@pytest.mark.timeout(600)
async def test_a_bundle_is_installed_and_serves_without_internet(tmp_path: Path):
    place = await unpacked(tmp_path)
    code, said = await run(place, "scripts/setup.sh", environment=CUT_OFF)
    assert code == 0, said
    process = await asyncio.create_subprocess_exec(
        place / ".venv/bin/cloudwindow", "demo", "--port", "0",
        cwd=place, env=CUT_OFF, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    lines: list[str] = []
    async with asyncio.timeout(LIMIT_S):
        while END_OF_BANNER not in (lines or [""])[-1]:
            lines.append((await process.stdout.readline()).decode())
            assert lines[-1], lines
    base = next(line.split()[-1] for line in lines if "Citizen's page" in line).rstrip("/")
    async with aiohttp.ClientSession() as http:
        for path in ("/", "/booth", "/sign-in", "/readyz"):
            async with http.get(base + path) as answer:
                assert answer.status == 200, path
    assert any((place / "webui" / "static" / "vendor").glob("lit*.js"))
    process.send_signal(signal.SIGINT)
    async with asyncio.timeout(LIMIT_S):
        await process.communicate()
    assert process.returncode == 0


async def test_a_bundle_for_another_machine_says_so_and_makes_nothing(tmp_path: Path):
    shutil.copytree(ROOT / "scripts", tmp_path / "scripts")
    (tmp_path / "wheels").mkdir()
    (tmp_path / "wheels" / "platform").write_text("cpython-399-linux-riscv64\n")
    code, said = await run(tmp_path, "scripts/setup.sh", environment=CUT_OFF)
    assert code == 1
    assert "this bundle is for cpython-399-linux-riscv64" in said
    assert not (tmp_path / ".venv").exists()


async def test_the_python_that_is_named_makes_the_environment_and_another_later_is_refused(tmp_path: Path):
    shutil.copytree(ROOT / "scripts", tmp_path / "scripts")
    shutil.copy(ROOT / "Makefile", tmp_path)
    other = tmp_path / "an-other-python"
    other.write_text(f'#!/bin/sh\necho "$*" >> "{tmp_path}/asked"\nexec "{sys.executable}" "$@"\n')
    other.chmod(0o755)
    # There is no lock in this folder: the set-up ends after the environment is made.
    code, said = await run(tmp_path, "make", "setup", environment={**CUT_OFF, "PYTHON": str(other)})
    assert code != 0, said
    assert "-m venv .venv" in (tmp_path / "asked").read_text(), said
    assert (tmp_path / ".venv" / "bin" / "python").exists()

    other.write_text("#!/bin/sh\necho Python 3.99.0\n")
    code, said = await run(tmp_path, "make", "setup", environment={**CUT_OFF, "PYTHON": str(other)})
    assert code != 0
    assert "remove it to make one with" in said
