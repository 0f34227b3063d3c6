"""A real coturn with the configuration that `deploy/` ships; only addresses, ports, secret and certificate are ours."""

import asyncio
import re
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from cloudwindow.certificates import self_signed
from cloudwindow.network import lan_addresses
from runtime.clock import SystemClock
from runtime.leash import leashed
from tests.support.engines import until_it_listens

SHIPPED = Path(__file__).resolve().parents[2] / "deploy" / "coturn.conf"
PUBLIC = "9.9.9.9"
"""The public address that this relay believes to have; nothing is ever sent there."""
SECRET = "the relay's secret of these tests"
#: Where Debian's package puts it, also when that is not on the path of who is not root.
PLACES = ("/usr/bin/turnserver", "/usr/sbin/turnserver")


@dataclass(frozen=True)
class Relay:
    """Where it listens and how it may be asked."""

    address: str
    port: int
    tls_port: int
    log: Path

    @property
    def url(self) -> str:
        """Its address for clients."""
        return f"turn:{self.address}:{self.port}?transport=udp"


def here() -> str:
    """Return an address of this machine that peers offer: they leave loopback out."""
    return next(iter(lan_addresses()), "127.0.0.1")


def configuration(folder: Path, port: int, tls_port: int, *, allowed: str) -> str:
    """Return the shipped configuration with what an operator fills in."""
    made = self_signed(folder / "tls", ["localhost"], [here()], SystemClock())
    filled = {
        "listening-port": str(port),
        "tls-listening-port": str(tls_port),
        "static-auth-secret": SECRET,
        "cert": str(made.chain),
        "pkey": str(made.key),
    }
    text = SHIPPED.read_text(encoding="utf-8")
    for name, value in filled.items():
        text, found = re.subn(rf"^{name}=.*$", f"{name}={value}", text, flags=re.MULTILINE)
        assert found == 1, name
    # This machine stands behind no NAT.
    text, found = re.subn(r"^external-ip=.*$", f"listening-ip={here()}\nrelay-ip={here()}", text, flags=re.MULTILINE)
    assert found == 1
    text = text.replace("203.0.113.10", PUBLIC)  # as the operator's `sed` does
    assert f"denied-peer-ip={PUBLIC}" in text
    ours = [f"userdb={folder / 'turndb'}", f"pidfile={folder / 'pid'}", "log-file=stdout", "verbose"]
    # Who comes by IPv6 is given an IPv6 address here, so that peers of that kind can be asked for.
    ours += [f"listening-ip={here_6()}", f"relay-ip={here_6()}", "allocation-default-address-family=keep"]
    return "\n".join([text, *ours, f"allowed-peer-ip={allowed}" if allowed else "", ""])


def here_6() -> str:
    """Return an IPv6 address of this machine; loopback where it has no such network."""
    found = [one.address for cards in psutil.net_if_addrs().values() for one in cards if one.family is socket.AF_INET6]
    return next((one for one in found if "%" not in one and one != "::1"), "::1")


def free_port() -> int:
    """Return a port that nobody has just now."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((here(), 0))
        port: int = probe.getsockname()[1]
        return port


@asynccontextmanager
async def relay(folder: Path, *, allowed: str = "") -> AsyncIterator[Relay]:
    """Run a relay that reaches only peers at `allowed` of the private networks."""
    program = shutil.which("turnserver") or next((place for place in PLACES if Path(place).exists()), "")
    assert program, "no turnserver: `make setup-dev` installs coturn"
    found = Relay(here(), free_port(), free_port(), folder / "relay.log")
    settings = folder / "turnserver.conf"
    settings.write_text(configuration(folder, found.port, found.tls_port, allowed=allowed), encoding="utf-8")
    with found.log.open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *leashed([program, "-c", str(settings)]), stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log
        )
    try:
        await until_it_listens(process, found.address, found.port, found.log)  # coturn takes TCP on the same port
        yield found
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
