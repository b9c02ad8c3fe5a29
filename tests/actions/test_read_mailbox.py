"""A mailbox is read by one process at a time, from a mark or by moving mail, and trouble is kept with it."""

import asyncio
import imaplib
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import update
from structlog.testing import capture_logs

from drip.actions.read_mailbox import read_mailbox
from drip.actions.read_mailboxes import MailboxSource
from drip.actions.reading.reader import Reading
from drip.clock import MachineClock
from drip.inbound.source import Incoming
from drip.store import read_folders, tables
from drip.store.engine import Store
from drip.store.failures import StoreUnreachableError
from drip.store.read_folders import ReadPlace
from tests.wire.bringing import Keeper, running
from tests.wire.bringing_imap import HANDLED, SOON, Postbox, postbox

NOON, FAR = datetime(2026, 1, 6, 12, 0, tzinfo=UTC), datetime(2126, 1, 6, 12, 0, tzinfo=UTC)
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
REFUSED = (
    r"1 mail could not be taken in \(UID 102 of \d\d?-\w{{3}}-20\d\d \d\d:\d\d:\d\d [+-]\d{{4}}: {}\)\. It is asked "
    r"for again, later each time; to end that, move what cannot be read to another folder\."
)
ONE, TWO, THREE = (b"From: ann@acme.example\r\nMessage-ID: <%d@acme.example>\r\n\r\nHi.\r\n" % n for n in (1, 2, 3))


@pytest_asyncio.fixture
async def kim(tmp_path: Path) -> AsyncIterator[Postbox]:
    """Kim's own inbox, in which mail stays."""
    made = await postbox(tmp_path, None)
    yield made
    await made.close()


@pytest.fixture
def keeper() -> Keeper:
    """Whoever is given the mails."""
    return Keeper()


async def change(kim: Postbox, **values: object) -> None:
    """Change what is kept of the inbox, behind everybody's back."""
    async with kim.store.begin() as unit:
        await unit.run(update(tables.read_folders).values(values))


async def read_until(kim: Postbox, keeper: Keeper, kept: int, reading: Reading | None = None) -> None:
    """Read until so many mails were kept and all was looked at, and stop."""
    looked = asyncio.Event()
    source = MailboxSource(replace(reading or kim.reading(), looked=looked.set), SOON)
    async with running(source, handle=keeper), asyncio.timeout(30):
        await keeper.until(kept=kept)
        looked.clear()
        await looked.wait()


async def read_in_vain(kim: Postbox, reading: Reading | None = None, keeper: Keeper | None = None) -> None:
    """Try to read, until there is trouble."""
    async with asyncio.timeout(30):
        await read_mailbox(reading or kim.reading(), kim.mailbox_id, keeper or Keeper(), asyncio.Event())


async def test_one_process_reads_a_mailbox_at_a_time(store: Store, tmp_path: Path, keeper: Keeper) -> None:
    kim = await postbox(tmp_path, None, store)
    assert kim.peer is not None
    await kim.bring(ONE)
    before = kim.peer.logins
    await change(kim, lease_token="of another process", lease_until=FAR)
    await read_in_vain(kim)
    assert kim.peer.logins == before
    await change(kim, lease_until=NOON)  # it died
    await read_until(kim, keeper, 1)
    assert keeper.kept == [ONE]
    assert await kim.waiting() == 0
    kim.peer.stop()


async def test_mailboxes_that_no_process_has_room_for_are_told_of(kim: Postbox) -> None:
    stop = asyncio.Event()
    with capture_logs() as lines:
        task = asyncio.create_task(MailboxSource(kim.reading(), SOON, most=0).run(Keeper(), stop))
        async with asyncio.timeout(30):
            while not lines:
                await asyncio.wait([task], timeout=SOON)
            await asyncio.wait([task], timeout=SOON)
        stop.set()
        await task
    assert [(one["event"], one["unread"]) for one in lines] == [("reading.full", 1)]


async def test_who_is_told_to_read_elsewhere_reads_no_more(kim: Postbox) -> None:
    looked = asyncio.Event()
    reading = replace(kim.reading(), looked=looked.set, renew=timedelta(seconds=SOON))
    async with asyncio.timeout(30):
        task = asyncio.create_task(read_mailbox(reading, kim.mailbox_id, Keeper(), asyncio.Event()))
        await looked.wait()
        async with kim.store.begin() as unit:
            await read_folders.put(unit, kim.mailbox_id, ReadPlace("else.example", 143, "none", "INBOX"), None, NOON)
        await task
    assert (await kim.kept()).trouble is None


