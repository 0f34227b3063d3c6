"""Every act that goes on the trail, and the surfaces it can be done by; a test holds it against the program.

A surface is a route (`GET /api/sessions`), a page, a frame (`frame pause_seat`), a command (`command booth-code`) or a
chore (`chore retention`). One that is not here, neither as an act's nor among the quiet ones, fails the test.
"""

from typing import Final

import msgspec


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """The description of an act: `subject` names its object; acts with `looks` count towards alarms."""

    subject: str
    by: tuple[str, ...]
    looks: bool = False
    exports: bool = False


ACTS: Final[dict[str, Act]] = {
    "login.begun": Act(
        subject="account", by=("POST /api/login", "POST /sign-in", "POST /api/login/code", "POST /sign-in/code")
    ),
    "login.refused": Act(
        subject="account as typed, keyed",
        by=("POST /api/login", "POST /sign-in", "POST /api/login/code", "POST /sign-in/code"),
    ),
    "login.ended": Act(subject="account", by=("POST /api/logout", "POST /sign-out")),
    "account.password_changed": Act(
        subject="account", by=("POST /api/password", "POST /password", "command account passwd")
    ),
    "account.created": Act(subject="account", by=("command account create",)),
    "account.described": Act(subject="account", by=("command account describe",)),
    "account.closed": Act(subject="account", by=("command account close",)),
    "account.opened": Act(subject="account", by=("command account open",)),
    "account.emergency": Act(
        subject="",
        by=(
            "command account create",
            "command account describe",
            "command account passwd",
            "command account close",
            "command account open",
            "command account grant",
            "command account revoke",
            "command account scope",
        ),
    ),
    "factor.confirmed": Act(subject="account", by=("POST /second-factor",)),
    "factor.recovery_code_used": Act(subject="account", by=("POST /api/login/code", "POST /sign-in/code")),
    "factor.reset": Act(subject="account", by=("command account reset-factor",)),
    "role.granted": Act(subject="account", by=("command account grant",)),
    "role.revoked": Act(subject="account", by=("command account revoke",)),
    "account.scoped": Act(subject="account", by=("command account scope",)),
    "booth.code_made": Act(subject="booth", by=("command booth-code",)),
    "booth.stopped": Act(subject="booth", by=("command booths stop",)),
    "booth.enrolled": Act(subject="booth", by=("POST /api/booths/enrol",)),
    "booth.refused": Act(subject="booth", by=("frame hello",)),
    "catalogue.imported": Act(subject="catalogue", by=("command import",)),
    "catalogue.changed": Act(subject="table and key", by=("command catalogue put", "command catalogue retire")),
    "sessions.searched": Act(subject="", by=("GET /api/sessions", "GET /records")),
    "session.viewed": Act(subject="ticket", by=("GET /api/sessions/{session}", "GET /records/{session}"), looks=True),
    "sessions.exported": Act(subject="", by=("GET /api/sessions.csv", "GET /records.csv"), exports=True),
    "document.viewed": Act(
        subject="document",
        by=(
            "GET /api/documents/{document}/pages",
            "GET /api/documents/{document}/pages/{page}",
        ),
        looks=True,
    ),
    "document.downloaded": Act(subject="document", by=("GET /api/documents/{document}",), looks=True),
    "document.uploaded": Act(subject="document", by=("PATCH /api/uploads/{upload}",)),
    "document.wiped": Act(subject="document", by=("chore retention",)),
    "upload.discarded": Act(subject="upload", by=("DELETE /api/uploads/{upload}",)),
    "talk.removed": Act(subject="", by=("chore retention",)),
    "records.adopted": Act(subject="realm", by=("chore seal",)),
    "retention.run": Act(subject="", by=("chore retention",)),
    "aside.emptied": Act(subject="", by=("chore retention",)),
    "wallboard.opened": Act(subject="", by=("frame hello", "GET /api/wallboard")),
    "seat.paused": Act(subject="seat", by=("POST /api/seats/{seat}/pause", "frame pause_seat")),
    "seat.taken_over": Act(subject="seat", by=("frame hello",)),
    "call.accepted": Act(subject="ticket", by=("frame accept",)),
    "ticket.claimed": Act(subject="ticket", by=("frame claim",)),
    "participant.invited": Act(subject="ticket", by=("frame invite",)),
    "participant.dismissed": Act(subject="ticket", by=("frame dismiss",)),
    "verdict.given": Act(subject="document", by=("frame give_verdict",)),
    "priority.confirmed": Act(subject="ticket", by=("frame confirm_priority",)),
    "session.closed": Act(subject="ticket", by=("frame close_session",)),
    "closing.amended": Act(subject="ticket", by=("frame amend_closing",)),
    "queue.repaired": Act(subject="realm", by=("command queue check",)),
    "entry.shown": Act(subject="entry", by=("command journal show",), looks=True),
    "entry.retried": Act(subject="entry", by=("command journal retry",)),
    "keys.changed": Act(subject="key", by=("command documents rewrap", "chore seal")),
    "trail.read": Act(subject="", by=("GET /api/audit", "GET /audit")),
    "trail.checked": Act(subject="", by=("command verify",)),
    "alarm.raised": Act(subject="alarm", by=("chore alarms",)),
    "alarm.answered": Act(subject="alarm", by=("POST /api/audit/alarms", "POST /audit")),
    "entry.forged": Act(subject="as written", by=("chore sealing",)),
}

