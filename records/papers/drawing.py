"""Draws each page once at a time, and does not try again for a while what took too much or is broken."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from weakref import WeakValueDictionary

from protocol.errors import DocumentIncomplete, DocumentTooDetailed
from runtime.clock import Clock

KEPT_MS: Final = 600_000
"""Milliseconds for which a failed page is refused without another try."""
DOCUMENTS_MAX: Final = 1000
FAULTS_MAX: Final = 3
"""Pages of one document that fail before none of its others is drawn."""

Fault = DocumentTooDetailed | DocumentIncomplete


class Drawing:
    """Lets one page of a document be drawn at a time, so that one heavy document takes one place of a line."""

    def __init__(self, clock: Clock) -> None:
        """Remember nothing yet."""
        self._clock = clock
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._faults: OrderedDict[str, dict[int, tuple[int, Fault]]] = OrderedDict()

    @asynccontextmanager
    async def turn(self, document: str, page: int) -> AsyncIterator[None]:
        """Wait until no page of the document is being drawn; remember a fault of this one.

        Raises:
            DocumentTooDetailed, DocumentIncomplete: this page, or several of the document, failed a short while ago.
        """
        lock = self._locks.setdefault(document, asyncio.Lock())
        async with lock:
            self._check(document, page)
            try:
                yield
            except (DocumentTooDetailed, DocumentIncomplete) as problem:
                self._remember(document, page, problem)
                raise

    def _check(self, document: str, page: int) -> None:
        after_ms = self._clock.now_ms() - KEPT_MS
        fresh = {at: fault for at, (when, fault) in self._faults.get(document, {}).items() if when > after_ms}
        if page in fresh or len(fresh) >= FAULTS_MAX:
            found = fresh.get(page) or next(iter(fresh.values()))
            raise type(found)(**found.params)

    def _remember(self, document: str, page: int, problem: Fault) -> None:
        faults = self._faults.setdefault(document, {})
        faults[page] = (self._clock.now_ms(), problem)
        while len(faults) > FAULTS_MAX:
            _ = faults.pop(next(iter(faults)))
        self._faults.move_to_end(document)
        while len(self._faults) > DOCUMENTS_MAX:
            _ = self._faults.popitem(last=False)
