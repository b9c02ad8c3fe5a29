"""The port mail servers bring mail to, spoken to byte by byte: what it takes, what it refuses, and in which words."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass, replace

import pytest

from drip.inbound.door import Bounds
from drip.inbound.listening import Listening
from drip.inbound.lmtp import Listener
from drip.inbound.source import Incoming
from tests.wire.bringing import WITHIN, running

BOUNDS = Bounds(largest=1000)
HEAD = ("LHLO mx.example", "MAIL FROM:<>", "RCPT TO:<kim@seller.example>", "DATA")


@dataclass
class Line:
    """A connection to the listener."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    def write(self, words: bytes) -> None:
        """Send them as they are."""
        self.writer.write(words)

    async def answer(self) -> str:
        """The next answer; the last line of one of several."""
        async with asyncio.timeout(WITHIN):
            while (line := (await self.reader.readline()).decode())[3:4] == "-":
                pass
        return line.rstrip("\r\n")

    async def say(self, *commands: str) -> list[str]:
        """Say each, and hear its answer."""
        answers = []
        for command in commands:
            self.write(f"{command}\r\n".encode())
            answers.append(await self.answer())
        return answers

    async def is_closed(self) -> bool:
        """Wait until the listener has closed it."""
        async with asyncio.timeout(WITHIN):
            with suppress(ConnectionError):
                return b"250" not in await self.reader.read()
            return True


class Place:
    """A listener that keeps what it is given; some of its recipients are nobody, or unknown just now."""

    def __init__(self, bounds: Bounds, protocol: str) -> None:
        self.kept: list[Incoming] = []
        self.gate: asyncio.Event | None = None
        self.asked = asyncio.Event()
        where = Listening("lmtp" if protocol == "lmtp" else "smtp", "127.0.0.1", 0)
        self.listener = Listener(where, "inbound.test", bounds, self.is_for_us)
        self.listener.open()

    async def is_for_us(self, address: str) -> bool:
        """Who is taken."""
        if address.startswith("unknown"):
            raise OSError("the database is away")
        return not address.endswith("@else.example")

    async def handle(self, incoming: Incoming) -> None:
        """Keep it."""
        self.asked.set()
        if self.gate is not None:
            await self.gate.wait()
        self.kept.append(incoming)

    async def connect(self) -> Line:
        """A connection that was greeted."""
        line = Line(*await asyncio.open_connection("127.0.0.1", self.listener.place.port))
        assert (await line.answer()).startswith(("220 inbound.test", "421"))
        return line


Open = Callable[..., AbstractAsyncContextManager[Place]]


@pytest.fixture
def place() -> Open:
    """Opens a listener that runs, of a protocol and with bounds."""

    @asynccontextmanager
    async def opened(protocol: str = "lmtp", **bounds: float) -> AsyncIterator[Place]:
        made = Place(replace(BOUNDS, **bounds), protocol)  # type: ignore[arg-type]
        async with running(made.listener, handle=made.handle):
            yield made

    return opened


