"""All operations and notices of all ports, by their names."""

from typing import Any, Final

from ports import (
    approval,
    bookings,
    card_reader,
    certificates,
    courier,
    face_check,
    hall_numbers,
    hotline,
    identity,
    messages,
    ratings,
    seal,
    signature,
    virus_scan,
)
from ports.kit.operation import PortNotice, PortOperation

MODULES: Final = (
    messages,
    identity,
    face_check,
    approval,
    certificates,
    seal,
    signature,
    ratings,
    hall_numbers,
    bookings,
    hotline,
    courier,
    card_reader,
    virus_scan,
)
OPERATIONS: Final[dict[str, PortOperation[Any, Any]]] = {one.path: one for kind in MODULES for one in kind.OPERATIONS}
"""By path: `messages/send`."""
NOTICES: Final[dict[str, PortNotice[Any]]] = {f"{one.port}/{one.kind}": one for kind in MODULES for one in kind.NOTICES}
"""By port and kind: `messages/delivered`."""
PORTS: Final = tuple(kind.PORT for kind in MODULES)
