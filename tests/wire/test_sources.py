"""Whatever mail comes in by: each mail is handled, none is lost, and none is acknowledged before it is kept."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from drip.actions.receive import receive
from drip.inbound.source import Incoming
from drip.store.engine import Store
from tests.actions.desk import ANN, Desk
from tests.actions.test_receive import DEAD, SECRET, TAKEN, WEDNESDAY, handed, report
from tests.store.conftest import other, store
from tests.wire.bringing import ONLY_LONG, PEERS, Keeper, Peer, killed, running

__all__ = ["other", "store"]

ODD = {
    "a NUL": b"one\0two",
    "a bare line feed": b"one\ntwo\n\n.\nthree",
    "a bare carriage return": b"one\rtwo\r\r.\rthree",
    "a lone dot after a line feed": b"one\n.\r\ntwo",
    "a lone dot before a line feed": b"one\r\n.\ntwo",
    "lines that begin with a dot": b".one\r\n..two\r\n. three\r\n.",
    "a line of 10,000 characters": b"x" * 10_000 + b"\r\n" + b"y" * 10_000,
    "no UTF-8": b"Gr\xfc\xdfe \xff\xfe",
    "no empty line": b"",
}


def letter(number: int, body: bytes = b"Hello.") -> bytes:
    """A mail with a Message-ID of its own."""
    return b"From: ann@firm.example\r\nMessage-ID: <%d@firm.example>\r\n\r\n%s\r\n" % (number, body)


@pytest_asyncio.fixture(
    params=[pytest.param(name, marks=[pytest.mark.long] if name in ONLY_LONG else []) for name in PEERS]
)
async def peer(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Peer]:
    """Every kind of peer."""
    made = await PEERS[request.param](tmp_path)
    yield made
    await made.close()


@pytest.fixture
def keeper() -> Keeper:
    """A handler."""
    return Keeper()


async def test_each_mail_is_handled_once(peer: Peer, keeper: Keeper) -> None:
    mails = [letter(number) for number in range(20)]
    async with running(peer.source(), handle=keeper):
        await peer.bring(*mails)
        await keeper.until(kept=20)
    assert sorted(keeper.kept) == sorted(mails)
    assert (keeper.asked, await peer.waiting()) == (20, 0)


async def test_what_came_while_nobody_looked_is_taken_in(peer: Peer, keeper: Keeper) -> None:
    source = peer.source()
    await peer.bring(letter(1))
    async with running(source, handle=keeper):
        await keeper.until(kept=1)
    assert await peer.waiting() == 0


async def test_a_mail_that_could_not_be_kept_comes_again_and_the_others_go_on(peer: Peer, keeper: Keeper) -> None:
    mails = [letter(number) for number in range(5)]
    keeper.refuse = {mails[0]: 1, mails[2]: 2}
    async with running(peer.source(), handle=keeper):
        await peer.bring(*mails)
        await keeper.until(kept=5)
    assert sorted(keeper.kept) == sorted(mails)
    assert (keeper.asked, await peer.waiting()) == (8, 0)


async def test_a_stop_lets_the_mail_that_is_being_handled_end(peer: Peer, keeper: Keeper) -> None:
    keeper.gate = asyncio.Event()
    mails = [letter(number) for number in range(3)]
    async with running(peer.source(), handle=keeper) as stop:
        await peer.bring(*mails)
        await keeper.until(asked=1)
        stop.set()
        keeper.gate.set()
    left = await peer.waiting()
    assert len(keeper.kept) + left == 3
    async with running(peer.source(), handle=keeper):
        await keeper.until(kept=3)
    assert (sorted(keeper.kept), await peer.waiting()) == (mails, 0)


async def test_a_mail_whose_handling_was_cut_off_comes_again(peer: Peer, keeper: Keeper) -> None:
    source = peer.source()
    await peer.bring(letter(1))
    await killed(source, keeper)
    assert keeper.kept == []
    async with running(peer.source(), handle=keeper):
        await keeper.until(kept=1)
    assert await peer.waiting() == 0


async def test_a_mail_of_25_mb_arrives_whole(peer: Peer, keeper: Keeper) -> None:
    large = letter(1, b"\r\n".join([b"." + b"A" * 75] * 330_000))
    assert 25_000_000 < len(large) < 26_214_400
    async with running(peer.source(), handle=keeper):
        await peer.bring(large)
        await keeper.until(kept=1)
    assert keeper.kept == [large]


async def test_what_is_odd_arrives_as_it_was_sent(peer: Peer, keeper: Keeper) -> None:
    mails = [letter(number, body) for number, body in enumerate(ODD.values())]
    async with running(peer.source(), handle=keeper):
        await peer.bring(*mails)
        await keeper.until(kept=len(mails))
    if peer.exact:
        assert sorted(keeper.kept) == sorted(mails)
    assert await peer.waiting() == 0


async def test_two_readers_of_one_place_end_an_enrollment_once(peer: Peer, store: Store, other: Store) -> None:
    """Both are given the same bounce, as after a move that was lost, or an answer."""
    post = await handed(await Desk.set_up(store), TAKEN)
    bounce = report(DEAD, about=f"Message-ID: {post.ours}").replace("\n", "\r\n").encode()
    done: list[str] = []
    news = asyncio.Condition()

    async def handle(incoming: Incoming, into: Store) -> None:
        found = await receive(into, incoming, SECRET, WEDNESDAY)
        async with news:
            done.append(found.code)
            news.notify_all()

    async with (
        running(peer.source(), handle=lambda incoming: handle(incoming, store)),
        running(peer.source(), handle=lambda incoming: handle(incoming, other)),
    ):
        await peer.bring(bounce, bounce)
        async with asyncio.timeout(30), news:
            await news.wait_for(lambda: len(done) >= 2)
    left, so_far = await peer.waiting(), len(done)  # both may have had the same one
    async with running(peer.source(), handle=lambda incoming: handle(incoming, store)), asyncio.timeout(30), news:
        await news.wait_for(lambda: len(done) >= so_far + left)
    assert await peer.waiting() == 0
    assert done.count("bounced") == 1
    assert set(done) == {"bounced", "already"}
    assert await post.suppressed() == {ANN: "hard_bounce"}
    assert [fact.what for fact in await post.desk.facts(post.enrollment_id)].count("undeliverable") == 1
