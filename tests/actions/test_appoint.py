"""A firm appointment: its hour, the invitation both get, and what they hear when it moves or is called off."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from email.message import EmailMessage
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from drip.actions.appoint import call_off
from drip.actions.appointing.agreed import Agreed, AppointmentError
from drip.actions.befall import Done
from drip.actions.opt_out import opt_out
from drip.actions.promise_call import promise_call
from drip.actions.recall_list import Which, recall_list
from drip.actions.record_call import call_of, record_call
from drip.domain.enrollment import State
from drip.domain.errors import PromiseError
from drip.store import appointments, mailboxes, reps, tables
from drip.store.appointments import Appointment
from tests.actions.desk import ANN, DAY, MONDAY, PROSPECT, Desk, of
from tests.actions.posting import Posting

if TYPE_CHECKING:
    from ical.calendar import Calendar

TUESDAY = MONDAY + DAY  # 6 January 2026, 10:00 in New York
SOON = timedelta(minutes=1)
AGREED = Agreed(date(2026, 1, 12), time(14, 30), invite=True)
STARTS = datetime(2026, 1, 12, 19, 30, tzinfo=UTC)  # New York is five hours behind in winter


async def promised(desk: Desk, agreed: Agreed = AGREED, now: datetime = TUESDAY) -> tuple[int, Done]:
    """Ann is enrolled, and on the telephone she agreed; her enrollment, and what came of it."""
    await desk.add(last_name="Jones", phone="+1 212 555 0100")
    one = (await desk.ask()).enrollment_id  # type: ignore[union-attr]
    assert one is not None
    call = call_of("promised", agreed.on, now)
    return one, await record_call(desk.store, of(one), call, desk.kim, now, agreed)


async def kept(desk: Desk, one: int) -> Appointment | None:
    """The firm appointment of an enrollment."""
    async with desk.store.reading() as unit:
        return (await appointments.firm(unit, [one])).get(one)


async def about_it(posting: Posting, now: datetime) -> list[EmailMessage]:
    """The mails about appointments that go by then; a rep's morning mail is none."""
    mails = await posting.at(now)
    return [mail for mail in mails if any(one.get_content_type() == "text/calendar" for one in mail.walk())]


def calendar_of(mail: EmailMessage) -> tuple[str, "Calendar", list[str]]:
    """The calendar part of a mail: its method, read by another library, and line by line."""
    from ical.calendar_stream import IcsCalendarStream  # late: it reads every zone of the world

    [part] = [one for one in mail.walk() if one.get_content_type() == "text/calendar"]
    content = part.get_content()
    lines = content.replace("\r\n ", "").replace("\n ", "").splitlines()
    method = str(part.get_param("method"))
    assert f"METHOD:{method}" in lines
    return method, IcsCalendarStream.calendar_from_ics(content), lines


def by_recipient(mails: Sequence[EmailMessage]) -> dict[str, EmailMessage]:
    """The mails by the address they went to."""
    return {mail["To"].addresses[0].addr_spec: mail for mail in mails}


def words_of(mail: EmailMessage) -> str:
    """The words of a mail, without its calendar."""
    body = mail.get_body(("plain",))
    assert body is not None
    return str(mail["Subject"]) + "\n" + str(body.get_content())


async def test_both_are_invited_to_the_promised_hour_with_one_event(desk: Desk):
    posting = Posting(desk)
    one, done = await promised(desk)
    assert (done.recall_on, done.recall_at, done.recall_reason) == (AGREED.on, STARTS, "promised")
    mails = by_recipient(await about_it(posting, TUESDAY + SOON))
    assert sorted(mails) == [ANN, "kim@seller.example"]
    events = []
    for mail in mails.values():
        method, calendar, lines = calendar_of(mail)
        [event] = calendar.events
        assert (method, event.sequence, event.dtstart) == ("REQUEST", 0, STARTS)
        assert event.dtend == STARTS + timedelta(minutes=30) and event.summary == "Call: Kim Lee and Ann Jones"
        assert 'ORGANIZER;CN="Kim Lee":mailto:kim@seller.example' in lines
        assert [line.rpartition("mailto:")[2] for line in lines if line.startswith("ATTENDEE")] == [
            "kim@seller.example",
            ANN,
        ]
        events.append(event.uid)
    assert len(set(events)) == 1 and ANN not in events[0] and "kim" not in events[0]
    theirs = mails[ANN]
    assert str(theirs["From"]) == "Kim Lee <kim@seller.example>" and theirs["Auto-Submitted"] == "auto-generated"
    assert str(theirs["Subject"]) == "Our call on Monday 12 January, 14:30"
    assert "I will call you on Monday 12 January 2026 at 14:30 (New York time), on +1 212 555 0100." in " ".join(
        words_of(theirs).split()
    )
    whole = theirs.as_string()
    assert "unplanned stops" not in whole and "drip.example" not in whole  # neither hot button nor a rep's link
    assert "Ann gets the same invitation." in words_of(mails["kim@seller.example"])
    assert ("appointment", "invited") in await desk.told(one)


