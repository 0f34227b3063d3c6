"""Makes time-limited relay credentials as coturn's REST scheme wants them, one for each leg of a live call."""

import base64
import hashlib
import hmac

from protocol.errors import ClockWrong
from protocol.frames import IceRefresh, IceServer
from runtime.clock import Clock
from runtime.settings import Settings

RENEWED_AT = 0.5
"""Share of its life after which a credential is renewed on a page that stays in its call."""


class Turn:
    """Hands out STUN servers to everybody, relay servers to the two parties of a call."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        """Use the configured servers and secret."""
        self._settings = settings
        self._clock = clock
        self._stun = (IceServer(urls=settings.stun_urls),) if settings.stun_urls else ()

    @property
    def ttl_s(self) -> int:
        """Return the life of credentials in seconds; 0 where there are none."""
        return self._settings.turn_ttl_s if self._settings.turn_urls else 0

    def anonymous(self) -> tuple[IceServer, ...]:
        """Return the servers that need no credentials."""
        return self._stun

    def servers(self, session: str, party: str) -> tuple[IceServer, ...]:
        """Return the servers with credentials for one party's leg of a session.

        The name is the same for a leg's whole life, so that the relay counts its allocations together.

        Raises:
            ClockWrong: the credentials would end at a wrong time.
        """
        if not self._settings.turn_urls:
            return self._stun
        until = self._clock.sure_ms() // 1000 + self._settings.turn_ttl_s
        # coturn logs the name, and a session's id is known to its parties alone: only a digest of it goes there.
        name = f"{until}:{hashlib.sha256(f'{session} {party}'.encode()).hexdigest()[:16]}"
        # SHA-1 is what the scheme prescribes; the message is short-lived and the key is ours.
        digest = hmac.new(self._settings.turn_secret.encode(), name.encode(), hashlib.sha1).digest()
        secret = base64.b64encode(digest).decode()
        return (*self._stun, IceServer(urls=self._settings.turn_urls, username=name, credential=secret))

    def refresh(self, session: str, party: str) -> IceRefresh | None:
        """Return the frame that gives a party of a call its servers and the policy; None: nothing to say.

        Nothing can be given while this node's clock is wrong: the page keeps what it has.
        """
        is_only = self._settings.relay == "only"
        if not (self._settings.turn_urls or is_only):
            return None
        try:
            servers = self.servers(session, party)
        except ClockWrong:
            return None
        return IceRefresh(ice_servers=servers, ice_ttl_s=self.ttl_s, ice_policy="relay" if is_only else "all")

    def is_due(self, given_ms: int) -> bool:
        """Tell whether credentials given then should be renewed now."""
        return self.ttl_s > 0 and self._clock.now_ms() - given_ms >= self.ttl_s * 1000 * RENEWED_AT
