"""The actors: a message is a doorbell, the work is in the database."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import dramatiq
from dramatiq.broker import Broker

from drip.actions.deliver import Delivered
from workers.engine import Engine

Finished = Callable[[int | None, Delivered], None]
PassOn = Callable[[int | None, int], Awaitable[None]]
"""Rings again for a mailbox, for another process; told how often that was done with this ring."""


@dataclass(frozen=True, slots=True)
class Actors:
    """What can be rung for. `send` of each puts a message into its queue."""

    plan: Any
    deliver: Any
    chore: Any


def declare(broker: Broker, engine: Engine, finished: Finished, pass_on: PassOn | None = None) -> Actors:
    """Declare the actors of a process. `finished` hears of every run for a mailbox; `pass_on` of every ring
    for a mailbox that is being sent from, where other processes may hear it."""

    @dramatiq.actor(broker=broker, queue_name="plan", actor_name="enrollments.plan")
    async def plan() -> None:
        await engine.plan()

    @dramatiq.actor(broker=broker, queue_name="deliver", actor_name="mailbox.deliver")
    async def deliver(mailbox_id: int | None, passed: int = 0) -> None:
        if pass_on is not None and engine.is_sending_from(mailbox_id):
            await pass_on(mailbox_id, passed)
            return
        done = Delivered()
        try:
            done = await engine.deliver(mailbox_id)
        finally:
            finished(mailbox_id, done)

    @dramatiq.actor(broker=broker, queue_name="chores", actor_name="chore.do")
    async def chore(name: str) -> None:
        await engine.do_chore(name)

    return Actors(plan, deliver, chore)
