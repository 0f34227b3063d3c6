"""Under which names and addresses other devices on the network find this machine."""

import ipaddress
import socket
from collections.abc import Iterable

import psutil


def lan_addresses() -> list[str]:
    """Return this machine's IPv4 addresses that another device may reach, private ones first."""
    found = {
        address.address
        for addresses in psutil.net_if_addrs().values()
        for address in addresses
        if address.family is socket.AF_INET
    }
    usable = [one for one in map(ipaddress.IPv4Address, found) if not one.is_loopback and not one.is_link_local]
    return [str(one) for one in sorted(usable, key=lambda one: (not one.is_private, one))]


def names() -> list[str]:
    """Return the host names of this machine."""
    host = socket.gethostname()
    return list(dict.fromkeys(["localhost", host, f"{host}.local"]))


def is_local_only(host: str) -> bool:
    """Tell whether a server that listens on `host` is for this machine only."""
    return host in {"localhost", "127.0.0.1", "::1"}


def urls(scheme: str, hosts: Iterable[str], port: int) -> list[str]:
    """Return the base URLs of `hosts`."""
    usual = 443 if scheme == "https" else 80
    return [f"{scheme}://{host}" if port == usual else f"{scheme}://{host}:{port}" for host in hosts]
