"""A rep's private calendar: every call that is owed, for its own address alone, and no more than was asked for."""

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import httpx
from sqlalchemy import update

from drip.actions.happen import Context
from drip.actions.link_recalls import Signing, link_feed
from drip.actions.promise_call import promise_call
from drip.actions.record_call import call_of, record_call
from drip.actions.whose import Whose
from drip.domain.rep_links import FeedToken, sign_feed
from drip.store import reps, tables
from tests.web.scene import NOW, PUBLIC, SECRET, Scene, words_of

if TYPE_CHECKING:
    from ical.event import Event

SIGNING = Signing(PUBLIC, SECRET)
KIM = Context("cli")


async def address(scene: Scene) -> str:
    """The path of the rep's calendar."""
    async with scene.store.reading() as unit:
        [rep] = await reps.listing(unit)
        found = await link_feed(unit, SIGNING, rep.id)
    assert found is not None
    return found.removeprefix(PUBLIC)


async def entries(client: httpx.AsyncClient, path: str) -> "list[Event]":
    """The calendar, read by another library."""
    answer = await client.get(path)
    assert answer.status_code == 200
    return events_in(answer.text)


def events_in(text: str) -> "list[Event]":
    """The entries of a calendar, read by another library."""
    from ical.calendar_stream import IcsCalendarStream  # late: it reads every zone of the world

    return IcsCalendarStream.calendar_from_ics(text).events


async def test_the_feed_has_each_call_that_is_owed_with_its_page(scene: Scene, client: httpx.AsyncClient) -> None:
    async with scene.store.begin() as unit:
        await unit.run(update(tables.prospects).values(phone="+1 216 555 0148"))
    path = await address(scene)
    answer = await client.get(path)
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["cache-control"] == "private, no-cache"
    [call] = events_in(answer.text)
    # six months after Monday 5 January is Sunday 5 July; Monday 6 July, 07:30 in New York on daylight saving time
    assert call.dtstart == datetime(2026, 7, 6, 11, 30, tzinfo=UTC)
    assert call.dtend == datetime(2026, 7, 6, 12, 0, tzinfo=UTC)
    assert (call.summary, call.location) == ("Call Maria Gonzalez", "+1 216 555 0148")
    assert call.uid == f"recall-{scene.enrollment_id}-0@drip.example"
    why, button, phone, page = (call.description or "").splitlines()
    assert (why, button) == (
        "Why: the routine call, six months on unless agreed otherwise",
        "Hot button: unplanned stops",
    )
    assert phone == "Phone: +1 216 555 0148" and page == f"What came of it: {call.url}"
    assert str(call.url).startswith(f"{PUBLIC}/r/") and "maria" not in str(call.url).lower()
    assert "Maria Gonzalez" in words_of((await client.get(str(call.url).removeprefix(PUBLIC))).text)


async def test_a_call_that_moves_keeps_its_uid_and_rises_in_sequence(scene: Scene, client: httpx.AsyncClient) -> None:
    path = await address(scene)
    [before] = await entries(client, path)
    await promise_call(scene.store, Whose(enrollment_id=scene.enrollment_id), date(2026, 3, 16), KIM, NOW)
    [after] = await entries(client, path)
    assert (after.uid, after.sequence) == (before.uid, (before.sequence or 0) + 1)
    assert after.summary == "Promised: call Maria Gonzalez" and after.last_modified == NOW
    assert after.dtstart == datetime(2026, 3, 16, 11, 30, tzinfo=UTC)


async def test_a_call_that_is_dealt_with_goes_and_the_next_one_comes(scene: Scene, client: httpx.AsyncClient) -> None:
    path = await address(scene)
    [before] = await entries(client, path)
    due, whose = datetime(2026, 7, 6, 15, tzinfo=UTC), Whose(enrollment_id=scene.enrollment_id)
    scene.clock.jump(due)
    await record_call(scene.store, whose, call_of("no_answer", None, due), KIM, due)
    [retry] = await entries(client, path)
    assert retry.uid != before.uid and "(try 2)" in (retry.description or "")
    assert retry.dtstart == datetime(2026, 7, 10, 11, 30, tzinfo=UTC)  # 4 business days on, a Friday
    await record_call(scene.store, whose, call_of("not_interested", None, due), KIM, due)
    assert await entries(client, path) == []


async def test_a_program_that_has_it_already_gets_no_second_copy(scene: Scene, client: httpx.AsyncClient) -> None:
    path = await address(scene)
    tag = (await client.get(path)).headers["etag"]
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = await client.get(path, headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert (await client.head(path)).headers["etag"] == tag
    await promise_call(scene.store, Whose(enrollment_id=scene.enrollment_id), date(2026, 3, 16), KIM, NOW)
    changed = await client.get(path, headers={"If-None-Match": tag})
    assert changed.status_code == 200 and changed.headers["etag"] != tag


async def test_whatever_is_wrong_with_an_address_is_the_same_404(scene: Scene, client: httpx.AsyncClient) -> None:
    path = await address(scene)
    before = await scene.everything()
    token = path.removeprefix("/i/").removesuffix(".ics")
    nobody, renewed = sign_feed(SECRET, FeedToken(999, 0)), sign_feed(SECRET, FeedToken(1, 7))
    forged = sign_feed(b"another secret of the same length", FeedToken(1, 0))
    answers = [await client.get(f"/i/{one}.ics") for one in (nobody, renewed, forged, token[:-1], "x")]
    assert {one.status_code for one in answers} == {404}
    told = {one.text.replace(one.headers["x-request-id"], "") for one in answers}
    assert len(told) == 1 and "Maria" not in told.pop()
    assert {one.headers["cache-control"] for one in answers} == {"no-store"}
    assert await scene.everything() == before


async def test_only_the_rep_in_charge_has_the_call(scene: Scene, client: httpx.AsyncClient) -> None:
    path = await address(scene)
    async with scene.store.begin() as unit:
        lou = await reps.add(unit, reps.NewRep("Lou Poe", "lou@brightline.example"), NOW)
        await unit.run(update(tables.enrollments).values(rep_id=lou))
        theirs = await link_feed(unit, SIGNING, lou)
    assert theirs is not None
    assert await entries(client, path) == []
    assert len(await entries(client, theirs.removeprefix(PUBLIC))) == 1
