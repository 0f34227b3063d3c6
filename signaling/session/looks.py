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
    key = _key(node, found, reader)
    if not await node.services.redis.set(key, b"1", nx=True, ex=OPENING_S):
        _ = await node.services.redis.expire(key, OPENING_S)
        return
    try:
        await node.trail.note(reader.who, "document.viewed", found.view.document, ticket=found.ticket, shown=shown)
    except BaseException:
        _ = await node.services.redis.delete(key)
        raise
