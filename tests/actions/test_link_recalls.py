"""The address of a recall's page names the rep in charge and the call it was made after."""

import asyncio
from datetime import UTC, date, datetime

from drip.actions.answer_recall import Standing, Word, answer, answer_recall
from drip.actions.link_recalls import Signing, link_feed, link_recalls
from drip.actions.promise_call import promise_call
from drip.actions.record_call import call_of, record_call
from drip.domain.facts import Called, Outcome
from drip.domain.rep_links import FeedToken, RecallToken, read_feed, read_recall
from drip.store import rep_links
from drip.store.engine import Store
from tests.actions.desk import DAY, MONDAY, Desk, of
from tests.actions.test_races import somebody_waits

SIGNING = Signing("https://drip.example.com", b"a secret of the tests")


async def token(desk: Desk, one: int, now: datetime = MONDAY) -> RecallToken:
    """What the address of a recall made at `now` says."""
    async with desk.store.reading() as unit:
        found = await link_recalls(unit, SIGNING, [one], now)
    prefix, _, signed = found[one].rpartition("/")
    assert prefix == "https://drip.example.com/r"
    return read_recall(SIGNING.secret, signed)


async def test_a_link_is_good_for_thirty_days_after_the_recall(desk: Desk):
    one = await desk.enroll()
    # the recall: 6 months after Monday 5 January 2026 is Sunday 5 July, so Monday 6 July; 30 days on is 5 August
    assert await token(desk, one) == RecallToken(one, desk.rep_id, 0, 0, date(2026, 8, 5))
    late = datetime(2026, 7, 20, 12, tzinfo=UTC)  # overdue: 30 days from the day the link is made
    assert (await token(desk, one, late)).until == date(2026, 8, 19)


async def test_a_recorded_call_makes_another_link_and_a_promise_does_not(desk: Desk):
    one, other = await desk.enroll(), await desk.enroll("bob@other.example")
    await promise_call(desk.store, of(one), date(2026, 1, 12), desk.kim, MONDAY)
    assert (await token(desk, one)).last_call == 0
    await record_call(desk.store, of(one), call_of("no_answer", None, MONDAY + DAY), desk.kim, MONDAY + DAY)
    first = await token(desk, one)
    assert first.last_call in {fact.id for fact in await desk.facts(one) if fact.what == "called"}
    await record_call(desk.store, of(one), call_of("voicemail", None, MONDAY + DAY), desk.kim, MONDAY + DAY)
    assert (await token(desk, one)).last_call > first.last_call
    assert (await token(desk, other)).last_call == 0


async def test_renewing_makes_every_link_another_one(desk: Desk):
    one = await desk.enroll()
    async with desk.store.begin() as unit:
        assert await rep_links.renew(unit, desk.rep_id) == 1
        feed = await link_feed(unit, SIGNING, desk.rep_id)
        assert await link_feed(unit, SIGNING, 999) is None
        assert await link_recalls(unit, SIGNING, [], MONDAY) == {}
        assert await link_recalls(unit, SIGNING, [999], MONDAY) == {}
    assert feed is not None
    assert read_feed(SIGNING.secret, feed.removeprefix("https://drip.example.com/i/").removesuffix(".ics")) == (
        FeedToken(desk.rep_id, 1)
    )
    assert (await token(desk, one)).renewed == 1


async def test_r20_of_two_presses_at_once_one_records_the_call(desk: Desk, other: Store):
    one = await desk.enroll()
    link, call = await token(desk, one), Called(MONDAY + DAY, Outcome.NO_ANSWER)
    async with desk.store.begin() as unit:
        assert await answer(unit, link, Word(call), call.at) is Standing.GOOD
        second = asyncio.create_task(answer_recall(other, link, Word(call), call.at))
        await somebody_waits(desk.store, second)
    assert await second is Standing.DEALT_WITH
    assert (await desk.told(one)).count(("called", "no_answer")) == 1
