"""A service that is killed while it reads a mailbox loses no mail and acts on none twice."""

import asyncio
import imaplib
import signal
from collections.abc import Callable
from pathlib import Path
from queue import Queue
from threading import Event

import pytest

from drip.store import mailboxes, prospects, read_folders, reps, tasks
from drip.store.engine import open_store
from drip.store.mailboxes import NewMailbox
from drip.store.read_folders import Mark, ReadPlace
from drip.wiring import seal
from tests.acceptance.engine_scene import up, url_in
from tests.acceptance.test_copy_killed import SECRET
from tests.acceptance.test_engine import TUESDAY
from tests.servers.imap import ImapPeer
from tests.servers.process import Server
from tests.store.migrated import migrate

PEOPLE = [f"p{number}@firm{number}.example" for number in range(1, 7)]


async def prepare(folder: Path, peer: ImapPeer, handled: str | None, mark: Mark | None) -> None:
    """Kim's mailbox is to be read, and there are people who may write."""
    await migrate(url_in(folder))
    store = open_store(url_in(folder))
    async with store.begin() as unit:
        rep_id = await reps.add(unit, reps.NewRep("Kim Lee", "kim@seller.example", time_zone="UTC"), TUESDAY)
        box = NewMailbox("kim", "kim@seller.example", "127.0.0.1", 25, "none", rep_id=rep_id)
        place = ReadPlace(peer.host, peer.port, "none", "INBOX", "kim", seal(SECRET, "s3cret word"), handled)
        await read_folders.put(unit, await mailboxes.add(unit, box, TUESDAY), place, mark, TUESDAY)
        await prospects.put(unit, [prospects.NewProspect(one) for one in PEOPLE], TUESDAY)
    await store.close()


async def asked_of_reps(folder: Path) -> list[int]:
    """How many tasks there are about each person: one a reply."""
    store = open_store(url_in(folder))
    async with store.reading() as unit:
        found = await prospects.by_email(unit, PEOPLE)
        counted = [len(await tasks.of_prospect(unit, found[one].id)) for one in PEOPLE]
    await store.close()
    return counted


def write(client: imaplib.IMAP4, *people: str) -> None:
    """Each of them replies."""
    for one in people:
        mail = f"From: {one}\r\nTo: kim@seller.example\r\nMessage-ID: <1@{one}>\r\n\r\nCall me.\r\n"
        client.append("INBOX", None, None, mail.encode())


# Of seven mails the third is handled when the service dies, and is moved at the next try; or it is fetched when the
# service dies, after the sizes of all, for which each asks first. The last one is nobody's: once it is fetched, or the
# one before it moved, all of the others are handled.
@pytest.mark.parametrize(
    ("handled", "what", "at", "total"),
    [("Handled", "move", 3, 3 + 4), pytest.param(None, "fetch", 4, 4 + 1 + 5, marks=pytest.mark.long)],
)
def test_a_service_that_is_killed_while_it_reads_loses_nothing_and_acts_once(
    tmp_path: Path, start_imap_peer: Callable[..., ImapPeer], handled: str | None, what: str, at: int, total: int
) -> None:
    peer = start_imap_peer()
    client = imaplib.IMAP4(peer.host, peer.port)
    client.login("kim", "s3cret word")
    client.select("INBOX")
    validity = int(client.response("UIDVALIDITY")[1][0] or 0)
    asyncio.run(prepare(tmp_path, peer, handled, None if handled else Mark(validity, 100)))
    write(client, *PEOPLE, "somebody@else.example")
    running: Queue[Server] = Queue()
    killed = Event()

    def kill() -> None:
        running.get(timeout=60).process.kill()
        killed.set()

    peer.cut_at, peer.when_cut = (what, at), kill
    with up(tmp_path) as server:
        running.put(server)
        assert killed.wait(60)
        assert server.process.wait(60) == -signal.SIGKILL
    with up(tmp_path) as server:
        peer.wait_until_asked(what, total)
        assert server.stop(within=10) == 0
    assert asyncio.run(asked_of_reps(tmp_path)) == [1] * len(PEOPLE)