async def test_who_did_not_ask_for_it_gets_no_mail(desk: Desk):
    posting = Posting(desk)
    one, _ = await promised(desk, Agreed(date(2026, 1, 12), time(14, 30)))
    assert await about_it(posting, TUESDAY + SOON) == []
    assert (await desk.open(one)).enrollment.recall.at == STARTS  # type: ignore[union-attr]
    assert ("appointment", "appointed") in await desk.told(one)
    [row] = await recall_list(desk.store, Which(), TUESDAY)
    assert row.hours == "14:30"


async def test_the_morning_mail_says_the_hour_and_not_the_window(desk: Desk):
    posting = Posting(desk)
    await promised(desk, Agreed(date(2026, 1, 12), time(14, 30)))
    await posting.at(TUESDAY + SOON)
    morning = [mail for mail in await posting.at(STARTS - timedelta(hours=7)) if "Ann" in words_of(mail)]
    assert "Mon 14:30" in words_of(morning[0]) and "14:30–" not in words_of(morning[0])


async def test_a_move_is_the_same_event_one_step_up_and_so_is_calling_it_off(desk: Desk):
    posting = Posting(desk)
    one, _ = await promised(desk)
    [first, _] = await about_it(posting, TUESDAY + SOON)
    uid = calendar_of(first)[1].events[0].uid
    wednesday = TUESDAY + DAY
    tomorrow = Agreed(date(2026, 1, 13), time(9))
    await promise_call(desk.store, of(one), tomorrow.on, desk.kim, wednesday, tomorrow)
    for mail in await about_it(posting, wednesday + SOON):
        method, calendar, _ = calendar_of(mail)
        [event] = calendar.events
        assert (method, event.uid, event.sequence) == ("REQUEST", uid, 1)
        assert event.dtstart == datetime(2026, 1, 13, 14, tzinfo=UTC)
        assert str(mail["Subject"]).startswith("Moved: ")
    # R24: the mail the service sends her is a touch; R22: the call she agreed to needs no gap before it
    picture = (await desk.open(one)).enrollment
    assert picture.touched_on == date(2026, 1, 7) and picture.recall.on == date(2026, 1, 13)  # type: ignore[union-attr]
    done = await call_off(desk.store, of(one), desk.kim, wednesday + 2 * SOON)
    assert done.changed and done.recall_on == date(2026, 1, 13)  # R14: the day stays promised
    assert done.recall_at == datetime(2026, 1, 13, 12, 30, tzinfo=UTC)  # R17: at 07:30, her early call window
    mails = await about_it(posting, wednesday + 3 * SOON)
    assert len(mails) == 2
    for mail in mails:
        method, calendar, lines = calendar_of(mail)
        assert (method, calendar.events[0].uid, calendar.events[0].sequence) == ("CANCEL", uid, 2)
        assert "STATUS:CANCELLED" in lines and str(mail["Subject"]).startswith("Called off: ")
    with pytest.raises(AppointmentError, match="no appointment to come"):
        await call_off(desk.store, of(one), desk.kim, wednesday + 4 * SOON)


async def test_r14_r17_a_call_that_is_called_off_stays_promised_for_its_day_without_the_hour(desk: Desk):
    one, _ = await promised(desk)
    assert (await desk.open(one)).enrollment.recall.at == STARTS  # type: ignore[union-attr]
    await call_off(desk.store, of(one), desk.kim, TUESDAY + SOON)
    recall = (await desk.open(one)).enrollment.recall
    assert recall is not None and recall.promised and recall.on == AGREED.on
    assert recall.at.astimezone(ZoneInfo("America/New_York")).time() == time(7, 30)
    [row] = await recall_list(desk.store, Which(coming_days=30), TUESDAY + 2 * SOON)
    assert row.hours == "07:30-08:30" and row.at == recall.at


async def test_the_same_agreement_again_tells_nobody_anything(desk: Desk):
    posting = Posting(desk)
    one, _ = await promised(desk)
    assert len(await about_it(posting, TUESDAY + SOON)) == 2
    await promise_call(desk.store, of(one), AGREED.on, desk.kim, TUESDAY + 2 * SOON, AGREED)
    assert await about_it(posting, TUESDAY + 3 * SOON) == []
    assert (await kept(desk, one)).sequence == 0  # type: ignore[union-attr]


async def test_whoever_follows_the_rep_moves_the_same_event(desk: Desk):
    posting = Posting(desk)
    one, _ = await promised(desk)
    [first, _] = await about_it(posting, TUESDAY + SOON)
    async with desk.store.begin() as unit:
        lou = await reps.add(unit, reps.NewRep("Lou Poe", "lou@seller.example"), TUESDAY)
        await mailboxes.add(unit, mailboxes.NewMailbox("lou", "lou@seller.example", "h", 25, "none", lou), TUESDAY)
        for table in (tables.enrollments, tables.appointments):
            await unit.run(update(table).values(rep_id=lou))
    tomorrow = Agreed(date(2026, 1, 13), time(9))
    await promise_call(desk.store, of(one), tomorrow.on, desk.kim, TUESDAY + 2 * SOON, tomorrow)
    theirs = by_recipient(await about_it(posting, TUESDAY + 3 * SOON))[ANN]
    [event] = calendar_of(theirs)[1].events
    assert (event.uid, event.sequence) == (calendar_of(first)[1].events[0].uid, 1)
    assert str(theirs["From"]) == "Lou Poe <lou@seller.example>"


