"""Record a citizen's consents and withdrawals, keep them for the page and tell the session's agent."""

from protocol.commands import Consent
from protocol.errors import BadInput, TicketNotFound
from protocol.events import ConsentNoted
from protocol.session_events import ConsentChanged
from protocol.states import TICKET_ENDS, TicketState
from protocol.views import ConsentKind, ConsentView
from signaling.handlers.places import own
from signaling.node import Node
from signaling.session.consents import consents_of, keep_consent, spend_change
from signaling.socket.connections import Connection

ASKED = frozenset({ConsentKind.SERVICE, ConsentKind.SOUND, ConsentKind.PICTURE})
"""The consents that this release asks for: it neither records calls nor compares faces."""


async def consent(node: Node, page: Connection, frame: Consent) -> None:
    """Keep the citizen's answer of one kind; the same answer again changes nothing.

    Raises:
        BadInput: it is not asked for here, or the notice has no such version.
        TicketNotFound: the page has no ticket, or it is over.
        TooManyMoves: it was agreed to and taken back too often; taking back is always possible.
    """
    services = node.services
    if frame.kind not in ASKED:
        raise BadInput(field="kind", why="not_asked")
    if frame.version not in services.directory.notice_versions:
        raise BadInput(field="version", why="unknown")
    row = await services.queue.tickets.find(own(page))
    if row is None or row.state in TICKET_ENDS:
        raise TicketNotFound
    known = next((one for one in await consents_of(services, row.ticket) if one.kind is frame.kind), None)
    # What is taken back already is so under every version: taking back costs nothing and must not fill the records.
    if known is not None and known.given == frame.given and (known.version == frame.version or not frame.given):
        return
    if frame.given:
        await spend_change(services, row.ticket)
    now = ConsentView(frame.kind, frame.given, frame.version, services.clock.now_ms())
    is_serving = row.state is TicketState.SERVING
    event = ConsentNoted(
        at_ms=now.at_ms,
        ticket=row.ticket,
        consent=now.kind,
        given=now.given,
        version=now.version,
        locale=page.locale,
        how=frame.how,
        session=row.session if is_serving else "",
    )
    # The journal first: twice in there is once more on record, and in Redis alone would be never.
    _ = await services.queue.journal.announce(event)
    await keep_consent(services, row.ticket, now)
    if is_serving:
        changed = ConsentChanged(
            seq=0, at_ms=0, kind=now.kind, given=now.given, version=now.version, given_ms=now.at_ms, how=frame.how
        )
        _ = await node.sessions.note(row, changed, "citizen", f"{page.identity}:{frame.id}")
    page.consents = await consents_of(services, row.ticket)
    node.tickets.changed(row.ticket)
