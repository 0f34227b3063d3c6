"""Takes the port before anything is started and serves an application on it until a stop signal."""

import asyncio
import errno
import signal
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from aiohttp import web

from cloudwindow.failures import OperatorError
from runtime import door
from runtime.settings import Settings

SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


def take_port(host: str, port: int) -> socket.socket:
    """Bind the port.

    Raises:
        OperatorError: another program has it, it needs more rights, or the address is not this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=door.BACKLOG)
    except OSError as error:
        raise OperatorError(_why(error, host, port)) from None


def _why(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} of {host} is in use by another program; stop it, or choose another with --port"
    if error.errno in {errno.EACCES, errno.EPERM}:
        return f"port {port} needs more rights than this user has; choose one above 1023 with --port"
    return f"cannot listen on {host} port {port}: {error.strerror or error}"


def tls(settings: Settings) -> ssl.SSLContext | None:
    """Return the certificate's context; None for plain HTTP.

    Raises:
        OperatorError: the files do not hold a certificate and its key.
    """
    if not settings.is_tls:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(settings.tls_cert, settings.tls_key)
    except (OSError, ssl.SSLError) as error:
        raise OperatorError(f"WINDOW_TLS_CERT, WINDOW_TLS_KEY: {error.strerror or error}") from None
    return context


@contextmanager
def stop_asked() -> Iterator[asyncio.Event]:
    """Give an event that Ctrl-C and SIGTERM set; a second one ends the program at once."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def once() -> None:
        stop.set()
        for number in SIGNALS:
            loop.remove_signal_handler(number)

    for number in SIGNALS:
        loop.add_signal_handler(number, once)
    try:
        yield stop
    finally:
        for number in SIGNALS:
            loop.remove_signal_handler(number)


async def listen(
    app: web.Application, port: socket.socket, settings: Settings, until: asyncio.Event, opened: Callable[[], None]
) -> None:
    """Serve on the port until the event is set, then let everybody go in order."""
    async with door.opened(app, port, settings, tls(settings)):
        opened()
        await until.wait()
