"""Bounds unfinished uploads: how many, and how large they may become, by ticket, by address and in all."""

from pathlib import Path

from protocol.errors import TooManyDocuments
from protocol.exhausted import StorageFull, TooManyUploads
from signaling.services import RealmServices

_BEGIN = (Path(__file__).parent / "lua" / "begin_upload.lua").read_text(encoding="utf-8")
PREFIX_ADDRESS = "address:"
ALL = "all"


class Unfinished:
    """The uploads that were begun and are no documents yet, counted in Redis for all nodes together.

    They count with the bytes that they announce, as if all had come: that is what the disk must have room for.
    """

    def __init__(self, services: RealmServices) -> None:
        """Use the realm's keys."""
        self._services = services
        self._begin = services.redis.register_script(_BEGIN)

    async def begin(self, upload: str, size: int, ticket: str, address: str) -> None:
        """Count an upload of `size` bytes.

        Raises:
            TooManyDocuments: the ticket has as many documents and unfinished uploads as it may have documents.
            TooManyUploads: the ticket or its address has as many unfinished as it may.
            StorageFull: all unfinished ones together have.
        """
        most, keys = self._services.settings, self._services.keys
        found = await self._begin(
            keys=[
                keys.uploads(ticket),
                keys.documents(ticket),
                keys.uploads(PREFIX_ADDRESS + address),
                keys.uploads(ALL),
            ],
            args=[
                self._services.clock.now_ms(),
                round(most.upload_ttl_s * 1000),
                f"{upload} {size}",
                most.documents_per_ticket,
                most.uploads_per_ticket,
                most.upload_bytes_per_ticket,
                most.uploads_per_address,
                most.upload_bytes_per_address,
                most.uploads_max,
                most.upload_bytes_max,
            ],
        )
        if found == b"ok":
            _ = await self._services.redis.set(keys.upload(upload), address, ex=round(most.upload_ttl_s) or 1)
        match found:
            case b"documents":
                raise TooManyDocuments(max=most.documents_per_ticket)
            case b"ticket":
                raise TooManyUploads(max=most.uploads_per_ticket)
            case b"address":
                raise TooManyUploads(max=most.uploads_per_address)
            case b"all":
                raise StorageFull
            case _:
                return

    async def end(self, upload: str, size: int, ticket: str) -> None:
        """Count an upload out: it is a document, was refused, or was given up."""
        keys, member = self._services.keys, f"{upload} {size}"
        address = await self._services.redis.get(keys.upload(upload))
        pipe = self._services.redis.pipeline(transaction=False)
        for owner in (ticket, ALL, PREFIX_ADDRESS + (address.decode() if isinstance(address, bytes) else "")):
            _ = pipe.zrem(keys.uploads(owner), member)
        _ = pipe.delete(keys.upload(upload))
        _ = await pipe.execute()
