"""Gives a new session of a ticket the conversation so far: it belongs to the ticket, not to its agent."""

import msgspec

from matcher import LiveTicket
from protocol.errors import LedgerUnavailable
from protocol.events import SERVER
from protocol.priorities import PriorityClaim
from protocol.session_events import Chatted, ConsentChanged, NotesKept, PriorityConfirmed
from protocol.views import DocumentView
from records.sessions.papers_of_ticket import Papers, papers
from runtime import kept
from signaling.services import RealmServices
from signaling.session.consents import consents_of
from signaling.session.sessions import KEPT_S, Sessions

LINES_AT_ONCE = 100
_document = msgspec.json.Decoder(DocumentView).decode


async def inherit(services: RealmServices, sessions: Sessions, row: LiveTicket) -> None:
    """Copy the conversation of earlier sessions of a ticket: chat, papers, notes, consents, the answer to a claim.

    Nothing is doubled when it is done again: after a node that died half-way, or for a session that has it all.

    Raises:
        QueueUnavailable: Redis does not answer; do it again.
    """
    key = services.keys.last_session(row.ticket)
    before = await services.redis.get(key)
    if before == row.session.encode():
        return
    past = await _past(services, sessions, row, before.decode()) if isinstance(before, bytes) else Papers()
    await _carry_over(services, row, past.chat)
    known = await services.redis.hgetall(services.keys.documents(row.ticket))
    found = (kept.read("document", raw, _document) for raw in known.values())
    # How the last agent judged a paper stands in the session alone.
    documents = {one.document: one for one in found if one is not None} | {one.document: one for one in past.documents}
    await lay_out(sessions, row, msgspec.structs.replace(past, documents=tuple(documents.values())))
    for said in await consents_of(services, row.ticket):
        changed = ConsentChanged(
            seq=0, at_ms=0, kind=said.kind, given=said.given, version=said.version, given_ms=said.at_ms
        )
        _ = await sessions.note(row, changed, by=SERVER, dedupe=f"consent:{said.kind}:{said.at_ms}")
    _ = await services.redis.set(key, row.session, ex=KEPT_S)


async def lay_out(sessions: Sessions, row: LiveTicket, past: Papers) -> None:
    """Write down in a session the notes, the word on the claim and the papers that its ticket has."""
    if past.notes:
        notes = NotesKept(seq=0, at_ms=0, text=past.notes)
        _ = await sessions.note(row, notes, by=SERVER, dedupe="inherited_notes")
    if past.priority_claim in {PriorityClaim.CONFIRMED, PriorityClaim.REFUSED}:
        answer = PriorityConfirmed(seq=0, at_ms=0, confirmed=past.priority_claim is PriorityClaim.CONFIRMED)
        _ = await sessions.note(row, answer, by=SERVER, dedupe="inherited_claim")
    for one in sorted(past.documents, key=lambda found: found.stored_ms):
        await sessions.add_document(row, one, SERVER)


async def know_again(services: RealmServices, ticket: str, session: str = "") -> Papers:
    """Tell a queue that forgot a ticket of its papers, and return what its sessions up to `session` (or all) had.

    Without the ledger that is nothing.
    """
    try:
        found = await papers(services.database, ticket, session)
    except LedgerUnavailable:
        return Papers()
    key = services.keys.documents(ticket)
    for one in found.documents:
        _ = await services.redis.hset(key, one.document, msgspec.json.encode(one).decode())
    _ = await services.redis.expire(key, KEPT_S)
    if found.last and not session:
        _ = await services.redis.set(services.keys.last_session(ticket), found.last, ex=KEPT_S)
    return found


async def _past(services: RealmServices, sessions: Sessions, row: LiveTicket, before: str) -> Papers:
    """Return what the session before had, from its log; from the ledger where the queue has forgotten that."""
    log = await sessions.log(before)
    if not log:
        return await know_again(services, row.ticket, before)
    view = sessions.view_of(row, log)
    chat = tuple(event for entry in log if isinstance(event := entry.event(), Chatted))
    return Papers(view.documents, view.notes, chat, view.priority_claim)


async def _carry_over(services: RealmServices, row: LiveTicket, chat: tuple[Chatted, ...]) -> None:
    for start in range(0, len(chat), LINES_AT_ONCE):
        some = [_unnumbered(line) for line in chat[start : start + LINES_AT_ONCE]]
        await services.queue.journal.carry_over(row.session, f"inherited_chat:{start}", some)


def _unnumbered(line: Chatted) -> bytes:
    fields: dict[str, object] = msgspec.to_builtins(line)
    return msgspec.json.encode({name: value for name, value in fields.items() if name != "seq"})
