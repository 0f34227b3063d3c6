"""Gives a new session of a ticket the conversation so far: it belongs to the ticket, not to its agent."""

import msgspec

from matcher import LiveTicket
from protocol.errors import LedgerUnavailable
from protocol.priorities import PriorityClaim
from protocol.session_events import (
    Chatted,
    ConsentChanged,
    DocumentStored,
    NotesKept,
    PriorityConfirmed,
    SessionEvent,
)
from protocol.views import ConsentView, DocumentView
from records.sessions.papers_of_ticket import Papers, papers
from runtime import kept
from runtime.redis_pool import queued
from signaling.services import RealmServices
from signaling.session.consents import read_consents
from signaling.session.sessions import KEPT_S, Sessions
from signaling.session.view import document_key

LINES_AT_ONCE = 100
_document = msgspec.json.Decoder(DocumentView).decode


async def inherit(services: RealmServices, sessions: Sessions, row: LiveTicket) -> None:
    """Copy the conversation of earlier sessions of a ticket: chat, papers, notes, consents, the answer to a claim.

    Nothing is doubled when it is done again: after a node that died half-way, or for a session that has it all.

    Raises:
        QueueUnavailable: Redis does not answer; do it again.
    """
    keys = services.keys
    before = await services.redis.get(keys.last_session(row.ticket))
    if before == row.session.encode():
        return
    past = await _past(services, sessions, row, before.decode()) if isinstance(before, bytes) else Papers()
    async with services.redis.pipeline(transaction=False) as pipe:
        queued(pipe.hgetall(keys.documents(row.ticket)), pipe.hgetall(keys.consents(row.ticket)))
        known, said = await pipe.execute()
    found = (kept.read("document", raw, _document) for raw in known.values())
    # How the last agent judged a paper stands in the session alone.
    documents = {one.document: one for one in found if one is not None} | {one.document: one for one in past.documents}
    await _carry_over(services, row, past.chat)
    papers_now = msgspec.structs.replace(past, documents=tuple(documents.values()))
    await sessions.note_all(row, (*laid_out(papers_now), *map(_consent, read_consents(said))))
    _ = await services.redis.set(keys.last_session(row.ticket), row.session, ex=KEPT_S)


def laid_out(past: Papers) -> list[tuple[SessionEvent, str]]:
    """Return the events, each with its `dedupe`, that tell a session what its ticket has: notes, claim, papers."""
    events: list[tuple[SessionEvent, str]] = []
    if past.notes:
        events.append((NotesKept(seq=0, at_ms=0, text=past.notes), "inherited_notes"))
    if past.priority_claim in {PriorityClaim.CONFIRMED, PriorityClaim.REFUSED}:
        is_true = past.priority_claim is PriorityClaim.CONFIRMED
        events.append((PriorityConfirmed(seq=0, at_ms=0, confirmed=is_true), "inherited_claim"))
    papers_in_order = sorted(past.documents, key=lambda found: found.stored_ms)
    events += [(DocumentStored(seq=0, at_ms=0, document=one), document_key(one.document)) for one in papers_in_order]
    return events


def _consent(said: ConsentView) -> tuple[SessionEvent, str]:
    changed = ConsentChanged(
        seq=0, at_ms=0, kind=said.kind, given=said.given, version=said.version, given_ms=said.at_ms
    )
    return changed, f"consent:{said.kind}:{said.at_ms}"


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
