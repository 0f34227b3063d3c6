"""The longest news of every contract fit into the body that is read."""

from typing import Any

import msgspec
import pytest

from ports.kit.inbox import PortNews
from ports.kit.operation import PortNotice
from ports.register import NOTICES
from signaling.api.port_news import NEWS_MAX_BYTES

ESCAPED = len(r"\u9648")


def longest(kind: type[msgspec.Struct], data: int = 0) -> int:
    """Return the bytes of the longest JSON of a type, each sign escaped; `data` those of its part that is raw."""
    [schema], parts = msgspec.json.schema_components([kind])

    def measure(rule: dict[str, Any]) -> int:
        match rule:
            case {"$ref": name}:
                found = measure(parts[name.rpartition("/")[2]])
            case {"type": "object"}:
                found = 2 + sum(len(name) + 6 + measure(one) for name, one in rule["properties"].items())
            case {"type": "array", "maxItems": most}:
                found = 2 + most * (measure(rule["items"]) + 2)
            case {"type": "string", "maxLength": most}:
                found = 2 + ESCAPED * int(most)
            case {"enum": words}:
                found = 2 + max(map(len, words))
            case {"type": "string", "pattern": _}:
                found = 2 + 64
            case {"type": "integer" | "number" | "boolean"}:
                found = 24
            case _:
                assert not rule, f"{rule} has no bound"
                found = data
        return found

    return measure(schema)


@pytest.mark.parametrize("notice", NOTICES.values(), ids=list(NOTICES))
def test_news_fit(notice: PortNotice[Any]) -> None:
    assert longest(PortNews, longest(notice.tells)) <= NEWS_MAX_BYTES
