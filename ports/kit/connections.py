"""Reads how the systems behind the ports are reached: one TOML file, a table for each realm and port."""

import ssl
from collections.abc import Mapping
from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from runtime.ip import is_ip, is_number, read_ip
from runtime.signatures import read_secret

Network = IPv4Network | IPv6Network
WaitS = Annotated[float, Meta(gt=0, le=120)]
LOOPBACK_NAMES: Final = frozenset({"localhost", "127.0.0.1", "::1"})
SCHEMES: Final = frozenset({"https", "http", "tcp"})


class BadConnections(Exception):
    """The file cannot be used; the message names the realm, the port and the fault in one line each."""


class SystemConnection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The way to the system of one port. Plain `http` and `tcp` stay within this machine.

    `allowed` are the networks (CIDR) that its name may lead to; the address that was checked is the one connected to.
    `secret` (or the file that holds it) signs our messages and checks theirs; `old_secrets` still count. `ca_file`
    replaces the system's authorities, `cert_file` and `key_file` show who we are. Waits are in seconds.
    """

    url: Annotated[str, Meta(max_length=500)]
    allowed: tuple[str, ...]
    secret: str = ""
    secret_file: str = ""
    old_secrets: tuple[str, ...] = ()
    ca_file: str = ""
    cert_file: str = ""
    key_file: str = ""
    connect_s: WaitS = 3
    total_s: WaitS = 10

    @property
    def networks(self) -> tuple[Network, ...]:
        """The networks that its name may lead to."""
        return tuple(ip_network(block) for block in self.allowed)

    def admits(self, address: str) -> bool:
        """Return whether an address may be connected to."""
        found = read_ip(address)
        return any(found in network for network in self.networks)

    @property
    def secrets(self) -> tuple[bytes, ...]:
        """The secrets that count; the first one signs."""
        first = self.secret or Path(self.secret_file).read_text(encoding="utf-8")
        return tuple(read_secret(one) for one in (first, *self.old_secrets))

    def tls(self) -> ssl.SSLContext:
        """Return what an encrypted connection is checked by.

        Raises:
            OSError: a file of certificates cannot be read.
        """
        return _tls(self.ca_file, self.cert_file, self.key_file)


@cache
def _tls(ca_file: str, cert_file: str, key_file: str) -> ssl.SSLContext:
    """Make the context of these files, once for all ports and realms: it reads every authority of the system."""
    context = ssl.create_default_context(cafile=ca_file or None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if cert_file:
        context.load_cert_chain(cert_file, key_file or None)
    return context


Realms = dict[str, dict[str, SystemConnection]]


def read_connections(path: Path, ports: tuple[str, ...]) -> Realms:
    """Return the connections of a file by realm and port.

    Raises:
        BadConnections: it cannot be read, names a port that there is not, or a connection is not usable.
    """
    try:
        found = msgspec.toml.decode(path.read_bytes(), type=Realms)
    except (OSError, msgspec.DecodeError) as problem:
        why = (problem.strerror or type(problem).__name__) if isinstance(problem, OSError) else str(problem)
        raise BadConnections(f"{path}: {why}") from None
    faults = [
        f"{path}: {realm}.{port}: {fault}"
        for realm, connections in found.items()
        for port, connection in connections.items()
        if (fault := _fault(port, connection, ports))
    ]
    if faults:
        raise BadConnections("\n".join(faults))
    return found


def _fault(port: str, connection: SystemConnection, ports: tuple[str, ...]) -> str:
    """Return why a connection is not usable, or nothing."""
    if port not in ports:
        return f"there is no such port; there are {', '.join(ports)}"
    try:
        _ = connection.secrets, connection.tls(), connection.networks
        return _fault_of_address(connection)
    except OSError as problem:
        return f"{problem.filename or 'certificates'}: {problem.strerror or type(problem).__name__}"
    except ValueError as problem:
        return str(problem)


def _fault_of_address(connection: SystemConnection) -> str:
    """Return why an address is not usable, or nothing.

    Raises:
        ValueError: it is no address.
    """
    url = urlsplit(connection.url)
    if url.scheme not in SCHEMES or not url.hostname or url.port == 0:
        return "url: write https://HOST/PATH"
    if url.username or url.query or url.fragment:
        return "url: without name, query and fragment"
    if url.scheme != "https" and url.hostname not in LOOPBACK_NAMES:
        return f"url: {url.scheme} is for this machine alone"
    if not connection.allowed:
        return "allowed: name the networks that it may lead to (CIDR)"
    return _fault_of_host(connection, url.hostname)


def _fault_of_host(connection: SystemConnection, host: str) -> str:
    if is_number(host):
        return f"url: {host} is neither a name nor an address"
    if is_ip(host) and not connection.admits(host):
        return f"url: {host} is not among the allowed networks"
    return ""


def connections_of(realms: Mapping[str, Mapping[str, SystemConnection]], realm: str) -> Mapping[str, SystemConnection]:
    """Return the connections of a realm by port."""
    return realms.get(realm, {})
