"""Reads the settings of commands: the environment, overridden by an option; a missing one is named in one line."""

import logging
import os
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

import click
from msgspec.structs import replace

from cloudwindow.failures import OperatorError
from cloudwindow.installation import Installation
from runtime import log
from runtime.realms import settings_of
from runtime.settings import Settings, load

F = TypeVar("F", bound=Callable[..., Any])

REALM: Final = "cloudwindow.realm"


def in_realm(command: F) -> F:
    """Give a command the option that says in which realm it works; `read` then returns that realm's settings."""

    def keep(context: click.Context, _parameter: click.Parameter, name: str | None) -> None:
        context.meta[REALM] = name

    option = click.option(
        "--realm", expose_value=False, callback=keep, metavar="NAME", help="The realm  [default: WINDOW_REALM]"
    )
    return option(command)


def read(environment: Mapping[str, str] | None = None, **options: object) -> Settings:
    """Return the settings and set up the log; options that were not given (None) do not count.

    They are those of the realm that the command in progress was told, else the process's own.

    Raises:
        BadSettings: an unknown setting, a value that does not parse, or a realm that is not named there.
    """
    given = {name: value for name, value in options.items() if value is not None}
    settings = load(os.environ if environment is None else environment, **given)
    _ = log.set_up(settings.log_format, settings.log_level)
    logging.getLogger("alembic").setLevel(logging.WARNING)  # it narrates every start
    realm = _told()
    return settings if realm is None else of_realm(settings, realm)


def _told() -> str | None:
    context = click.get_current_context(silent=True)
    return context.meta.get(REALM) if context is not None else None


def is_one_chosen() -> bool:
    """Return whether the command in progress was told a realm."""
    return _told() is not None


def chosen(settings: Settings) -> tuple[str, ...]:
    """Return the realms that the command in progress is about: the one that it was told, else all."""
    realm = _told()
    return settings.realms if realm is None else (realm,)


def of_realm(settings: Settings, realm: str) -> Settings:
    """Return a realm's settings; where no ledger is named, those of the demonstration in this folder.

    Raises:
        BadSettings: no such realm is named.
    """
    if realm != settings.realm and not settings.database_url:
        settings = with_own(settings, Installation())
    return settings_of(settings, realm)


def with_own(settings: Settings, installation: Installation) -> Settings:
    """Return the settings with the installation's own stores and secrets where none are set."""
    return replace(
        settings,
        database_url=settings.database_url or installation.ledger_url,
        secret_key=settings.secret_key or installation.secret("secret-key"),
        audit_key=settings.audit_key or installation.secret("audit-key"),
        anchors_folder=str(installation.folder / "anchors"),
        master_key=settings.master_key or installation.secret("master-key"),
        documents_folder=str(installation.files),
        voice_folder=str(installation.folder / "voice"),
    )


def demanded(settings: Settings, *names: str) -> Settings:
    """Return the settings when all of `names` are set.

    Raises:
        OperatorError: the first that is not, and where it would be set.
    """
    missing = [f"WINDOW_{name.upper()}: not set" for name in names if not getattr(settings, name)]
    if missing:
        raise OperatorError("\n".join(missing))
    return settings
