"""The simulated people of the demonstration: they keep to their own seats and items, the newcomer has the rest."""

import random
from typing import Final

from booth_client.address import Address
from booth_client.behaviour import Pace
from booth_client.http_api import Credentials
from booth_client.load import Load
from booth_client.people import Scene, ScriptedWish
from protocol.skills import ANY_DISTRICT
from protocol.views import Mode
from records.catalogue.directory import Directory
from records.catalogue.directory_rows import CatalogueSeat
from records.staff.demo import demo_password

NEWCOMERS_SKILLS: Final = frozenset({"ZS", "MZ", "BCS", "KY"})
"""Simulated seats have none of these, so that the first real call rings at a real agent."""
PATIENCE_S: Final = 100.0
"""Less than the widening to the general seat takes: simulated citizens never ring at a newcomer."""


def crowd(directory: Directory, base: str, size: int, secret: str) -> Load:
    """Return `size` simulated citizens and up to as many seats; the demonstration's secret signs them in."""
    seats = [seat for seat in directory.seats.all() if not _skills(seat) & NEWCOMERS_SKILLS][:size]
    scene = Scene(
        address=Address.parse(base),
        draw=random.Random(),  # noqa: S311  (play, no secrets)
        wishes=_wishes(directory, seats) or (ScriptedWish(),),
        pace=Pace(patience_s=PATIENCE_S / 2, patience_max_s=PATIENCE_S),
        only_simulated=True,
        verify_tls=False,
    )
    credentials = [Credentials(seat.id.lower(), demo_password(secret, seat.id.lower())) for seat in seats]
    return Load(scene, citizens=size, seats=credentials)


def _skills(seat: CatalogueSeat) -> set[str]:
    return {held.skill for held in seat.abilities.skills}


def _wishes(directory: Directory, seats: list[CatalogueSeat]) -> tuple[ScriptedWish, ...]:
    """Return what these seats can serve: items of their skills and districts, from sites of the same districts."""
    return tuple(
        ScriptedWish(item.id, site.id)
        for item in directory.items.all()
        for site in directory.places.sites()
        if site.district == item.district
        and Mode.CONSULT.value in item.modes
        and any(item.skill in _skills(seat) and _acts_for(seat, item.district) for seat in seats)
    )


def _acts_for(seat: CatalogueSeat, district: str) -> bool:
    return bool({district, ANY_DISTRICT} & set(seat.abilities.districts))
