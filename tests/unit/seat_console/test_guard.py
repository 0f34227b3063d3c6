"""Where a sign-in may lead."""

import msgspec
import pytest

from protocol.rights import Role
from runtime.login import Login, SignInStep
from seat_console.guard import STEP_PAGES, after, destination, safe_next


@pytest.mark.parametrize(
    "path", ["/records?seat=S004&day=20261122", "/wallboard", "/records/01ABC", "/console?lang=en"]
)
def test_a_path_of_our_own_is_kept(path):
    assert safe_next(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "https://evil.example/console",
        "//evil.example/console",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "console",
        "/console\r\nSet-Cookie: x=y",
        "/sign-out",
        "/sign-in?next=/sign-in",
        "/" + "a" * 600,
    ],
)
def test_a_path_that_leads_elsewhere_is_dropped(path):
    assert safe_next(path) == ""


def test_an_agent_goes_to_the_seat_console_wherever_the_link_pointed():
    assert destination(Role.AGENT, "/records") == "/console"
    assert destination(Role.AGENT, "/console?lang=en") == "/console?lang=en"


def test_a_supervisor_goes_on_to_the_page_that_was_asked_for():
    assert destination(Role.SUPERVISOR, "/records?day=20261122") == "/records?day=20261122"
    assert destination(Role.SUPERVISOR, "/console") == "/wallboard"
    assert destination(Role.SECURITY, "") == "/password"


@pytest.mark.parametrize(("length", "kept"), [(512, True), (513, False)])
def test_a_path_of_so_many_characters_is_the_longest(length, kept):
    assert bool(safe_next("/" + "a" * (length - 1))) is kept


def test_a_step_that_is_missing_comes_before_all_work():
    login = Login("lin", Role.AGENT, "S004", "林", "csrf", 0)
    for step in SignInStep:
        assert after(msgspec.structs.replace(login, step=step), "/console?lang=en") == STEP_PAGES.get(
            step, "/console?lang=en"
        )
    assert {SignInStep.NONE, *STEP_PAGES} == set(SignInStep)
