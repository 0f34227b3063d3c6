"""Describes every header that requests carry and answers bring, for the OpenAPI document."""

from typing import Final, Literal, NamedTuple

from protocol.long_poll import CHANNEL
from runtime.edge import REQUEST_ID
from runtime.request_logins import COOKIE, CSRF_HEADER
from runtime.signatures import ID, SIGNATURE, TIMESTAMP
from signaling.api import tus

Json = dict[str, object]
Needed = Literal["always", "sometimes"]
HOOK_HEADERS: Final = (ID, TIMESTAMP, SIGNATURE)
CURSOR: Final = "Events-Cursor"
CHANNEL_PATTERN: Final = "^[A-Za-z0-9_-]{16,64}([.][A-Za-z0-9_-]{32})?$"
PAIR: Final = "[!-+.-~]{1,32}( ([A-Za-z0-9+/]{4}){0,40})?"


class Header(NamedTuple):
    """A header's description, its JSON Schema, and whether it is always present."""

    says: str
    schema: Json
    needed: Needed = "always"


_DATE: Final[Json] = {"type": "string", "pattern": "^[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} GMT$"}
_VERSION: Final[Json] = {"type": "string", "enum": [tus.VERSION]}


def _count(least: int = 0) -> Json:
    return {"type": "integer", "minimum": least, "maximum": 10**tus.LENGTH_MAX_DIGITS - 1}


TAKEN: Final[dict[str, Header]] = {
    "Tus-Resumable": Header("The version of tus the client speaks; another one is refused with 412.", _VERSION),
    "Upload-Length": Header("Bytes of the whole file; more than `Tus-Max-Size` is refused with 413.", _count(1)),
    "Upload-Offset": Header("Where these bytes begin: the offset the upload stands at, else 409.", _count()),
    "Upload-Metadata": Header(
        "Comma-separated pairs of a name and its value in base64: `filename`; `purpose`, one of `material`, `still`, "
        "`other` (the default); `material`, the key of the material in the item's guide (64 characters; it is not "
        "compared with the guide). Other names are kept and given back. Padding may be missing.",
        {"type": "string", "maxLength": tus.METADATA_MAX, "pattern": f"^({PAIR}(, ?{PAIR}){{0,7}})?$"},
        "sometimes",
    ),
    CHANNEL: Header(
        "Which long-poll channel: to open one a fresh random name of 16 to 64 characters of base64url, later the "
        "`channel` of the answer.",
        {"type": "string", "pattern": CHANNEL_PATTERN},
    ),
    ID: Header("The sender's id of the message.", {"type": "string", "minLength": 1, "maxLength": 64}),
    TIMESTAMP: Header("Seconds since the epoch, when it was signed.", {"type": "string", "pattern": "^[0-9]{1,11}$"}),
    SIGNATURE: Header(
        "`v1,` and base 64 of HMAC-SHA256 over `id.timestamp.body`; several with a blank between.",
        {"type": "string", "maxLength": 2000},
    ),
    CSRF_HEADER: Header(
        "The `csrf` of `GET /api/me` or `POST /api/login`. With a ticket's token it is not needed.",
        {"type": "string", "maxLength": 64},
    ),
}

GIVEN: Final[dict[str, Header]] = {
    REQUEST_ID: Header("The request's name in the server's log; tell it to the operator.", {"type": "string"}),
    CURSOR: Header("Where the next page begins: as `after`.", {"type": "string", "pattern": "^[0-9]{1,18}$"}),
    "Retry-After": Header("Seconds to wait before the next try.", _count(1)),
    "Allow": Header("The methods that the address has.", {"type": "string"}),
    "WWW-Authenticate": Header(
        "How programs say who they are, and with `error` what was wrong (RFC 6750, 3); `scope` is the operation that "
        "the machine lacks.",
        {"type": "string"},
        "sometimes",
    ),
    "Pragma": Header("`no-cache`, as RFC 6749 wants it.", {"type": "string"}, "sometimes"),
    "Location": Header("Relative; its last segment becomes the document's id.", {"type": "string"}),
    "Tus-Resumable": Header("The version of tus that answered; refusals carry it too.", _VERSION),
    "Tus-Version": Header("The versions of tus that are spoken.", _VERSION),
    "Tus-Extension": Header("The extensions of tus that are spoken.", {"type": "string", "enum": [tus.EXTENSIONS]}),
    "Tus-Max-Size": Header("The most bytes of a file.", _count(1)),
    "Document-Pages": Header("How many pages the document has.", _count()),
    "Upload-Offset": Header("Bytes that have arrived.", _count()),
    "Upload-Length": Header("Bytes of the whole file.", _count(1)),
    "Upload-Metadata": Header("As it was sent when the upload began.", {"type": "string"}, "sometimes"),
    "Upload-Expires": Header(
        "When the upload is dropped if it is not finished by then; absent once it is.", _DATE, "sometimes"
    ),
    "Set-Cookie": Header(
        f"`{COOKIE}`: HttpOnly, SameSite=Lax, Secure behind HTTPS; an empty one takes it back.", {"type": "string"}
    ),
    "Content-Disposition": Header("Whether to show or to save it, and under which name.", {"type": "string"}),
}
