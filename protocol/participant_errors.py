"""The errors of those who take part in a session."""

from protocol.errors import Departure, NotFound, Refused


class ParticipantNotFound(NotFound):
    """Refuse a media frame: `participant` is not in the session, or exchanges no media with the sender."""

    code = "participant_not_found"


class TooManyParticipants(Refused):
    """The session has `max` participants already, invited ones included."""

    code = "too_many_participants"


class ParticipationOver(Departure):
    """A guest left or was dismissed, or the call is over: the invitation opens nothing any more."""

    code = "participation_over"
    close_code = 4005
