"""What tests of the ports share: an empty ledger on each engine, a standing clock, the reference doubles."""

from collections.abc import AsyncIterator

import pytest_asyncio

from ports.kit.ports import Ports
from records.database import Database
from runtime.clock import ManualClock
from tests.integration.records.conftest import copied_database, copied_file, ledger, ledger_url, postgres_copy
from tests.support.stand_ins import StandIns, stand_ins

__all__ = ["copied_database", "copied_file", "ledger", "ledger_url", "postgres_copy"]


@pytest_asyncio.fixture
async def doubles(clock: ManualClock) -> AsyncIterator[StandIns]:
    """The reference doubles."""
    async with stand_ins(clock) as running:
        yield running


@pytest_asyncio.fixture
async def ports(doubles: StandIns, ledger: Database, clock: ManualClock) -> AsyncIterator[Ports]:
    """The ports of one process, connected to the doubles."""
    async with doubles.ports(ledger, clock) as made:
        yield made
