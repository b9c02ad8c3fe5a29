"""A scene on SQLite and on PostgreSQL, and a client that asks its pages as a browser does."""

from collections.abc import AsyncIterator

import httpx
import pytest_asyncio

from drip.store.engine import Store
from tests.store.conftest import store
from tests.web.scene import Scene, asking, set_scene

__all__ = ["store"]


@pytest_asyncio.fixture
async def scene(store: Store) -> Scene:
    """A prospect with a letter in the inbox; each test runs on both databases."""
    return await set_scene(store)


@pytest_asyncio.fixture
async def client(scene: Scene) -> AsyncIterator[httpx.AsyncClient]:
    """A person's browser that follows no redirects."""
    async with asking(scene) as opened:
        yield opened
