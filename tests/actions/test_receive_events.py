"""An event that was posted is acted on as the mail about it would be, once, and only where it proves the letter."""

import asyncio
from typing import Any

import pytest

from drip.actions.place import place
from drip.actions.receive import Received, receive
from drip.actions.whose import Whose
from drip.domain.enrollment import State as FileState
from drip.domain.ids import message_id
from drip.domain.send import State
from drip.inbound.posted import Event
from drip.store import inbox
from drip.store.engine import Store
from tests.actions.desk import ANN, Desk
from tests.actions.test_receive import (
    DEAD,
    FORGED,
    FULL,
    SECRET,
    TAKEN,
    WEDNESDAY,
    Post,
    complaint,
    handed,
    post,
    report,
)
from tests.actions.test_resolve_send import LOST

__all__ = ["post"]
ANSWERS = {"dead": ("550", "5.1.1", "user unknown"), "full": ("452", "4.2.2", "mailbox full")}


async def tell(post: Post, kind: str, store: Store | None = None, answer: str = "", **more: Any) -> Received:
    """An event about Ann's letter is posted on Wednesday."""
    given = {"id": "ses:1", "recipient": ANN, "message_id": post.ours} | more
    if answer:
        given |= dict(zip(("code", "status", "text"), ANSWERS[answer], strict=True))
    return await receive(store or post.desk.store, Event(kind=kind, **given), SECRET, WEDNESDAY)


async def count(post: Post, what: str) -> int:
    """How often it was told of Ann's file."""
    return [one for one, _ in await post.desk.told(post.enrollment_id)].count(what)


async def test_r32_a_dead_address_is_suppressed_and_its_file_closed(post: Post):
    done = await tell(post, "bounce", answer="dead")
    assert (done.code, done.how, done.email, done.send_id) == ("bounced", "message_id", ANN, post.send_id)
    assert (await post.suppressed(), await post.file()) == ({ANN: "hard_bounce"}, FileState.UNDELIVERABLE)
    assert await post.kept(done) == ("bounce", "")


@pytest.mark.parametrize(
    ("kind", "reason", "state"), [("complaint", "complained", "complaint"), ("opt_out", "opted_out", "opt_out")]
)
async def test_r33_a_complaint_or_an_opt_out_suppresses_at_once(post: Post, kind: str, reason: str, state: str):
    done = await tell(post, kind)
    assert (done.code, await post.suppressed()) == (reason, {ANN: reason})
    assert (await post.kept(done), await post.file()) == ((state, ""), FileState.OPTED_OUT)


@pytest.mark.parametrize("kind", ["bounce", "complaint", "opt_out"])
async def test_m28_m33_an_address_alone_suppresses_nobody_and_the_event_waits_for_a_person(post: Post, kind: str):
    forged = message_id(FORGED, post.send_id, "seller.example")
    for number, named in enumerate(("", forged, "<somebody@else.example>")):
        done = await tell(post, kind, answer="dead", id=f"ses:{number}", message_id=named)
        assert (done.code, await post.kept(done)) == ("unplaced", ("unplaced", "waiting"))
    assert (await post.suppressed(), await post.file()) == ({}, FileState.DRIPPING)
    assert (await post.desk.open(post.enrollment_id)).enrollment.waiting_for is None


@pytest.mark.parametrize("kind", ["delayed", "delivered"])
async def test_m32_what_is_late_or_arrived_suppresses_nobody_and_asks_nobody(post: Post, kind: str):
    known = await tell(post, kind, answer="dead")
    unknown = await tell(post, kind, message_id="<somebody@else.example>")
    assert (known.code, unknown.code) == ("nothing", "set_aside")
    assert (await post.suppressed(), await post.file()) == ({}, FileState.DRIPPING)


@pytest.mark.parametrize(
    ("kind", "code", "state"), [("delivered", "arrived", State.ACCEPTED), ("bounce", "bounced_softly", State.REFUSED)]
)
async def test_r40_an_event_is_the_late_answer_to_an_uncertain_letter(desk: Desk, kind: str, code: str, state: State):
    post = await handed(desk, LOST)
    done = await tell(post, kind, answer="full" if kind == "bounce" else "")
    assert (done.code, await desk.state(post.send_id)) == (code, state)


async def test_the_same_event_twice_changes_nothing_whoever_posts_it(post: Post, other: Store):
    done = await asyncio.gather(tell(post, "complaint"), tell(post, "complaint", other))
    again = await tell(post, "complaint", text="with more words")
    assert sorted(one.code for one in done) == ["already", "complained"]
    assert len({one.id for one in (*done, again)}) == 1 and again.code == "already"
    assert await count(post, "suppressed") == 1


@pytest.mark.parametrize(
    ("kind", "answer", "mail", "first"),
    [
        ("bounce", "dead", DEAD, "event"),
        ("bounce", "full", FULL, "event"),
        ("bounce", "full", FULL, "mail"),
        ("bounce", "full", FULL, "neither"),
        ("complaint", "", "", "mail"),
    ],
)
async def test_an_event_and_the_mail_about_the_same_act_once(
    desk: Desk, other: Store, kind: str, answer: str, mail: str, first: str
):
    post = await handed(desk, TAKEN)
    about = f"Message-ID: {post.ours}"
    raw = report(mail, about=about) if mail else complaint(about)
    if first == "neither":
        await asyncio.gather(post.get(raw), tell(post, kind, other, answer))
    if first == "mail":
        await post.get(raw)
    await tell(post, kind, answer=answer)
    if first == "event":
        await post.get(raw)
    told = [what for what, _ in await desk.told(post.enrollment_id)]
    assert len(told) == len(set(told)), told
    found = (await desk.open(post.enrollment_id)).enrollment
    assert found.soft_streak == (1 if answer == "full" else 0)


async def test_an_event_that_waits_is_placed_by_a_person_as_what_it_says(post: Post):
    done = await tell(post, "bounce", answer="dead", message_id="")
    async with post.desk.store.reading() as unit:
        [kept] = await inbox.listing(unit)
    assert (kept.sender, kept.subject, kept.note) == ("event ses:1", f"bounce: {ANN}", "550 5.1.1 user unknown")
    placed = await place(post.desk.store, done.id, Whose(email=ANN), None, post.desk.kim, WEDNESDAY)
    assert (placed.code, await post.suppressed()) == ("bounced", {ANN: "hard_bounce"})
