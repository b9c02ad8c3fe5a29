"""Each working morning the rep has today's calls in a mail, once, with all it takes to make them."""

from datetime import UTC, date, datetime, time, timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy import delete, update

from drip.actions.happen import Context
from drip.actions.promise_call import promise_call
from drip.actions.reply import reply
from drip.actions.whose import Whose
from drip.domain.company import Company
from drip.domain.notice import Wishes, write_wishes
from drip.domain.qualification import Qualification
from drip.store import mailboxes, notice_calendars, notices, reps, tables, tasks, visits
from drip.store.tables import sends
from drip.store.tasks import NewTask
from drip.store.visits import NewVisit
from tests.actions.desk import ANN, DAY, MONDAY, PROSPECT, Desk
from tests.actions.posting import Posting, text_of

QUALIFIED = Qualification(
    tried_to_disqualify=True, hot_button="unplanned stops", reason="budget in May", next_step="send the checklist"
)
SEVEN = datetime(2026, 1, 20, 12, tzinfo=UTC)  # Tuesday 20 January, 7:00 in New York
TUESDAY = date(2026, 1, 20)
GONE = {
    "state": "accepted",
    "settled_at": MONDAY + DAY,
    "handed_at": MONDAY,
    "dated_at": MONDAY,
    "message_id": "<1@seller.example>",
}
BERND = "b.mueller@werk.example.de"


ON_ONE = pytest.mark.parametrize("migrated_url", ["sqlite"], indirect=True)  # what is asked is no matter of databases


async def promised(desk: Desk, email: str = ANN, on: date = TUESDAY, **more: object) -> int:
    """Somebody with a call promised for a day; the enrollment's id."""
    known = {"last_name": "Jones", "title": "Plant manager", "phone": "+1 937-555-0141"} | more
    await desk.add(email, Company("Acme Inc", email.rpartition("@")[2]), **known)
    found = await desk.ask(email, qualification=QUALIFIED)
    await promise_call(desk.store, Whose(enrollment_id=found.enrollment_id), on, desk.kim, MONDAY)  # type: ignore[union-attr]
    return found.enrollment_id  # type: ignore[union-attr, return-value]


async def began(desk: Desk, since: datetime = SEVEN) -> Posting:
    """Kim's service, which has looked at Kim's calendar for a moment."""
    async with desk.store.begin() as unit:
        await notice_calendars.look_at(unit, desk.rep_id, since)
    return Posting(desk, now=SEVEN, machine=SEVEN)


def subjects(mails: list[EmailMessage]) -> list[str]:
    return [str(one["Subject"]) for one in mails]


async def test_the_mail_has_all_one_needs_before_the_call(desk: Desk):
    one = await promised(desk)
    letter = await desk.due(one)
    async with desk.store.begin() as unit:
        await unit.run(update(sends).where(sends.c.id == letter).values(subject="Five-minute stops", **GONE))
        await visits.add(unit, NewVisit(letter, "to", 0, MONDAY + 2 * DAY, "GET", "person"))
        await visits.add(unit, NewVisit(letter, "to", 0, MONDAY + 2 * DAY, "GET", "scanner"))
    [mail] = await (await began(desk)).at(SEVEN)
    assert str(mail["Subject"]) == "1 call today: Ann Jones"
    words = text_of(mail)
    for line in (
        "Tuesday 20 January\n",
        "TODAY: 1 call\n",
        "Ann Jones, Plant manager, Acme Inc\n  Tue 7:30–8:30, +1 937-555-0141\n",
        "  Why: You promised this day\n",
        "  Hot button: unplanned stops\n",
        "  Agreed next: send the checklist\n",
        "  They said: budget in May\n",
        "  Sent: 6 Jan: Five-minute stops\n",
        "  Clicked: 7 Jan: Five-minute stops\n",
        "  What came of it: https://drip.example/r/",
    ):
        assert line in words, (line, words)
    html = mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert 'href="tel:+19375550141"' in html
    assert "/no_answer" in html
    assert mail["Auto-Submitted"] == "auto-generated"


