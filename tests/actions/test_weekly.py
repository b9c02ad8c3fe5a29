"""The weekly summary counts what the facts say, for a rep and for marketing, by their own calendar."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text

from drip.actions.answer_closing import answer_closing
from drip.actions.happen import Context, happen
from drip.actions.opt_in import Proof, opt_in
from drip.actions.promise_call import promise_call
from drip.actions.record_call import call_of, record_call
from drip.actions.reply import reply
from drip.actions.whose import Whose
from drip.domain.facts import Answer, EmailSent
from drip.domain.notice import Wishes, write_wishes
from drip.store import notice_calendars, notices, reps, weeks
from drip.store.weeks import Tally
from tests.actions.desk import DAY, MONDAY, PROSPECT, Desk
from tests.actions.posting import Posting, text_of

# The week of 12 to 18 January 2026 in New York: from Monday, 5:00 UTC, to Monday, 5:00 UTC.
BEGIN, END = datetime(2026, 1, 12, 5, tzinfo=UTC), datetime(2026, 1, 19, 5, tzinfo=UTC)
SEVEN = datetime(2026, 1, 19, 12, tzinfo=UTC)
SERVICE = Context("service")
MICROSECOND = timedelta(microseconds=1)


async def a_week(desk: Desk) -> None:
    """Ann opts in and Bob replies; Cy's and Dot's closing emails are answered; Eve is called; letters go out."""
    ann, bob, cy, dot, eve = [
        await desk.enroll(f"{name}@{name}.example.com") for name in ("ann", "bob", "cy", "dot", "eve")
    ]
    yes = Proof("link", "Yes")
    async with desk.store.begin() as unit:
        for one, at in ((ann, BEGIN - MICROSECOND), (ann, BEGIN), (bob, END - MICROSECOND), (bob, END)):
            await happen(unit, one, EmailSent(at, "downtime"), SERVICE)
        for one in (cy, dot):
            await happen(unit, one, EmailSent(BEGIN, "closing/1"), SERVICE)
    for times in (1, 2):  # a second yes is the same person's
        await opt_in(desk.store, Whose(enrollment_id=ann), yes, PROSPECT, BEGIN + times * DAY)
    await reply(desk.store, Whose(enrollment_id=bob), "Yes", PROSPECT, BEGIN + DAY)
    await answer_closing(desk.store, Whose(enrollment_id=cy), Answer.KEEP_OPEN, PROSPECT, BEGIN + DAY)
    await answer_closing(desk.store, Whose(enrollment_id=dot), Answer.CLOSE_FILE, PROSPECT, BEGIN + DAY)
    await promise_call(desk.store, Whose(enrollment_id=eve), date(2026, 1, 13), desk.kim, MONDAY)
    called = call_of("no_answer", None, BEGIN + 2 * DAY)
    await record_call(desk.store, Whose(enrollment_id=eve), called, desk.kim, BEGIN + 2 * DAY)


COUNTED = Tally("Monthly value", letters=4, opt_ins=1, replies=1, moved_up=3, saved=1, closed=1, calls=1, meetings=0)


async def test_what_is_counted_is_what_the_facts_say(desk: Desk):
    await a_week(desk)
    async with desk.store.reading() as unit:
        assert await weeks.tallies(unit, BEGIN, END) == [COUNTED]
        assert await weeks.tallies(unit, BEGIN, END, desk.rep_id) == [COUNTED]
        assert await weeks.tallies(unit, BEGIN, END, desk.rep_id + 1) == []
        for condition, number in (
            ("what IN ('email', 'closing_email')", COUNTED.letters),
            ("what = 'replied'", COUNTED.replies),
            ("what = 'reopened'", COUNTED.saved),
            ("what = 'file_closed'", COUNTED.closed),
            ("what = 'called'", COUNTED.calls),
        ):
            found = await unit.value(
                text(f"SELECT count(*) FROM facts WHERE at >= :begin AND at < :end AND {condition}"),
                {"begin": _kept(desk, BEGIN), "end": _kept(desk, END)},
            )
            assert found == number, condition


def _kept(desk: Desk, at: datetime) -> object:
    """A time as the database has it."""
    return at if desk.store.kind == "postgresql" else at.isoformat(timespec="microseconds")


@pytest.mark.parametrize("migrated_url", ["sqlite"], indirect=True)
async def test_on_monday_a_rep_has_the_rep_s_week_and_marketing_that_of_each_campaign(desk: Desk):
    await a_week(desk)
    async with desk.store.begin() as unit:
        mia = await reps.add(
            unit, reps.NewRep("Mia", "mia@seller.example", role="marketing", time_zone="America/New_York"), MONDAY
        )
        await notices.name_mailbox(unit, desk.mailbox_id, True)
        for one in (desk.rep_id, mia):
            await notice_calendars.wish(unit, one, write_wishes(Wishes(alerts=False, morning=None)))
            await notice_calendars.look_at(unit, one, SEVEN)
    posting = Posting(desk, now=SEVEN - DAY, machine=SEVEN - DAY)
    await _forget_alerts(desk)
    assert await posting.at(SEVEN - MICROSECOND) == []
    own, all_ = await posting.at(SEVEN)
    assert str(own["Subject"]) == "Your week, 12 to 18 January: 4 letters, 1 opt-in"
    assert str(all_["Subject"]) == "All campaigns, 12 to 18 January: 4 letters, 1 opt-in"
    figures = [
        "      4  letters sent",
        "      1  opt-in",
        "      1  reply",
        "      3  recalls moved up",
        "      1  file saved",
        "      1  file closed",
        "      1  call made",
        "      2  calls overdue",
        "      0  meetings set",
    ]
    assert "\n".join(figures) in text_of(own)
    assert "\n".join(["Monthly value", *figures]) in text_of(all_)
    assert await posting.at(SEVEN + DAY) == []


async def _forget_alerts(desk: Desk) -> None:
    async with desk.store.begin() as unit:
        await unit.run(text("DELETE FROM notices"))


@pytest.mark.parametrize("migrated_url", ["sqlite"], indirect=True)
async def test_a_week_without_anything_is_no_mail(desk: Desk):
    async with desk.store.begin() as unit:
        await notice_calendars.look_at(unit, desk.rep_id, SEVEN)
    posting = Posting(desk, now=SEVEN, machine=SEVEN)
    assert (await posting.at(SEVEN), await posting.kept()) == ([], [])
