"""Ties a child process to its parent: when the parent dies, however it dies, the kernel ends the child.

The command is started through this file as a script, which asks the kernel for that and then becomes the command. A
`preexec_fn` would do the same inside a fork of a program that has threads, which is not safe.
"""

import ctypes
import os
import signal
import sys
from collections.abc import Sequence

_PR_SET_PDEATHSIG = 1


def leashed(command: Sequence[str], *, uid: int | None = None) -> list[str]:
    """Return the command line that runs `command` on a leash, as another user if `uid` is given (root only).

    The kernel watches the *thread* that starts the child: start it from one that lives as long as the program.
    """
    as_user = "-" if uid is None else str(uid)
    return [sys.executable, "-I", "-S", __file__, str(os.getpid()), as_user, *command]


def _become(parent: int, as_user: str, command: list[str]) -> None:
    """Take the leash and become the command."""
    if as_user != "-":
        os.setgroups([])
        os.setgid(int(as_user))
        os.setuid(int(as_user))
    if sys.platform == "linux" and ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL) != 0:
        raise OSError(ctypes.get_errno(), "prctl")
    if os.getppid() != parent:  # it died before the leash was on
        sys.exit(1)
    os.execv(command[0], command)  # noqa: S606  (no shell on purpose)


if __name__ == "__main__":
    _become(int(sys.argv[1]), sys.argv[2], sys.argv[3:])
