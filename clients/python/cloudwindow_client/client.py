"""A client that waits for each answer, on the standard library alone; safe to share between threads."""

import http.client
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from cloudwindow_client.access import Key, Program
from cloudwindow_client.address import Address, read_address
from cloudwindow_client.api.operations import Operations
from cloudwindow_client.asking import Call
from cloudwindow_client.conversation import Conversation, Pause, Renewal, Reply, Request, Steps
from cloudwindow_client.feed import FeedPage, begin_after, page_call, read_page
from cloudwindow_client.reading import read_json
from cloudwindow_client.refused import Away, Refused

T = TypeVar("T")


class Client(Operations):
    """Asks an installation as a machine. Each request has a connection of its own; redirects are not followed."""

    def __init__(
        self,
        url: str,
        access: Key | Program,
        *,
        timeout_s: float = 30,
        attempts: int = 4,
        tls: ssl.SSLContext | None = None,
        plain_http: bool = False,
    ) -> None:
        """Ask `url` as `access`; an answer must come within `timeout_s` seconds.

        `tls` is for an authority of your own: `ssl.create_default_context(cafile=…)`.

        Raises:
            ValueError: the address is none, or not HTTPS.
        """
        self._address: Address = read_address(url, plain_http=plain_http)
        self._tls = (tls or ssl.create_default_context()) if self._address.scheme == "https" else None
        self._conversation = Conversation(access, timeout_s=timeout_s, attempts=attempts)
        self._renewing = threading.Lock()

    def feed(
        self, after: str = "", *, limit: int = 100, wait_s: float = 25, on_gap: Callable[[str], None] | None = None
    ) -> Iterator[FeedPage]:
        """Yield pages of events after a cursor, for ever; with `wait_s` 0 until there are no more events.

        Empty `after` begins at the oldest event that is kept, `newest` behind the last one. A page may be empty: its
        cursor counts all the same. Outages are waited out. Where events after the cursor were removed `on_gap` is
        called with the cursor at which the feed goes on; without it `CursorGone` is raised.
        """
        while True:
            try:
                page = read_page(self._run(self._conversation.ask(page_call(after, limit, wait_s), is_patient=True)))
            except Refused as gap:
                after = begin_after(gap)
                if on_gap is None:
                    raise
                on_gap(after)
                continue
            if not page.events and not wait_s and page.cursor == after:
                return
            yield page
            after = page.cursor

    def _ask(self, call: Call, kind: type[T]) -> T:
        return read_json(self._bytes(call), kind)

    def _bytes(self, call: Call) -> bytes:
        return self._run(self._conversation.ask(call)).body

    def _run(self, steps: Steps[T]) -> T:
        """Carry out steps to their end."""
        answer: Reply | Away | None = None
        while True:
            try:
                step = steps.send(answer)
            except StopIteration as end:
                value: T = end.value
                return value
            answer = None
            if isinstance(step, Request):
                answer = self._send(step)
            elif isinstance(step, Pause):
                time.sleep(step.seconds)
            elif isinstance(step, Renewal):
                with self._renewing:
                    self._run(step.steps)

    def _send(self, request: Request) -> Reply | Away:
        where, within_s = self._address, request.within_s
        if self._tls is not None:
            connection: http.client.HTTPConnection = http.client.HTTPSConnection(
                where.host, where.port, timeout=within_s, context=self._tls
            )
        else:
            connection = http.client.HTTPConnection(where.host, where.port, timeout=within_s)
        try:
            connection.request(request.method, request.target, request.body, dict(request.headers))
            answer = connection.getresponse()
            headers = {name.lower(): value for name, value in answer.getheaders()}
            return Reply(answer.status, headers, answer.read())
        except (OSError, http.client.HTTPException) as problem:
            return Away(f"{type(problem).__name__}: {problem}")
        finally:
            connection.close()
