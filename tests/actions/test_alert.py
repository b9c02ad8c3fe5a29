"""A reply, an opt-in and an answer to the closing email reach the rep at once, each once."""

from datetime import timedelta

from drip.actions.happen import Context
from drip.actions.opt_in import Proof, opt_in
from drip.actions.reply import reply
from drip.actions.whose import Whose
from drip.domain.company import Company
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
