"""The opt-out page: a button for people, one click for mail programs."""

from datetime import date, time

import httpx
import pytest
from sqlalchemy import update

from drip.domain.enrollment import State
from drip.domain.facts import CallPromised, Complained
from drip.domain.token import Link
from drip.store import enrollments, prospects, reps, sends, suppressions, tables
from tests.web.scene import EMAIL, NOW, Scene, asking, words_of

FORM = {"List-Unsubscribe": "One-Click"}


async def has_stopped(scene: Scene) -> bool:
    """Whether the address is suppressed, the prospect marked, and nothing planned."""
    async with scene.store.reading() as unit:
        reason = await suppressions.find(unit, [EMAIL])
        [person] = await prospects.get(unit, [scene.prospect_id])
    return reason == {EMAIL: "opted_out"} and person.opted_out_at is not None


@pytest.mark.parametrize("agent", ["", "python-requests/2.32"])
async def test_m15_one_click_stops_by_a_url_encoded_form_from_any_program(scene: Scene, agent: str) -> None:
    async with asking(scene, agent) as client:
        answer = await client.post(scene.path(Link.OPT_OUT), data=FORM)
    assert answer.status_code == 200
    assert "location" not in answer.headers and "set-cookie" not in answer.headers
    assert await has_stopped(scene)


async def test_m15_one_click_stops_by_a_multipart_form(scene: Scene, client: httpx.AsyncClient) -> None:
    answer = await client.post(scene.path(Link.OPT_OUT), files={"List-Unsubscribe": (None, "One-Click")})
    assert answer.status_code == 200
    assert await has_stopped(scene)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", ""),
        (b"\xff\x00broken", "multipart/form-data; boundary=x"),
        (b"{}", "application/json"),
        (b"List-Unsubscribe=One-Click", "application/x-www-form-urlencoded; charset=nonsense"),
    ],
)
async def test_m15_a_body_that_cannot_be_read_does_not_keep_anybody_on_the_list(
    scene: Scene, client: httpx.AsyncClient, body: bytes, kind: str
) -> None:
    answer = await client.post(scene.path(Link.OPT_OUT), content=body, headers={"Content-Type": kind})
    assert answer.status_code == 200
    assert await has_stopped(scene)


async def test_m16_opening_the_page_stops_nothing(scene: Scene, client: httpx.AsyncClient) -> None:
    before = await scene.everything()
    answer = await client.get(scene.path(Link.OPT_OUT))
    head = await client.head(scene.path(Link.OPT_OUT))
    assert (answer.status_code, head.status_code) == (200, 200)
    assert await scene.everything() == before


async def test_m17_doing_it_again_changes_nothing(scene: Scene, client: httpx.AsyncClient) -> None:
    await client.post(scene.path(Link.OPT_OUT), data=FORM)
    once = await scene.picture()
    again = await client.post(scene.path(Link.OPT_OUT), data=FORM)
    assert again.status_code == 200
    assert await scene.picture() == once
    assert "No more emails" in (await client.get(scene.path(Link.OPT_OUT))).text


async def test_m18_a_letter_that_waits_is_withdrawn(scene: Scene, client: httpx.AsyncClient) -> None:
    async with scene.store.begin() as unit:
        [opened] = await enrollments.load(unit, [scene.enrollment_id])
        new = sends.NewSend(
            scene.enrollment_id,
            scene.prospect_id,
            opened.mailbox_id,
            opened.version_id,
            1,
            "checklist",
            "checklist",
            2,
            NOW,
        )
        added = await sends.add(unit, [new], NOW)
    await client.post(scene.path(Link.OPT_OUT), data=FORM)
    async with scene.store.reading() as unit:
        waiting = await sends.get(unit, added[scene.enrollment_id])
    assert waiting is not None and waiting.state == "withdrawn"


async def test_after_a_hand_over_the_page_says_whose_place_the_new_rep_has_taken(
    scene: Scene, client: httpx.AsyncClient
) -> None:
    async with scene.store.begin() as unit:
        await unit.run(update(tables.sends).values(letter_values={"rep": {"name": "Ann Carter"}}))
    assert "in place of" not in (await client.get(scene.path(Link.OPT_OUT))).text
    async with scene.store.begin() as unit:
        lou = await reps.add(unit, reps.NewRep("Lou Poe", "lou@brightline.example", "Account manager"), NOW)
        await unit.run(update(tables.enrollments).values(rep_id=lou))
    said = words_of((await client.get(scene.path(Link.OPT_OUT))).text)
    assert "Lou Poe Account manager, Brightline Controls, now in place of Ann Carter" in said


async def test_r14_an_hour_agreed_on_is_the_hour_the_page_names(scene: Scene, client: httpx.AsyncClient) -> None:
    await scene.befall(CallPromised(NOW, date(2026, 3, 16), time(14, 30)))
    answer = await client.post(scene.path(Link.OPT_OUT), data=FORM)
    assert "Ann will call you on Monday 16 March at 14:30, your time, as promised" in words_of(answer.text)


async def test_r33_the_page_says_that_the_promised_call_stays(scene: Scene, client: httpx.AsyncClient) -> None:
    # Monday 16 March 2026
    await scene.befall(CallPromised(NOW, NOW.date().replace(month=3, day=16)))
    answer = await client.post(scene.path(Link.OPT_OUT), data=FORM)
    said = words_of(answer.text)
    assert "Ann will call you on Monday 16 March, between 7:30 and 8:30 in the morning, your time, as promised" in said
    assert "If you would rather not have that call, write to Ann or call +1 212 555 0148" in said


async def test_r5_less_often_stands_beside_stop(scene: Scene, client: httpx.AsyncClient) -> None:
    page = (await client.get(scene.path(Link.OPT_OUT))).text
    assert f'action="{scene.path(Link.LESS_OFTEN)}"' in page and "Make it every 2 months" in page


async def test_r33_one_who_complained_is_told_that_it_has_stopped(scene: Scene, client: httpx.AsyncClient) -> None:
    await scene.befall(Complained(NOW))
    assert "No more emails" in (await client.get(scene.path(Link.OPT_OUT))).text
    assert (await client.post(scene.path(Link.OPT_OUT), data=FORM)).status_code == 200


async def test_r33_after_a_closing_email_the_file_closes_at_once(scene: Scene, client: httpx.AsyncClient) -> None:
    closing = await scene.closing_letter()
    await client.get(closing.path(Link.OPT_OUT))
    await client.post(closing.path(Link.OPT_OUT), data=FORM)
    picture = await scene.picture()
    assert (picture.state, picture.recall) == (State.CLOSED, None)
