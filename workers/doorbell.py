"""The broker of the distributed service: Redis or Valkey, which holds nothing but doorbells.

A worker waits inside Redis for the next message instead of asking again and again. While Redis is away,
nothing fails: who rings goes on without, who listens tries again, and the rows in the database stay what
is to be done. A message may be lost, doubled or late without harm, so acknowledging one is a courtesy.
"""

import threading
from collections.abc import Iterable
from typing import Any

import redis
from dramatiq.brokers.redis import RedisBroker, _RedisConsumer
from redis.backoff import NoBackoff
from redis.retry import Retry

from workers.broker import QUEUES, OneLoop
from workers.reach import Reach

NAMESPACE = "drip"
WAIT = 1  # seconds one wait inside Redis takes at most; a stop waits for its end
ANSWERS_WITHIN = 5.0  # seconds; longer than WAIT
TRY_AGAIN = (0.1, 0.2, 0.5, 1.0, 2.0)  # seconds between tries while Redis is away; the last one repeats


class DoorbellBroker(RedisBroker):
    """dramatiq's broker on Redis without delayed messages, which would be pulled into a worker's memory."""

    def __init__(self, url: str) -> None:
        """Nothing is connected yet. Raises ValueError for a URL that cannot be read."""
        client = redis.Redis.from_url(
            url,
            socket_timeout=ANSWERS_WITHIN,
            socket_connect_timeout=ANSWERS_WITHIN,
            socket_keepalive=True,
            retry=Retry(NoBackoff(), 0),
        )
        super().__init__(client=client, middleware=[OneLoop()], namespace=NAMESPACE)  # type: ignore[no-untyped-call]
        self.reach = Reach("redis")
        self.stopping = threading.Event()
        for queue in QUEUES:
            self.declare_queue(queue)
        self.emit_after("process_boot")

    def declare_queue(self, queue_name: str) -> None:
        """Declare a queue, without the second one for delays. Harmless when done before."""
        if queue_name in self.queues:
            return
        self.emit_before("declare_queue", queue_name)
        self.queues.add(queue_name)
        self.emit_after("declare_queue", queue_name)

    def consume(self, queue_name: str, prefetch: int = 1, timeout: int = 0) -> "DoorbellConsumer":
        """What hands a queue's messages to a worker; it waits inside Redis, so `timeout` has no meaning."""
        return DoorbellConsumer(self, queue_name, prefetch, 0)  # type: ignore[no-untyped-call]


class DoorbellConsumer(_RedisConsumer):
    """Reads one queue. It never raises for a Redis that is away."""

    broker: DoorbellBroker

    def __next__(self) -> Any:
        """The next message, or None after a wait without one."""
        try:
            found = super().__next__()  # type: ignore[no-untyped-call]
            if found is None:
                self._wait_for_one()
        except Exception as error:
            if not _is_of_redis(error):
                raise
            self._stay_away(error)
            return None
        self._failures = 0
        self.broker.reach.found()
        return found

    def ack(self, message: Any) -> None:
        """Say that a message was heard."""
        self._politely(super().ack, message)

    def nack(self, message: Any) -> None:
        """Say that a message could not be read."""
        self._politely(super().nack, message)

    def requeue(self, messages: Iterable[Any]) -> None:
        """Give back what was fetched and not begun."""
        self._politely(super().requeue, messages)

    _failures = 0

    def _wait_for_one(self) -> None:
        """Return when there is a message, or after WAIT. The list's first element is moved to where it is,
        which is the one way to wait for it without taking it."""
        if self.outstanding_message_count >= self.prefetch:
            self.broker.stopping.wait(WAIT)
            return
        queue = f"{self.broker.namespace}:{self.queue_name}"
        self.broker.client.blmove(queue, queue, WAIT, "LEFT", "LEFT")

    def _stay_away(self, error: Exception) -> None:
        self.broker.reach.lost(error)
        self.broker.stopping.wait(TRY_AGAIN[min(self._failures, len(TRY_AGAIN) - 1)])
        self._failures += 1

    def _politely(self, say: Any, what: Any) -> None:
        try:
            say(what)
        except Exception as error:
            if not _is_of_redis(error):
                raise
            self.broker.reach.lost(error)


def _is_of_redis(error: Exception) -> bool:
    """Also as dramatiq wraps it."""
    from dramatiq.errors import ConnectionClosed

    return isinstance(error, redis.RedisError | ConnectionClosed | OSError)
