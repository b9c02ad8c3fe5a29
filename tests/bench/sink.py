"""The sink: an SMTP server in a process of its own, faster than any client, that counts what it got."""

import argparse
import asyncio
import json
import sys
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import uvloop

END = b"\r\n.\r\n"
MESSAGE_ID = b"\r\nMessage-ID: "


@dataclass(slots=True)
class Tally:
    """What came since the last report: letters, their bytes and times (monotonic seconds); and, to tell
    whether each was another one, Message-IDs, whole contents (as hashes), and recipients with their time.

    `enough` is set when the letter number `awaited` came.
    """

    letters: int = 0
    octets: int = 0
    times: list[float] = field(default_factory=list)
    message_ids: set[bytes] = field(default_factory=set)
    contents: set[int] = field(default_factory=set)
    came_at: dict[str, float] = field(default_factory=dict)
    awaited: int = 0
    enough: asyncio.Event = field(default_factory=asyncio.Event)

    def count(self, recipient: bytes, content: bytes) -> None:
        """Count one letter."""
        self.letters += 1
        self.octets += len(content)
        at = content.find(MESSAGE_ID)
        if at >= 0:
            self.message_ids.add(content[at + len(MESSAGE_ID) : content.find(b"\r\n", at + len(MESSAGE_ID))].strip())
        self.contents.add(hash(content))
        self.times.append(time.monotonic())
        self.came_at[recipient.decode("latin-1")] = self.times[-1]
        if self.letters == self.awaited:
            self.enough.set()

    async def wait_for(self, letters: int, seconds: float) -> None:
        """Return when so many came, or after some seconds."""
        self.awaited = letters
        if self.letters < letters:
            with suppress(TimeoutError):
                await asyncio.wait_for(self.enough.wait(), seconds)

    def report(self, *, times: bool) -> dict[str, Any]:
        """The counts as JSON; `times`: with when each recipient's letter came."""
        counts: dict[str, Any] = {"letters": self.letters, "octets": self.octets, "message_ids": len(self.message_ids)}
        counts |= {"contents": len(self.contents), "recipients": len(self.came_at)}
        counts |= {"per_s": self._rate(0.0, 1.0), "steady_per_s": self._rate(0.25, 0.75)}
        return counts | ({"came_at": self.came_at} if times else {})

    def _rate(self, start: float, end: float) -> float:
        """Letters a second between those at two shares of all that came, such as 0.25 and 0.75."""
        last = len(self.times) - 1
        first, final = int(last * start), int(last * end)
        return (final - first) / (self.times[final] - self.times[first]) if final > first else 0.0


@dataclass(slots=True)
class Sink:
    """What all connections share. `delay` is the round trip that is added, in seconds: the answers to
    what came in one piece leave together, so long after it."""

    pipelining: bool
    delay: float = 0.0
    tally: Tally = field(default_factory=Tally)

    @property
    def ehlo(self) -> bytes:
        """The answer to EHLO."""
        offers = [b"sink", *([b"PIPELINING"] if self.pipelining else []), b"8BITMIME"]
        return b"".join(b"250-%s\r\n" % one for one in offers) + b"250 SMTPUTF8\r\n"


class Conversation(asyncio.Protocol):
    """One connection. Everything asked is granted."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._loop = asyncio.get_running_loop()
        self._left = b""
        self._recipient = b""
        self._in_body = False
        self._pieces: list[bytes] = []
        self._late: deque[bytes] = deque()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]
        self._answer(b"220 sink ready\r\n")

    def data_received(self, data: bytes) -> None:
        answers: list[bytes] = []
        data = self._left + data if self._left else data
        self._left = b""
        while data:
            data = self._take_body(data, answers) if self._in_body else self._take_command(data, answers)
        if answers:
            self._answer(b"".join(answers))

    def _take_command(self, data: bytes, answers: list[bytes]) -> bytes:
        """One line of `data`; what follows it."""
        line, ended, rest = data.partition(b"\r\n")
        if not ended:
            self._left = data
            return b""
        verb = line[:4].upper()
        if verb == b"DATA":
            self._in_body = True
            answers.append(b"354 go on\r\n")
        elif verb == b"EHLO":
            answers.append(self._sink.ehlo)
        elif verb == b"QUIT":
            answers.append(b"221 bye\r\n")
        else:
            if verb == b"RCPT":
                self._recipient = line[line.find(b"<") + 1 : line.find(b">")]
            answers.append(b"250 ok\r\n")
        return rest

    def _take_body(self, data: bytes, answers: list[bytes]) -> bytes:
        """What `data` has of the body; what follows its final dot."""
        if not self._pieces and data.startswith(b".\r\n"):  # a lone dot: nothing was sent
            self._in_body = False
            answers.append(b"554 no letter\r\n")
            return data[3:]
        at = data.find(END)
        if at < 0:
            kept = len(data) - len(END) + 1  # the dot may have come half
            if kept > 0:
                self._pieces.append(data[:kept])
            self._left = data[max(kept, 0) :]
            return b""
        self._pieces.append(data[: at + 2])
        self._sink.tally.count(self._recipient, b"".join(self._pieces))
        self._pieces.clear()
        self._in_body = False
        answers.append(b"250 ok\r\n")
        return data[at + len(END) :]

    def _answer(self, answer: bytes) -> None:
        if not self._sink.delay:
            self._transport.write(answer)
        else:
            self._late.append(answer)
            self._loop.call_later(self._sink.delay, self._write_late)
        if answer.endswith(b"221 bye\r\n"):
            self._loop.call_later(self._sink.delay, self._transport.close)

    def _write_late(self) -> None:
        self._transport.write(self._late.popleft())


async def serve(sink: Sink) -> None:
    """Listen on a free port and print it; then, for each line of stdin, report and begin to count anew,
    or, where the line names a number of letters, say when so many came."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Conversation(sink), "127.0.0.1", 0, backlog=512)
    before = time.process_time()
    tell({"port": server.sockets[0].getsockname()[1]})
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        asked, used = json.loads(line), time.process_time()
        if "letters" in asked:
            await sink.tally.wait_for(asked["letters"], asked["within"])
            tell({})
            continue
        tell(sink.tally.report(times=bool(asked.get("times"))) | {"sink_cpu": used - before})
        sink.tally, before = Tally(), used


def tell(report: dict[str, Any]) -> None:
    """One line of JSON to who started us."""
    print(json.dumps(report), flush=True)


def main() -> None:
    """Serve until stdin ends."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pipelining", action="store_true")
    parser.add_argument("--delay-ms", type=float, default=0.0)
    options = parser.parse_args()
    uvloop.run(serve(Sink(options.pipelining, options.delay_ms / 1000)))


if __name__ == "__main__":
    main()
