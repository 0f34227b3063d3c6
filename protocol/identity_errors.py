"""Errors of proofs beyond a password: second factors in the steps of a sign-in, device keys of booths, machines."""

from protocol.errors import ProtocolError, Refused


class BadCode(Refused):
    """The one-time code is wrong, too old, or was used before."""

    code = "bad_code"
    http_status = 401


class CodeRequired(Refused):
    """The password was right; a one-time code of the second factor is still to come (`POST /api/login/code`)."""

    code = "code_required"
    http_status = 403


class PasswordChangeRequired(Refused):
    """The password was set by an administrator: change it before anything else (`POST /api/password`)."""

    code = "password_change_required"
    http_status = 403


class FactorRequired(Refused):
    """The role needs a second factor: set one up at /second-factor before anything else."""

    code = "factor_required"
    http_status = 403


class BadBoothProof(ProtocolError):
    """This device has not the key of the booth that it says to be (`why`: `key`, `stopped`, `unknown`, `format`).

    Enrol it anew. `why` is `challenge` where the challenge is used up or too old: ask for a fresh one.
    """

    code = "bad_booth_proof"
    http_status = 401


class BadKey(Refused):
    """The machine's key or token is wrong, too old, ended, or its machine is closed: nobody is told which."""

    code = "bad_key"
    http_status = 401
