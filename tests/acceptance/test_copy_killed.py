"""A service that is killed while it copies letters into a folder of sent mail copies each of them once."""

import asyncio
import re
import signal
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from queue import Queue

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


def test_a_service_killed_while_it_copies_copies_each_letter_once(
    tmp_path: Path, smtp_peer: SmtpPeer, start_imap_peer: Callable[..., ImapPeer]
) -> None:
    send(tmp_path, smtp_peer, 5)
    peer = start_imap_peer()
    want_copies(tmp_path, peer)
    running: Queue[Server] = Queue()

    def kill(_letter: Appended) -> None:
        if len(peer.appended) == 2:
            running.get(timeout=60).process.kill()  # the third letter is kept all the same

    peer.hook = kill
    with up(tmp_path) as server:
        running.put(server)
        peer.wait_for(3)
        assert server.process.wait(60) == -signal.SIGKILL
    peer.hook = None
    with up(tmp_path):
        copied = [re.findall(rb"Message-ID: (\S+)", one.data) for one in peer.wait_for(5)]
    sent = [re.findall(rb"Message-ID: (\S+)", one.data) for one in smtp_peer.received]
    assert sorted(copied) == sorted(sent)
