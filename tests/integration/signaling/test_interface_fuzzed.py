"""The HTTP interface under schemathesis with all its checks, once as each kind of visitor, against its own document."""

import asyncio
import sys
from pathlib import Path

import pytest

from protocol.rights import Role
from tests.support.people import People

CONFIG = Path(__file__).parents[2] / "data" / "schemathesis.toml"
ROLES = ("nobody", "citizen", *(role.value for role in (Role.AGENT, Role.SUPERVISOR, Role.SYSTEM, Role.AUDITOR)))
#: Ends the sign-in of all that follow; tested by hand in the other files.
NOT_ASKED = ("/api/logout", "/api/password")


async def headers_of(people: People, who: str) -> list[str]:
    """Return what such a visitor sends with every request, as options."""
    if who == "nobody":
        return []
    if who == "citizen":
        citizen = await people.waiting(item="MZ01")
        return ["-H", f"Authorization: Bearer {citizen.token}"]
    seat = "S004" if who == Role.AGENT else ""
    page = await people.signed_in(f"fuzz-{who}", Role(who), seat)
    cookie = next(one for one in page.http.cookie_jar if one.key == "window_login")
    return ["-H", f"Cookie: window_login={cookie.value}", "-H", f"X-CSRF-Token: {page.http.headers['X-CSRF-Token']}"]


async def fuzz(people: People, folder: Path, who: str, *bounds: str) -> None:
    """Run schemathesis; fail with what it says."""
    excluded = [part for path in NOT_ASKED for part in ("--exclude-path", path)]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIG), "run",
        f"{people.at.url}/api/openapi.json", "--checks", "all",
        "--continue-on-failure", "--seed", "1", "--no-color", "--warnings", "off", "--no-shrink",
        *bounds, *excluded, *await headers_of(people, who),
        cwd=folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()


@pytest.mark.timeout(120)
@pytest.mark.parametrize("who", ROLES)
async def test_what_is_answered_is_what_is_written(people: People, tmp_path: Path, who: str) -> None:
    await fuzz(people, tmp_path, who, "--phases", "fuzzing", "--max-examples", "4")


@pytest.mark.long
@pytest.mark.timeout(300)
@pytest.mark.parametrize("who", ROLES)
async def test_what_is_answered_is_what_is_written_for_a_minute(people: People, tmp_path: Path, who: str) -> None:
    await fuzz(people, tmp_path, who, "--max-time", "60", "--phases", "examples,coverage,fuzzing,stateful")