@pytest.mark.parametrize("end", [b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r\n.\r", b"\n.\r", b"\r\n\0.\r\n"])
async def test_nothing_but_a_dot_between_two_whole_line_ends_ends_a_mail(place: Open, end: bytes) -> None:
    """What others take for the end hides no second mail (SMTP smuggling)."""
    hidden = b"MAIL FROM:<>\r\nRCPT TO:<kim@seller.example>\r\nDATA\r\nFrom: mallory@else.example\r\n"
    async with place() as here:
        line = await here.connect()
        await line.say(*HEAD)
        line.write(b"one" + end + hidden + b".\r\n")
        assert (await line.answer()).startswith("250 ")
        assert await line.say("QUIT") == ["221 Bye"]
    assert [one.raw for one in here.kept] == [b"one" + end.replace(b"\r\n.", b"\r\n") + hidden]


async def test_a_mail_that_comes_octet_by_octet_ends_where_it_ends(place: Open) -> None:
    async with place() as here:
        line = await here.connect()
        await line.say(*HEAD)
        for octet in b"..\r\n..\r\n.\r\r\n.\r\nNOOP\r\n":
            line.write(bytes([octet]))
            await line.writer.drain()
            await asyncio.wait([asyncio.get_running_loop().create_future()], timeout=0.001)
        assert [(await line.answer())[:3], (await line.answer())[:3]] == ["250", "250"]
    assert [one.raw for one in here.kept] == [b".\r\n.\r\n\r\r\n"]


async def test_an_empty_mail_ends_at_once(place: Open) -> None:
    async with place() as here:
        line = await here.connect()
        assert (await line.say(*HEAD, "."))[-1].startswith("250 ")
    assert [one.raw for one in here.kept] == [b""]


async def test_lmtp_answers_for_each_recipient_and_the_mail_is_handled_once(place: Open) -> None:
    async with place() as here:
        line = await here.connect()
        line.write(
            b"LHLO mx.example\r\nMAIL FROM:<ann@firm.example>\r\nRCPT TO:<kim@seller.example>\r\n"
            b"RCPT TO:<lee@else.example>\r\nRCPT TO:<b+0123@bounce.seller.example>\r\nDATA\r\n"
        )
        answers = [await line.answer() for _ in range(6)]
        line.write(b"Hello.\r\n.\r\nQUIT\r\n")
        answers += [await line.answer() for _ in range(3)]
    assert [one[:3] for one in answers] == ["250", "250", "250", "550", "250", "354", "250", "250", "221"]
    assert [one.to for one in here.kept] == [("kim@seller.example", "b+0123@bounce.seller.example")]


async def test_smtp_answers_once(place: Open) -> None:
    async with place("smtp") as here:
        line = await here.connect()
        await line.say("EHLO mx.example", *HEAD[1:3], "RCPT TO:<lee@seller.example>", "DATA")
        line.write(b"Hello.\r\n.\r\n")
        assert [(await line.answer())[:3], *await line.say("QUIT")] == ["250", "221 Bye"]
    assert [len(one.to) for one in here.kept] == [2]


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("RCPT TO:<lee@else.example>", "550 5.7.1 Relaying denied"),
        ("RCPT TO:<unknown@seller.example>", "451 4.3.0 "),
        ("DATA", "503 5.5.1 "),
        ("RCPT TO:<gr\u00fc\u00dfe@seller.example>", "250 2.1.5 "),
        ("RCPT TO:<b+0123456789abcdef0123456789abcdef@bounce.seller.example>", "250 2.1.5 "),
        ("RCPT TO:<<<", "553 5.1.3 "),
    ],
)
async def test_who_is_taken(place: Open, command: str, said: str) -> None:
    async with place() as here:
        line = await here.connect()
        answers = await line.say(*HEAD[:1], "MAIL FROM:<> BODY=8BITMIME SMTPUTF8", command)
    assert answers[1] == "250 OK"
    assert answers[2].startswith(said)


async def test_lmtp_is_no_smtp(place: Open) -> None:
    async with place("lmtp") as here:
        line = await here.connect()
        assert (await line.say("EHLO mx.example"))[0].startswith("500 ")
    async with place("smtp") as here:
        line = await here.connect()
        assert (await line.say("LHLO mx.example"))[0].startswith("500 ")


async def test_more_recipients_than_a_mail_may_have_come_later(place: Open) -> None:
    async with place(recipients=2) as here:
        line = await here.connect()
        answers = await line.say(*HEAD[:3], *(f"RCPT TO:<r{number}@seller.example>" for number in range(2)))
    assert answers[-1].startswith("452 4.5.3 ")
    assert answers[-2].startswith("250 ")


async def test_a_mail_that_says_it_is_too_large_is_refused_before_it_comes(place: Open) -> None:
    async with place() as here:
        line = await here.connect()
        said = await line.say(HEAD[0], "MAIL FROM:<> SIZE=1001", "MAIL FROM:<ann@firm.example> BODY=8BITMIME SIZE=1000")
    assert said[1].startswith("552 5.3.4 ")
    assert said[2] == "250 OK"


@pytest.mark.parametrize("line_start", [b"", b"."])
async def test_a_mail_of_just_the_size_is_taken_and_one_octet_more_is_refused(place: Open, line_start: bytes) -> None:
    """Dots that were added on the way do not count."""
    row = (line_start + b"x" * 98)[:98] + b"\r\n"
    async with place() as here:
        line = await here.connect()
        answers = []
        for mail in (row * 10, row * 9 + b"x" + row, row * 10):
            await line.say(*HEAD)
            line.write((b"\r\n" + mail).replace(b"\r\n.", b"\r\n..")[2:] + b".\r\n")
            answers.append((await line.answer())[:9])
    assert answers == ["250 2.0.0", "552 5.3.4", "250 2.0.0"]
    assert [len(one.raw) for one in here.kept] == [1000, 1000]


