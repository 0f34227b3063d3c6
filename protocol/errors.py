"""The errors that are part of the interface: a stable code, named params, no prose; each edge answers them once."""

from typing import ClassVar

Param = str | int | float | bool | None


class ServiceError(Exception):
    """Something the other side is told about; subclasses say when and what to do."""

    code: ClassVar[str] = "service_error"
    http_status: ClassVar[int] = 500

    def __init__(self, **params: Param) -> None:
        """Keep the named facts that the page fills into its sentence."""
        super().__init__(self.code, params)
        self.params: dict[str, Param] = params

    def __str__(self) -> str:
        """Return `code: name=value, …`, for logs and tests."""
        facts = ", ".join(f"{name}={value}" for name, value in sorted(self.params.items()))
        return f"{self.code}: {facts}" if facts else self.code


class Refused(ServiceError):
    """Well-formed, but not now or not you: the state is unchanged, the connection stays open."""

    code = "refused"
    http_status = 409


class ProtocolError(ServiceError):
    """The peer broke the rules of the wire: an error frame, then close 1002 where it cannot go on."""

    code = "protocol_error"
    http_status = 400


class Departure(ServiceError):
    """A connection ended without a fault: close code 4000-4099, the error code as reason."""

    code = "departure"
    http_status = 410
    close_code: ClassVar[int] = 4000


class Unavailable(ServiceError):
    """Redis, SQL or the node cannot serve just now: 503 with Retry-After, or close 1013."""

    code = "unavailable"
    http_status = 503


class IllegalMove(Refused):
    """A state was asked to move where its table does not allow; look at the current state again."""

    code = "illegal_move"


class NotFound(Refused):
    """No object has this id, or the asker may not know that it exists."""

    code = "not_found"
    http_status = 404


class NotAllowed(Refused):
    """The asker is known but may not do this."""

    code = "not_allowed"
    http_status = 403


class SignInRequired(Refused):
    """No valid login came with the request; sign in and ask again."""

    code = "sign_in_required"
    http_status = 401


class BadCredentials(Refused):
    """The name or the password is wrong; which of them is not told."""

    code = "bad_credentials"
    http_status = 401


class TooManyTries(Refused):
    """Wait `retry_after_s` seconds before the next try."""

    code = "too_many_tries"
    http_status = 429


class BadInput(Refused):
    """A field's value is invalid; `field` names it, `why` its fault."""

    code = "bad_input"
    http_status = 422


class UnknownItem(NotFound):
    """The catalogue has no such item; search again."""

    code = "unknown_item"


class UnknownSite(NotFound):
    """The catalogue has no such site."""

    code = "unknown_site"


class UnknownBooth(NotFound):
    """The booth code is wrong, used up or expired; ask the operator for a new one."""

    code = "unknown_booth"


class ModeNotOffered(BadInput):
    """The item is not served in this mode; `modes` lists those that are."""

    code = "mode_not_offered"


class ClosedNow(Refused):
    """The item has no hours now; `next_open` is the next opening (ISO 8601 with offset) or null."""

    code = "closed_now"


class NeverServed(BadInput):
    """No seat on record could ever serve these needs, even after every widening step."""

    code = "never_served"


class TicketNotFound(NotFound):
    """The ticket does not exist any more; take a new one."""

    code = "ticket_not_found"


class TicketNotWaiting(Refused):
    """The ticket is not in a state from which this can be done; `state` says which it is in."""

    code = "ticket_not_waiting"


class TicketIdTaken(Refused):
    """The id was used for another ticket with other needs."""

    code = "ticket_id_taken"


class ReservationStale(Refused):
    """The reservation is over, or its fencing token is not the latest: drop it, show the seat again."""

    code = "reservation_stale"


class SeatNotFound(NotFound):
    """No such seat is on record or signed in."""

    code = "seat_not_found"


class SeatNotIdle(Refused):
    """The seat is in `state` and cannot do this from there."""

    code = "seat_not_idle"


class SeatNotAble(Refused):
    """The seat lacks the skill, language, authority or district it claims or that is needed."""

    code = "seat_not_able"


class OutcomeRequired(BadInput):
    """A session cannot be closed without one of the catalogue's outcomes."""

    code = "outcome_required"


class SessionNotFound(NotFound):
    """No such session, or not yours."""

    code = "session_not_found"


class SessionOver(Refused):
    """The session is closed; nothing can be added to it but a rating."""

    code = "session_over"


