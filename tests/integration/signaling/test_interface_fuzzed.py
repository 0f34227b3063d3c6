"""The HTTP interface under schemathesis with all its checks, once as each kind of visitor, against its own document."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from protocol.rights import Right, Role, may
from signaling.app import ROUTES
from tests.support.machines import GRANTABLE, make
from tests.support.people import People

ROOT = Path(__file__).parents[3]
CONFIG = ROOT / "tests" / "data" / "schemathesis.toml"
ROLES = ("nobody", "citizen", "machine", *(role.value for role in Role))


def rights_here(role: Role) -> frozenset[Right]:
    """Return what of the interface a role may ask for."""
    return frozenset(route.right for route in ROUTES if route.right is not None and may(role, route.right))


#: One role for each set of rights that the interface knows: `cloudwindow/test_rights.py` walks every route with all.
DIFFERENT = ("nobody", "citizen", "machine", *{rights_here(role): role.value for role in Role}.values())
#: Ends the sign-in of all that follow; tested by hand in the other files.
NOT_ASKED = ("/api/logout", "/api/password")


async def configuration(people: People, who: str) -> tuple[str, list[str]]:
    """Return how such a visitor says who it is (schemathesis's configuration), and what else it sends."""
    common = CONFIG.read_text(encoding="utf-8")
    if who == "nobody":
        return common, []
    if who == "citizen":
        citizen = await people.waiting(item="MZ01")
        return f'{common}\n[auth.openapi.ticket]\nbearer = "{citizen.token}"\n', []
    if who == "machine":
        key = await make(people.cluster.database, "fuzz", *(name for name in GRANTABLE if name != "get_audit"))
        return f'{common}\n[auth.openapi.key]\nbearer = "{key}"\n', []
    page = await people.signed_in(f"fuzz-{who}", Role(who), "S004" if who == Role.AGENT else "")
    cookie = next(one for one in page.http.cookie_jar if one.key == "window_login")
    csrf = page.http.headers["X-CSRF-Token"]
    return f'{common}\n[auth.openapi.login]\napi_key = "{cookie.value}"\n', ["-H", f"X-CSRF-Token: {csrf}"]


async def fuzz(people: People, folder: Path, who: str, *bounds: str) -> None:
    """Run schemathesis; fail with what it says."""
    text, headers = await configuration(people, who)
    config = folder / "schemathesis.toml"
    config.write_text(text, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "SCHEMATHESIS_HOOKS": "tests.support.fuzzing"}
    excluded = [part for path in NOT_ASKED for part in ("--exclude-path", path)]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "schemathesis.cli", "--config-file", str(config), "run",
        f"{people.at.url}/api/openapi.json", "--checks", "all", "--continue-on-failure", "--seed", "1", "--no-color",
        "--warnings", "off", "--no-shrink", *bounds, *excluded, *headers,
        cwd=folder, env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()


@pytest.mark.timeout(120)
@pytest.mark.parametrize("who", DIFFERENT)
async def test_what_is_answered_is_what_is_written(people: People, tmp_path: Path, who: str) -> None:
    await fuzz(people, tmp_path, who, "--phases", "fuzzing", "--max-examples", "4")


@pytest.mark.long
@pytest.mark.timeout(300)
@pytest.mark.parametrize("who", ROLES)
async def test_what_is_answered_is_what_is_written_for_a_minute(people: People, tmp_path: Path, who: str) -> None:
    await fuzz(people, tmp_path, who, "--max-time", "60", "--phases", "examples,coverage,fuzzing,stateful")
