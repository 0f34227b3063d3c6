"""Names how a matter stands on pages without script, as `static/js/words.js` does; a test holds them together."""

from webui.sentences import gettext_noop
from webui.translations import Translations

OUTCOMES: dict[str, str] = {
    "answered": gettext_noop("Your question was answered."),
    "prechecked": gettext_noop("Your documents were checked and can be handed in."),
    "accepted": gettext_noop("We have your application."),
    "accepted_deferred": gettext_noop("We have your application. Please send the missing documents later."),
    "correction": gettext_noop("Some documents are missing or need to be corrected."),
    "rejected": gettext_noop("We could not take your application. If you disagree, call {hotline}."),
    "referred": gettext_noop("Another office deals with this. The staff have told you where to go."),
    "appointment": gettext_noop("This needs an appointment. The staff have told you the time and place."),
    "escalated": gettext_noop(
        "This was recorded as something that did not get done. Use your receipt number to ask, or call {hotline}."
    ),
    "abandoned": gettext_noop("The call ended early."),
    "interrupted": gettext_noop("The call was cut off. You can come back any time we are open."),
}
STANDINGS: dict[str, str] = {
    "waiting": gettext_noop("Still in the queue. There is no result yet."),
    "serving": gettext_noop("The call is going on. There is no result yet."),
    "redirected": gettext_noop("Your number is now in another queue. Do not take a new one."),
    "over": gettext_noop("This number is over, and nothing was done. Please take a new one."),
}
STANDING_OF: dict[str, str] = {
    "held": "waiting",
    "scheduled": "waiting",
    "reserved": "waiting",
    "abandoned": "over",
    "expired": "over",
    "no_show": "over",
}
NOTHING_YET = gettext_noop("There is no result yet.")


def result(said: Translations, outcome: str, ticket_state: str) -> str:
    """Return a call's result, or its ticket's state while there is none."""
    standing = STANDINGS.get(STANDING_OF.get(ticket_state, ticket_state), NOTHING_YET)
    return said.gettext(OUTCOMES.get(outcome, standing))