class PeerAway(Refused):
    """The other side has no page open just now; it has the grace time to come back."""

    code = "peer_away"


class AlreadyRated(Refused):
    """One rating a session and stage (GB/T 39735-2020: one service, one rating)."""

    code = "already_rated"


class ReasonRequired(BadInput):
    """A rating of 1 or 2 needs at least one reason."""

    code = "reason_required"


class DocumentNotFound(NotFound):
    """No such document, or not yours to see."""

    code = "document_not_found"


class DocumentTypeRefused(Refused):
    """The content is not of an accepted type (`found`); photos, scans (TIFF), PDF and OFD are."""

    code = "document_type_refused"
    http_status = 415


class DocumentTooLarge(Refused):
    """The file has more than `max_bytes` bytes."""

    code = "document_too_large"
    http_status = 413


class DocumentEmpty(BadInput):
    """The file has no content."""

    code = "document_empty"


class DocumentIncomplete(Refused):
    """The file is cut off or broken: no viewer shows it whole."""

    code = "document_incomplete"
    http_status = 422


class DocumentTooDetailed(Refused):
    """The file has more than `max_points` points or `max_pages` pages, or is too much to open: send a smaller one."""

    code = "document_too_detailed"
    http_status = 422


class DocumentLocked(Refused):
    """The file opens with a password only; `tried` tells that the one in `Document-Password` was wrong."""

    code = "document_locked"
    http_status = 422


class TooManyDocuments(Refused):
    """The ticket holds `max` documents already."""

    code = "too_many_documents"


class TooFast(Refused):
    """More messages than the allowed rate; wait and send again."""

    code = "too_fast"
    http_status = 429


class BadStub(NotAllowed):
    """The signed stub of a ticket is forged, cut or of another installation."""

    code = "bad_stub"


class PolicyNeverMatches(BadInput):
    """A widening policy has a step that relaxes nothing or can never be reached; `step` says which."""

    code = "policy_never_matches"


class BadFrame(ProtocolError):
    """The frame is not valid JSON of a known type with the right fields; `why` says where."""

    code = "bad_frame"


class FrameTooLarge(ProtocolError):
    """The frame has more than `max_bytes` bytes."""

    code = "frame_too_large"
    http_status = 413


class HelloExpected(ProtocolError):
    """The first frame must be `hello`, within `within_s` seconds."""

    code = "hello_expected"


class UnsupportedVersion(ProtocolError):
    """`hello` names a version that this server does not speak; `supported` lists the versions it speaks."""

    code = "unsupported_version"


class BadToken(ProtocolError):
    """The token is forged, cut, or made for something else: drop it and start anew."""

    code = "bad_token"
    http_status = 401


class TokenExpired(ProtocolError):
    """The token was good but its time is over: drop it and start anew."""

    code = "token_expired"
    http_status = 401


class BadOrigin(ProtocolError):
    """The page that opened the socket is not one of ours."""

    code = "bad_origin"
    http_status = 403


class BadCsrf(ProtocolError):
    """The CSRF token is missing or wrong; reload the page."""

    code = "bad_csrf"
    http_status = 403


class Superseded(Departure):
    """The same sign-in, ticket or booth came in through a newer window; that one goes on."""

    code = "superseded"
    close_code = 4001


class SignedOut(Departure):
    """The login ended."""

    code = "signed_out"
    close_code = 4002


class Drained(Departure):
    """The node is stopping; come back at once, another one serves you."""

    code = "drained"
    close_code = 4003


class SlowConsumer(Departure):
    """The page reads too slowly; resume from the last event it saw."""

    code = "slow_consumer"
    close_code = 4008


class Busy(Unavailable):
    """The node has its hands full, for instance with sign-ins; ask again after `retry_after_s` seconds."""

    code = "busy"


class QueueUnavailable(Unavailable):
    """Redis does not answer; calls go on, nothing was changed."""

    code = "queue_unavailable"


class ClockWrong(Unavailable):
    """This node's clock is `off_ms` milliseconds off the queue server's: set it, nothing was changed."""

    code = "clock_wrong"


class LedgerUnavailable(Unavailable):
    """The database does not answer; accepted events are in the journal and will be recorded."""

    code = "ledger_unavailable"


class StorageUnavailable(Unavailable):
    """The file store does not answer or is full; the upload can be resumed."""

    code = "storage_unavailable"
