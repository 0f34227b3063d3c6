"""Puts looks at papers on the trail: one entry for each opening of a document, however many of its pages are turned."""

from typing import Final

from records.papers.documents import StoredDocument
from signaling.node import Node
from signaling.session.papers import PaperReader

OPENING_S: Final = 600
"""Seconds without a page turned after which a document counts as put away; the next page opens it anew."""


def _key(node: Node, found: StoredDocument, reader: PaperReader) -> str:
    return node.services.keys.opening(reader.opening, found.view.document)


async def opened(node: Node, found: StoredDocument, reader: PaperReader) -> None:
    """Begin a new opening: the next page that is seen is a look of its own."""
    _ = await node.services.redis.delete(_key(node, found, reader))


async def seen(node: Node, found: StoredDocument, reader: PaperReader, shown: str) -> None:
    """Note that pages of a document are seen, once an opening; `shown` is `pages` or `texts`.

    Raises:
        LedgerUnavailable: the look cannot go on record; the next page tries again.
    """
    key, document = _key(node, found, reader), found.view.document
    if not await node.trail.note_once(
        key, OPENING_S, reader.who, "document.viewed", document, ticket=found.ticket, shown=shown
    ):
        _ = await node.services.redis.expire(key, OPENING_S)
