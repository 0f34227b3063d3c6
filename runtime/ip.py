"""Reads addresses by number, and tells those of the internet from all others."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

Address = IPv4Address | IPv6Address

_SPECIAL: Final = tuple(
    ip_network(text)
    for text in (
        *("192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15", "240.0.0.0/4"),
        *("::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/23", "2002::/16", "3fff::/20", "fec0::/10"),
    )
)
"""Special networks that Python 3.11 calls global or that carry another address inside (RFC 6890, RFC 9637)."""


def read_ip(text: str) -> Address:
    """Return the address of a text, without its zone; of an IPv4 address that IPv6 wraps the IPv4 address.

    Raises:
        ValueError: it is none.
    """
    found = ip_address(text.partition("%")[0])
    return found.ipv4_mapped or found if isinstance(found, IPv6Address) else found


def is_ip(host: str) -> bool:
    """Return whether a host is named by its address; a zone may follow it."""
    try:
        _ = ip_address(host)
    except ValueError:
        return False
    return True


def is_number(host: str) -> bool:
    """Return whether a host ends in a number and is no address: programs read such a host differently."""
    return not is_ip(host) and host.rstrip(".").rpartition(".")[2].isdigit()


def is_public(address: Address) -> bool:
    """Tell whether an address is one of the internet's: not private, local, reserved, multicast or a tunnel's."""
    if address.is_multicast or address.is_reserved or address.is_unspecified or not address.is_global:
        return False
    return not any(address in network for network in _SPECIAL)
