"""Describes a call of an operation; generated methods make them, `Client` and `AsyncClient` carry them out."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import quote, urlencode

T = TypeVar("T")


@dataclass(frozen=True)
class Call:
    """One call. `path` has a pair of braces for each of `places`; None in `query` leaves a parameter out.

    `is_repeatable` says that the document allows to ask again when no answer came.
    """

    operation: str
    method: str
    path: str
    places: tuple[str, ...] = ()
    query: Mapping[str, object] = field(default_factory=dict)
    body: object = None
    is_repeatable: bool = False
    waits_s: float = 0

    @property
    def target(self) -> str:
        """The path and the query as they are sent.

        Raises:
            ValueError: a place is empty or leads to another path.
        """
        if any(place in {"", ".", ".."} for place in self.places):
            raise ValueError(f"{self.operation}: not a name: {self.places}")
        path = self.path.format(*(quote(place, safe="") for place in self.places))
        query = urlencode([(name, _text(value)) for name, value in self.query.items() if value is not None])
        return f"{path}?{query}" if query else path


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


class Asking(ABC):
    """Carries calls out and waits for them."""

    @abstractmethod
    def _ask(self, call: Call, kind: type[T]) -> T:
        """Return the answer of a call as a value of `kind`."""

    @abstractmethod
    def _bytes(self, call: Call) -> bytes:
        """Return the answer of a call that is no JSON."""


class AsyncAsking(ABC):
    """Carries calls out without blocking."""

    @abstractmethod
    async def _ask(self, call: Call, kind: type[T]) -> T:
        """Return the answer of a call as a value of `kind`."""

    @abstractmethod
    async def _bytes(self, call: Call) -> bytes:
        """Return the answer of a call that is no JSON."""
