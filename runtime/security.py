"""Signs what citizens hold (ticket tokens, stubs) and sets the headers that keep pages to themselves."""

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import msgspec
from aiohttp import web
from itsdangerous import BadData, SignatureExpired, TimestampSigner
from itsdangerous.encoding import base64_decode, base64_encode

from protocol.errors import BadStub, BadToken, TokenExpired
from protocol.identity_errors import BadKey
from protocol.priorities import Priority
from runtime.addresses import Visitors
from runtime.api_keys import TOKEN_PREFIX
from runtime.clock import Clock

KEY_MIN_CHARACTERS = 32
RECEIPT_LINK_S = 7 * 24 * 3600
"""So long a receipt's link from a screen opens it on a phone."""
MACHINE_TOKEN_S = 600
"""Seconds for which a machine's token opens what its key opens; it ends with the key at the latest."""
CLOCKS_APART_S = 60
"""Seconds by which the clocks of the signing and the reading node may differ; tokens live longer by as much."""
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; "
    "font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(self), display-capture=(self), "
    "geolocation=(), payment=(), usb=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
SERVER = "cloudwindow"
STRICT_TRANSPORT = "max-age=31536000"

T = TypeVar("T", bound=msgspec.Struct)


class TicketToken(msgspec.Struct, frozen=True):
    """Claims of a citizen's token: its page may act for this ticket."""

    ticket: str
    booth: str = ""


class Stub(msgspec.Struct, frozen=True):
    """A ticket as its citizen keeps it: enough to stand where it stood when Redis forgot."""

    ticket: str
    arrived_ms: int
    priority: Priority
    about: str


class ReceiptLink(msgspec.Struct, frozen=True):
    """Claims of the address in a QR code: the receipt that may be read there, and nothing else."""

    receipt: str


class Invitation(msgspec.Struct, frozen=True):
    """Claims of an invitation: one person may take part in one session, as the participant with this id."""

    session: str
    ticket: str
    participant: str


class MachineToken(msgspec.Struct, frozen=True):
    """Claims of a machine's short-lived token: the key it was asked for with, and the operations it is for."""

    key: str
    operations: tuple[str, ...]


class ClockSigner(TimestampSigner):
    """itsdangerous's signer, with time from a `Clock`."""

    clock: Clock

    def get_timestamp(self) -> int:
        """Return the clock's time in whole seconds."""
        return self.clock.now_ms() // 1000


