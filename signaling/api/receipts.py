"""Tells how the matter of a receipt stands, and the address, as a QR code too, that opens it on the citizen's phone."""

import asyncio
import io
from contextlib import suppress
from typing import Final

import msgspec
import segno
from aiohttp import web

from protocol import typed
from protocol.errors import BadInput, LedgerUnavailable, NotFound, TokenExpired, TooManyTries
from protocol.states import TICKET_ENDS, TicketState
from records.sessions import find as sessions
from records.sessions.find import ReceiptView
from runtime import throttle
from runtime.edge import reply
from runtime.security import ReceiptLink
from signaling.api.catalogue import Locale
from signaling.api.table import Route, guessing, read_query, slow_down
from signaling.node import NODE, Node

BEHIND_S: Final = 2.0
"""Seconds for which a receipt waits for the recorder, which is about 0.1 s behind the queue."""
POLL_S: Final = 0.05
LINK_PATH: Final = "/r/"
NUMBER_MAX: Final = 64


async def receipt(node: Node, request: web.Request) -> web.StreamResponse:
    """Tell how the matter of a receipt stands."""
    typing, _ = _typed(request)
    locale = read_query(request, Locale).locale
    async with guessing(node, request, throttle.RECEIPT):
        found = await _found(node, typing)
    return reply(await _told(node, found, locale))


def _typed(request: web.Request) -> tuple[str, str]:
    """Return a receipt as it was typed, and as it is likeliest meant; a slip is told before it counts as a try.

    Raises:
        BadInput: this cannot be a receipt.
    """
    typing = request.match_info["receipt"][:NUMBER_MAX]
    return typing, typed.receipts(typing)[0]


async def code(node: Node, request: web.Request) -> web.StreamResponse:
    """Draw the QR code of a receipt's signed address.

    There is one for receipts that exist alone: the address opens without a try, so a guess must cost its try here.
    While the ledger is away nobody is told right from wrong, and the code is drawn.
    """
    address = await _address(node, request)
    picture = io.BytesIO()
    # The quiet zone of four modules is part of the code; white, so that it is read off a dark screen too.
    segno.make(address, error="m", micro=False).save(picture, kind="svg", scale=4, border=4, light="#fff", svgns=True)
    return web.Response(
        body=picture.getvalue(), content_type="image/svg+xml", headers={"Cache-Control": "no-store, private"}
    )


class ReceiptAddress(msgspec.Struct, frozen=True):
    """The address of the page that shows a receipt."""

    address: str


async def address_of(node: Node, request: web.Request) -> web.StreamResponse:
    """Tell the signed address of a receipt's page: a phone cannot scan its own screen. A guess costs a try."""
    return reply(ReceiptAddress(await _address(node, request)))


async def _address(node: Node, request: web.Request) -> str:
    """Return the signed address of the page of a receipt.

    Raises:
        BadInput: this cannot be a receipt.
        NotFound: there is no such receipt.
        TooManyTries: this address asked for too many, or for too many that were wrong.
    """
    typing, number = _typed(request)
    locale = read_query(request, Locale).locale
    await slow_down(node, request, throttle.RECEIPT_CODE)
    async with guessing(node, request, throttle.RECEIPT):
        with suppress(LedgerUnavailable):
            number = (await _found(node, typing))[1].receipt
    link = node.services.signatures.link(ReceiptLink(number))
    return f"{_home(node, request)}{LINK_PATH}{link}{f'?lang={locale}' if locale else ''}"


def _home(node: Node, request: web.Request) -> str:
    """Return where a phone reaches our pages: as the setting says, or as the asker itself does."""
    return node.services.settings.phone_url or node.services.visitors.home(request)


async def by_link(request: web.Request, link: str, locale: str) -> ReceiptView:
    """Return the receipt of a signed address, for the page on a phone.

    Raises:
        NotFound: forged, cut, too old, or no such receipt: nobody is told which.
        TooManyTries: this address asked for too many that were wrong, or this one was looked at too often.
    """
    node = request.app[NODE]
    try:
        found = await _found(node, node.services.signatures.read_link(link).receipt)
    except (TokenExpired, BadInput, NotFound):
        await slow_down(node, request, throttle.RECEIPT)
        raise NotFound(what="receipt") from None
    return await _told(node, found, locale)


async def _found(node: Node, number: str) -> tuple[str, ReceiptView]:
    """Return the ticket of a receipt and what is on record of it by now.

    Raises:
        NotFound: no such receipt.
    """
    async with node.services.database.read() as db:
        return await sessions.by_receipt(db, number)


async def _told(node: Node, known: tuple[str, ReceiptView], locale: str) -> ReceiptView:
    """Return what is on record of a receipt that exists.

    Raises:
        TooManyTries: it was looked at too often.
    """
    await node.services.throttle.spend(throttle.KNOWN_RECEIPT, known[1].receipt)
    found = await _recorded(node, *known)
    directory = node.services.directory
    return msgspec.structs.replace(
        found,
        item_name=directory.items.name_in(found.item, found.item_name, locale),
        notice=directory.items.in_words(found.item, found.notice, locale),
    )


async def _recorded(node: Node, ticket: str, found: ReceiptView) -> ReceiptView:
    """Return what is on record of a receipt; wait up to `BEHIND_S` until the recorder has written what the queue knows.

    Raises:
        NotFound: there is no such receipt any more.
    """
    left = round(BEHIND_S / POLL_S)
    while True:
        row = await node.services.queue.tickets.find(ticket) if left and not found.outcome else None
        if row is None or row.state not in TICKET_ENDS or not _is_behind(row.state, found):
            return found
        left -= 1
        await asyncio.sleep(POLL_S)
        ticket, found = await _found(node, found.receipt)


def _is_behind(state: TicketState, found: ReceiptView) -> bool:
    return found.ticket_state != state or (state is TicketState.DONE and not found.outcome)


ROUTES = (
    Route(
        method="GET",
        path="/api/receipts/{receipt}",
        act=receipt,
        says="Return the state of the matter of a receipt, to anybody with its number, typed with or without dashes.",
        query=Locale,
        answer=ReceiptView,
        limits=(throttle.RECEIPT, throttle.KNOWN_RECEIPT),
        more="Wrong ones are counted by address, looks at one that exists by itself. Asked for right after "
        "`session_closed` it already tells the outcome.",
        errors=(NotFound, TooManyTries, BadInput),
    ),
    Route(
        method="GET",
        path="/api/receipts/{receipt}/code",
        act=code,
        says="A QR code (SVG) that opens the receipt and its one-time notice on a phone, without an account or script.",
        query=Locale,
        answer=str,
        media=("image/svg+xml",),
        limits=(throttle.RECEIPT_CODE, throttle.RECEIPT),
        more="Counted by address, wrong receipts as for the receipt itself. It holds a signed address that ends after "
        "`WINDOW_RECEIPT_LINK_S` (seven days).",
        errors=(NotFound, TooManyTries, BadInput),
    ),
    Route(
        method="GET",
        path="/api/receipts/{receipt}/link",
        act=address_of,
        says="The address that the receipt's QR code holds, for a phone, which cannot scan its own screen.",
        query=Locale,
        answer=ReceiptAddress,
        limits=(throttle.RECEIPT_CODE, throttle.RECEIPT),
        more="Counted with the codes, by address, wrong receipts as for the receipt itself. It ends as the code does.",
        errors=(NotFound, TooManyTries, BadInput),
    ),
)
