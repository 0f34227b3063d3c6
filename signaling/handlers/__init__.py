"""The handlers of commands: one function a frame, found by its type."""

from signaling.handlers import consents, conversation, participants, places, ratings, returns, supervision, workplace
from signaling.handlers.table import Handler

HANDLERS: dict[type, Handler] = {
    **places.HANDLERS,
    **returns.HANDLERS,
    **consents.HANDLERS,
    **workplace.HANDLERS,
    **conversation.HANDLERS,
    **ratings.HANDLERS,
    **participants.HANDLERS,
    **supervision.HANDLERS,
}
"""Every command of `protocol.commands`; a test compares."""
