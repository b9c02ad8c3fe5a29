"""Mail that comes in by LMTP and by a maildir, also while its receiver is killed: none is lost, none acted on twice."""

import asyncio
import signal
import socket
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from drip.config import Settings, load_settings
from drip.store import facts, inbox
from drip.store.engine import open_store
from tests.acceptance.crew import until
from tests.acceptance.engine_scene import just_now, prepare, url_in
from tests.acceptance.fleet import start
from tests.acceptance.place import Place
from tests.acceptance.test_engine import TUESDAY
from tests.servers.process import Server, free_port
from tests.wire.bringing import MaildirPeer, bring_one
from workers.embedded import Service

STOP_WITHIN = 10.0  # seconds


NOTICE = (
    b"From: mailer-daemon@mx.example\r\nTo: postmaster@seller.example\r\nSubject: Your server\r\n"
    b"Auto-Submitted: auto-generated\r\n\r\nYour domain has no reverse record.\r\n"
)


@dataclass
class Receiver:
    """A real `drip inbound`, which is started again each time it was killed."""

    settings: Settings
    port: int
    database: "psycopg.Connection[tuple[int]]"
    process: Server

    @property
    def kept(self) -> int:
        """How many mails are in the database."""
        row = self.database.execute("SELECT count(*) FROM received").fetchone()
        return row[0] if row else 0

    def bring(self, mail: bytes) -> None:
        """A mail server brings a mail, and it is taken."""
        assert bring_one("lmtp", self.port, mail), "".join(self.process.output)

    def die_of(self, mail: bytes, *, kept: bool) -> None:
        """Brought a mail it is killed before it is heard to have answered: once the mail is kept, or at once. Nobody
        knows what became of the mail, so the mail server brings it again."""
        before = self.kept

        def kill() -> None:
            until(lambda: not kept or self.kept > before, told=lambda: "".join(self.process.output))
            self.process.process.kill()
            assert self.process.process.wait(60) == -signal.SIGKILL

        bring_one("lmtp", self.port, mail, sent=kill)  # its answer, if there was one, went astray
        self.process = start("inbound", self.settings)
        self.bring(mail)


@pytest.fixture
def receiver(tmp_path: Path, migrated_url: str) -> Iterator[Receiver]:
    """It listens, and looks into a maildir."""
    port = free_port()
    settings = load_settings(
        database_url=migrated_url,
        secret="a secret for the tests that is long enough",
        listen=f"lmtp://127.0.0.1:{port}",
        incoming=tmp_path / "incoming",
    )
    with psycopg.connect(migrated_url.replace("+psycopg", ""), autocommit=True) as database:
        made = Receiver(settings, port, database, start("inbound", settings))
        yield made
        made.process.stop()


def reply(number: int) -> bytes:
    """Who was enrolled as the n-th writes back."""
    return (
        f"From: p{number}@firm{number}.example\r\nTo: kim@seller.example\r\nSubject: Re: Downtime\r\n"
        f"Message-ID: <{number}@firm{number}.example>\r\n\r\nPlease call me.\r\n"
    ).encode()


@pytest.mark.parametrize("migrated_url", ["postgresql"], indirect=True)
def test_mails_are_each_acted_on_once_although_their_receiver_is_killed(
    tmp_path: Path, receiver: Receiver, long_run: bool
) -> None:
    mails, kills = (200, 10) if long_run else (24, 2)
    asyncio.run(prepare(receiver.settings.database_url, mails, just_now(), None))
    folder = MaildirPeer(tmp_path)
    numbers, a_part = iter(range(1, mails + 1)), mails // kills // 2
    for kill in range(kills):
        asyncio.run(folder.bring(*(reply(next(numbers)) for _ in range(a_part))))
        for _ in range(a_part - 1):
            receiver.bring(reply(next(numbers)))
        receiver.die_of(reply(next(numbers)), kept=kill % 2 == 0)
    until(lambda: not list((folder.folder / "new").iterdir()), told=lambda: "".join(receiver.process.output))
    with (
        socket.create_connection(("127.0.0.1", receiver.port), timeout=STOP_WITHIN) as idle,
        idle.makefile("rb") as said,
    ):
        assert said.readline().startswith(b"220 ")
        assert receiver.process.stop(within=STOP_WITHIN) == 0, "".join(receiver.process.output)
        assert said.readline().startswith(b"421 4.3.2 ")
    assert receiver.kept == mails
    assert asyncio.run(heard(receiver.settings.database_url)) == dict.fromkeys(range(1, mails + 1), 1)


def test_the_embedded_service_takes_mail_in_and_acts_on_it(tmp_path: Path) -> None:
    asyncio.run(prepare(url_in(tmp_path), 2, TUESDAY, None))
    incoming = tmp_path / "incoming"
    service = Place(tmp_path).make_service(TUESDAY, listen="lmtp://127.0.0.1:0", incoming=incoming)
    assert isinstance(service, Service)
    service.start()
    [lmtp, maildir] = service.takes_in
    assert maildir == f"maildir {incoming}"
    assert not bring_one("lmtp", int(lmtp.rpartition(":")[2]), reply(1), to="kim@else.example")
    assert bring_one("lmtp", int(lmtp.rpartition(":")[2]), reply(1))
    assert not bring_one("lmtp", int(lmtp.rpartition(":")[2]), NOTICE, to="postmaster@else.example")
    assert bring_one("lmtp", int(lmtp.rpartition(":")[2]), NOTICE, to="Postmaster@Seller.example")
    assert bring_one("lmtp", int(lmtp.rpartition(":")[2]), NOTICE.replace(b"reverse", b"MX"), to="postmaster")
    asyncio.run(MaildirPeer(tmp_path).bring(reply(2)))
    until(lambda: [file.name.endswith(":2,S") for file in (incoming / "cur").iterdir()] == [True])
    service.stop()
    assert asyncio.run(heard(url_in(tmp_path))) == {1: 1, 2: 1}
    assert asyncio.run(waiting(url_in(tmp_path))) == ["mailer-daemon@mx.example"] * 2, (
        "a person reads it, RFC 5321 4.5.1"
    )


async def waiting(url: str) -> list[str]:
    """Whose mails wait in the inbox for a person."""
    store = open_store(url)
    async with store.reading() as unit:
        found = await inbox.listing(unit)
    await store.close()
    return [one.sender for one in found]


async def heard(url: str) -> dict[int | None, int]:
    """How often each prospect was heard."""
    store = open_store(url)
    async with store.reading() as unit:
        found = await facts.newest(unit, 10_000)
    await store.close()
    return Counter(one.enrollment_id for one in found if one.what == "replied")
