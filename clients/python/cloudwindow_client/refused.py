"""Errors that a caller meets: no answer, a refusal, an answer that cannot be read."""

from collections.abc import Mapping

Param = str | int | float | bool | None


class CloudWindowError(Exception):
    """The base of all errors of this package."""


class Away(CloudWindowError):
    """No answer came: no connection, or none in time."""


class Unreadable(CloudWindowError):
    """The server answered in a shape that its interface does not have."""


class Refused(CloudWindowError):
    """The server refused.

    `code` is stable and empty where it was no server of ours that answered; `params` are its facts; `request` names the
    request in the server's log. `retry_after_s` are the seconds to wait before the next try, None where it said none.
    """

    def __init__(
        self,
        status: int,
        code: str = "",
        params: Mapping[str, Param] | None = None,
        *,
        retry_after_s: float | None = None,
        request: str = "",
    ) -> None:
        """Keep the parts of the answer."""
        self.status = status
        self.code = code
        self.params = dict(params or {})
        self.retry_after_s = retry_after_s
        self.request = request
        facts = "".join(f" {name}={value}" for name, value in self.params.items())
        super().__init__(f"{status} {code or 'without a code'}{facts}")


class TokenRefused(Refused):
    """The server gave no token; `code` is the `error` of RFC 6749, 5.2, such as `invalid_client`."""