async def test_reading_begins_at_what_comes_from_now_on(kim: Postbox, keeper: Keeper) -> None:
    await kim.bring(ONE)
    await change(kim, validity=None, last_uid=None)
    await read_until(kim, keeper, 0)
    await kim.bring(TWO)
    await read_until(kim, keeper, 1)
    assert keeper.kept == [TWO]


async def test_all_that_stands_where_mail_is_moved_is_taken_in(tmp_path: Path, keeper: Keeper) -> None:
    kim = await postbox(tmp_path, HANDLED, without=("MOVE",))
    await kim.bring(ONE, TWO, THREE)
    kim.with_client(lambda client: client.select() and client.uid("STORE", "102", "+FLAGS", "(\\Deleted)"))
    await read_until(kim, keeper, 2)
    assert sorted(keeper.kept) == [ONE, THREE], "not what somebody has deleted"
    assert (list(kim.flags("INBOX")), len(kim.flags(HANDLED))) == ([102], 2), "nor is that expunged"
    await kim.close()


async def test_a_folder_whose_numbers_are_new_is_looked_at_as_far_as_it_is_recent(kim: Postbox, keeper: Keeper) -> None:
    def make_anew(client: imaplib.IMAP4, *mails: bytes) -> None:
        client.delete("Answers")
        assert client.create("Answers")[0] == "OK"
        client.append("Answers", None, MachineClock().now() - 9 * DAY, b"Message-ID: <0@acme.example>\r\n\r\nHi.\r\n")
        for mail in mails:
            client.append("Answers", None, None, mail)

    kim.account = replace(kim.account, folder="Answers")
    kim.with_client(make_anew)
    await change(kim, folder="Answers", validity=1, last_uid=7000)
    await read_until(kim, keeper, 0)
    first = await kim.kept()
    kim.with_client(lambda client: make_anew(client, ONE, TWO))
    await read_until(kim, keeper, 2)
    second = await kim.kept()
    assert keeper.kept == [ONE, TWO], "what came before we began to read is not"
    assert first.validity not in (1, second.validity)
    assert (first.last_uid, second.last_uid) == (101, 103)


async def test_of_a_mail_that_is_too_large_the_beginning_is_read(kim: Postbox, keeper: Keeper) -> None:
    await kim.bring(ONE, TWO * 40)
    await read_until(kim, keeper, 2, replace(kim.reading(), largest=1000))
    assert keeper.kept == [ONE, (TWO * 40)[:1000]]


async def test_a_mail_that_failed_keeps_the_mark_before_it_and_the_others_go_on(kim: Postbox, keeper: Keeper) -> None:
    await kim.bring(ONE, TWO, THREE)
    keeper.refuse = {TWO: 1_000_000}
    await read_until(kim, keeper, 2)
    found = await kim.kept()
    assert found.last_uid == 101
    assert re.fullmatch(REFUSED.format("the log says why"), found.trouble or ""), found.trouble
    keeper.refuse = {}
    await read_until(kim, keeper, 4)
    assert keeper.kept == [ONE, THREE, TWO, THREE], "the last one again, as handle knows"
    found = await kim.kept()
    assert (found.last_uid, found.trouble) == (103, None)


async def test_a_mail_the_server_does_not_give_is_asked_for_again_and_the_others_go_on(
    kim: Postbox, keeper: Keeper
) -> None:
    assert kim.peer is not None
    await kim.bring(ONE, TWO, THREE)
    kim.peer.refuse_at = ("fetch", 2)  # the sizes come first
    await read_until(kim, keeper, 3)
    assert keeper.kept == [TWO, THREE, ONE]
    assert await kim.waiting() == 0


