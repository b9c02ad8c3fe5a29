"""The ways to send that are compared, in a process of their own: aiosmtplib, our wire alone, and the whole of ours.

To see where ours spends its time, let the benchmark run the process under a profiler, which then writes what it saw:

    ./run bench engine --only postgresql --letters 5000 --rounds 3 --before "py-spy record -o ours.svg --"
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from datetime import datetime
from itertools import islice
from pathlib import Path

import aiosmtplib

from drip.actions.deliver import deliver
from drip.actions.gather_values import Beside, gather_values
from drip.actions.sending import Sending
from drip.actions.write_letter import write_letter
from drip.clock import ControlledClock
from drip.config import load_settings
from drip.domain.outcome import Kind
from drip.domain.security import Security
from drip.outbound.letter import Letter
from drip.outbound.smtp import SmtpTransport
from drip.outbound.transport import Account, Wire
from drip.store import enrollments, letters
from drip.store.leases import Stamp
from drip.store.letters import Leased, Source
from drip.wiring import Wired, wire
from tests.bench.answering import Answer, Meter, answer_until_end

WARM = 4  # letters that go over each connection before the count begins
SECRET = "a secret for the benchmarks that is long enough"


async def aiosmtplib_alone(asked: Answer) -> Answer:
    """Fixed bytes over warm connections, a letter at a time on each."""
    data = Path(asked["data"]).read_bytes()
    numbers = iter(range(asked["letters"]))
    clients = [
        aiosmtplib.SMTP(hostname="127.0.0.1", port=asked["port"], start_tls=False) for _ in range(asked["connections"])
    ]

    async def send(client: aiosmtplib.SMTP, of: Iterator[int]) -> None:
        for number in of:
            await client.sendmail("kim@seller.example", [f"p{number}@firm.example"], data)

    await asyncio.gather(*(client.connect() for client in clients))
    await asyncio.gather(*(send(client, iter(range(WARM))) for client in clients))
    meter = Meter()
    await asyncio.gather(*(send(client, numbers) for client in clients))
    used = meter.read(asked["letters"])
    await asyncio.gather(*(client.quit() for client in clients))
    return used | {"warm": WARM * len(clients)}


async def our_wire_alone(asked: Answer) -> Answer:
    """The reference: the same letters written and sent by our wire, from values in memory; nothing is kept."""
    wired = _wired(asked)
    try:
        ready = await _load(wired.sending, asked["first"], asked["letters"] + WARM * asked["connections"])
    finally:
        await wired.close()
    waiting = (write_letter(wired.sending, *one).letter for one in ready)
    transport = SmtpTransport()
    account = Account("127.0.0.1", asked["port"], Security.NONE)

    async def yes() -> bool:
        return True

    async def send(connection: Wire, own: Iterator[Letter]) -> None:
        announced: list[Letter] = []

        def following() -> Letter | None:
            announced.extend(islice(own, 1))
            return announced[0] if announced else None

        while (letter := announced.pop() if announced else next(own, None)) is not None:
            outcome = await connection.deliver(letter, yes, following)
            assert outcome.kind is Kind.ACCEPTED, outcome

    async with AsyncExitStack() as stack:
        wires = [await stack.enter_async_context(transport.open(account)) for _ in range(asked["connections"])]
        for one in wires:
            await send(one, islice(waiting, WARM))
        meter = Meter()
        await asyncio.gather(*(send(one, waiting) for one in wires))
        used = meter.read(asked["letters"])
    if "keep" in asked:
        Path(asked["keep"]).write_bytes(write_letter(wired.sending, *ready[0]).letter.data)
    return used | {"warm": WARM * len(wires)}


async def ours(asked: Answer) -> Answer:
    """What a worker does with a mailbox that is rung: the letters due at `at`, after those of a warm-up."""
    clock = ControlledClock(datetime.fromisoformat(asked["warm_at"]))
    wired = _wired(asked, clock)
    try:
        warm = await deliver(wired.sending, asked["mailbox"], asyncio.Event())
        clock.jump(datetime.fromisoformat(asked["at"]))
        meter = Meter()
        done = await deliver(wired.sending, asked["mailbox"], asyncio.Event())
        used = meter.read(done.settled)
    finally:
        await wired.close()
    problems = [*warm.errors, *done.errors]
    if problems or done.settled != asked["letters"]:
        return {"error": f"{done.settled} of {asked['letters']} letters were settled; {problems[:2]}"}
    return used | {"warm": warm.settled}


WAYS: dict[str, Callable[[Answer], Awaitable[Answer]]] = {
    "aiosmtplib": aiosmtplib_alone,
    "reference": our_wire_alone,
    "ours": ours,
}


def _wired(asked: Answer, clock: ControlledClock | None = None) -> Wired:
    settings = load_settings(
        database_url=asked["url"], secret=SECRET, connections=asked["connections"], **asked.get("settings", {})
    )
    return wire(settings, clock or ControlledClock(datetime.fromisoformat(asked["at"])))


async def _load(sending: Sending, first: int, count: int) -> list[tuple[Leased, Stamp, Source]]:
    """What letters are written from, for `count` sends from the id `first` on."""
    made = []
    async with sending.store.reading() as unit:
        loaded = await letters.load(unit, range(first, first + count))
        opens = {one.id: one for one in await enrollments.load(unit, {one.enrollment_id for one in loaded})}
        dated_at = sending.now().replace(microsecond=0)
        for one in loaded:
            stamp = gather_values(sending, one, opens[one.enrollment_id], Beside(), dated_at)
            made.append((one, stamp, await letters.source(unit, one.version_id, one.step_key)))
    return made


def main() -> None:
    """Answer until stdin ends."""
    answer_until_end(WAYS)


if __name__ == "__main__":
    main()
