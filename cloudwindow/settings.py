"""Reads the settings of commands: the environment, overridden by an option; a missing one is named in one line."""

import logging
import os
from collections.abc import Mapping

from cloudwindow.failures import OperatorError
from runtime import log
from runtime.settings import Settings, load


def read(environment: Mapping[str, str] | None = None, **options: object) -> Settings:
    """Return the settings and set up the log; options that were not given (None) do not count.

    Raises:
        BadSettings: an unknown setting or a value that does not parse.
    """
    given = {name: value for name, value in options.items() if value is not None}
    settings = load(os.environ if environment is None else environment, **given)
    _ = log.set_up(settings.log_format, settings.log_level)
    logging.getLogger("alembic").setLevel(logging.WARNING)  # it narrates every start
    return settings


def demanded(settings: Settings, *names: str) -> Settings:
    """Return the settings when all of `names` are set.

    Raises:
        OperatorError: the first that is not, and where it would be set.
    """
    missing = [f"WINDOW_{name.upper()}: not set" for name in names if not getattr(settings, name)]
    if missing:
        raise OperatorError("\n".join(missing))
    return settings
