"""Refusals, an exception for each code. Written by `make clients`: change the server's types, not this file."""

from collections.abc import Mapping

from cloudwindow_client.refused import Refused


class BadCsrf(Refused):
    """The CSRF token is missing or wrong; reload the page.

    Status 403.
    """


class BadInput(Refused):
    """A field's value is invalid; `field` names it, `why` its fault.

    Status 422.
    """


class BadKey(Refused):
    """The machine's key or token is wrong, too old, ended, or its machine is closed: nobody is told which.

    Status 401.
    """


class BadToken(Refused):
    """The token is forged, cut, or made for something else: drop it and start anew.

    Status 401.
    """


class BodyRefused(Refused):
    """The request's body is compressed (`why` is `encoding`), of many parts (`multipart`) or no UTF-8 (`charset`).

    Status 415.
    """


class BodyTooLarge(Refused):
    """The body has more than the `max_bytes` bytes that its address takes; only pieces of uploads are large.

    Status 413.
    """


class BodyTooSlow(Refused):
    """The request's body did not come within `within_s` seconds; the connection is closed.

    Status 408.
    """


class Busy(Refused):
    """The node has its hands full, for instance with sign-ins; ask again after `retry_after_s` seconds.

    Status 503.
    """


class ClockWrong(Refused):
    """This node's clock is `off_ms` milliseconds off the queue server's: set it, nothing was changed.

    Status 503.
    """


class CursorGone(Refused):
    """Events after this cursor were removed, or it was given by no feed of this ledger: begin at `begin`.

    Status 410.
    """


class DocumentIncomplete(Refused):
    """The file is cut off or broken: no viewer shows it whole.

    Status 422.
    """


class DocumentLocked(Refused):
    """The file opens with a password only; `tried` tells that the one in `Document-Password` was wrong.

    Status 422.
    """


class DocumentNotFound(Refused):
    """No such document, or not yours to see.

    Status 404.
    """


class DocumentTooDetailed(Refused):
    """The file has more than `max_points` points or `max_pages` pages, or is too much to open: send a smaller one.

    Status 422.
    """


class Failure(Refused):
    """A bug on our side; tell the operator the request's id.

    Status 500.
    """


class LedgerUnavailable(Refused):
    """The database does not answer; accepted events are in the journal and will be recorded.

    Status 503.
    """


class MethodNotAllowed(Refused):
    """The address has no such method; the `Allow` header lists those it has.

    Status 405.
    """


class NotAllowed(Refused):
    """The asker is known but may not do this.

    Status 403.
    """


class NotFound(Refused):
    """No object has this id, or the asker may not know that it exists.

    Status 404.
    """


class PortNotSet(Refused):
    """The operator has not connected a system to the port `port`.

    Status 503.
    """


class PortUnavailable(Refused):
    """The system behind the port `port` gave no answer that can be believed (`why`); a kept call goes on by itself.

    Status 503.
    """


class QueueUnavailable(Refused):
    """Redis does not answer; calls go on, nothing was changed.

    Status 503.
    """


class SeatNotFound(Refused):
    """No such seat is on record or signed in.

    Status 404.
    """


class SessionNotFound(Refused):
    """No such session, or not yours.

    Status 404.
    """


class SignInRequired(Refused):
    """No valid login came with the request; sign in and ask again.

    Status 401.
    """


class StorageFull(Refused):
    """The file store keeps its last room for documents that are on their way; begin the upload later.

    Status 503.
    """


class StorageUnavailable(Refused):
    """The file store does not answer or is full; the upload can be resumed.

    Status 503.
    """


class TokenExpired(Refused):
    """The token was good but its time is over: drop it and start anew.

    Status 401.
    """


class TooManySockets(Refused):
    """This address, or all together, hold as many sockets as the node serves: wait `retry_after_s` seconds.

    Status 503.
    """


class TooManyTries(Refused):
    """Wait `retry_after_s` seconds before the next try.

    Status 429.
    """


class Unavailable(Refused):
    """Redis, SQL or the node cannot serve just now: 503 with Retry-After, or close 1013.

    Status 503.
    """


class UnknownBooth(Refused):
    """The booth code is wrong, used up or expired; ask the operator for a new one.

    Status 404.
    """


class UnknownItem(Refused):
    """The catalogue has no such item; search again.

    Status 404.
    """


class UnknownSite(Refused):
    """The catalogue has no such site.

    Status 404.
    """


class WrongHost(Refused):
    """The request asks for a host that is none of this installation's names (`WINDOW_HOSTS`).

    Status 421.
    """


BY_CODE: Mapping[str, type[Refused]] = {
    "bad_csrf": BadCsrf,
    "bad_input": BadInput,
    "bad_key": BadKey,
    "bad_token": BadToken,
    "body_refused": BodyRefused,
    "body_too_large": BodyTooLarge,
    "body_too_slow": BodyTooSlow,
    "busy": Busy,
    "clock_wrong": ClockWrong,
    "cursor_gone": CursorGone,
    "document_incomplete": DocumentIncomplete,
    "document_locked": DocumentLocked,
    "document_not_found": DocumentNotFound,
    "document_too_detailed": DocumentTooDetailed,
    "failure": Failure,
    "ledger_unavailable": LedgerUnavailable,
    "method_not_allowed": MethodNotAllowed,
    "not_allowed": NotAllowed,
    "not_found": NotFound,
    "port_not_set": PortNotSet,
    "port_unavailable": PortUnavailable,
    "queue_unavailable": QueueUnavailable,
    "seat_not_found": SeatNotFound,
    "session_not_found": SessionNotFound,
    "sign_in_required": SignInRequired,
    "storage_full": StorageFull,
    "storage_unavailable": StorageUnavailable,
    "token_expired": TokenExpired,
    "too_many_sockets": TooManySockets,
    "too_many_tries": TooManyTries,
    "unavailable": Unavailable,
    "unknown_booth": UnknownBooth,
    "unknown_item": UnknownItem,
    "unknown_site": UnknownSite,
    "wrong_host": WrongHost,
}
