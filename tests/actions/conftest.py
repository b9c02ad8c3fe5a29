"""A migrated database for each test, on both kinds, and a desk to work at."""

import pytest_asyncio

from drip.store.engine import Store
from tests.actions.desk import Desk
from tests.store.conftest import other, store

__all__ = ["other", "store"]


@pytest_asyncio.fixture
async def desk(store: Store) -> Desk:
    """Kim's desk: a rep with a mailbox, a published campaign, nobody enrolled."""
    return await Desk.set_up(store)
