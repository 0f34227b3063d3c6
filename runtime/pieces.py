"""Answers with a file that is made piece by piece, while it is sent."""

from collections.abc import AsyncIterator

from aiohttp import web


async def send_csv(request: web.Request, name: str, pieces: AsyncIterator[bytes]) -> web.StreamResponse:
    """Send a CSV file as a download of this name; a fault before the first piece is still an answer of its own."""
    response = web.StreamResponse(
        headers={
            "Content-Type": "text/csv; charset=utf-8",
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        }
    )
    first = await anext(pieces, b"")
    _ = await response.prepare(request)
    await response.write(first)
    async for piece in pieces:
        await response.write(piece)
    await response.write_eof()
    return response
