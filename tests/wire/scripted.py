"""A bare SMTP peer that does what no honest server does: garbage, drops in mid-letter, a byte at a time."""

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

DROP, HANG, DRIP = "DROP", "HANG", "DRIP"
EHLO = b"250-peer.test\r\n250-ENHANCEDSTATUSCODES\r\n250 SMTPUTF8\r\n"
EHLO_PIPELINING = b"250-peer.test\r\n250-ENHANCEDSTATUSCODES\r\n250-PIPELINING\r\n250 SMTPUTF8\r\n"
OUT_OF_ORDER = b"503 5.5.1 first things first\r\n"
USUAL = {
    "greeting": b"220 peer.test\r\n",
    "ehlo": EHLO,
    "mail": b"250 2.1.0 Ok\r\n",
    "rcpt": b"250 2.1.5 Ok\r\n",
    "data": b"354 go ahead\r\n",
    "body": b"250 2.0.0 kept\r\n",
    "rset": b"250 2.0.0 Ok\r\n",
    "quit": b"221 2.0.0 Bye\r\n",
}

Answer = bytes | str | tuple[bytes | str, ...]


@dataclass(slots=True)
class ScriptedPeer:
    """Answers each phase with the next of its answers for it, then as usual; remembers what it heard.

    As usual it refuses RCPT after a refused MAIL, and DATA after a refused RCPT.

    An answer is the bytes to send, or DROP (closes), HANG (says nothing), DRIP (says one byte after
    another and never ends), or several of these. `reads` is how many bytes of a body it reads
    before it closes; None: all of it.
    """

    answers: dict[str, list[Answer]]
    reads: int | None = None
    heard: list[tuple[int, str]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)  # the commands in full
    bodies: list[bytes] = field(default_factory=list)
    connections: int = 0
    port: int = 0
    ended: asyncio.Event = field(default_factory=asyncio.Event)  # a conversation is over

    @property
    def phases(self) -> list[str]:
        """What was said, over all connections."""
        return [phase for _, phase in self.heard]


@asynccontextmanager
async def scripted(
    answers: Mapping[str, Sequence[Answer]] | None = None, reads: int | None = None
) -> AsyncIterator[ScriptedPeer]:
    """A running peer."""
    peer = ScriptedPeer({phase: list(said) for phase, said in (answers or {}).items()}, reads)
    talks: set[asyncio.Task[None]] = set()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        talks.add(task)
        peer.connections += 1
        try:
            await _converse(peer, peer.connections, reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.transport.abort()
            peer.ended.set()

    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)  # so that a big letter gets stuck
    listening.bind(("127.0.0.1", 0))
    server = await asyncio.start_server(talk, sock=listening)
    peer.port = listening.getsockname()[1]
    try:
        yield peer
    finally:
        server.close()
        for task in talks:
            task.cancel()
        await asyncio.gather(*talks, return_exceptions=True)


async def _converse(
    peer: ScriptedPeer, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    await _answer(peer, "greeting", writer)
    needed = ""  # what the phase needs to have been said, and was refused
    while True:
        line = await reader.readuntil(b"\r\n")
        phase = line[:4].decode("ascii").strip().lower()
        peer.heard.append((number, phase))
        peer.lines.append(line.decode().removesuffix("\r\n"))
        said = await _answer(peer, phase, writer, refuse=phase in ("rcpt", "data") and bool(needed))
        if phase == "quit":
            return
        if phase in ("mail", "rset", "rcpt") and not (phase == "rcpt" and needed):
            needed = phase if said[:1] in (b"4", b"5") else ""
        if said.endswith(b"354 go ahead\r\n"):
            peer.bodies.append(await _body(peer, reader))
            needed = ""
            await _answer(peer, "body", writer)


async def _body(peer: ScriptedPeer, reader: asyncio.StreamReader) -> bytes:
    if peer.reads is not None:
        await reader.readexactly(peer.reads)
        raise ConnectionError
    lines = [b""]
    while lines[-1] != b".\r\n":
        lines.append(await reader.readuntil(b"\r\n"))
    return b"".join(lines)


async def _answer(peer: ScriptedPeer, phase: str, writer: asyncio.StreamWriter, refuse: bool = False) -> bytes:
    waiting = peer.answers.get(phase, [])
    answer = waiting.pop(0) if waiting else OUT_OF_ORDER if refuse else USUAL[phase]
    said = b""
    for part in answer if isinstance(answer, tuple) else (answer,):
        if part == DROP:
            raise ConnectionError
        if part == HANG:
            await asyncio.get_running_loop().create_future()
        if part == DRIP:
            await _drip(writer)
        assert isinstance(part, bytes)
        said += part
        writer.write(part)
        await writer.drain()
    return said


async def _drip(writer: asyncio.StreamWriter) -> None:
    loop = asyncio.get_running_loop()
    while True:
        for byte in b"250-still here\r\n":
            tick = loop.create_future()
            loop.call_later(0.005, tick.set_result, None)
            await tick
            writer.write(bytes([byte]))
