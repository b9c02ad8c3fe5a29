"""A store on an empty, migrated database for each test, and a second one on the same."""

from collections.abc import AsyncIterator

import pytest_asyncio
from sqlalchemy.engine import make_url

from drip.store.engine import Store, open_store


@pytest_asyncio.fixture
async def store(migrated_url: str) -> AsyncIterator[Store]:
    """A store on an empty database at the newest schema."""
    opened = open_store(migrated_url)
    yield opened
    await opened.close()


@pytest_asyncio.fixture
async def other(migrated_url: str, store: Store) -> AsyncIterator[Store]:
    """A second process's view of the same database: its own connections, its own gate."""
    assert make_url(migrated_url).database == store.url.database
    opened = open_store(migrated_url)
    yield opened
    await opened.close()
