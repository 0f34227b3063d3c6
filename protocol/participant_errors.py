"""The errors of those who take part in a session."""

from protocol.errors import NotFound


class ParticipantNotFound(NotFound):
    """Nobody of the session with this id exchanges media with the sender; `participant` is the id."""

    code = "participant_not_found"
