"""A reply stops the drip, holds colleagues' files, and tells the reps (R30, R31, R34)."""

from datetime import date

import pytest

from drip.actions.auto_reply import auto_reply
from drip.actions.freemail import company_domain, is_freemail
from drip.actions.mailbox_down import mailbox_down
from drip.actions.reply import reply
from drip.actions.whose import Whose
from drip.domain.company import Company
from drip.domain.send import State
from drip.store import received
from tests.actions.desk import ANN, DAY, MONDAY, PROSPECT, QUALIFIED, Desk, of

ACME = Company("Acme", "acme.example")
TUESDAY = MONDAY + DAY


async def test_r34_a_reply_holds_colleagues_until_the_fourteenth_day_and_tells_their_reps(desk: Desk):
    ann = await desk.add("ann@acme.example", ACME)
    bob_id = await desk.add("bob@acme.example", ACME)
    bob = (await desk.ask("bob@acme.example")).enrollment_id
    stranger = await desk.enroll("cy@other.example")
    letter = await desk.due(bob, at=TUESDAY)
    done = await reply(desk.store, Whose(prospect_id=ann), "Not now", desk.kim, TUESDAY)
    assert done.colleagues == (bob,)
    assert done.enrollment_id is None
    held = (await desk.open(bob)).enrollment
    assert held.colleague_until == date(2026, 1, 20)  # Tuesday 6 January + 14 days
    assert await desk.state(letter) is State.WITHDRAWN
    assert await desk.tasks(bob_id) == ["colleague_replied"]
    assert (await desk.open(stranger)).enrollment.colleague_until is None


async def test_r34_freemail_addresses_are_no_colleagues(desk: Desk):
    firm = Company("Gmail", "gmail.com")
    ann = await desk.add("ann@gmail.com", firm)
    await desk.add("bob@gmail.com", firm)
    bob = (await desk.ask("bob@gmail.com", qualification=QUALIFIED)).enrollment_id
    done = await reply(desk.store, Whose(prospect_id=ann), "Hello", desk.kim, TUESDAY)
    assert done.colleagues == ()
    assert (await desk.open(bob)).enrollment.colleague_until is None


@pytest.mark.parametrize("company", [None, Company("Acme")], ids=["no company", "no domain"])
async def test_r34_colleagues_are_known_by_their_address_where_the_domain_is_not(desk: Desk, company: Company | None):
    ann = await desk.add("ann@eu.acme.co.uk", company)
    bob = await desk.enroll("bob@acme.co.uk")
    stranger = await desk.enroll("cy@notacme.co.uk")
    done = await reply(desk.store, Whose(prospect_id=ann), "Not now", desk.kim, TUESDAY)
    assert done.colleagues == (bob,)
    assert (await desk.open(stranger)).enrollment.colleague_until is None


async def test_r34_two_people_of_a_freemail_provider_are_no_colleagues(desk: Desk):
    ann = await desk.add("ann@gmail.com")
    await desk.enroll("bob@gmail.com")
    assert (await reply(desk.store, Whose(prospect_id=ann), "Hello", desk.kim, TUESDAY)).colleagues == ()


def test_r34_a_company_is_known_by_what_it_registered():
    assert company_domain("ann@eu.acme.co.uk") == "acme.co.uk"
    assert company_domain("ann@gmail.com", "www.acme.com") == "acme.com"
    assert company_domain("ann@web.de") is None
    assert is_freemail("hotmail.co.uk")


async def test_r30_a_reply_is_kept_with_its_words(desk: Desk):
    one = await desk.enroll()
    done = await reply(desk.store, of(one), "Call me in March", desk.kim, TUESDAY)
    async with desk.store.reading() as unit:
        [mail] = await received.of_prospect(unit, done.prospect_id)
    assert (mail.kind, mail.note, mail.enrollment_id) == ("reply", "Call me in March", one)


async def test_r31_an_out_of_office_mail_holds_and_asks_nobody(desk: Desk):
    one = await desk.enroll()
    done = await auto_reply(desk.store, of(one), date(2026, 1, 19), PROSPECT, TUESDAY)
    # Monday 19 January is Martin Luther King's day; the first business day after it is the 20th.
    assert (await desk.open(one)).enrollment.absent_until == date(2026, 1, 20)
    assert await desk.tasks(done.prospect_id) == []
    async with desk.store.reading() as unit:
        [mail] = await received.of_prospect(unit, done.prospect_id)
    assert (mail.kind, mail.back_on) == ("auto_reply", date(2026, 1, 19))


async def test_r37_a_mailbox_that_is_down_holds_its_letters_only(desk: Desk):
    one, two = await desk.enroll(ANN), await desk.enroll("bob@other.example")
    letter = await desk.due(one, at=TUESDAY)
    assert await mailbox_down(desk.store, desk.mailbox_id, TUESDAY + DAY, PROSPECT, TUESDAY) == 2
    assert (await desk.send(letter)).withdrawn_reason == "mailbox_down"
    assert (await desk.open(two)).enrollment.mailbox_down_until == TUESDAY + DAY
    assert await mailbox_down(desk.store, None, TUESDAY + DAY, PROSPECT, TUESDAY) == 0
