"""Makes tickets: turns a citizen's wish into needs, a number, and the ticket's subject."""

import msgspec

from matcher import NewTicket, Step
from protocol import ids
from protocol.commands import TakeTicket
from protocol.errors import BadInput, ClosedNow, ModeNotOffered, NotAllowed
from protocol.priorities import Priority
from protocol.views import About, Channel, Mode
from records.catalogue.directory_rows import Item, Site
from signaling.node import Node
from signaling.queue.tickets import steps_of
from signaling.services import RealmServices
from signaling.socket.connections import Connection


class Wish(msgspec.Struct, frozen=True):
    """The subject of a new ticket, still without number and receipt, and its needs."""

    about: About
    steps: tuple[Step, ...]


def wish_of(node: Node, page: Connection, frame: TakeTicket) -> Wish:
    """Check a citizen's wish against the catalogue in memory; it costs nothing and nobody yet.

    Raises:
        UnknownItem, UnknownSite, ModeNotOffered, BadInput: the catalogue does not have it.
        ClosedNow: nobody serves it at this hour.
        NotAllowed: SOS from anywhere but a booth's help button.
    """
    services = node.services
    if frame.priority == "sos" and not page.booth:
        raise NotAllowed(frame="take_ticket", priority="sos")
    item = services.directory.items.find(frame.item) if frame.item else None
    site = services.directory.places.site(page.site or frame.site) if page.site or frame.site else None
    _check(services, frame, item, site)
    about = _about(services, page, frame, item, site)
    return Wish(about, steps_of(services, about))


async def new_ticket(node: Node, page: Connection, command: str, wish: Wish) -> NewTicket:
    """Turn a wish into a new ticket with a number and a receipt; `command` is the id that it was sent under."""
    services = node.services
    about = await _numbered(services, wish.about)
    # The same command once more, because Redis went away in the middle of it, asks for the same ticket.
    if page.asked[0] != command:
        page.asked = (command, ids.new_id(services.clock.now_ms()))
    return NewTicket(
        ticket=page.asked[1],
        steps=wish.steps,
        priority=Priority(about.priority),
        about=msgspec.json.encode(about).decode(),
        page_lease_s=services.settings.page_lease_s,
    )


def _check(services: RealmServices, frame: TakeTicket, item: Item | None, site: Site | None) -> None:
    if item is not None and frame.mode not in item.modes:
        raise ModeNotOffered(modes=",".join(item.modes))
    if frame.language not in {language.id for language in services.directory.languages}:
        raise BadInput(field="language", why="unknown")
    where, what, now = site.id if site else "", item.id if item else "", services.business.now()
    hours = services.directory.hours
    if services.settings.hours == "real" and not hours.is_open(where, what, now):
        raise ClosedNow(next_open=hours.next_open(where, what, now))


def _about(services: RealmServices, page: Connection, frame: TakeTicket, item: Item | None, site: Site | None) -> About:
    handling = item.district if item else (site.district if site else "")
    return About(
        number="",
        item=item.id if item else "",
        item_name=item.name if item else "",
        mode=frame.mode if item else Mode.CONSULT,
        language=frame.language,
        locale=page.locale,
        channel=Channel.BOOTH if page.booth else Channel.NATIVE if frame.native else Channel.PC,
        site=site.id if site else "",
        site_name=site.name if site else "",
        booth=page.booth,
        collecting_district=site.district if site else handling,
        handling_district=handling,
        skill=item.skill if item else services.directory.policy.general_skill,
        priority=frame.priority,
        helper_present=frame.helper_present,
    )


async def _numbered(services: RealmServices, about: About) -> About:
    """Give the ticket the next number of its site and skill today, and its receipt."""
    today = services.business.now().day(services.directory.zone)
    place = about.site or "PC"
    number = f"{about.skill}{await services.numbers.next(place, about.skill, today):03d}"
    return msgspec.structs.replace(about, number=number, receipt=ids.new_receipt(today, number))
