"""One sentence for every error code: what happened, and what to do now."""

from webui.translations import Translations


def gettext_noop(sentence: str) -> str:
    """Mark a sentence for the catalogues; it is translated where it is shown."""
    return sentence


SENTENCES: dict[str, str] = {
    "service_error": gettext_noop("Something went wrong on our side. Please try again."),
    "refused": gettext_noop("This cannot be done just now."),
    "protocol_error": gettext_noop("Something went wrong with this page. Please reload it."),
    "departure": gettext_noop("This connection has ended."),
    "unavailable": gettext_noop(
        "The service cannot be reached just now. Please try again in a minute, or call {hotline}."
    ),
    "illegal_move": gettext_noop("This is no longer possible at this point. The page shows where things stand now."),
    "not_found": gettext_noop("We could not find this. It may have ended already."),
    "not_allowed": gettext_noop("You do not have permission for this. Please ask your administrator."),
    "sign_in_required": gettext_noop("Please sign in first."),
    "bad_credentials": gettext_noop("Wrong name or password."),
    "bad_code": gettext_noop("This code is not right, or was used already. Wait for the next one and type that."),
    "bad_key": gettext_noop("This key of a program opens nothing. Please ask your administrator for a new one."),
    "code_required": gettext_noop("Please type the code from your phone first."),
    "password_change_required": gettext_noop("Please choose a password of your own first."),
    "factor_required": gettext_noop("Your account needs a second factor. Please set it up first."),
    "too_many_tries": gettext_noop("Too many tries. Please try again in {retry_after_s} s."),
    "bad_input": gettext_noop("One entry is not right. Please check it."),
    "bad_input.day": gettext_noop("This day cannot be read. Please write it like 2026-11-28."),
    "bad_input.moment": gettext_noop("This time cannot be read. Please write a day, like 2026-11-28."),
    "bad_input.not_claimed": gettext_noop("The citizen did not claim priority: there is nothing to confirm."),
    "bad_input.settled": gettext_noop("This answer was changed once already; it stays as it is."),
    "bad_input.before_from": gettext_noop("The last day is before the first. Please exchange them."),
    "bad_input.item": gettext_noop("There is no service of that name. Please use its code, or a word of its name."),
    "bad_input.phone": gettext_noop("This is not a mobile number. Please type its 11 digits."),
    "bad_input.receipt": gettext_noop(
        "This is not a whole receipt number. It looks like 20261122-MZ003-7K4Q9D; please check it and type all of it."
    ),
    "bad_input.password_easy": gettext_noop(
        "This password is easy to guess. Please take another one, such as four words."
    ),
    "bad_input.password_name": gettext_noop("This password is made of your name. Please take another one."),
    "bad_input.booth_code": gettext_noop("A booth code has {length} letters and digits. Please type all of them."),
    "bad_input.unknown": gettext_noop(
        "This asks for something that is not known here. Please check it, or start anew."
    ),
    "bad_input.filter": gettext_noop("To export, search for a day, a span of days or another field first."),
    "failure": gettext_noop("Something went wrong on our side. Please try again."),
    "method_not_allowed": gettext_noop("The page asked in a way that is not possible. Please reload the page."),
    "precondition_failed": gettext_noop("The page and the server are of different versions. Please reload the page."),
    "unsupported_media_type": gettext_noop("This kind of file or text cannot be taken here."),
    "unknown_item": gettext_noop("We could not find this service. Please search again, or press the big button."),
    "unknown_site": gettext_noop("We do not know this place. Please ask the staff here."),
    "unknown_booth": gettext_noop("This code is wrong, used or too old. Please ask for a new one."),
    "mode_not_offered": gettext_noop("This service is not offered this way. Please choose another kind of help."),
    "closed_now": gettext_noop("We are closed. We open again on {next_open}."),
    "never_served": gettext_noop(
        "This cannot be done by video yet. Press the big button for advice, or choose another service."
    ),
    "ticket_not_found": gettext_noop("Your number has expired. Please take a new one."),
    "ticket_not_waiting": gettext_noop("Your number has already moved on. The page shows where it stands now."),
    "ticket_id_taken": gettext_noop("We could not give you a number. Please press the button again."),
    "reservation_stale": gettext_noop("This call is gone."),
    "seat_not_found": gettext_noop("This seat is not known or not signed in."),
    "seat_not_idle": gettext_noop("The seat cannot do this in its present state."),
    "seat_not_able": gettext_noop("This seat is not set up for this call."),
    "outcome_required": gettext_noop("Please choose an outcome before closing."),
    "too_many_participants": gettext_noop("So many people take part in this call already."),
    "participation_over": gettext_noop("You take part in this call no more."),
    "participant_not_found": gettext_noop("This person does not take part in the call any more."),
    "session_not_found": gettext_noop("This call was not found. It may have ended already."),
    "wrap_up_over": gettext_noop("The time to finish this call is over; it can be changed no more."),
    "session_over": gettext_noop("The call has ended; nothing can be added."),
    "peer_away": gettext_noop("The other side is away for a moment. Please wait."),
    "already_rated": gettext_noop("You have already given your rating. Thank you."),
    "reason_required": gettext_noop("Please choose at least one reason."),
    "document_not_found": gettext_noop("This document was not found."),
    "document_type_refused": gettext_noop(
        "This kind of file cannot be used. Please send a photo, a scan, a PDF or an OFD file."
    ),
    "document_too_large": gettext_noop("This file is too large. Please send one under {max_mb} MB."),
    "document_empty": gettext_noop("This file is empty. Please choose another one."),
    "document_incomplete": gettext_noop("This file is damaged or cut off. Please make it again and send it once more."),
    "document_too_detailed": gettext_noop(
        "This picture is too large to be opened. Please photograph the document again, or send it smaller."
    ),
    "document_locked": gettext_noop("This file opens with a password only."),
    "too_many_documents": gettext_noop("You already have {max} files, the maximum."),
    "too_fast": gettext_noop("That was too fast. Please wait a moment and try again."),
    "too_many_uploads": gettext_noop("Other files are still being sent. Please wait until they have arrived."),
    "too_many_moves": gettext_noop("Your place cannot be kept again. Please stay by the screen; it is still yours."),
    "session_full": gettext_noop("No more can be written in this call. Please go on by voice."),
    "bad_stub": gettext_noop("We could not use your old number. Please take a new one."),
    "policy_never_matches": gettext_noop("This rule can never apply (step {step})."),
    "bad_frame": gettext_noop("Something went wrong with this page. Please reload it."),
    "frame_too_large": gettext_noop("This is too long to send."),
    "hello_expected": gettext_noop("Something went wrong with this page. Please reload it."),
    "unsupported_version": gettext_noop("This page is out of date. Please reload it."),
    "bad_token": gettext_noop("Your earlier visit has ended. Please start again."),
    "bad_booth_proof": gettext_noop("This screen is not set up as a booth any more. Please ask for a new booth code."),
    "insecure_page": gettext_noop("A booth can be set up on a secure address (https) alone. Please ask your operator."),
    "no_storage": gettext_noop(
        "This browser keeps nothing for this address. Please allow it to, or ask your operator; then set the booth up."
    ),
    "token_expired": gettext_noop("Your earlier visit has ended. Please start again."),
    "body_too_large": gettext_noop("This is too long to send."),
    "body_refused": gettext_noop("Something went wrong with this page. Please reload it."),
    "body_too_slow": gettext_noop("The connection was too slow. Please try again."),
    "wrong_host": gettext_noop("This page was opened from the wrong address. Please use the one you were given."),
    "busy": gettext_noop("Many people are doing this at the same moment. Please try again in {retry_after_s} s."),
    "bad_origin": gettext_noop("This page was opened from the wrong address. Please use the one you were given."),
    "bad_csrf": gettext_noop("This page is out of date. Please reload it."),
    "superseded": gettext_noop("This was opened in a newer window, which goes on there."),
    "seat_taken": gettext_noop("Another account is signed in at this seat."),
    "signed_out": gettext_noop("You have been signed out."),
    "drained": gettext_noop("Just a moment. We are reconnecting you."),
    "channel_gone": gettext_noop("Just a moment. We are reconnecting you."),
    "cursor_gone": gettext_noop("Something went wrong with this page. Please reload it."),
    "slow_consumer": gettext_noop("The connection was too slow. We are connecting again."),
    "clock_wrong": gettext_noop("Something is wrong on our side. Please try again in a minute."),
    "id_reused": gettext_noop("The page sent something twice by mistake. Please try again."),
    "queue_unavailable": gettext_noop("We cannot give numbers right now. Please try again in a minute."),
    "ledger_unavailable": gettext_noop("Records cannot be reached just now. Please try again in a minute."),
    "storage_full": gettext_noop("There is no room for more files just now. Please show the document to the camera."),
    "too_many_sockets": gettext_noop("Too many pages are open from here. Please close some of them."),
    "port_unavailable": gettext_noop("The other system does not answer just now. Please try again in a minute."),
    "port_not_set": gettext_noop("This system is not connected here yet. Please ask your administrator."),
    "port_refused": gettext_noop("The other system did not accept this. Please check it."),
    "port_call_differs": gettext_noop("This was sent before with other content. The first one stands."),
    "port_call_not_found": gettext_noop("This was not found, or it is on its way already."),
    "bad_news": gettext_noop("This message is not signed by a system that we know."),
    "news_differ": gettext_noop("Another message came under this number before."),
    "storage_unavailable": gettext_noop("The file was not stored. Please try again."),
}
"""English, by code, or by code and the error's `why` where that says more; `{name}` are the error's params."""


def tell(catalogue: Translations, code: str, **params: object) -> str:
    """Return an error's sentence in a language; an unknown code gets the general one."""
    general = SENTENCES.get(code, SENTENCES["service_error"])
    return catalogue.gettext(SENTENCES.get(f"{code}.{params.get('why', '')}", general), **params)
