"""Errors of ports: another organisation's system that was asked for something and did not do it."""

from protocol.errors import NotFound, ProtocolError, Refused, Unavailable


class PortUnavailable(Unavailable):
    """The system behind the port `port` gave no answer that can be believed (`why`); a kept call goes on by itself."""

    code = "port_unavailable"


class PortNotSet(Unavailable):
    """The operator has not connected a system to the port `port`."""

    code = "port_not_set"


class PortRefused(Refused):
    """The system behind the port `port` understood and said no (`why`, its own code): do not ask the same again."""

    code = "port_refused"


class PortCallDiffers(Refused):
    """The port `port` was asked for the same matter before, with another content: that first call stands."""

    code = "port_call_differs"


class PortCallNotFound(NotFound):
    """No call of this id is kept, or it is not in a state to be tried again."""

    code = "port_call_not_found"


class BadNews(ProtocolError):
    """No system that is connected here signed this just now: nobody is told which part of it is wrong."""

    code = "bad_news"
    http_status = 401


class NewsDiffer(Refused):
    """Other news came under this id before: those stand."""

    code = "news_differ"
