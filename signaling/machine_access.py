"""Admits requests that show a machine's key or token: to the operations it was granted, within its scope and limits.

This is the one place that decides. The ledger is asked at every request, so that a key that was ended opens nothing
from that moment on, on no node.
"""

import logging
from contextlib import suppress

import msgspec
from aiohttp import web
from redis.exceptions import RedisError

from protocol.errors import LedgerUnavailable, NotAllowed, ServiceError
from protocol.identity_errors import BadKey
from protocol.rights import Right, Role
from records.staff import machine_keys
from records.staff.machine_keys import KnownKey
from runtime import api_keys
from runtime.api_keys import TOKEN_PREFIX, is_of_machine
from runtime.edge import NOT_GRANTED
from runtime.login import Login
from runtime.request_logins import ADMITTED, bearer_of
from runtime.security import MachineToken
from runtime.throttle import MACHINE, MACHINE_ALARM, MACHINE_KEY
from signaling.services import RealmServices

log = logging.getLogger(__name__)


class Operation(msgspec.Struct, frozen=True):
    """An operation of the interface: its name, the right that staff need, and the kinds of callers.

    `is_for_machines` says whether it can be granted to a machine.
    """

    name: str
    right: Right | None
    is_for_machines: bool
    is_for_staff: bool
    """Whether only staff and machines call it, so that every bearer token is checked as a machine's."""


_ASKED = web.RequestKey("asked_operation", Operation)
"""The operation that a request which shows a machine's key asks for."""


class MachineAccess:
    """The machines of a realm as the requests of one node show them."""

    def __init__(self, services: RealmServices) -> None:
        """Count keys that open nothing."""
        self._services = services
        self._refused = services.metrics.counter(
            "window_machine_keys_refused_total", "Keys and tokens of machines that opened nothing"
        )

    async def admit(self, request: web.BaseRequest, operation: Operation) -> None:
        """Let a request that shows a machine's key be that machine's; one that shows none goes on as it is.

        Raises:
            BadKey: it shows a key or token that opens nothing.
            NotAllowed: the machine was not granted this operation, or nobody can grant it to a machine.
            TooManyTries: the machine asks too often, or its address showed too many wrong keys.
        """
        bearer = bearer_of(request)
        if not bearer or not (operation.is_for_staff or is_of_machine(bearer)):
            return
        request[_ASKED] = operation
        key, operations = await self._prove(request, bearer)
        await self._services.throttle.spend(MACHINE, key.machine)
        _let_in(request, key, operations, operation)

    async def admit_again(self, request: web.BaseRequest) -> None:
        """Look at the machine of a request that waited: its key, operations and scope count as they are now.

        Raises:
            BadKey, NotAllowed: as `admit`.
        """
        operation = request.get(_ASKED)
        if operation is not None:
            key, operations = await self._prove(request, bearer_of(request))
            _let_in(request, key, operations, operation)

    async def _prove(self, request: web.BaseRequest, bearer: str) -> tuple[KnownKey, frozenset[str]]:
        """Return the key of a bearer and the operations that it is good for."""
        if not bearer.startswith(TOKEN_PREFIX):
            key = await self.prove_key(request, bearer)
            return key, key.operations
        try:
            token = self._services.signatures.read_machine_token(bearer)
        except BadKey:
            await self._refuse(request, None, "token")
            raise
        found = await self._find(token.key)
        if found is None or found.why:
            await self._refuse(request, found, found.why if found is not None else "token")
            raise BadKey
        return found, found.operations & frozenset(token.operations)

    async def prove_key(self, request: web.BaseRequest, text: str, machine: str | None = None) -> KnownKey:
        """Find the key that a request shows, of this `machine` if one is named.

        The hour of its use is kept.

        Raises:
            BadKey: it opens nothing; which way is not told, but on the trail.
            TooManyTries: its address showed too many of these.
        """
        identity = api_keys.id_of(text)
        found = await self._find(identity) if identity else None
        # Compared in any case: how long it takes does not tell whether there is such a key.
        is_right = api_keys.is_digest_of(found.hash if found is not None else api_keys.digest(""), text)
        is_right = is_right and found is not None and machine in {None, found.machine}
        if found is None or not is_right or found.why:
            await self._refuse(request, found, found.why if is_right and found is not None else "wrong")
            raise BadKey
        with suppress(LedgerUnavailable):  # it was read: that it cannot be written now stops no request
            await machine_keys.note_used(self._services.database, found, self._services.clock.now_ms())
        return found

    def token(self, key: KnownKey, operations: frozenset[str]) -> str:
        """Return a short-lived token that opens these operations as long as the key opens them."""
        return self._services.signatures.machine_token(MachineToken(key.id, tuple(sorted(operations))))

    async def _find(self, identity: str) -> KnownKey | None:
        return await machine_keys.find(self._services.database, identity, self._services.clock.now_ms())

    async def _refuse(self, request: web.BaseRequest, key: KnownKey | None, why: str) -> None:
        """Count a key that opens nothing, by its address; of a machine that exists tell log and, seldom, the trail."""
        self._refused.add()
        await self._services.throttle.spend(MACHINE_KEY, self._services.visitors.counted_as(request))
        if key is None:
            return
        log.warning("machine_refused", extra={"machine": key.machine, "key_id": key.id, "why": why})
        try:
            await self._services.throttle.spend(MACHINE_ALARM, key.machine)
            await machine_keys.note_refused(self._services.database, key, why, clock=self._services.clock)
        except (ServiceError, RedisError) as problem:
            log.info("machine_refusal_not_noted", extra={"machine": key.machine, "why": type(problem).__name__})


def _let_in(request: web.BaseRequest, key: KnownKey, operations: frozenset[str], operation: Operation) -> None:
    if not operation.is_for_machines:
        raise NotAllowed(operation=operation.name, why="for_people")
    if operation.name not in operations:
        raise NotAllowed(operation=operation.name, why=NOT_GRANTED)
    request[ADMITTED] = _login(key, operation)


def _login(key: KnownKey, operation: Operation) -> Login:
    """Return the machine as handlers know who asks: with the right of this operation, in its scope."""
    return Login(
        key.machine,
        Role.NONE,
        "",
        "",
        "",
        0,
        f"machine:{key.id}",
        scope=key.scope,
        is_machine=True,
        granted=operation.right,
    )