class Signatures:
    """Makes and reads signed values; each kind has its own derived key."""

    def __init__(
        self,
        secret: str,
        clock: Clock,
        *,
        token_s: float,
        stub_s: float,
        link_s: float = RECEIPT_LINK_S,
        old: Sequence[str] = (),
    ) -> None:
        """Derive the keys from the installation's secret; values signed with an `old` one stay valid."""
        if min(map(len, (secret, *old))) < KEY_MIN_CHARACTERS:
            raise ValueError(f"the secret key needs at least {KEY_MIN_CHARACTERS} characters")
        self._clock = clock
        signer = type("Signer", (ClockSigner,), {"clock": clock})
        options = {"digest_method": hashlib.sha256, "key_derivation": "hmac"}
        secrets = [*reversed(old), secret]  # the last one signs
        self._tokens = signer(secrets, salt="cloudwindow.ticket", **options)
        self._stubs = signer(secrets, salt="cloudwindow.stub", **options)
        self._invitations = signer(secrets, salt="cloudwindow.invitation", **options)
        self._links = signer(secrets, salt="cloudwindow.receipt", **options)
        self._machine_tokens = signer(secrets, salt="cloudwindow.machine", **options)
        self._token_s = round(token_s)
        self._link_s = round(link_s)
        self._stub_s = round(stub_s)

    def token(self, value: TicketToken) -> str:
        """Sign a citizen's token.

        Raises:
            ClockWrong: it would begin and end at a wrong time.
        """
        _ = self._clock.sure_ms()
        return _write(self._tokens, value)

    def read_token(self, token: str) -> TicketToken:
        """Check a citizen's token.

        Raises:
            TokenExpired: it is too old.
            BadToken: it was not made here.
        """
        try:
            return _read(self._tokens, token, self._token_s, TicketToken)
        except SignatureExpired:
            raise TokenExpired from None
        except (BadData, msgspec.MsgspecError, ValueError):
            raise BadToken from None

    def stub(self, value: Stub) -> str:
        """Sign a ticket's stub.

        Raises:
            ClockWrong: as for a token.
        """
        _ = self._clock.sure_ms()
        return _write(self._stubs, value)

    def read_stub(self, stub: str) -> Stub:
        """Check a ticket's stub.

        Raises:
            BadStub: forged, cut, too old, or of another installation.
        """
        try:
            return _read(self._stubs, stub, self._stub_s, Stub)
        except (BadData, msgspec.MsgspecError, ValueError):
            raise BadStub from None

    def invitation(self, value: Invitation) -> str:
        """Sign an invitation.

        Raises:
            ClockWrong: as for a token.
        """
        _ = self._clock.sure_ms()
        return _write(self._invitations, value)

    def read_invitation(self, invitation: str) -> Invitation:
        """Check an invitation.

        Raises:
            TokenExpired: it is older than any call.
            BadToken: it was not made here.
        """
        try:
            return _read(self._invitations, invitation, self._token_s, Invitation)
        except SignatureExpired:
            raise TokenExpired from None
        except (BadData, msgspec.MsgspecError, ValueError):
            raise BadToken from None

    def machine_token(self, value: MachineToken) -> str:
        """Sign a machine's token, good for `MACHINE_TOKEN_S` seconds.

        Raises:
            ClockWrong: as for a citizen's token.
        """
        _ = self._clock.sure_ms()
        return TOKEN_PREFIX + _write(self._machine_tokens, value)

    def read_machine_token(self, token: str) -> MachineToken:
        """Check a machine's token.

        Raises:
            BadKey: forged, cut, too old, or of another realm: nobody is told which.
        """
        try:
            return _read(self._machine_tokens, token.removeprefix(TOKEN_PREFIX), MACHINE_TOKEN_S, MachineToken)
        except (BadData, msgspec.MsgspecError, ValueError):
            raise BadKey from None

    def link(self, value: ReceiptLink) -> str:
        """Sign the address of a receipt.

        Raises:
            ClockWrong: as for a token.
        """
        _ = self._clock.sure_ms()
        return _write(self._links, value)

    def read_link(self, link: str) -> ReceiptLink:
        """Check the address of a receipt.

        Raises:
            TokenExpired: forged, cut, too old, or of another installation: nobody is told which.
        """
        try:
            return _read(self._links, link, self._link_s, ReceiptLink)
        except (BadData, msgspec.MsgspecError, ValueError):
            raise TokenExpired from None


def _write(signer: TimestampSigner, value: msgspec.Struct) -> str:
    return signer.sign(base64_encode(msgspec.json.encode(value))).decode()


def _read(signer: ClockSigner, text: str, max_age_s: int, kind: type[T]) -> T:
    """Check and read; two clocks may be apart by `CLOCKS_APART_S` either way.

    Raises:
        SignatureExpired: it is too old, or was signed further in the future than that.
    """
    payload, at = signer.unsign(text.encode(), return_timestamp=True)
    age_s = signer.get_timestamp() - round(at.timestamp())
    if not -CLOCKS_APART_S <= age_s <= max_age_s + CLOCKS_APART_S:
        raise SignatureExpired(f"signed {age_s} s ago", payload=payload, date_signed=at)
    return msgspec.json.decode(base64_decode(payload), type=kind)


def headers_for(visitors: Visitors) -> Callable[[web.Request, web.StreamResponse], Awaitable[None]]:
    """Return what gives every answer the security headers it does not set itself; for `on_response_prepare`."""

    async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
        response.headers["Server"] = SERVER  # aiohttp's own tells its version and Python's
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if visitors.came_by_https(request):
            response.headers.setdefault("Strict-Transport-Security", STRICT_TRANSPORT)
            for cookie in response.headers.popall("Set-Cookie", []):
                response.headers.add("Set-Cookie", cookie if "; Secure" in cookie else f"{cookie}; Secure")

    return add_headers


__all__ = ["CSP", "HEADERS", "ClockSigner", "ReceiptLink", "Signatures", "Stub", "TicketToken", "headers_for"]
