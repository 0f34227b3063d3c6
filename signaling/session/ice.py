"""Decides which network addresses one side of a call may tell the other: candidates (RFC 8839) and SDP lines.

A candidate makes the other side's browser send packets to its address, and tells it that address. So an address passes
only when it is public or in one of the installation's own networks (`WINDOW_ICE_NETWORKS`), over UDP, on a port that no
system service has. With `relay: only` nothing but the relay's addresses pass.
"""

import re
from functools import lru_cache
from ipaddress import ip_address, ip_network

from protocol.errors import BadInput
from runtime.ip import is_public
from runtime.settings import Settings

SDP_MAX = 48 * 1024
LINES_MAX = 1500
"""Chromium's offer of four slots has about 400 lines and 14 KB; a line more than fourfold is no description of ours."""
LINE_MAX = 1024
SECTIONS_MAX = 8
CANDIDATE_MAX = 1024
CANDIDATES_MAX = 64
"""Of one side and epoch; a machine with a cable, a radio and two relays has about twenty."""
PORT_MIN = 1024
NOWHERE = {"IP4": "0.0.0.0", "IP6": "::"}  # noqa: S104 - what SDP says for "no address"

_CANDIDATE = re.compile(
    r"(?:a=)?candidate:[\w+/]{1,32} [1-9]\d{0,2} (?P<transport>[A-Za-z]{3,7}) \d{1,10} (?P<address>[\w.:%-]{1,253}) "
    r"(?P<port>\d{1,5}) typ (?P<kind>host|srflx|prflx|relay)(?P<rest>(?: [\x21-\x7e]+)*)"
)
_RELATED = re.compile(r" raddr [\x21-\x7e]+(?: rport \d+)?", re.IGNORECASE)
_MDNS = re.compile(r"[0-9A-Za-z-]{1,63}\.local")
_ADDRESS = re.compile(r"(?P<before>(?:c=|a=rtcp:\d{1,5} |o=[^\r\n]* )IN (?P<family>IP4|IP6) )(?P<address>\S+)")
_LINE = re.compile(r"(?:[a-z]=[^\x00-\x08\x0b-\x1f\x7f]*)?\r?")
_DIRECTION = re.compile(r"^a=[ \t]*(?:sendrecv|sendonly|recvonly|inactive)[ \t]*\r?$", re.MULTILINE | re.IGNORECASE)
_HARMLESS = frozenset({"0.0.0.0", "127.0.0.1", "::", "::1"})  # noqa: S104 - in `o=` and `c=` nobody connects to them


class AddressPolicy:
    """The policy for addresses that the two sides of a call may learn of each other."""

    def __init__(self, settings: Settings) -> None:
        """Read the installation's own networks and whether media use the relay alone."""
        self._networks = tuple(ip_network(text) for text in settings.ice_networks)
        self._relay_only = settings.relay == "only"
        self._passes = lru_cache(maxsize=4096)(self._judge)

    def candidate(self, line: str) -> str | None:
        """Return a candidate as the other side may have it, without the address behind it; None: it may not.

        `line` is `candidate:…`, with or without `a=`; an empty one ends the list and passes.
        """
        if not line:
            return line
        found = _CANDIDATE.fullmatch(line) if len(line) <= CANDIDATE_MAX else None
        if found is None or found["transport"].lower() != "udp" or not PORT_MIN <= int(found["port"]) <= 0xFFFF:  # noqa: PLR2004
            return None
        if self._relay_only and found["kind"] != "relay":
            return None
        if not self._passes(found["address"], is_host=found["kind"] == "host"):
            return None
        rest = _RELATED.sub(" raddr 0.0.0.0 rport 0", found["rest"])
        return line[: found.start("rest")] + rest

    def description(self, sdp: str) -> str:
        """Return an SDP description whose candidates and addresses are those that `candidate` lets pass.

        One pass over its lines.

        Raises:
            BadInput: it is too large or no description; `why` says which.
        """
        kept, candidates = [], 0
        for raw in _checked(sdp):
            line = raw.removesuffix("\r")
            is_candidate = _is_candidate(line)
            candidates += is_candidate
            passed = None if is_candidate and candidates > CANDIDATES_MAX else self._line(line)
            if passed is not None:
                kept.append(passed + raw[len(line) :])
        return "\n".join(kept)

    def _line(self, line: str) -> str | None:
        if _is_candidate(line):
            return self.candidate(line)
        start = _start(line)
        if start.startswith("a=remote-candidates:"):
            return None
        if not start.startswith(("c=", "o=", "a=rtcp:")):
            return line
        found = _ADDRESS.fullmatch(line)
        if found is None or found["address"] in _HARMLESS:
            return line if found is not None or (start.startswith("a=rtcp:") and " " not in line) else None
        if not self._relay_only and self._passes(found["address"], is_host=True):
            return line
        return found["before"] + NOWHERE[found["family"]]

    def _judge(self, address: str, *, is_host: bool) -> bool:
        """Tell whether an address may be told and knocked at."""
        try:
            place = ip_address(address)
        except ValueError:
            # A name that its own network alone can resolve (RFC 8828, mDNS); any other name would ask a DNS server.
            return is_host and _MDNS.fullmatch(address) is not None
        if any(place in network for network in self._networks):
            return True
        return is_public(place)


def _start(line: str) -> str:
    """Return a line of an SDP in small letters, without blanks before its value: so lenient are browsers (Firefox)."""
    return line[:2].lower() + line[2:].lstrip().lower()


def _is_candidate(line: str) -> bool:
    """Tell whether a browser may read a line as a candidate, also where RFC 8839 would not write it so."""
    return _start(line).startswith("a=candidate:")


def is_silent(sdp: str) -> bool:
    """Tell whether a description sends nothing: each of its media sections says so itself (RFC 8866, 6.7)."""
    sections = sdp.split("\nm=")[1:]
    said = [_DIRECTION.findall(section) for section in sections]
    return all(len(one) == 1 and one[0].strip().lower().endswith(("recvonly", "inactive")) for one in said)


def _checked(sdp: str) -> list[str]:
    """Return the lines of a description that has the size and shape of one.

    Raises:
        BadInput: it is too large or no description; `why` says which.
    """
    lines = sdp.split("\n")
    if len(sdp) > SDP_MAX:
        raise BadInput(field="sdp", why="length", max=SDP_MAX)
    if len(lines) > LINES_MAX:
        raise BadInput(field="sdp", why="lines", max=LINES_MAX)
    if not sdp.startswith("v=0") or not all(_LINE.fullmatch(line) for line in lines):
        raise BadInput(field="sdp", why="malformed")
    if max(map(len, lines)) > LINE_MAX:
        raise BadInput(field="sdp", why="length", max=LINE_MAX)
    sections = sdp.split("\nm=")
    if len(sections) > SECTIONS_MAX + 1:
        raise BadInput(field="sdp", why="sections", max=SECTIONS_MAX)
    if any(len(_DIRECTION.findall(section)) > 1 for section in sections):
        raise BadInput(field="sdp", why="direction")
    return lines