@ON_ONE
async def test_there_is_no_mail_on_a_morning_with_nothing_to_say(desk: Desk):
    await desk.enroll(ANN)  # a call in six months
    posting = await began(desk)
    assert (await posting.at(SEVEN), await posting.kept()) == ([], [])


@ON_ONE
async def test_no_morning_has_two_mails_whoever_starts_again(desk: Desk):
    await promised(desk)
    posting = await began(desk)
    assert len(await posting.at(SEVEN)) == 1
    async with desk.store.begin() as unit:  # as if the planner had died before it said when to look again
        await notice_calendars.look_at(unit, desk.rep_id, SEVEN)
    assert await posting.at(SEVEN + timedelta(hours=1)) == []


@ON_ONE
async def test_after_a_morning_without_the_service_todays_list_comes_once_and_yesterdays_never(desk: Desk):
    await promised(desk)
    posting = await began(desk, since=SEVEN - DAY)  # down since before Monday's
    assert subjects(await posting.at(SEVEN + timedelta(hours=5))) == ["1 call today: Ann Jones"]
    assert await posting.at(SEVEN + timedelta(hours=6)) == []
    assert [one.key for one in await posting.kept()] == [f"morning/{desk.rep_id}/2026-01-20"]


@ON_ONE
async def test_a_list_that_could_not_leave_on_its_day_is_not_sent_on_the_next(desk: Desk):
    await promised(desk)
    posting = await began(desk)
    async with desk.store.begin() as unit:
        await mailboxes.pause(unit, desk.mailbox_id, "login refused", SEVEN)
    assert await posting.at(SEVEN) == []
    async with desk.store.begin() as unit:
        await mailboxes.resume(unit, desk.mailbox_id, SEVEN)
    [mail] = await posting.at(SEVEN + DAY)
    assert "Wednesday 21 January" in text_of(mail)
    assert [(one.state, one.reason) for one in await posting.kept()] == [("expired", "late"), ("accepted", None)]


@ON_ONE
async def test_the_list_of_friday_has_what_begins_before_mondays(desk: Desk):
    """Half past seven in Berlin on a Monday is half past one at night in New York: told on Friday, too."""
    await promised(desk, BERND, date(2026, 1, 26), country="DE", region="BW")
    friday = SEVEN + 3 * DAY
    posting = await began(desk, friday)
    [mail] = await posting.at(friday)
    assert "Mon 7:30–8:30 (your 1:30–2:30)" in text_of(mail)
    [again] = await posting.at(friday + 3 * DAY)
    assert "13:00 there now; best was 7:30–8:30 (your 1:30–2:30)" in text_of(again)


@ON_ONE
async def test_calls_that_are_overdue_stand_apart(desk: Desk):
    await promised(desk)
    await promised(desk, "bob@other.example.com", date(2026, 1, 16))
    [mail] = await (await began(desk)).at(SEVEN)
    assert str(mail["Subject"]) == "1 call today, 1 overdue: Ann Jones and 1 more"
    assert "OVERDUE: 1 call\n\nAnn Jones, Plant manager, Acme Inc\n  4 days late, best 7:30–8:30," in text_of(mail)


@ON_ONE
async def test_r30_a_reply_that_waits_is_told_each_morning_and_other_tasks_beside_it(desk: Desk):
    one = await desk.enroll(ANN)
    async with desk.store.begin() as unit:
        person = (await desk.open(one)).prospect_id
        await tasks.add(unit, [NewTask("right_person", person, one, desk.rep_id, SEVEN - DAY / 2)])
    posting = await began(desk)
    assert subjects(await posting.at(SEVEN)) == ["1 task for you"]
    assert await posting.at(SEVEN + DAY) == []  # it was told, and nothing else is to be said
    await reply(desk.store, Whose(enrollment_id=one), "Yes", PROSPECT, SEVEN + DAY)
    [_, mail] = await posting.at(SEVEN + 2 * DAY)  # the alert came first
    words = text_of(mail)
    assert "No letter goes out until you have dealt with it: https://drip.example/r/" in words
    assert "ALSO TO DO\n  Ann: find the right person or number" in words


