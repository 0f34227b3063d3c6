"""Makes time-limited relay credentials as coturn's REST scheme wants them."""

import base64
import hashlib
import hmac

from protocol.frames import IceRefresh, IceServer
from runtime.clock import Clock
from runtime.settings import Settings

RENEWED_AT = 0.5
"""Share of its life after which a credential is renewed on a page that stays open."""


class Turn:
    """Hands out relay servers."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        """Use the configured servers and secret."""
        self._settings = settings
        self._clock = clock

    @property
    def ttl_s(self) -> int:
        """How long credentials last; 0 where there are none."""
        return self._settings.turn_ttl_s if self._settings.turn_urls else 0

    def servers(self, who: str) -> tuple[IceServer, ...]:
        """Return the servers with credentials for `who` (a connection's id)."""
        servers = []
        if self._settings.stun_urls:
            servers.append(IceServer(urls=self._settings.stun_urls))
        if self._settings.turn_urls:
            until = self._clock.now_ms() // 1000 + self._settings.turn_ttl_s
            # coturn logs the name, and a connection's id is known to its page alone: only a digest of it goes there.
            name = f"{until}:{hashlib.sha256(who.encode()).hexdigest()[:16]}"
            # SHA-1 is what the scheme prescribes; the message is short-lived and the key is ours.
            digest = hmac.new(self._settings.turn_secret.encode(), name.encode(), hashlib.sha1).digest()
            secret = base64.b64encode(digest).decode()
            servers.append(IceServer(urls=self._settings.turn_urls, username=name, credential=secret))
        return tuple(servers)

    def refresh(self, who: str) -> IceRefresh:
        """Return the frame that renews a page's credentials."""
        return IceRefresh(ice_servers=self.servers(who), ice_ttl_s=self.ttl_s)

    def is_due(self, given_ms: int) -> bool:
        """Tell whether credentials given then should be renewed now."""
        return self.ttl_s > 0 and self._clock.now_ms() - given_ms >= self.ttl_s * 1000 * RENEWED_AT
