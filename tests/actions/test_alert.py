"""A reply, an opt-in and an answer to the closing email reach the rep at once, each once."""

from datetime import timedelta

import pytest

from drip.actions.answer_closing import answer_closing
from drip.actions.happen import Context, happen
from drip.actions.opt_in import Proof, opt_in
from drip.actions.opt_out import opt_out
from drip.actions.reply import reply
from drip.actions.whose import Whose
from drip.domain.company import Company
from drip.domain.facts import Answer, EmailSent
from drip.domain.notice import Wishes, write_wishes
from drip.store import notice_calendars
from tests.actions.desk import ANN, DAY, MONDAY, PROSPECT, Desk
from tests.actions.posting import Posting, text_of

MINUTE = timedelta(minutes=1)
TUESDAY = MONDAY + DAY
YES = Proof("link", "You may send me your monthly letter")


async def enrolled(desk: Desk) -> int:
    """Ann of Acme, in a campaign of Kim's."""
    await desk.add(company=Company("Acme Inc", "acme.example.com"), last_name="Jones", phone="+1 937-555-0141")
    found = await desk.ask()
    return found.enrollment_id  # type: ignore[union-attr,return-value]


async def test_a_reply_is_mailed_to_the_rep_a_minute_later_and_once(desk: Desk):
    await enrolled(desk)
    posting = Posting(desk)
    await reply(desk.store, Whose(email=ANN), "Call me on Friday?\nAnn", PROSPECT, TUESDAY)
    assert await posting.at(TUESDAY) == []
    [mail] = await posting.at(TUESDAY + MINUTE)
    assert str(mail["To"]) == "Kim Lee <kim@seller.example>"
    assert str(mail["Subject"]) == "Ann Jones (Acme Inc) replied"
    assert (mail["Auto-Submitted"], mail["X-Auto-Response-Suppress"]) == ("auto-generated", "All")
    assert mail["List-Unsubscribe"] is None
    words = text_of(mail)
    assert "> Call me on Friday?\n> Ann\n" in words
    assert "Call: +1 937-555-0141" in words
    assert "Hot button: unplanned stops" in words
    assert "No letter goes out until you have dealt with it. Your call is due tomorrow, 7:30–8:30." in words
    assert await posting.at(TUESDAY + 2 * MINUTE) == []
    assert await posting.states() == [("alert", "accepted")]


async def test_what_comes_within_a_minute_is_one_mail(desk: Desk):
    await enrolled(desk)
    await desk.enroll("bob@other.example")
    posting = Posting(desk)
    await opt_in(desk.store, Whose(email=ANN), YES, PROSPECT, TUESDAY)
    await reply(desk.store, Whose(email="bob@other.example"), "Yes", PROSPECT, TUESDAY + MINUTE / 2)
    [mail] = await posting.at(TUESDAY + MINUTE)
    assert str(mail["Subject"]) == "Ann Jones (Acme Inc) opted in, and 1 more"
    assert "bob@other.example" in text_of(mail)
    assert [state for _, state in await posting.states()] == ["accepted", "withdrawn"]
    assert await posting.at(TUESDAY + 3 * MINUTE) == []


async def test_a_rep_is_not_told_what_the_rep_recorded(desk: Desk):
    one = await enrolled(desk)
    posting = Posting(desk)
    await reply(desk.store, Whose(enrollment_id=one), "They called", desk.kim, TUESDAY)
    assert (await posting.at(TUESDAY + MINUTE), await posting.kept()) == ([], [])
    await reply(desk.store, Whose(enrollment_id=one), "They wrote", Context("cli"), TUESDAY)
    assert len(await posting.at(TUESDAY + 2 * MINUTE)) == 1


async def test_r16_a_second_opt_in_is_no_news(desk: Desk):
    await enrolled(desk)
    posting = Posting(desk)
    await opt_in(desk.store, Whose(email=ANN), YES, PROSPECT, TUESDAY)
    assert len(await posting.at(TUESDAY + MINUTE)) == 1
    await opt_in(desk.store, Whose(email=ANN), YES, PROSPECT, TUESDAY + DAY)
    assert await posting.at(TUESDAY + DAY + MINUTE) == []


async def test_who_wants_no_alerts_has_none(desk: Desk):
    await enrolled(desk)
    async with desk.store.begin() as unit:
        await notice_calendars.wish(unit, desk.rep_id, write_wishes(Wishes(alerts=False)))
    await reply(desk.store, Whose(email=ANN), "Yes", PROSPECT, TUESDAY)
    assert await Posting(desk).kept() == []


async def test_who_switches_alerts_off_before_one_goes_does_not_get_it(desk: Desk):
    await enrolled(desk)
    await reply(desk.store, Whose(email=ANN), "Yes", PROSPECT, TUESDAY)
    async with desk.store.begin() as unit:
        await notice_calendars.wish(unit, desk.rep_id, write_wishes(Wishes(alerts=False)))
    posting = Posting(desk)
    assert await posting.at(TUESDAY + MINUTE) == []
    assert [one.reason for one in await posting.kept()] == ["switched_off"]


@pytest.mark.parametrize(
    ("answer", "headline", "next_"),
    [
        (Answer.KEEP_OPEN, "wants the file kept open", "The letters go on as planned. Your call is due "),
        (Answer.CALL_ME, "asks you to call", "No letter goes out until you have dealt with it. Your call is due "),
        (
            Answer.CLOSE_FILE,
            "asked to close the file",
            "The file is closed, and no more letters go out. No call is owed.",
        ),
    ],
)
@pytest.mark.parametrize("migrated_url", ["sqlite"], indirect=True)
async def test_r27_each_answer_to_the_closing_email_says_what_happens_by_itself(
    desk: Desk, answer: Answer, headline: str, next_: str
):
    one = await enrolled(desk)
    async with desk.store.begin() as unit:
        await happen(unit, one, EmailSent(MONDAY, "closing/1"), Context("service"))
    await answer_closing(desk.store, Whose(enrollment_id=one), answer, PROSPECT, TUESDAY)
    [mail] = await Posting(desk).at(TUESDAY + MINUTE)
    assert str(mail["Subject"]) == f"Ann Jones (Acme Inc) {headline}"
    assert next_ in text_of(mail)


@pytest.mark.parametrize("migrated_url", ["sqlite"], indirect=True)
async def test_r18_an_opt_in_after_an_opt_out_lifts_nothing_and_the_mail_says_so(desk: Desk):
    await enrolled(desk)
    await opt_out(desk.store, Whose(email=ANN), PROSPECT, MONDAY)
    await opt_in(desk.store, Whose(email=ANN), YES, PROSPECT, TUESDAY)
    [mail] = await Posting(desk).at(TUESDAY + MINUTE)
    assert "Nothing is sent: a yes does not lift an earlier stop." in text_of(mail)


@pytest.mark.parametrize("migrated_url", ["sqlite"], indirect=True)
async def test_a_reply_of_who_is_in_no_campaign_reaches_the_rep_they_belong_to(desk: Desk):
    await desk.add(owner_rep_id=desk.rep_id)
    await reply(desk.store, Whose(email=ANN), "Hello again", PROSPECT, TUESDAY)
    [mail] = await Posting(desk).at(TUESDAY + MINUTE)
    assert "Nothing: they are in no campaign now" in text_of(mail)