async def test_who_never_ends_a_mail_that_is_too_large_is_cut_off(place: Open) -> None:
    async with place() as here:
        line = await here.connect()
        await line.say(*HEAD)
        line.write(b"x" * 200_000)
        assert (await line.answer()).startswith("552 5.3.4 ")
        assert (await line.answer()).startswith("421 ")
    assert here.kept == []


async def test_too_much_mail_at_once_is_put_off(place: Open) -> None:
    async with place(at_once=1, largest=300_000) as here:
        slow, quick = await here.connect(), await here.connect()
        await slow.say(*HEAD)
        slow.write(b"x" * 200_000)
        answer = ""
        async with asyncio.timeout(WITHIN):
            while not answer.startswith("452 4.3.1 "):  # until so much of the slow one has come
                await quick.say(*HEAD)
                quick.write(b"x" * 200_000 + b"\r\n.\r\n")
                answer = await quick.answer()
        slow.write(b"\r\n.\r\n")
        assert (await slow.answer()).startswith("250 ")
        assert (await quick.say(*HEAD, "."))[-1].startswith("250 ")


async def test_mails_that_are_still_being_kept_count_as_too_much_mail_too(place: Open) -> None:
    async with place(at_once=1, largest=1000) as here:
        here.gate = asyncio.Event()
        slow, quick = await here.connect(), await here.connect()
        await slow.say(*HEAD)
        slow.write(b"x" * 900 + b"\r\n.\r\n")
        await here.asked.wait()
        await quick.say(*HEAD)
        quick.write(b"x" * 900 + b"\r\n.\r\n")
        assert (await quick.answer()).startswith("452 4.3.1 ")
        here.gate.set()
        assert (await slow.answer()).startswith("250 ")
        assert (await quick.say(*HEAD, "."))[-1].startswith("250 ")


async def test_who_says_nothing_hears_so_and_is_cut_off(place: Open) -> None:
    async with place(patience=0.2) as here:
        line = await here.connect()
        assert (await line.answer()).startswith("421 4.4.2 ")
        assert await line.is_closed()


async def test_a_mail_that_comes_too_slowly_is_cut_off_although_something_comes(place: Open) -> None:
    async with place(patience=10, whole=0.2) as here:
        line = await here.connect()
        await line.say(*HEAD)
        said = asyncio.create_task(line.answer())
        while not said.done():
            line.write(b"x\r\n")
            await asyncio.wait([said], timeout=0.02)
        assert said.result().startswith("421 4.4.2 ")
    assert here.kept == []


async def test_more_connections_than_there_may_be_come_later(place: Open) -> None:
    async with place(connections=1) as here:
        line = await here.connect()
        other = Line(*await asyncio.open_connection("127.0.0.1", here.listener.place.port))
        assert (await other.answer()).startswith("421 4.3.2 ")
        assert await other.is_closed()
        assert (await line.say(*HEAD, "."))[-1].startswith("250 ")


@pytest.mark.parametrize("how", ["half", "whole"])
async def test_a_mail_is_kept_although_its_peer_has_gone(place: Open, how: str) -> None:
    async with place() as here:
        here.gate = asyncio.Event()
        line = await here.connect()
        await line.say(*HEAD)
        line.write(b"Hello.\r\n.\r\n")
        await here.asked.wait()
        if how == "half":
            line.writer.write_eof()
        else:
            line.writer.transport.abort()
        here.gate.set()
        if how == "half":
            assert (await line.answer()).startswith("250 ")
    assert [one.raw for one in here.kept] == [b"Hello.\r\n"]


async def test_what_was_not_ended_is_nothing(place: Open) -> None:
    async with place() as here:
        line = await here.connect()
        await line.say(*HEAD)
        line.write(b"Hello.\r\n.\r")
        line.writer.close()
        other = await here.connect()
        await other.say(*HEAD)
        other.write(b"Hello.\r\n")
    assert await other.is_closed()
    assert here.kept == []


async def test_the_port_may_be_had_again_at_once(place: Open) -> None:
    async with place() as here:
        line = await here.connect()
        await line.say(HEAD[0])
    again = Listener(here.listener.place, "inbound.test", BOUNDS, here.is_for_us)
    again.open()
    async with running(again, handle=here.handle):
        line = await here.connect()
        assert (await line.say(*HEAD, "."))[-1].startswith("250 ")
