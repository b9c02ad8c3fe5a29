"""The in-memory broker of the embedded service, the queues there are, and the one event loop actors run on."""

import asyncio
import gc
from typing import Any

from dramatiq.asyncio import EventLoopThread, set_event_loop_thread
from dramatiq.broker import Broker
from dramatiq.brokers.stub import StubBroker
from dramatiq.middleware import AsyncIO

QUEUES = ("plan", "deliver", "receive", "chores")
LOOP_STARTS_WITHIN = 5.0  # seconds


class OneLoop(AsyncIO):
    """dramatiq's event loop thread, with the fast loop where there is one.

    The scheduler and the web server run on the same loop, so that one process is one loop.
    """

    def before_worker_boot(self, broker: Broker, worker: Any) -> None:
        """Start the loop before the first actor can run."""
        thread = EventLoopThread(self.logger)
        thread.loop = new_loop()
        thread.daemon = True
        thread.start(timeout=LOOP_STARTS_WITHIN)
        set_event_loop_thread(thread)


def new_loop() -> asyncio.AbstractEventLoop:
    """uvloop where it is installed, else asyncio's own."""
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()


def make_broker() -> StubBroker:
    """The in-memory broker with the four queues. No Retries and no time limits: the database says
    what is left to do, and the scheduler rings again."""
    broker = StubBroker(middleware=[OneLoop()])
    for queue in QUEUES:
        broker.declare_queue(queue)
    broker.emit_after("process_boot")
    return broker


def collect_less_often() -> None:
    """Leave what was imported out of every collection, and collect when there is something to gain:
    by default looking for cycles takes an eighth of the time a letter takes."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