async def test_a_mail_the_server_never_gives_is_told_once_and_asked_for_less_and_less(
    kim: Postbox, keeper: Keeper
) -> None:
    assert kim.peer is not None
    await kim.bring(ONE, TWO, THREE)
    kim.peer.refuse_at = ("fetch", 3, 6, 8)  # sizes and the first come before; then the third, sizes, it again, sizes
    looks, enough = [0], asyncio.Event()

    def looked() -> None:
        looks[0] += 1
        if looks[0] >= 6:
            enough.set()

    reading = replace(kim.reading(), looked=looked)
    with capture_logs() as lines:
        for _ in range(2):  # as after a connection that broke
            looks[0] = 0
            enough.clear()
            async with running(MailboxSource(reading, SOON), handle=keeper), asyncio.timeout(30):
                await enough.wait()
    assert [one["uid"] for one in lines if one["event"] == "mail.unread"] == [102]
    assert keeper.kept == [ONE, THREE, THREE], "not the second, which it would give now: it is asked in a minute"
    found = await kim.kept()
    assert found.last_uid == 101
    why = r"127\.0\.0\.1 refused FETCH: \[CANNOT\] This mail cannot be touched"
    assert re.fullmatch(REFUSED.format(why), found.trouble or ""), found.trouble


async def test_a_mail_the_server_does_not_move_is_trouble_once_the_others_are_handled(
    tmp_path: Path, keeper: Keeper
) -> None:
    kim = await postbox(tmp_path, HANDLED)
    assert kim.peer is not None
    await kim.bring(ONE, TWO, THREE)
    kim.peer.refuse_at = ("move", 1)
    await read_in_vain(kim, keeper=keeper)
    assert (keeper.kept, await kim.waiting()) == ([ONE, TWO, THREE], 1)
    assert "refused MOVE: [CANNOT] This mail cannot be touched." in ((await kim.kept()).trouble or "")
    await change(kim, retry_at=None)
    await read_until(kim, keeper, 4)
    assert (keeper.kept[3:], await kim.waiting(), (await kim.kept()).trouble) == ([ONE], 0, None)
    await kim.close()


async def test_while_the_database_is_away_nothing_else_is_tried(kim: Postbox) -> None:
    asked: list[bytes] = []

    async def handle(incoming: Incoming) -> None:
        asked.append(incoming.raw)
        if len(asked) == 1:
            raise StoreUnreachableError("It is away.")
        if len(asked) == 3:
            done.set()

    done = asyncio.Event()
    await kim.bring(ONE, TWO)
    async with running(kim.source(), handle=handle), asyncio.timeout(30):
        await done.wait()
    assert asked == [ONE, ONE, TWO]


async def test_a_login_that_is_refused_is_kept_and_tried_again_in_an_hour(kim: Postbox, keeper: Keeper) -> None:
    right, at = kim.account, replace(kim.reading(), machine=lambda: NOON)
    kim.account = replace(right, password="another")
    await read_in_vain(kim, at)
    found = await kim.kept()
    assert "did not let kim in" in (found.trouble or "")
    assert (found.failures, found.retry_at) == (1, NOON + HOUR)
    async with kim.store.begin() as unit:
        assert await read_folders.ready(unit, NOON + HOUR - SECOND) == []
        assert await read_folders.ready(unit, NOON + HOUR) == [kim.mailbox_id]
        await read_folders.change(unit, kim.mailbox_id, secret="another one")
    kim.account = right
    await kim.bring(ONE)
    await read_until(kim, keeper, 1)
    found = await kim.kept()
    assert (found.failures, found.trouble, found.retry_at) == (0, None, None)


async def test_a_server_that_is_away_is_tried_less_and_less_often(kim: Postbox) -> None:
    assert kim.peer is not None
    kim.peer.stop()
    waits = []
    for _ in range(9):
        await read_in_vain(kim, replace(kim.reading(), machine=lambda: NOON))
        waits.append(((await kim.kept()).retry_at or NOON) - NOON)
        await change(kim, retry_at=None)
    assert [wait / SECOND for wait in waits] == [5, 10, 20, 40, 80, 160, 320, 600, 600]
    assert "No connection to 127.0.0.1" in ((await kim.kept()).trouble or "")


async def test_a_connection_that_was_well_and_broke_is_no_trouble_yet(kim: Postbox) -> None:
    assert kim.peer is not None
    reading = replace(kim.reading(), machine=lambda: NOON, poll=60.0, looked=kim.peer.cut)
    await read_in_vain(kim, reading)
    found = await kim.kept()
    assert (found.trouble, found.retry_at) == (None, NOON + 5 * SECOND)
