"""What a child process of the benchmarks does: each line of stdin asks for a way, each answer is a line of JSON."""

import asyncio
import gc
import json
import resource
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from workers.broker import collect_less_often, new_loop

Answer = dict[str, Any]
Ways = Mapping[str, Callable[[Answer], Awaitable[Answer]]]


class Meter:
    """CPU and wall seconds of this process from now on."""

    def __init__(self) -> None:
        gc.collect()
        self._cpu, self._wall = time.process_time(), time.perf_counter()

    def read(self, count: int) -> Answer:
        """What was used since, for `count` letters or rows; and the most memory there ever was, in MB."""
        cpu, wall = time.process_time() - self._cpu, time.perf_counter() - self._wall
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
        return {"cpu": cpu, "wall": wall, "count": count, "most_mb": most}


def answer_until_end(ways: Ways) -> None:
    """Do what is asked, one thing at a time, on the loop the workers use; until stdin ends."""
    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(_answer_each(ways))


async def _answer_each(ways: Ways) -> None:
    loop = asyncio.get_running_loop()
    collect_less_often()
    _say({"ready": True})
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        asked = json.loads(line)
        try:
            answer = await ways[asked["way"]](asked)
        except Exception as error:  # noqa: BLE001 - who asked is told, whatever it is
            answer = {"error": f"{type(error).__name__}: {error}"}
        _say(answer)


def _say(answer: Answer) -> None:
    print(json.dumps(answer), flush=True)
