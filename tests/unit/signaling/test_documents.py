"""The written protocol and the written metrics are those of the code."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from protocol import channel_errors, errors, exhausted
from protocol.commands import ClientFrame
from protocol.errors import Departure, ServiceError
from protocol.frames import ServerFrame
from protocol.outcomes import Outcome
from protocol.version import FEATURES, PRODUCT_VERSION
from runtime import refusals
from signaling.api.openapi import describe
from signaling.app import ROUTES

DOCS = Path(__file__).parents[3] / "docs"
PROTOCOL = (DOCS / "protocol.md").read_text(encoding="utf-8")
SAID = set(re.findall(r"`([a-z_]+)`", PROTOCOL))


def kinds(root: type[ServiceError] = ServiceError) -> list[type[ServiceError]]:
    """All errors that are part of the interface."""
    written = {module.__name__ for module in (channel_errors, errors, exhausted, refusals)}
    found = [root] if root is not ServiceError and root.__module__ in written else []
    return [*found, *(one for child in root.__subclasses__() for one in kinds(child))]


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.code)
def test_every_error_code_is_written_with_what_to_do(kind: type[ServiceError]) -> None:
    row = next(line for line in PROTOCOL.splitlines() if line.startswith(f"| `{kind.code}` |"))
    assert str(kind.http_status) in row
    assert " ".join((kind.__doc__ or "").split()) in row


def test_every_frame_of_either_direction_is_written() -> None:
    tags = {str(frame.__struct_config__.tag) for frame in (*ClientFrame.__args__, *ServerFrame.__args__)}
    assert tags - {"hello"} <= SAID


def test_every_close_code_and_outcome_is_written() -> None:
    for kind in kinds(Departure):
        if kind is not Departure:
            assert f"{kind.close_code} `{kind.code}`" in PROTOCOL  # type: ignore[attr-defined]
    assert {outcome.value for outcome in Outcome} <= SAID


def test_every_number_a_node_counts_is_written() -> None:
    written = set(re.findall(r"`(window_[a-z_]+)`", (DOCS / "metrics.md").read_text(encoding="utf-8")))
    rooms = [DOCS.parent / room for room in ("signaling", "cloudwindow", "hooks")]
    sources = [path.read_text(encoding="utf-8") for room in rooms for path in room.rglob("*.py")]
    counted = {name for text in sources for name in re.findall(r'"(window_[a-z_]+)"', text)} - {"window_login"}
    assert written == counted


def test_every_feature_and_the_release_are_in_the_changelog() -> None:
    changes = (DOCS / "changelog-api.md").read_text(encoding="utf-8")
    for name, meaning in FEATURES.items():
        assert f"| `{name}` | {meaning} |" in changes
    assert f"## {PRODUCT_VERSION}" in changes
    project = tomllib.loads((DOCS.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == PRODUCT_VERSION


def test_every_parameter_of_the_http_interface_is_described() -> None:
    document: dict[str, Any] = describe(ROUTES)
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            for parameter in operation["parameters"]:
                assert parameter["description"], (method, path, parameter["name"])
