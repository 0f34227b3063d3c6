"""`cloudwindow serve`: one node of an installation with its own engines."""

import click
import uvloop

from cloudwindow.compose import node
from cloudwindow.failures import OperatorError, told
from cloudwindow.installation import Installation, private_files
from cloudwindow.listening import listen, stop_asked, take_port
from cloudwindow.network import urls
from cloudwindow.settings import demanded, read
from runtime.security import KEY_MIN_CHARACTERS
from runtime.settings import Settings

NEEDED = ("redis_url", "database_url", "secret_key", "master_key", "audit_key")
MASTER_KEY_BYTES = 32


@click.command()
@click.option("--host", help="Address to listen on (WINDOW_HOST)")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on (WINDOW_PORT)")
@told
def serve(host: str | None, port: int | None) -> None:
    """Serve with the engines that WINDOW_REDIS_URL and WINDOW_DATABASE_URL name; several nodes may share them."""
    settings = demanded(read(host=host, port=port), *NEEDED)
    check_keys(settings)
    with private_files():
        uvloop.run(_serve(settings))


async def _serve(settings: Settings) -> None:
    door = take_port(settings.host, settings.port)
    port = door.getsockname()[1]
    scheme = "https" if settings.is_tls else "http"
    with door, stop_asked() as stop:
        async with node(settings, Installation()) as app:
            await listen(app, door, settings, stop, lambda: click.echo(urls(scheme, [settings.host], port)[0]))


def check_keys(settings: Settings) -> None:
    """Refuse keys that would only fail at the first ticket.

    Raises:
        OperatorError: one is too short or not in its form.
    """
    for name, secret in _named("SECRET_KEY", settings.secret_key, settings.old_secret_keys):
        if len(secret) < KEY_MIN_CHARACTERS:
            raise OperatorError(f"{name}: at least {KEY_MIN_CHARACTERS} characters")
    check_master_keys(settings)


def check_master_keys(settings: Settings) -> None:
    """Refuse master keys that are none.

    Raises:
        OperatorError: one is not in its form.
    """
    for name, key in _named("MASTER_KEY", settings.master_key, settings.old_master_keys):
        try:
            good = len(bytes.fromhex(key)) == MASTER_KEY_BYTES
        except ValueError:
            good = False
        if not good:
            raise OperatorError(f"{name}: {2 * MASTER_KEY_BYTES} hexadecimal digits")


def _named(name: str, key: str, old: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(f"WINDOW_{name}", key), *((f"WINDOW_OLD_{name}S", one) for one in old)]