@pytest.mark.parametrize(
    ("outcome", "told"), [("not_interested", [ANN, "kim@seller.example"]), ("do_not_contact", ["kim@seller.example"])]
)
async def test_an_outcome_that_leaves_no_call_calls_it_off(desk: Desk, outcome: str, told: list[str]):
    posting = Posting(desk)
    one, _ = await promised(desk)
    await about_it(posting, TUESDAY + SOON)
    later = datetime(2026, 1, 12, 13, tzinfo=UTC)  # 08:00 on its day, before its hour
    await record_call(desk.store, of(one), call_of(outcome, None, later), desk.kim, later)
    mails = await about_it(posting, later + SOON)
    assert sorted(by_recipient(mails)) == told and {calendar_of(one)[0] for one in mails} == {"CANCEL"}
    assert await kept(desk, one) is None


async def test_r33_a_person_who_said_stop_gets_no_invitation(desk: Desk):
    posting = Posting(desk)
    await desk.add(last_name="Jones")
    one = (await desk.ask()).enrollment_id  # type: ignore[union-attr]
    await opt_out(desk.store, of(one), PROSPECT, TUESDAY)  # type: ignore[arg-type]
    await record_call(
        desk.store,
        of(one),
        call_of("promised", AGREED.on, TUESDAY),
        desk.kim,
        TUESDAY,
        AGREED,  # type: ignore[arg-type]
    )
    mails = by_recipient(await about_it(posting, TUESDAY + SOON))
    assert sorted(mails) == ["kim@seller.example"]
    assert "gets no mail about it: nothing may be sent there" in words_of(mails["kim@seller.example"])
    assert await posting.states() == [("invitation", "accepted")]  # none was even made for her


async def test_r36_an_opt_out_withdraws_an_invitation_that_waits(desk: Desk):
    posting = Posting(desk)
    one, _ = await promised(desk)
    await opt_out(desk.store, of(one), PROSPECT, TUESDAY)
    assert sorted(by_recipient(await about_it(posting, TUESDAY + SOON))) == ["kim@seller.example"]
    assert ("invitation", "withdrawn") in await posting.states()


async def test_a_meeting_that_was_set_is_an_appointment_of_the_enrollment_that_was_won(desk: Desk):
    posting = Posting(desk)
    one = await desk.enroll()
    saturday = Agreed(date(2026, 1, 17), time(9), 60, invite=True)  # R14 is about calls
    done = await record_call(desk.store, of(one), call_of("meeting_set", None, TUESDAY), desk.kim, TUESDAY, saturday)
    assert done.state is State.WON and done.recall_on is None
    [event] = calendar_of((await about_it(posting, TUESDAY + SOON))[0])[1].events
    assert event.summary == "Meeting: Kim Lee and Ann" and event.dtstart == datetime(2026, 1, 17, 14, tzinfo=UTC)
    assert event.dtend == datetime(2026, 1, 17, 15, tzinfo=UTC)


async def test_what_cannot_be_agreed_is_refused_and_changes_nothing(desk: Desk):
    one = await desk.enroll()
    before = await desk.told(one)
    for agreed, words in (
        (Agreed(date(2026, 1, 6), time(9)), "past"),  # it is 10:00
        (Agreed(date(2026, 1, 10), time(9)), "Saturday"),
        (Agreed(date(2026, 1, 12), time(9), 481), "480 minutes"),
        (Agreed(date(2033, 1, 12), time(9)), "five years"),
        (Agreed(date(9999, 12, 31), time(23, 30)), "century"),
    ):
        with pytest.raises((PromiseError, AppointmentError), match=words):
            await promise_call(desk.store, of(one), agreed.on, desk.kim, TUESDAY, agreed)
    with pytest.raises(PromiseError, match="An hour belongs to"):
        await record_call(desk.store, of(one), call_of("no_answer", None, TUESDAY), desk.kim, TUESDAY, AGREED)
    assert await desk.told(one) == before and await kept(desk, one) is None


async def test_an_appointment_that_is_over_gives_way_to_the_next(desk: Desk):
    posting = Posting(desk)
    one, _ = await promised(desk)
    [first, _] = await about_it(posting, TUESDAY + SOON)
    after = STARTS + timedelta(hours=1)
    again = Agreed(date(2026, 1, 20), time(9), invite=True)
    await record_call(desk.store, of(one), call_of("promised", again.on, after), desk.kim, after, again)
    mails = await about_it(posting, after + SOON)
    assert {calendar_of(mail)[0] for mail in mails} == {"REQUEST"}
    assert calendar_of(mails[0])[1].events[0].uid != calendar_of(first)[1].events[0].uid
