"""The errors that only HTTP has; the others are in `protocol.errors`."""

from protocol.errors import Refused, ServiceError


class MethodNotAllowed(Refused):
    """The address has no such method; the `Allow` header lists those it has."""

    code = "method_not_allowed"
    http_status = 405


class PreconditionFailed(Refused):
    """The header `header` names no version that this server speaks; `supported` is what it does."""

    code = "precondition_failed"
    http_status = 412


class UnsupportedMediaType(Refused):
    """The body is not announced as `expected` in `Content-Type`."""

    code = "unsupported_media_type"
    http_status = 415


class Failure(ServiceError):
    """A bug on our side; tell the operator the request's id."""

    code = "failure"
    http_status = 500
