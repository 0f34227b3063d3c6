"""Identifiers: their form and their making."""

import secrets

# Crockford's base 32: no I, L, O, U, so that a number read out over the phone is not misheard.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

ID_LENGTH = 26
RECEIPT_SECRET_LENGTH = 6


def encode(value: int, length: int) -> str:
    """Write `value` in base 32 with exactly `length` characters, most significant first."""
    digits = []
    for _ in range(length):
        value, digit = divmod(value, 32)
        digits.append(ALPHABET[digit])
    return "".join(reversed(digits))


def new_id(now_ms: int) -> str:
    """Make an id (ULID layout): 48 bits of milliseconds, then 80 random bits; sorts by age.

    The random part makes it unguessable, which is what protects a citizen's ticket.
    """
    return encode(now_ms, 10) + encode(secrets.randbits(80), 16)


class ConnectionIds:
    """Makes ids of connections that rise strictly within a process, and by the clock between processes.

    The layout is that of `new_id`: 48 bits of milliseconds, then 20 bits that count, then 60 random bits.
    """

    def __init__(self) -> None:
        """Begin with the first."""
        self._last = (0, 0)

    def new(self, now_ms: int) -> str:
        """Make the next id; a clock that stands or goes back does not make it lower than the last."""
        last_ms, number = self._last
        self._last = (now_ms, 0) if now_ms > last_ms else (last_ms, number + 1)
        at_ms, number = self._last
        return encode(at_ms, 10) + encode(number, 4) + encode(secrets.randbits(60), 12)


new_connection_id = ConnectionIds().new


def new_receipt(day: str, number: str) -> str:
    """Make the number a citizen asks after: `20261122-MZ003-7K4Q9D`.

    The last part is random (30 bits), so that nobody reads a neighbour's receipt by counting.
    """
    return f"{day}-{number}-{encode(secrets.randbits(5 * RECEIPT_SECRET_LENGTH), RECEIPT_SECRET_LENGTH)}"
