"""A real DNS server on loopback, UDP and TCP, with the records a test gives it; it can be told to misbehave."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from typing import cast

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset
import pytest

STARTS_WITHIN = 10.0  # seconds
MOST_UDP = 512  # octets of an answer without EDNS, RFC 1035 section 4.2.1


class Nameserver:
    """The server. `put` adds records at any time; a name in `broken` gets SERVFAIL, one in `silent` no answer."""

    def __init__(self) -> None:
        """Start it on a port the system gives."""
        self.records: dict[tuple[str, str], list[str]] = {}
        self.broken: set[str] = set()
        self.silent: set[str] = set()
        self.asked: list[tuple[str, str, str]] = []
        self.port = 0
        self._started = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="nameserver", daemon=True)
        self._thread.start()
        if not self._started.wait(STARTS_WITHIN):
            raise TimeoutError("the nameserver did not start")

    @property
    def place(self) -> str:
        """What DRIP_RESOLVER is set to."""
        return f"127.0.0.1:{self.port}"

    def put(self, name: str, kind: str, *values: str) -> None:
        """Set what stands at a name; a TXT value is given in one piece, no value takes the records away."""
        self.records[name.lower(), kind] = [_strings(one) if kind == "TXT" else one for one in values]

    def stop(self) -> None:
        """Close the ports."""
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join()

    def answer(self, wire: bytes, by: str) -> bytes | None:
        """The answer to a question, by "udp" or "tcp"; None for silence."""
        query = dns.message.from_wire(wire)
        [question] = query.question
        name, kind = question.name.to_text(omit_final_dot=True).lower(), dns.rdatatype.to_text(question.rdtype)
        self.asked.append((name, kind, by))
        if name in self.silent:
            return None
        reply = dns.message.make_response(query)
        reply.flags |= dns.flags.RA
        if name in self.broken:
            reply.set_rcode(dns.rcode.SERVFAIL)
            return reply.to_wire()
        values = self.records.get((name, kind))
        if values:
            reply.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *values))
        elif not any(known == name or known.endswith(f".{name}") for known, _ in self.records):
            reply.set_rcode(dns.rcode.NXDOMAIN)
        most = 65_535 if by == "tcp" else max(query.payload, MOST_UDP)
        return reply.to_wire(max_size=most, prefer_truncation=True)

    async def _serve(self) -> None:
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        place = ("127.0.0.1", self.port)
        datagrams, _ = await self._loop.create_datagram_endpoint(lambda: _Datagrams(self.answer), local_addr=place)
        self._started.set()
        await self._stopping.wait()
        datagrams.close()
        server.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            wire = await reader.readexactly(int.from_bytes(await reader.readexactly(2), "big"))
        except asyncio.IncompleteReadError:
            return
        reply = self.answer(wire, "tcp")
        if reply is not None:
            writer.write(len(reply).to_bytes(2, "big") + reply)
            await writer.drain()
        writer.close()


class _Datagrams(asyncio.DatagramProtocol):
    """The UDP side."""

    def __init__(self, answer: Callable[[bytes, str], bytes | None]) -> None:
        self._answer = answer
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The port is open."""
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """A question came."""
        reply = self._answer(data, "udp")
        if reply is not None and self._transport is not None:
            self._transport.sendto(reply, addr)


def _strings(text: str) -> str:
    """A TXT record's value in the strings of a zone file."""
    pieces = [text[at : at + 255] for at in range(0, max(len(text), 1), 255)]
    return " ".join('"' + one.replace("\\", "\\\\").replace('"', '\\"') + '"' for one in pieces)


@pytest.fixture
def nameserver() -> Iterator[Nameserver]:
    """A server that knows no name yet."""
    server = Nameserver()
    yield server
    server.stop()
