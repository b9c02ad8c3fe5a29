"""Of an inbox in which people read other mail, too, only what is about a letter or a prospect leaves a trace."""

from typing import Any

import pytest
from sqlalchemy import select

from drip.actions.receive import Received, receive
from drip.inbound.source import Incoming
from drip.store.tables import METADATA
from tests.actions.desk import ANN, Desk
from tests.actions.test_receive import DEAD, SECRET, TUESDAY, WEDNESDAY, Post, complaint, mail, report

BANK = "service@bank.example"
OUR_OWN = {
    "a bank statement": mail("Your balance is 12.34.", BANK, Subject="Statement"),
    "one that says stop": mail("Stop.", BANK),
    "an absence": mail("I am out of the office.", "pal@home.example", Auto_Submitted="auto-replied"),
    "a mail of the rep's that came back": report(DEAD, address="pal@home.example"),
    "a complaint about something else": complaint("").replace(ANN, "pal@home.example"),
    "a reply of the rep's to the prospect": mail("Dear Ann", "Kim Lee <kim@seller.example>"),
    "no mail at all": "",
}


@pytest.fixture
async def post(desk: Desk) -> Post:
    """Ann has a letter."""
    enrollment_id = await desk.enroll(ANN)
    return Post(desk, enrollment_id, await desk.due(enrollment_id, at=TUESDAY))


async def get(post: Post, raw: str) -> Received:
    """A mail comes in to the inbox that Kim reads, too."""
    return await receive(post.desk.store, Incoming(raw.encode(), private=True), SECRET, WEDNESDAY)


async def everything(post: Post) -> dict[str, list[Any]]:
    """Every row there is."""
    async with post.desk.store.reading() as unit:
        return {table.name: [tuple(row) for row in await unit.rows(select(table))] for table in METADATA.sorted_tables}


async def test_a_private_mail_leaves_no_trace(post: Post) -> None:
    before = await everything(post)
    for what, raw in OUR_OWN.items():
        done = await get(post, raw)
        assert (done.id, done.code) == (0, "not_ours"), what
    assert await everything(post) == before


async def test_a_copy_of_what_a_rep_sent_leaves_no_trace_in_whatever_thread(post: Post) -> None:
    before = await everything(post)
    answer = mail("Dear Ann, yes.", "Kim Lee <kim@seller.example>", In_Reply_To=post.ours)
    letter = mail("Dear Ann", "Kim Lee <kim@seller.example>", Message_ID=post.ours)
    assert [(await get(post, one)).code for one in (answer, letter)] == ["not_ours", "not_ours"]
    assert await everything(post) == before


async def test_where_one_of_us_is_a_prospect_too_the_mail_of_our_others_leaves_no_trace(post: Post) -> None:
    await post.desk.enroll("lee@seller.example")
    before = await everything(post)
    assert (await get(post, mail("Lunch?", "max@seller.example"))).code == "not_ours"
    assert await everything(post) == before
    assert (await get(post, mail("Yes, please.", "lee@seller.example"))).code == "replied"


async def test_what_is_about_a_letter_or_a_prospect_is_acted_on_as_anywhere_else(post: Post) -> None:
    assert (await get(post, mail("What does it cost?"))).code == "replied"
    assert (await get(post, mail("Who are you?", "boss@acme.example.com"))).code == "unplaced", "a colleague of Ann's"
    assert (await get(post, report(DEAD))).code == "unplaced", "it names Ann, and proves nothing (MAIL 33)"
    assert (await get(post, mail("Yes", "ann@home.example", In_Reply_To=post.ours))).code == "replied"
    assert (await get(post, report(DEAD, about=f"Message-ID: {post.ours}"))).code == "bounced"
