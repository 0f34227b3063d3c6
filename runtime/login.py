"""A signed-in account: its role, seat and scope, and the steps of its sign-in that are still missing; or a machine."""

from enum import StrEnum
from typing import Final

import msgspec

from protocol.errors import NotAllowed, Refused
from protocol.identity_errors import CodeRequired, FactorRequired, PasswordChangeRequired
from protocol.rights import Right, Role, may
from protocol.scopes import EVERYWHERE, Scope

MACHINE: Final = "machine"
"""Stands where a role would in the name of a machine on the audit trail."""


class SignInStep(StrEnum):
    """Step still missing after the right password; until it is done the login may do nothing else."""

    NONE = ""
    CODE = "code"
    """A one-time code of the second factor."""
    PASSWORD = "password"  # noqa: S105 - the name of a step
    """A password of one's own."""
    FACTOR = "factor"
    """A second factor, which the role must have."""


STEP_ERRORS: Final[dict[SignInStep, type[Refused]]] = {
    SignInStep.CODE: CodeRequired,
    SignInStep.PASSWORD: PasswordChangeRequired,
    SignInStep.FACTOR: FactorRequired,
}


class Login(msgspec.Struct, frozen=True):
    """A signed-in account. `csrf` goes into every unsafe request; `key` is the cookie's hash."""

    account: str
    role: Role
    seat: str
    display_name: str
    csrf: str
    began_ms: int
    key: str = ""
    noted_ms: int = 0
    """Time of the last use told to the register, in ms since the epoch."""
    step: SignInStep = SignInStep.NONE
    """Step still missing; such a login is short-lived and not in the register."""
    staff_number: str = ""
    department: str = ""
    """By its id in the catalogue."""
    scope: Scope = EVERYWHERE
    """Scope of the rights."""
    is_machine: bool = False
    """Whether a machine's key came with the request: it has no role, and only the right of the operation asked for."""
    granted: Right | None = None
    """Right of a machine in this one request."""

    @property
    def actor(self) -> str:
        """The actor's name on the audit trail: `role:account`, or `machine:name`."""
        return f"{MACHINE if self.is_machine else self.role.value}:{self.account}"

    def may(self, right: Right) -> bool:
        """Return whether this login has a right; while a step is missing it has none."""
        return not self.step and self._has(right)

    def _has(self, right: Right) -> bool:
        return right is self.granted if self.is_machine else may(self.role, right)

    def demand(self, right: Right, *during: SignInStep) -> "Login":
        """Return this login when it has a right; `during` names steps that may still be missing.

        Raises:
            NotAllowed: it has not.
            CodeRequired, PasswordChangeRequired, FactorRequired: another step is missing.
        """
        if self.step and self.step not in during:
            raise STEP_ERRORS[self.step]
        if not self._has(right):
            raise NotAllowed(role=MACHINE if self.is_machine else self.role.value, right=right.value)
        return self
