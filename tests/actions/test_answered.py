"""What a calendar answers to our invitation stands on the timeline; a decline is the rep's to see to."""

from datetime import datetime, timedelta

import pytest

from drip.actions.appoint import call_off
from drip.actions.appointing.agreed import Agreed
from drip.actions.promise_call import promise_call
from drip.actions.receive import Incoming, Received, receive
from drip.actions.resolve import resolve
from drip.actions.timeline import timeline
from drip.actions.whose import Whose
from drip.store import prospects
from tests.actions.desk import ANN, DAY, PROSPECT, Desk, of
from tests.actions.posting import Posting, text_of
from tests.actions.test_appoint import AGREED, SOON, TUESDAY, about_it, by_recipient, calendar_of, promised
from tests.mail.calendars import calendar, google, outlook

WEDNESDAY = TUESDAY + DAY
ON_ONE = pytest.mark.parametrize("migrated_url", ["sqlite"], indirect=True)  # its SQL runs on both in the first test


async def invited(desk: Desk, posting: Posting) -> tuple[int, str]:
    """Ann was sent an invitation; her enrollment, and the invitation's UID as her program reads it."""
    one, _ = await promised(desk)
    mails = by_recipient(await about_it(posting, TUESDAY + SOON))
    _, read, _ = calendar_of(mails[ANN])
    return one, str(read.events[0].uid)


async def comes(desk: Desk, mail: str, now: datetime = WEDNESDAY) -> Received:
    """A mail comes in, on Wednesday."""
    return await receive(desk.store, Incoming(mail.encode()), b"a secret for the tests", now)


async def open_tasks(desk: Desk) -> list[str]:
    """What a person has to do about Ann."""
    async with desk.store.reading() as unit:
        return await desk.tasks((await prospects.by_email(unit, [ANN]))[ANN].id)


async def lines(desk: Desk) -> list[str]:
    """What the timeline says of the appointment."""
    told = await timeline(desk.store, Whose(email=ANN))
    return [one.words for one in told.lines if one.code == "appointment"][1:]


async def test_r30_a_decline_stops_no_letter_and_is_told_to_the_rep(desk: Desk):
    posting = Posting(desk)
    one, uid = await invited(desk, posting)
    before = (await desk.open(one)).enrollment
    done = await comes(desk, google(calendar(uid, said="DECLINED"), "declined"))
    assert (done.code, done.enrollment_id) == ("declined", one)
    assert (await desk.open(one)).enrollment == before  # no letter waits, and the promise stands (R14)
    assert await lines(desk) == ["They declined the appointment on Monday 12 January 2026, 14:30"]
    assert await open_tasks(desk) == ["declined_appointment"]
    [alert] = [mail for mail in await posting.at(WEDNESDAY + timedelta(minutes=1)) if "declined" in mail["Subject"]]
    assert str(alert["Subject"]) == "Ann Jones declined the appointment"
    assert "> " not in text_of(alert)
    again = await comes(desk, google(calendar(uid, said="DECLINED"), "declined"))
    assert (again.code, len(await lines(desk))) == ("already", 1)


@ON_ONE
async def test_an_acceptance_asks_nothing_of_anybody_and_ends_what_a_decline_asked(desk: Desk):
    posting = Posting(desk)
    one, uid = await invited(desk, posting)
    assert (await comes(desk, outlook(calendar(uid, said="TENTATIVE")))).code == "tentative"
    assert (await comes(desk, outlook(calendar(uid, said="DECLINED")))).code == "declined"
    assert (await comes(desk, outlook(calendar(uid)))).code == "accepted"
    assert [line.split(" the appointment")[0] for line in await lines(desk)] == [
        "They may come to",
        "They declined",
        "They accepted",
    ]
    assert await open_tasks(desk) == []
    assert (await desk.open(one)).enrollment.waiting_for is None


@ON_ONE
@pytest.mark.parametrize("end", ["resolved", "called_off", "moved"])
async def test_the_rep_has_seen_to_a_decline_by_what_was_agreed_since(desk: Desk, end: str):
    one, uid = await invited(desk, Posting(desk))
    await comes(desk, outlook(calendar(uid, method="COUNTER")))
    assert await open_tasks(desk) == ["declined_appointment"]
    if end == "resolved":
        await resolve(desk.store, of(one), desk.kim, WEDNESDAY)
    elif end == "called_off":
        await call_off(desk.store, of(one), desk.kim, WEDNESDAY)
    else:
        later = Agreed(AGREED.on + DAY, AGREED.hour, invite=True)
        await promise_call(desk.store, of(one), later.on, desk.kim, WEDNESDAY, later)
    assert await open_tasks(desk) == []


@ON_ONE
async def test_words_beside_the_answer_are_a_reply_and_the_answer_is_noted_too(desk: Desk):
    one, uid = await invited(desk, Posting(desk))
    done = await comes(desk, outlook(calendar(uid, "COMMENT:Please send the agenda")))
    assert done.code == "replied"
    assert (await desk.open(one)).enrollment.waiting_for == "replied"
    told = await timeline(desk.store, Whose(email=ANN))
    assert [line.why for line in told.lines if line.code == "replied"] == ["Please send the agenda"]
    assert await lines(desk) == ["They accepted the appointment on Monday 12 January 2026, 14:30"]


@ON_ONE
async def test_an_answer_from_elsewhere_is_known_by_the_uid_alone(desk: Desk):
    _, uid = await invited(desk, Posting(desk))
    mail = outlook(calendar(uid), sender="ann@home.example").encode()
    for private, code in ((True, "accepted"), (False, "already")):
        done = await receive(desk.store, Incoming(mail, private=private), b"a secret for the tests", WEDNESDAY)
        assert done.code == code


@ON_ONE
@pytest.mark.parametrize("sender", [ANN, "mallory@else.example"])
async def test_a_uid_that_was_made_up_does_nothing(desk: Desk, sender: str):
    one, uid = await invited(desk, Posting(desk))
    before = await desk.told(one)
    forged = uid[:-1] + ("0" if uid[-1] != "0" else "1")
    done = await comes(desk, outlook(calendar(forged, said="DECLINED"), sender=sender))
    assert done.code in ("nothing", "set_aside")
    assert (await open_tasks(desk), await desk.told(one)) == ([], before)


@ON_ONE
async def test_an_answer_to_what_was_agreed_before_says_nothing_of_what_is_agreed_now(desk: Desk):
    one, uid = await invited(desk, Posting(desk))
    later = Agreed(AGREED.on + DAY, AGREED.hour, invite=True)
    await promise_call(desk.store, of(one), later.on, desk.kim, TUESDAY + 2 * SOON, later)
    assert (await comes(desk, outlook(calendar(uid, said="DECLINED")))).code == "nothing"
    assert (await comes(desk, outlook(calendar(uid, said="DECLINED", sequence=1)))).code == "declined"
    await call_off(desk.store, of(one), PROSPECT, WEDNESDAY)
    assert (await comes(desk, outlook(calendar(uid, sequence=2)))).code == "nothing"


@ON_ONE
async def test_an_answer_to_an_appointment_that_is_over_says_nothing(desk: Desk):
    _, uid = await invited(desk, Posting(desk))
    assert (await comes(desk, outlook(calendar(uid, said="DECLINED")), TUESDAY + 30 * DAY)).code == "nothing"
