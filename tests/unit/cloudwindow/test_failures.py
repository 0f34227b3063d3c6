"""What operators are told when something fails."""

import pytest

from booth_client.channel import RefusedError, ServerAwayError
from cloudwindow.failures import EXIT_CODE, OperatorError, one_line, told
from protocol.errors import LedgerUnavailable, QueueUnavailable
from runtime.engines import PortTakenError
from runtime.redis_pool import RedisUnreachable
from runtime.settings import BadSettings

KNOWN = [
    OperatorError("mend this"),
    BadSettings("WINDOW_PROT: there is no such setting"),
    RedisUnreachable("Redis does not answer at redis://localhost:1"),
    PortTakenError("port 1 is taken"),
    LedgerUnavailable(),
    QueueUnavailable(),
    ServerAwayError("connection refused"),
    RefusedError("closed_now", {"next_open": "tomorrow"}),
]


@pytest.mark.parametrize("error", KNOWN, ids=lambda error: type(error).__name__)
def test_what_an_operator_can_mend_is_one_line_and_exit_code_2(error, capsys):
    def fails():
        raise error

    with pytest.raises(SystemExit) as left:
        told(fails)()
    assert left.value.code == EXIT_CODE
    said = capsys.readouterr().err
    assert said.startswith("cloudwindow: ")
    assert said.count("\n") == 1


def test_the_first_error_of_a_group_is_told():
    group = ExceptionGroup("tasks", [ExceptionGroup("inner", [OperatorError("mend this")])])
    assert one_line(group) == "mend this"


def test_a_bug_of_ours_shows_its_traceback():
    def fails():
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        told(fails)()


def test_several_faults_are_a_line_each(capsys):
    def fails():
        raise OperatorError("line 3: bad_code\nline 9: unknown_skill")

    with pytest.raises(SystemExit):
        told(fails)()
    assert capsys.readouterr().err.splitlines() == [
        "cloudwindow: line 3: bad_code",
        "cloudwindow: line 9: unknown_skill",
    ]
