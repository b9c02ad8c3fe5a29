"""A service that ends while it copies letters into a folder of sent mail copies each of them once."""

import asyncio
import re
import signal
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from queue import Queue
from threading import Event

from drip.actions.change_sent_copy import change_sent_copy
from drip.store.engine import open_store
from drip.store.sent_copies import SentPlace
from drip.wiring import seal
from tests.acceptance.engine_scene import prepare, up, url_in
from tests.acceptance.place import Place
from tests.acceptance.test_engine import TUESDAY
from tests.servers.imap import Appended, ImapPeer
from tests.servers.process import Server
from tests.servers.smtp import SmtpPeer

SECRET = b"a secret for the tests that is long enough"


def send(folder: Path, peer: SmtpPeer, letters: int) -> None:
    """So many letters go out, and the service ends."""
    asyncio.run(prepare(url_in(folder), letters, TUESDAY, peer))
    service = Place(folder).make_service(TUESDAY)
    service.start()
    service.run(service.idle(), 60)
    service.stop()


def want_copies(folder: Path, peer: ImapPeer) -> None:
    """All that was sent is to be copied to the peer."""

    async def work() -> None:
        store = open_store(url_in(folder))
        place = SentPlace(peer.host, peer.port, "none", "kim", seal(SECRET, "s3cret word"))
        await change_sent_copy(store, "kim", place, TUESDAY - timedelta(days=1))
        await store.close()

    asyncio.run(work())


def test_a_service_that_is_killed_or_stopped_while_it_copies_copies_each_letter_once(
    tmp_path: Path, smtp_peer: SmtpPeer, start_imap_peer: Callable[..., ImapPeer]
) -> None:
    send(tmp_path, smtp_peer, 5)
    peer = start_imap_peer()
    want_copies(tmp_path, peer)
    running: Queue[Server] = Queue()
    is_last, stopped = Event(), Event()

    def odd(_letter: Appended) -> None:
        if len(peer.appended) == 2:
            running.get(timeout=60).process.kill()  # the third letter is kept all the same
        if len(peer.appended) == 4:
            is_last.set()
            stopped.wait(60)  # the server says nothing until the service has ended

    peer.hook = odd
    with up(tmp_path) as server:
        running.put(server)
        peer.wait_for(3)
        assert server.process.wait(60) == -signal.SIGKILL
    with up(tmp_path) as server:
        assert is_last.wait(60)
        assert server.stop(within=10) == 0
    stopped.set()
    copied = [re.findall(rb"Message-ID: (\S+)", one.data) for one in peer.wait_for(5)]
    sent = [re.findall(rb"Message-ID: (\S+)", one.data) for one in smtp_peer.received]
    assert sorted(copied) == sorted(sent)
