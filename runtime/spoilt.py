"""Tells values that Redis keeps spoilt, which are there and cannot be read, from a Redis that is away."""

from typing import Final

from redis.exceptions import ReadOnlyError, RedisError, ResponseError

from runtime.kept import count

OUTAGES: Final = ("LOADING", "MASTERDOWN", "CLUSTERDOWN", "NOREPLICAS", "OOM", "BUSY", "TRYAGAIN")
"""Prefixes of the error replies of a Redis that cannot serve just now."""


def is_spoilt(error: BaseException) -> bool:
    """Tell whether Redis refused a value as of another kind: it is there, and trying again will not help."""
    is_answer = isinstance(error, ResponseError) and not isinstance(error, ReadOnlyError)
    return is_answer and not str(error).startswith(OUTAGES)


def count_spoilt(error: RedisError) -> bool:
    """Count an error of Redis that is a spoilt value; False when it is an outage."""
    if is_spoilt(error):
        count("value", error)
        return True
    return False
