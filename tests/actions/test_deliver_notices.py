"""A notice goes out once: the same letter at each try, uncertain where the answer is lost, never too late."""

import asyncio
from datetime import timedelta

from drip.actions.deliver_notices import deliver_notices
from drip.actions.opt_in import Proof, opt_in
from drip.actions.opt_out import opt_out
from drip.actions.rescue_notices import RescuedNotices, rescue_notices
from drip.actions.whose import Whose
from drip.domain.outcome import Kind, Outcome, Phase
from drip.store import mailboxes, notices
from drip.store.notices import NewNotice
from tests.actions.desk import ANN, DAY, MONDAY, PROSPECT, Desk
from tests.actions.posting import Posting

MINUTE = timedelta(minutes=1)
HOUR = 60 * MINUTE
BUSY = Outcome(Kind.DEFERRED, Phase.RCPT, 451, "4.3.0", "come back later")
LOST = Outcome(Kind.UNCERTAIN, Phase.BODY, text="Connection lost")
INVITATION = {"subject": "Our call", "html": "<p>Our call</p>", "text": "Our call", "from_name": "Kim Lee"}


async def told(desk: Desk) -> Posting:
    """Ann opted in, and Kim's mail is due at once."""
    await desk.enroll(ANN)
    await opt_in(desk.store, Whose(email=ANN), Proof("link", "Yes"), PROSPECT, MONDAY)
    posting = Posting(desk)
    assert await posting.at(MONDAY) == []
    return posting


async def invite(desk: Desk, **more: object) -> None:
    """An invitation for Ann that was written by whoever made it."""
    ann = await desk.add()
    known = {"prospect_id": ann, "recipient": ANN, "letter": INVITATION} | more
    new = NewNotice("invitation", "invitation/1", desk.rep_id, MONDAY, MONDAY + DAY, **known)  # type: ignore[arg-type]
    async with desk.store.begin() as unit:
        await notices.add(unit, [new], MONDAY)


async def test_a_retry_is_the_same_letter_also_when_what_it_says_has_changed(desk: Desk):
    posting = await told(desk)
    posting.answers = [BUSY]
    assert await posting.at(MONDAY + MINUTE) == []
    [first] = await posting.kept()
    assert (first.state, first.reason, first.attempts) == ("due", "come back later", 1)
    await desk.add(first_name="Anna")  # what is known of her is another by now
    assert await posting.at(MONDAY + 2 * MINUTE) == []  # it is not time yet
    [mail] = await posting.at(MONDAY + HOUR)
    [second] = await posting.kept()
    assert (str(mail["Message-ID"]), str(mail["Subject"])) == (first.message_id, first.subject)
    assert (second.state, second.attempts, second.letter) == ("accepted", 2, None)


async def test_one_whose_answer_was_lost_is_shown_and_not_repeated(desk: Desk):
    posting = await told(desk)
    posting.answers = [LOST]
    assert await posting.at(MONDAY + MINUTE) == []
    assert await posting.at(MONDAY + DAY) == []
    [one] = await posting.kept()
    assert (one.state, one.reason) == ("uncertain", "Connection lost")


async def test_who_died_with_the_body_on_the_wire_leaves_it_uncertain(desk: Desk):
    posting = await told(desk)
    posting.now, posting.hangs = MONDAY + MINUTE, asyncio.Event()
    work = asyncio.create_task(deliver_notices(posting.sending, asyncio.Event()))
    await posting.hung.wait()
    assert await rescue_notices(posting.sending) == RescuedNotices()  # its lease lives
    assert await rescue_notices(posting.sending, all_leases=True) == RescuedNotices(uncertain=1)
    assert await posting.states() == [("alert", "uncertain")]
    posting.answers = [Outcome(Kind.ACCEPTED, Phase.BODY, 250)]
    posting.hangs.set()  # and the one that was taken for dead says after all how it went
    await work
    assert await posting.states() == [("alert", "accepted")]


async def test_a_stop_gives_back_what_has_not_begun_and_calls_what_was_on_the_wire_uncertain(desk: Desk):
    posting, stopping = await told(desk), asyncio.Event()
    await invite(desk)
    posting.now, posting.hangs = MONDAY + MINUTE, asyncio.Event()
    work = asyncio.create_task(deliver_notices(posting.sending, stopping))
    await posting.hung.wait()
    stopping.set()
    await work
    assert sorted(await posting.states()) == [("alert", "uncertain"), ("invitation", "due")]


