"""Knows booths by their tokens, also through an hour in which the ledger does not answer."""

import hashlib

from protocol.errors import LedgerUnavailable
from records.database import Database
from records.staff import booths

KNOWN_MAX = 4096


class BoothTokens:
    """Checks tokens against the ledger and remembers by hash whose they were."""

    def __init__(self, database: Database) -> None:
        """Know none yet."""
        self._database = database
        self._known: dict[str, str] = {}

    async def check(self, token: str) -> str:
        """Return the booth that holds this token.

        Raises:
            BadToken: it is nobody's.
            LedgerUnavailable: the ledger does not answer and the token was never seen here.
        """
        key = hashlib.sha256(token.encode()).hexdigest()
        try:
            booth = await booths.check_token(self._database, token)
        except LedgerUnavailable:
            if key in self._known:
                return self._known[key]
            raise
        if len(self._known) >= KNOWN_MAX:
            self._known.clear()
        self._known[key] = booth
        return booth
