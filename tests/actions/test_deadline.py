"""A deadline ends its block when it has passed, however often it was moved, and never before."""

import asyncio

import pytest

from drip.actions.delivering.deadline import Deadline

SOON, LATER, FAR = 0.01, 0.04, 3600.0  # seconds from now


async def wait_for_ever(began: float, *moves: float | None) -> None:
    """In a block whose deadline is moved so before (None: to never)."""
    async with Deadline() as deadline:
        for at in moves:
            if at is None:
                deadline.move()
            else:
                deadline.move(began + at)
        await asyncio.get_running_loop().create_future()


async def move_as_it_passes(began: float, until: float) -> None:
    """A block whose deadline has rung, and is moved before anybody was told."""
    loop = asyncio.get_running_loop()
    async with Deadline() as deadline:
        deadline.move(began)
        turned = loop.create_future()
        loop.call_soon(turned.set_result, None)  # in the round in which the alarm rings, and before it
        await turned
        deadline.move(until)
        await loop.create_future()


@pytest.mark.parametrize(
    ("moves", "last"),
    [
        ((SOON,), SOON),
        ((SOON, LATER), LATER),
        ((FAR, SOON), SOON),
        ((SOON, FAR, None, LATER), LATER),
    ],
)
async def test_a_block_ends_when_its_last_deadline_has_passed(moves: tuple[float | None, ...], last: float) -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()
    with pytest.raises(TimeoutError):
        await wait_for_ever(began, *moves)
    assert last <= loop.time() - began < FAR


async def test_a_deadline_that_was_lifted_ends_nothing() -> None:
    loop = asyncio.get_running_loop()
    done = loop.create_future()
    async with Deadline() as deadline:
        deadline.move(loop.time() + SOON)
        deadline.move()
        loop.call_later(LATER, done.set_result, None)
        await done


async def test_a_deadline_that_is_moved_as_it_passes_ends_nothing_before_the_new_one() -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()
    with pytest.raises(TimeoutError):
        await move_as_it_passes(began, began + LATER)
    assert loop.time() - began >= LATER


async def test_who_is_cancelled_by_others_is_cancelled() -> None:
    loop = asyncio.get_running_loop()
    waiting = asyncio.create_task(wait_for_ever(loop.time(), FAR))
    loop.call_later(SOON, waiting.cancel)
    with pytest.raises(asyncio.CancelledError):
        await waiting
