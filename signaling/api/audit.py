"""Shows the audit trail and its alarms to those with the right, and takes their answers; each is an act itself."""

from typing import Annotated

import msgspec
from aiohttp import web
from msgspec import Meta

from protocol.errors import BadCsrf, BadInput, NotAllowed, NotFound, SignInRequired
from protocol.rights import Right
from records import audit
from records.audit import AuditEntry, alarms, who_of
from records.audit.alarms import Alarm
from runtime.edge import reply
from signaling.api.table import Nothing, Route, read_body, read_query
from signaling.node import Node


class TrailQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The filter of the trail; empty fields match everything. `before` is the earlier page's last entry."""

    subject: Annotated[str, Meta(max_length=100, description="What it was done to")] = ""
    actor: Annotated[str, Meta(max_length=64, description="Who did it, as `role:account`")] = ""
    action: Annotated[str, Meta(max_length=64, description="The act, such as `session.viewed`")] = ""
    before: Annotated[int, Meta(ge=0, le=2**53, description="The number of the last entry of the page before")] = 0
    limit: Annotated[int, Meta(ge=1, le=200, description="How many entries at most")] = 100


class Shown(msgspec.Struct, frozen=True):
    """A page of the trail, newest first, and the alarms."""

    entries: tuple[AuditEntry, ...]
    alarms: tuple[Alarm, ...]


class AlarmAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The answer to an alarm."""

    alarm: Annotated[str, Meta(min_length=1, max_length=160)]
    answer: Annotated[str, Meta(min_length=1, max_length=alarms.ANSWER_MAX)]


async def show(node: Node, request: web.Request) -> web.StreamResponse:
    """Show a page of the trail."""
    login = await node.services.request_logins.demand(request, Right.READ_AUDIT)
    asked = read_query(request, TrailQuery)
    facts = {name: value for name in asked.__struct_fields__ if name != "limit" and (value := getattr(asked, name))}
    async with node.services.database.read() as db:
        entries = await audit.trail(
            db,
            subject=asked.subject,
            actor=asked.actor,
            action=asked.action,
            limit=asked.limit,
            before=asked.before,
        )
        found = await alarms.listed(db)
    await node.trail.note(login, "trail.read", "", facts)
    return reply(Shown(tuple(entries), tuple(found)))


async def answer(node: Node, request: web.Request) -> web.StreamResponse:
    """Answer an alarm."""
    login = await node.services.request_logins.demand(request, Right.READ_AUDIT)
    said = await read_body(request, AlarmAnswer)
    async with node.services.database.begin() as db:
        await alarms.answer(db, said.alarm, who_of(login), said.answer, node.services.clock)
    return reply(Nothing())


ROUTES = (
    Route(
        method="GET",
        path="/api/audit",
        act=show,
        for_machines=True,
        says="The audit trail, newest first, and the alarms of unusual looking; reading it is on the trail too.",
        who="staff",
        right=Right.READ_AUDIT,
        query=TrailQuery,
        answer=Shown,
        errors=(SignInRequired, NotAllowed, BadInput),
    ),
    Route(
        method="POST",
        path="/api/audit/alarms",
        act=answer,
        says="Answer an alarm by name; the first answer stands, and nobody answers an alarm about the own account.",
        who="staff",
        right=Right.READ_AUDIT,
        body=AlarmAnswer,
        answer=Nothing,
        errors=(SignInRequired, NotAllowed, BadCsrf, NotFound, BadInput),
    ),
)