async def test_a_paused_mailbox_keeps_what_waits_and_says_so(desk: Desk):
    posting = await told(desk)
    async with desk.store.begin() as unit:
        await mailboxes.pause(unit, desk.mailbox_id, "login refused", MONDAY)
    assert await posting.at(MONDAY + MINUTE) == []
    [one] = await posting.kept()
    assert (one.state, one.reason, one.attempts) == ("due", "mailbox_paused", 0)
    async with desk.store.begin() as unit:
        await mailboxes.resume(unit, desk.mailbox_id, MONDAY)
    assert len(await posting.at(MONDAY + HOUR)) == 1


async def test_a_login_that_is_refused_pauses_the_mailbox(desk: Desk):
    posting = await told(desk)
    posting.answers = [Outcome(Kind.REFUSED, Phase.AUTH, 535, "5.7.8", "bad password")]
    await posting.at(MONDAY + MINUTE)
    async with desk.store.reading() as unit:
        box = await mailboxes.get(unit, desk.mailbox_id)
    assert box is not None
    assert (box.state, await posting.states()) == ("paused", [("alert", "due")])


async def test_a_minute_has_no_more_notices_than_the_mailboxs_pace(desk: Desk):
    await desk.enroll(ANN)
    async with desk.store.begin() as unit:
        await mailboxes.change(unit, desk.mailbox_id, {"per_minute": 1})
        new = [NewNotice("invitation", f"i/{n}", desk.rep_id, MONDAY, MONDAY + DAY, letter=INVITATION) for n in (1, 2)]
        await notices.add(unit, new, MONDAY)
    posting = Posting(desk)
    assert len(await posting.at(MONDAY)) == 1
    assert [one.reason for one in await posting.kept()] == [None, "pace"]
    assert len(await posting.at(MONDAY + 2 * MINUTE)) == 1


async def test_without_a_mailbox_of_ones_own_it_waits_for_one_that_is_named(desk: Desk):
    posting = await told(desk)
    async with desk.store.begin() as unit:
        await mailboxes.change(unit, desk.mailbox_id, {"rep_id": None})
    assert await posting.at(MONDAY + MINUTE) == []
    assert [(one.state, one.reason) for one in await posting.kept()] == [("due", "no_mailbox")]
    async with desk.store.begin() as unit:
        await notices.name_mailbox(unit, desk.mailbox_id, True)
    assert len(await posting.at(MONDAY + HOUR)) == 1


async def test_what_could_not_go_in_its_time_is_given_up_with_a_reason(desk: Desk):
    posting = await told(desk)
    assert await posting.at(MONDAY + 3 * DAY) == []
    assert [(one.state, one.reason) for one in await posting.kept()] == [("expired", "late")]


async def test_an_invitation_goes_from_the_reps_own_mailbox_with_its_calendar(desk: Desk):
    await invite(desk, letter=INVITATION | {"calendar": "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"})
    [mail] = await Posting(desk).at(MONDAY)
    assert (str(mail["From"]), str(mail["To"])) == ("Kim Lee <kim@seller.example>", ANN)
    kinds = [part.get_content_type() for part in mail.iter_parts()]
    assert kinds == ["text/plain", "text/html", "text/calendar"]
    calendar = list(mail.iter_parts())[-1]
    assert calendar.get_param("method") == "REQUEST"
    assert "BEGIN:VCALENDAR" in calendar.get_content()


async def test_r33_no_invitation_goes_to_who_opted_out(desk: Desk):
    await invite(desk)
    await opt_out(desk.store, Whose(email=ANN), PROSPECT, MONDAY)
    posting = Posting(desk)
    assert await posting.at(MONDAY) == []
    assert [(one.state, one.reason) for one in await posting.kept()] == [("withdrawn", "suppressed")]


async def test_r36_no_retry_of_an_invitation_goes_to_who_opted_out_since(desk: Desk):
    await invite(desk)
    posting = Posting(desk, answers=[BUSY])
    assert await posting.at(MONDAY) == []
    await opt_out(desk.store, Whose(email=ANN), PROSPECT, MONDAY)
    assert await posting.at(MONDAY + HOUR) == []
    assert [(one.state, one.reason) for one in await posting.kept()] == [("withdrawn", "suppressed")]
