"""The command line: `cloudwindow COMMAND`, or `python -m cloudwindow COMMAND`."""

import sys
from importlib import import_module

import click

from cloudwindow import VERSION

COMMANDS = {
    "demo": "demo:demo",
    "serve": "serve:serve",
    "booth": "booth:booth",
    "migrate": "ledger:migrate",
    "import": "ledger:import_",
    "catalogue": "catalogue:catalogue",
    "account": "accounts:account",
    "machines": "machines:machines",
    "booth-code": "ledger:booth_code",
    "booths": "booths:booths",
    "hooks": "hooks:hooks",
    "queue": "queue:queue",
    "journal": "journal:journal",
    "documents": "documents:documents",
    "prompts": "prompts:prompts",
    "check": "check:check_",
    "verify": "audit:verify",
    "simulate": "simulate:simulate",
    "ports": "ports:ports",
    "doubles": "doubles:doubles",
}


OF_BOOTHS = {"aiortc", "av"}
"""Packages that `scripts/setup.sh --server` leaves out."""


def _left_out(command: str, package: str) -> click.Command:
    """Return a command that says what this installation lacks."""

    def tell() -> None:
        text = f"`{command}` needs {package}, which is not installed here: run scripts/setup.sh without --server"
        click.echo(f"cloudwindow: {text}", err=True)
        sys.exit(2)

    anything = {"ignore_unknown_options": True, "allow_extra_args": True}
    return click.Command(
        command, callback=tell, help=f"Not installed here: needs {package}.", context_settings=anything
    )


class Commands(click.Group):
    """Loads a command's module when it is asked for: a booth needs no database, a server no media library."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order of a newcomer's needs."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one command."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        try:
            found = getattr(import_module(f"cloudwindow.commands.{module}"), name)
        except ModuleNotFoundError as problem:
            if problem.name not in OF_BOOTHS:
                raise
            return _left_out(cmd_name, problem.name)
        return found if isinstance(found, click.Command) else None


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
@click.version_option(VERSION, prog_name="cloudwindow")
def main() -> None:
    """Cloud Window: citizens press one button and meet the right agent face to face.

    Settings come from WINDOW_* variables (see deploy/window.env.example). A failure that you can mend is told in one
    line, with exit code 2.
    """


if __name__ == "__main__":
    main(prog_name="cloudwindow")
