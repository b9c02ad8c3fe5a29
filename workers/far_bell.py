"""The bell between processes: a scheduler rings, and some worker hears it through Redis."""

import asyncio
from collections.abc import Collection

import redis
import structlog
from dramatiq.errors import ConnectionClosed
from dramatiq.message import Message

from workers.doorbell import NAMESPACE, DoorbellBroker

log = structlog.get_logger()
PASSES = 2  # times a ring goes on from a worker that is at that mailbox already
SPARE = 16  # messages that may wait in the queue beyond one for each mailbox that is rung


class FarBell:
    """Rings in a thread of its own, so that a slow Redis holds up no scheduler; to be used on one loop.

    A mailbox is rung once a tick however many schedulers there are: the first one leaves a mark in Redis
    that ends by itself. With nobody listening the queue stays short: a ring that finds it full is left out,
    and made again at a later tick. While Redis is away rings are lost, which the workers know how to bear.
    """

    def __init__(self, broker: DoorbellBroker, tick: float) -> None:
        """`tick` is the time between two rings of one mailbox, in seconds."""
        self._broker = broker
        self._once = max(1, int(tick * 950))  # milliseconds; a little less, since no tick is exact
        self._wanted: set[int | None] = set()
        self._ringing: asyncio.Task[None] | None = None

    @property
    def anybody_at_work(self) -> bool:
        """Not known here; the rows say it."""
        return False

    def ring(self, mailbox_id: int | None) -> None:
        """There is work for this mailbox (None: the shelf)."""
        self._wanted.add(mailbox_id)
        if self._ringing is None or self._ringing.done():
            self._ringing = asyncio.create_task(self._ring_all())

    async def rung(self) -> None:
        """Wait until everything asked for was rung, or Redis did not answer."""
        if self._ringing is not None:
            await self._ringing

    async def _ring_all(self) -> None:
        while self._wanted:
            wanted, self._wanted = self._wanted, set()
            await asyncio.to_thread(self._ring, wanted)

    def _ring(self, wanted: Collection[int | None]) -> None:
        try:
            self._send(sorted(wanted, key=lambda one: one or 0))
        except (redis.RedisError, OSError) as error:
            self._broker.reach.lost(error)
        except Exception:
            log.exception("bell.failed")
        else:
            self._broker.reach.found()

    def _send(self, wanted: list[int | None]) -> None:
        with self._broker.client.pipeline(transaction=False) as asked:
            for mailbox_id in wanted:
                asked.set(f"{NAMESPACE}:rung:{mailbox_id or 'shelf'}", 1, px=self._once, nx=True)
            asked.llen(f"{NAMESPACE}:deliver")
            *ours, waiting = asked.execute()
        called = [one for one, mine in zip(wanted, ours, strict=True) if mine]
        for mailbox_id in called[: max(0, len(wanted) + SPARE - waiting)]:
            self._broker.enqueue(_doorbell(mailbox_id))


async def call(broker: DoorbellBroker, mailbox_id: int | None) -> None:
    """Ring for a mailbox that has more due than this process leased; it may be who hears it, and passes it on."""
    await _send(broker, _doorbell(mailbox_id))


async def pass_on(broker: DoorbellBroker, mailbox_id: int | None, passed: int) -> None:
    """Ring once more for a mailbox this process is at already: a worker with free hands may hear it. `passed`
    is how often that was done with this ring; after PASSES times it has come to nothing."""
    if passed < PASSES:
        await _send(broker, _doorbell(mailbox_id, passed + 1))


async def _send(broker: DoorbellBroker, message: "Message[None]") -> None:
    try:
        await asyncio.to_thread(broker.enqueue, message)
    except (redis.RedisError, OSError, ConnectionClosed) as error:
        broker.reach.lost(error)


def _doorbell(mailbox_id: int | None, passed: int = 0) -> Message[None]:
    args = (mailbox_id, passed) if passed else (mailbox_id,)
    return Message(queue_name="deliver", actor_name="mailbox.deliver", args=args, kwargs={}, options={})
