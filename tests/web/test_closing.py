"""The three answers to a closing email: one click, one confirmation each."""

from datetime import date, timedelta

import httpx
import pytest

from drip.domain.enrollment import State
from drip.domain.facts import EndedByMistake, HardBounced, MovesOn
from drip.domain.token import Link
from drip.store import tasks
from tests.web.scene import NOW, Scene, words_of

ANSWERS = [Link.KEEP_OPEN, Link.CALL_ME, Link.CLOSE_FILE]


async def test_r27_opening_an_answer_asks_for_one_confirmation(scene: Scene, client: httpx.AsyncClient) -> None:
    closing = await scene.closing_letter()
    for link in ANSWERS:
        page = (await client.get(closing.path(link))).text
        assert page.count("<button") == 1 and f'action="{closing.path(link)}"' in page
        for other in ANSWERS:
            assert closing.path(other) in page


async def test_r27_keep_open_goes_on_where_it_stopped(scene: Scene, client: httpx.AsyncClient) -> None:
    closing = await scene.closing_letter()
    done = await client.post(closing.path(Link.KEEP_OPEN))
    picture = await scene.picture()
    assert (picture.state, picture.step) == (State.DRIPPING, 1)
    said = words_of(done.text)
    # R22: the letter of Tuesday 6 January keeps 4 business days (7, 8, 9, 12) from the call: Monday 12 January
    assert "Your file is open." in said and "Ann will call you on Monday 12 January" in said


async def test_r27_call_me_waits_for_the_rep_and_names_the_call(scene: Scene, client: httpx.AsyncClient) -> None:
    closing = await scene.closing_letter()
    done = await client.post(closing.path(Link.CALL_ME))
    said = words_of(done.text)
    # asked for: no gap before it; the next slot that begins after Wednesday 7 January 10:00 is Thursday's
    assert "None until Ann has got back to you" in said
    assert "Ann will call you on Thursday 8 January, between 7:30 and 8:30 in the morning, your time" in said
    assert (await scene.picture()).waiting_for == "asked"
    async with scene.store.reading() as unit:
        assert {one.code for one in await tasks.listing(unit)} == {"asked"}


async def test_r30_keep_it_open_after_call_me_promises_no_email_before_the_call(
    scene: Scene, client: httpx.AsyncClient
) -> None:
    closing = await scene.closing_letter()
    await client.post(closing.path(Link.CALL_ME))
    said = words_of((await client.get(closing.path(Link.KEEP_OPEN))).text)
    assert "Once the two of you have spoken, the emails go on where they stopped, once a month." in said
    scene.clock.jump(NOW + timedelta(days=1))  # Thursday 10:00: the call window of that morning is past
    said = words_of((await client.post(closing.path(Link.KEEP_OPEN))).text)
    assert "None until Ann has got back to you" in said and "Ann will call you in the next few days" in said


async def test_a_file_closed_today_says_so_on_every_page(scene: Scene, client: httpx.AsyncClient) -> None:
    closing = await scene.closing_letter()
    await client.post(closing.path(Link.CLOSE_FILE))
    for link, words in ((Link.LESS_OFTEN, "It was closed today."), (Link.OPT_IN, "Your file was closed today.")):
        page = await client.get(closing.path(link), headers={"User-Agent": "a link checker"})  # a click would open it
        assert words in words_of(page.text)


async def test_r28_close_it_closes_at_once_and_offers_the_way_back(scene: Scene, client: httpx.AsyncClient) -> None:
    closing = await scene.closing_letter()
    done = await client.post(closing.path(Link.CLOSE_FILE))
    picture = await scene.picture()
    assert (picture.state, picture.closed_reason, picture.recall) == (State.CLOSED, "declined", None)
    assert "No more emails, and no calls from us." in words_of(done.text)
    assert f'action="{closing.path(Link.KEEP_OPEN)}"' in done.text
    await client.post(closing.path(Link.KEEP_OPEN))
    assert (await scene.picture()).state is State.DRIPPING


@pytest.mark.parametrize("link", ANSWERS)
async def test_r27_a_button_pressed_twice_answers_once(scene: Scene, client: httpx.AsyncClient, link: Link) -> None:
    closing = await scene.closing_letter()
    await client.post(closing.path(link))
    once = await scene.everything()
    scene.clock.jump(NOW + timedelta(minutes=5))
    again = await client.post(closing.path(link))
    assert again.status_code == 200
    assert await scene.everything() == once
    scene.clock.jump(NOW + timedelta(days=1))
    shown = await client.get(closing.path(link), headers={"User-Agent": "a link checker"})
    assert "<h1" in shown.text and "You told us on Wednesday 7 January" in words_of(shown.text)
    assert await scene.everything() == once


@pytest.mark.parametrize(("link", "opens"), [(Link.KEEP_OPEN, True), (Link.CALL_ME, True), (Link.CLOSE_FILE, False)])
async def test_r29_an_answer_after_the_file_was_closed_opens_it_again(
    scene: Scene, client: httpx.AsyncClient, link: Link, opens: bool
) -> None:
    closing = await scene.closing_letter()
    await scene.befall(MovesOn(NOW, "file_closed", reason="silence"))
    assert (await scene.picture()).state is State.CLOSED
    answer = await client.post(closing.path(link))
    assert answer.status_code == 200
    assert (await scene.picture()).is_open is opens


async def test_r28_a_file_closed_for_silence_says_so(scene: Scene, client: httpx.AsyncClient) -> None:
    closing = await scene.closing_letter()
    await scene.befall(MovesOn(NOW, "file_closed", reason="silence"))
    said = words_of((await client.get(closing.path(Link.CLOSE_FILE))).text)
    assert "Your file is closed." in said and "when we had not heard from you" in said


@pytest.mark.parametrize("fact", [HardBounced(NOW), EndedByMistake(NOW, "wrong Maria")], ids=["bounced", "mistake"])
async def test_an_enrollment_that_ended_has_a_calm_page_and_no_button(
    scene: Scene, client: httpx.AsyncClient, fact: HardBounced | EndedByMistake
) -> None:
    await scene.befall(fact)
    before = await scene.picture()
    for link in ANSWERS:
        for answer in (await client.get(scene.path(link)), await client.post(scene.path(link))):
            assert answer.status_code == 200
            assert "These emails have ended" in answer.text and "<button" not in answer.text
    assert await scene.picture() == before


async def test_r29_no_answer_brings_back_one_who_stopped(scene: Scene, client: httpx.AsyncClient) -> None:
    closing = await scene.closing_letter()
    await client.post(closing.path(Link.OPT_OUT))
    before = await scene.picture()
    for link in (Link.KEEP_OPEN, Link.CLOSE_FILE):
        for answer in (await client.get(closing.path(link)), await client.post(closing.path(link))):
            assert "You asked us to stop" in answer.text and "<button" not in answer.text
    assert await scene.picture() == before


async def test_r27_one_who_stopped_may_still_ask_for_a_call(scene: Scene, client: httpx.AsyncClient) -> None:
    await client.post(scene.path(Link.OPT_OUT))
    asked = await client.get(scene.path(Link.CALL_ME))
    assert "You asked us to stop the emails, and it stays that way." in words_of(asked.text)
    assert scene.path(Link.KEEP_OPEN) not in asked.text and "until the two of you" not in asked.text
    done = await client.post(scene.path(Link.CALL_ME))
    said = words_of(done.text)
    assert "Ann will call you on Thursday 8 January" in said and "Emails None, as you asked" in said
    recall = (await scene.picture()).recall
    assert recall is not None and recall.on == date(2026, 1, 8)
