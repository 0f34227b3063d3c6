"""Identify the account that acts at the command line, or the operator while no account has the right."""

from collections.abc import Awaitable, Callable
from typing import Any, Final, TextIO, TypeVar

import click
import msgspec

from cloudwindow.bad_input import in_words
from cloudwindow.failures import OperatorError
from cloudwindow.installation import Installation
from cloudwindow.settings import demanded
from cloudwindow.stores import ledger
from protocol.errors import BadCredentials, BadInput, NotAllowed, NotFound
from protocol.identity_errors import BadCode
from protocol.rights import Right, may
from records import audit
from records.audit import Who
from records.database import Database
from records.staff import accounts as staff
from records.staff import grants
from records.staff.accounts import OPERATOR
from records.staff.factors import Factors, factor_sealing
from runtime.clock import SystemClock
from runtime.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")

COMMANDS: Final[dict[str, Right]] = {
    "account create": Right.KEEP_ACCOUNTS,
    "account describe": Right.KEEP_ACCOUNTS,
    "account passwd": Right.KEEP_ACCOUNTS,
    "account close": Right.KEEP_ACCOUNTS,
    "account open": Right.KEEP_ACCOUNTS,
    "account list": Right.KEEP_ACCOUNTS,
    "account grant": Right.GRANT_ROLES,
    "account revoke": Right.GRANT_ROLES,
    "account scope": Right.GRANT_ROLES,
    "account reset-factor": Right.GRANT_ROLES,
    "machines add": Right.KEEP_ACCOUNTS,
    "machines list": Right.KEEP_ACCOUNTS,
    "machines keys": Right.KEEP_ACCOUNTS,
    "machines operations": Right.KEEP_ACCOUNTS,
    "machines rotate": Right.KEEP_ACCOUNTS,
    "machines end-key": Right.KEEP_ACCOUNTS,
    "machines close": Right.KEEP_ACCOUNTS,
    "machines open": Right.KEEP_ACCOUNTS,
    "machines allow": Right.GRANT_ROLES,
    "machines scope": Right.GRANT_ROLES,
    "verify": Right.READ_AUDIT,
    **dict.fromkeys(
        (
            "demo",
            "serve",
            "booth",
            "migrate",
            "import",
            "catalogue put",
            "catalogue retire",
            "catalogue list",
            "booth-code",
            "booths list",
            "booths stop",
            "hooks list",
            "hooks add",
            "hooks change",
            "hooks rotate",
            "hooks stop",
            "hooks open",
            "hooks close",
            "hooks dead",
            "hooks resend",
            "queue check",
            "journal aside",
            "journal show",
            "journal retry",
            "documents rewrap",
            "prompts list",
            "prompts check",
            "prompts fill",
            "prompts status",
            "check",
            "simulate",
            "ports list",
            "ports calls",
            "ports retry",
            "doubles",
        ),
        Right.KEEP_SYSTEM,
    ),
}
"""The right that a command needs. Only `account` and `machines` ask who acts and have it proved: who may run the others
is decided by the operating system, which lets them read the installation's keys."""


class Acting(msgspec.Struct, frozen=True):
    """The account named on the command line, its password, or the reason for acting without one."""

    name: str
    password: str
    emergency: str

    async def prove(self, database: Database, right: Right, settings: Settings) -> str | Who:
        """Return who acts, as the audit trail names them.

        Raises:
            OperatorError: an account has the right and none was named, the password is wrong, or it has not the right.
        """
        if self.emergency:
            async with database.begin() as db:
                facts = {"right": right.value, "reason": self.emergency[:200]}
                _ = await audit.note(db, OPERATOR, "account.emergency", "", facts)
            return OPERATOR
        if not self.name:
            if await grants.is_held(database, right):
                raise OperatorError(f"an account has the right {right.value}: say --as NAME, or --emergency REASON")
            return OPERATOR
        password = self.password or str(click.prompt(f"Password of {self.name}", hide_input=True))
        try:
            account = await staff.verify(database, self.name, password)
        except BadCredentials:
            raise OperatorError(f"{self.name}: wrong name or password") from None
        await self._second(database, account.name, settings)
        if not may(account.role, right):
            raise OperatorError(f"{self.name}: the role {account.role.value} has not the right {right.value}")
        return Who(f"{account.role.value}:{account.name}", account.seat, account.display_name)

    async def _second(self, database: Database, account: str, settings: Settings) -> None:
        """Ask for the one-time code of an account that has a second factor.

        Raises:
            OperatorError: it is wrong, or the master key that seals the factors is not set.
        """
        if not any(one.has_factor for one in await grants.holders(database) if one.name == account):
            return
        code = str(click.prompt(f"One-time code of {account}"))
        try:
            sealing = factor_sealing(demanded(settings, "master_key"))
            await Factors(database, SystemClock(), sealing).prove(account, code)
        except BadCode:
            raise OperatorError(f"{account}: the code is wrong or was used") from None


async def with_ledger(settings: Settings, work: Callable[[Database], Awaitable[T]], *, not_own: str = "") -> T:
    """Do the work of a command on the ledger and return its result.

    Raises:
        OperatorError: the object is not there, its command's input is invalid, or the account may not act on itself
            (`not_own` is the message).
    """
    async with ledger(settings, Installation()) as database:
        try:
            return await work(database)
        except NotFound as missing:
            raise OperatorError(f"{missing.params['id']}: there is no such {missing.params['what']}") from None
        except NotAllowed:
            raise OperatorError(not_own) from None
        except BadInput as refused:
            raise OperatorError(in_words(refused)) from None


def acting(command: F) -> F:
    """Give a command the options that say who acts; they come in as `acting`."""

    def read(context: click.Context, _parameter: click.Parameter, file: TextIO | None) -> None:
        password = str(file.readline()).rstrip("\r\n") if file is not None else ""
        said = context.params
        given = Acting(said.pop("acting_name") or "", password, said.pop("acting_emergency") or "")
        context.params["acting"] = given

    password_file = click.option(
        "--as-password-file",
        type=click.File(),
        callback=read,
        expose_value=False,
        help="Read that account's password from a file",
    )
    emergency = click.option(
        "--emergency",
        "acting_emergency",
        is_eager=True,
        help="Act without such an account, for this REASON; goes on the audit trail",
    )
    name = click.option("--as", "acting_name", is_eager=True, help="The account that acts, with the right for it")
    return name(emergency(password_file(command)))
