"""`cloudwindow doubles`: stand-ins for the systems of others, which misbehave on demand."""

import asyncio
import socket
from pathlib import Path
from typing import Final

import click
from aiohttp import web
from yarl import URL

from cloudwindow.failures import OperatorError, told
from cloudwindow.installation import private_files
from cloudwindow.listening import stop_asked, take_port
from cloudwindow.settings import in_realm, read
from doubles.app import Doubles
from doubles.news import AFTER_S
from ports.kit.connections import BadConnections, connections_of, read_connections
from ports.register import PORTS
from runtime.signatures import new_secret

HOST: Final = "127.0.0.1"


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=9090, show_default=True, help="Port to listen on")
@click.option(
    "--config", type=click.Path(path_type=Path), default=Path("var/ports.toml"), show_default=True,
    help="File of connections (WINDOW_PORTS_CONFIG): made if it is not there, else its secret is taken",
)  # fmt: skip
@click.option("--news-to", default="", metavar="URL", help="Product that is told news after calls  [default: none]")
@click.option(
    "--news-after", type=click.FloatRange(0, 7 * 24 * 3600), default=AFTER_S, show_default=True,
    help="Seconds from a call to its news",
)  # fmt: skip
@in_realm
@told
def doubles(port: int, config: Path, news_to: str, news_after: float) -> None:
    """Stand in for every system behind the ports, on this machine alone, with nothing kept.

    Faults: curl -d '{"port": "messages", "how": "away", "for_s": 3600}' http://127.0.0.1:9090/misbehave, and what was
    received is shown at the address itself.
    """
    realm = read().realm
    with take_port(HOST, port) as door:
        url = f"http://{HOST}:{door.getsockname()[1]}"
        if not config.exists():
            _write(config, realm, url)
        stand_ins = Doubles(_secret(config, realm, url), news_to=_address(news_to), after_s=news_after)
        asyncio.run(_serve(stand_ins, door, f"{url}  WINDOW_PORTS_CONFIG={config}"))


def _address(text: str) -> str:
    """Return the product's address.

    Raises:
        OperatorError: it is none.
    """
    if text and (not text.startswith(("http://", "https://")) or not URL(text).host):
        raise OperatorError(f"--news-to {text}: write the product's address, such as http://127.0.0.1:8080")
    return text


async def _serve(stand_ins: Doubles, door: socket.socket, banner: str) -> None:
    runner = web.AppRunner(stand_ins.app())
    await runner.setup()
    with stop_asked() as stop:
        await web.SockSite(runner, door).start()
        click.echo(banner)
        _ = await stop.wait()
    await runner.cleanup()


def _write(config: Path, realm: str, url: str) -> None:
    """Write connections of every port to the doubles, with one fresh secret.

    Raises:
        OperatorError: the file cannot be written.
    """
    secret = new_secret()
    tables = [
        f'[{realm}.{port}]\nurl = "{url}/{port}"\nallowed = ["127.0.0.0/8"]\nsecret = "{secret}"\n' for port in PORTS
    ]
    try:
        with private_files():
            config.parent.mkdir(parents=True, exist_ok=True)
            _ = config.write_text("\n".join(tables), encoding="utf-8")
    except OSError as problem:
        raise OperatorError(f"{config}: {problem.strerror or problem}") from None


def _secret(config: Path, realm: str, url: str) -> bytes:
    """Return the secret that the connections of a realm share with the doubles.

    Raises:
        OperatorError: the file cannot be used, or its connections lead elsewhere or have several secrets.
    """
    try:
        found = connections_of(read_connections(config, PORTS), realm)
    except BadConnections as problem:
        raise OperatorError(str(problem)) from None
    away = sorted(port for port, connection in found.items() if not connection.url.startswith(f"{url}/"))
    if away:
        raise OperatorError(f"{config}: {realm}.{away[0]} leads to {found[away[0]].url}, not to {url}: choose --port")
    known = {connection.secrets[0] for connection in found.values()}
    if len(known) != 1:
        raise OperatorError(f"{config}: the ports of {realm} need one secret in common to be stood in for")
    return known.pop()
