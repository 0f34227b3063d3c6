"""The errors of limits that are reached: how much one page, ticket, session, address or the disk may hold."""

from protocol.errors import Refused, Unavailable


class TooManyMoves(Refused):
    """The ticket's place was held, or exchanged for a call later, `max` times already; it waits on."""

    code = "too_many_moves"


class SessionFull(Refused):
    """This side has written `max` entries, or as many bytes as one session holds; speaking goes on, closing too."""

    code = "session_full"


class TooManyUploads(Refused):
    """`max` uploads are unfinished, or announce as many bytes as may be on their way: finish or give up one first."""

    code = "too_many_uploads"


class StorageFull(Unavailable):
    """The file store keeps its last room for documents that are on their way; begin the upload later."""

    code = "storage_full"


class TooManySockets(Unavailable):
    """This address, or all together, hold as many sockets as the node serves: wait `retry_after_s` seconds."""

    code = "too_many_sockets"


class SeatTaken(Refused):
    """Another account is signed in at this seat; `hello` with `take_over` takes it, but not while it has a call."""

    code = "seat_taken"


class WrapUpOver(Refused):
    """The wrap-up of the call has ended, or has lasted as long as it may: nothing of the call can be changed here."""

    code = "wrap_up_over"
