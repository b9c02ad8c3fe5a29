"""The day a reply asks for is offered to the rep, and nothing is done about it unless the rep does (R14, R19)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from drip.actions.happen import Context
from drip.actions.promise_call import promise_call
from drip.actions.recall_list import RecallRow, Which, recall_list
from drip.actions.record_call import call_of, record_call
from drip.actions.reply import reply
from drip.actions.suggested import Suggested
from drip.actions.timeline import timeline
from drip.actions.whose import Whose
from drip.store import notice_calendars
from tests.actions.desk import ANN, DAY, MONDAY, PROSPECT, Desk
from tests.actions.posting import Posting, text_of

BOB = "bob@beta.example.com"
TUESDAY = MONDAY + DAY
MINUTE = timedelta(minutes=1)
SEVEN = datetime(2026, 1, 7, 12, tzinfo=UTC)  # Wednesday, 7:00 in New York
LATER = "Hello Kim,\nnot now, try me in March please.\nAnn"
MARCH = Suggested(date(2026, 3, 2), "try me in March")  # the 1st is a Sunday
ON_ONE = pytest.mark.parametrize("migrated_url", ["sqlite"], indirect=True)  # its SQL runs on both above


async def calls(desk: Desk, now: datetime = TUESDAY) -> dict[str, RecallRow]:
    """The calls Kim owes, by address."""
    return {one.email: one for one in await recall_list(desk.store, Which(coming_days=400), now)}


async def test_a_day_that_a_reply_asks_for_is_offered_and_moves_nothing(desk: Desk):
    for email, words in ((ANN, LATER), (BOB, "Not now, thank you.")):
        await desk.enroll(email)
        await reply(desk.store, Whose(email=email), words, PROSPECT, TUESDAY)
    owed = await calls(desk)
    assert (owed[ANN].suggested, owed[BOB].suggested) == (MARCH, None)
    assert owed[ANN].on == owed[BOB].on == date(2026, 1, 7)  # the next slot, as after any reply (R19)
    for day in range(3):  # whatever time passes
        await Posting(desk).at(TUESDAY + day * DAY)
    assert {key: (one.on, one.promised) for key, one in (await calls(desk)).items()} == {
        ANN: (date(2026, 1, 7), False),
        BOB: (date(2026, 1, 7), False),
    }
    await promise_call(desk.store, Whose(email=ANN), MARCH.on, desk.kim, TUESDAY + MINUTE)
    after = (await calls(desk))[ANN]
    assert (after.on, after.promised, after.suggested) == (MARCH.on, True, None)


@ON_ONE
async def test_it_is_offered_until_somebody_has_talked_to_them(desk: Desk):
    one = Whose(enrollment_id=await desk.enroll())
    await promise_call(desk.store, one, date(2026, 1, 20), desk.kim, MONDAY)
    await reply(desk.store, one, LATER, PROSPECT, TUESDAY)
    assert (await calls(desk))[ANN].suggested == MARCH  # beside what was promised before
    await record_call(desk.store, one, call_of("no_answer", None, TUESDAY), desk.kim, TUESDAY + MINUTE)
    assert (await calls(desk))[ANN].suggested == MARCH
    await record_call(desk.store, one, call_of("not_ready", None, TUESDAY), desk.kim, TUESDAY + DAY)
    assert (await calls(desk, TUESDAY + DAY))[ANN].suggested is None


@ON_ONE
async def test_the_last_reply_counts_and_a_day_that_has_come_is_offered_no_more(desk: Desk):
    one = Whose(enrollment_id=await desk.enroll())
    await reply(desk.store, one, LATER, PROSPECT, TUESDAY)
    assert (await calls(desk, datetime(2026, 3, 1, 15, tzinfo=UTC)))[ANN].suggested == MARCH
    assert (await calls(desk, datetime(2026, 3, 2, 15, tzinfo=UTC)))[ANN].suggested is None
    await reply(desk.store, one, "What does it cost?", PROSPECT, TUESDAY + DAY)
    assert (await calls(desk))[ANN].suggested is None


@ON_ONE
async def test_the_alert_and_the_morning_mail_offer_it_by_a_link(desk: Desk):
    one = await desk.enroll()
    async with desk.store.begin() as unit:
        await notice_calendars.look_at(unit, desk.rep_id, SEVEN)
    posting = Posting(desk)
    await reply(desk.store, Whose(enrollment_id=one), LATER, PROSPECT, TUESDAY)
    [alert] = await posting.at(TUESDAY + MINUTE)
    told = text_of(alert)
    assert "> Hello Kim,\n> not now, try me in March please.\n> Ann\n" in told
    assert "Suggested: call on Mon 2 March (“try me in March”)\nPromise that day: https://drip.example/r/" in told
    [morning] = await posting.at(SEVEN)
    assert "  They said: Hello Kim, not now, try me in March please. Ann\n" in text_of(morning)
    assert "  Suggested: call on Mon 2 March (“try me in March”)\n" in text_of(morning)
    page = morning.get_body(("html",))
    assert page is not None and '/suggested"' in page.get_content()


@ON_ONE
async def test_a_reply_that_waits_beside_a_promise_is_in_the_morning_mail_with_its_words(desk: Desk):
    one = Whose(enrollment_id=await desk.enroll())
    await promise_call(desk.store, one, date(2026, 1, 20), desk.kim, MONDAY)
    async with desk.store.begin() as unit:
        await notice_calendars.look_at(unit, desk.rep_id, SEVEN)
    await reply(desk.store, one, "Do you have it in blue?", PROSPECT, TUESDAY)
    mails = await Posting(desk).at(SEVEN)
    assert [text for text in map(text_of, mails) if "WAITING FOR YOU" in text and "> Do you have it in blue?\n" in text]


@ON_ONE
async def test_the_timeline_has_the_words_of_every_reply_and_what_it_asks_for(desk: Desk):
    await desk.enroll()
    await desk.add(BOB)
    await reply(desk.store, Whose(email=ANN), LATER, PROSPECT, TUESDAY)
    await reply(desk.store, Whose(email=ANN), "And greet Bob.", PROSPECT, TUESDAY)  # in the same moment
    await reply(desk.store, Whose(email=BOB), LATER, Context("prospect"), TUESDAY)  # in no campaign
    told = [one for one in (await timeline(desk.store, Whose(email=ANN))).lines if one.code == "replied"]
    assert [(one.why, one.suggested) for one in told] == [(LATER, MARCH), ("And greet Bob.", None)]
    [line] = (await timeline(desk.store, Whose(email=BOB))).lines
    assert (line.code, line.why, line.suggested, line.enrollment_id) == ("replied", LATER, MARCH, None)