@ON_ONE
async def test_r30_after_ten_business_days_marketing_sees_a_reply_that_waits(desk: Desk):
    """Told on Tuesday 6 January; the tenth business day after it is the 21st, for the 19th is a holiday there."""
    await desk.enroll(ANN)
    async with desk.store.begin() as unit:
        mia = await reps.add(
            unit, reps.NewRep("Mia", "mia@seller.example", role="marketing", time_zone="America/New_York"), MONDAY
        )
        await notices.name_mailbox(unit, desk.mailbox_id, True)
        await notice_calendars.wish(unit, desk.rep_id, write_wishes(Wishes(False, None, None)))
        await notice_calendars.look_at(unit, mia, SEVEN)
    await reply(desk.store, Whose(email=ANN), "Yes", PROSPECT, MONDAY + DAY)
    posting = Posting(desk, now=SEVEN, machine=SEVEN)
    assert (await posting.at(SEVEN), await posting.at(SEVEN + DAY)) == ([], [])
    [mail] = await posting.at(SEVEN + 2 * DAY)
    assert (str(mail["To"]), str(mail["Subject"])) == ("Mia <mia@seller.example>", "1 reply waits for an answer")
    assert "Ann: wrote back (Tue 6 January, 16 days ago; Kim Lee)" in text_of(mail)


@ON_ONE
async def test_never_more_than_asked(desk: Desk):
    """In a week with a call overdue each day, a reply and its alert: what is wanted comes, and nothing else."""
    monday = SEVEN - DAY
    for wishes, wanted in (
        (Wishes(), ["morning"] * 5 + ["alert", "weekly"]),
        (Wishes(weekly=None), ["morning"] * 5 + ["alert"]),
        (Wishes(alerts=False), ["morning"] * 5 + ["weekly"]),
        (Wishes(morning=None), ["alert", "weekly"]),
        (Wishes(False, None, None), []),
    ):
        email = f"p{len(wanted)}-{wishes.weekly}-{len(wanted)}@other.example.com".lower()
        one = await promised(desk, email, date(2026, 1, 16))
        async with desk.store.begin() as unit:
            await notice_calendars.wish(unit, desk.rep_id, write_wishes(wishes))
            await notice_calendars.look_at(unit, desk.rep_id, monday)
            await unit.run(delete(tables.notices))
        posting = Posting(desk, now=monday, machine=monday)
        for hours in range(0, 7 * 24, 4):
            if hours == 48:
                await reply(desk.store, Whose(enrollment_id=one), "Yes", Context("prospect"), monday + 2 * DAY)
            await posting.at(monday + timedelta(hours=hours))
        sent = [kind for kind, state in await posting.states() if state == "accepted"]
        assert sorted(sent) == sorted(wanted), wishes


@ON_ONE
async def test_the_hour_is_the_reps(desk: Desk):
    await promised(desk)
    async with desk.store.begin() as unit:
        await notice_calendars.wish(unit, desk.rep_id, write_wishes(Wishes(morning=time(6, 30))))
    posting = Posting(desk, now=SEVEN - DAY, machine=SEVEN - DAY)
    assert await posting.at(SEVEN - DAY) == []
    assert await posting.at(SEVEN - timedelta(minutes=31)) == []
    assert len(await posting.at(SEVEN - timedelta(minutes=30))) == 1


@ON_ONE
async def test_a_long_list_and_a_burst_stay_below_what_readers_show_whole(desk: Desk):
    """Gmail cuts a mail off after 102 kB."""
    for number in range(23):
        one = await promised(desk, f"p{number}@firm{number}.example.com")
        await reply(desk.store, Whose(enrollment_id=one), "Yes, " * 400, PROSPECT, SEVEN - timedelta(minutes=1))
    alert, morning = await (await began(desk)).at(SEVEN)
    assert str(morning["Subject"]) == "23 calls today: Ann Jones and 22 more"
    assert "And 3 more: `drip recall list` shows them all.\n" in text_of(morning)
    assert "And also\n" in text_of(alert)
    for mail in (alert, morning):
        assert len(mail.get_body(("html",)).get_content()) < 102_000  # type: ignore[union-attr]