QUIET: Final[dict[str, str]] = {
    "GET /sign-in": "a form",
    "GET /password": "a form",
    "GET /second-factor": "a form",
    "GET /sign-in/code": "a form",
    "GET /api/conversation": "the own running call",
    "GET /console": "the seat's page: the seat signs in by its hello",
    "GET /wallboard": "the page: the board opens by its hello",
    "GET /api/me": "one's own login",
    "GET /api/events": "ids and states within the scope; what stands behind an id is read by an act of its own",
    "GET /api/events/kinds": "names of kinds, the same for everybody",
    "GET /api/catalogue/search": "public",
    "POST /api/channel/open": "a connection, as a socket is: its hello and its frames are the acts",
    "POST /api/channel/poll": "the same",
    "POST /api/channel/send": "the same",
    "POST /api/channel/close": "the same",
    "GET /api/items/{item}": "public",
    "GET /api/messages.schema.json": "public",
    "GET /api/messages.d.ts": "public",
    "GET /api/catalogue": "public",
    "GET /api/public": "public",
    "GET /api/receipts/{receipt}": "the holder of the number asks for the own matter",
    "GET /api/receipts/{receipt}/code": "a picture of the number that was sent; no record is read",
    "OPTIONS /api/uploads": "what is spoken",
    "POST /api/uploads": "an upload is an act when it is whole",
    "HEAD /api/uploads/{upload}": "how much has arrived",
    "frame take_ticket": "on record by the journal",
    "frame leave_queue": "on record by the journal",
    "frame hold_place": "on record by the journal",
    "frame call_back": "on record by the journal",
    "frame consent": "on record itself",
    "frame resume_place": "on record by the journal",
    "frame come_back": "the holder of the number goes on with the own place",
    "frame ready": "on record by the journal",
    "frame pause": "the own seat; on record by the journal",
    "frame extend_wrap_up": "the own seat; on record by the journal",
    "frame decline": "on record by the journal, with its reason",
    "frame chat": "on record itself",
    "frame leave_session": "on record by the journal",
    "frame media_up": "on record by the journal",
    "frame hang_up": "on record by the journal",
    "frame request_still": "on record by the journal",
    "frame still_taken": "on record by the journal",
    "frame still_failed": "on record by the journal",
    "frame notes": "on record itself",
    "frame rate": "on record itself",
    "command migrate": "the tables say their own version",
    "command demo": "a demonstration",
    "command serve": "a node's start is in its log",
    "POST /api/booths/challenge": "a question; who answers it wrong is on the trail",
    "command booth": "a booth's own client",
    "command simulate": "no real data",
    "command journal aside": "kinds and reasons of entries, not what is in them",
    "command catalogue list": "public",
    "command booths list": "names of booths",
    "command prompts list": "public",
    "command prompts check": "sounds of nobody's call",
    "command prompts status": "counts of sounds",
    "command prompts fill": "sounds in a folder of this machine, which has no ledger; their index names each by digest",
    "command account list": "names and roles of colleagues",
}
