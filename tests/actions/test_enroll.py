"""Enrolling asks everything of R1-R6 before it makes anything, and a bulk never stops at a bad row."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from drip.actions.end import NoReasonError, end
from drip.actions.enroll import enroll_many
from drip.actions.enrolling.obstacles import A_DAY
from drip.actions.enrolling.request import Enrolled, Enrolling, Overrides, Skipped
from drip.actions.happen import Context
from drip.actions.opt_out import opt_out
from drip.actions.record_call import call_of, record_call
from drip.actions.record_email import record_email
from drip.actions.record_return import record_return
from drip.actions.suppress import suppress
from drip.actions.whose import Whose
from drip.domain.campaign import Profile, Range
from drip.domain.company import Company, Relation
from drip.domain.duration import Duration, Unit
from drip.domain.enrollment import State
from drip.domain.qualification import Qualification
from drip.store import facts, mailboxes, opt_ins, prospects, reps
from tests.actions.desk import ANN, CAMPAIGN, DAY, MONDAY, PROSPECT, QUALIFIED, Desk, of


def code(found: Enrolled | Skipped) -> str:
    """The code of a skip; words must come with it."""
    assert isinstance(found, Skipped), found
    assert found.words
    return found.code


async def test_r1_one_open_enrollment_at_a_time(desk: Desk):
    await desk.enroll()
    assert code(await desk.ask()) == "already_enrolled"


async def test_r15_an_enrollment_begins_with_its_recall_and_its_first_letter(desk: Desk):
    await desk.add()
    found = await desk.ask()
    assert isinstance(found, Enrolled)
    # Monday 5 January + 6 months = Sunday 5 July, so Monday 6 July; first letter Tuesday 6 January.
    assert found.recall_on == date(2026, 7, 6)
    assert found.first_at.date() == date(2026, 1, 6)
    told = await desk.told(found.enrollment_id)
    assert told == [("enrolled", None), ("recall_set", "not_opted_in")]


async def test_r4_what_stops_an_address_is_said_by_its_own_code(desk: Desk):
    for email, stop, expected in (
        ("a@acme.example.com", "opt_out", "opted_out"),
        ("b@acme.example.com", "hard_bounce", "bounced_before"),
        ("c@acme.example.com", "complaint", "complained_before"),
        ("d@acme.example.com", "suppress", "suppressed"),
    ):
        one = await desk.enroll(email)
        if stop == "opt_out":
            await opt_out(desk.store, of(one), PROSPECT, MONDAY)
        elif stop == "suppress":
            await suppress(desk.store, email, desk.kim, MONDAY)
        else:
            await record_return(desk.store, of(one), stop, PROSPECT, MONDAY)
        await end(desk.store, of(one), desk.kim, MONDAY)
        assert code(await desk.ask(email)) == expected


async def test_r4_a_suppressed_domain_stops_every_address_in_it(desk: Desk):
    await desk.add()
    await suppress(desk.store, "example.com", desk.kim, MONDAY)
    assert code(await desk.ask()) == "suppressed"


@pytest.mark.parametrize("email", ["", "ann@", "ann jones@acme.example.com"])
async def test_r4_an_address_that_is_none_is_said_so(desk: Desk, email: str):
    assert code(await desk.ask(email)) == ("invalid_email" if email else "no_email")


async def test_r4_a_prospect_nobody_knows_is_said_so(desk: Desk):
    assert code(await desk.ask("nobody@acme.example.com")) == "not_found"


@pytest.mark.parametrize("relation", [Relation.CUSTOMER, Relation.OPEN_DEAL])
async def test_r4_customers_and_open_deals_are_not_enrolled(desk: Desk, relation: Relation):
    await desk.add(company=Company("Acme", "example.com", relation=relation))
    await desk.add("new@eu.example.com")  # nobody said which company, but the domain is known
    assert code(await desk.ask()) == "do_not_enroll"
    assert code(await desk.ask("new@eu.example.com")) == "do_not_enroll"


async def test_r4_touched_inside_the_gap(desk: Desk):
    one = await desk.enroll()
    await record_email(desk.store, of(one), desk.kim, MONDAY)
    await end(desk.store, of(one), desk.kim, MONDAY)
    # Touched on Monday 5 January: the gap of 4 business days is kept from Friday 9 January on.
    assert code(await desk.ask(now=MONDAY + 3 * DAY)) == "touched_recently"
    assert isinstance(await desk.ask(now=MONDAY + 4 * DAY), Enrolled)


async def test_r4_closed_less_than_ninety_days_ago_unless_reopened(desk: Desk):
    one = await desk.enroll()
    await record_call(desk.store, of(one), call_of("not_interested", None, MONDAY), desk.kim, MONDAY)
    # Closed on 5 January 2026: the 90th day after it is Sunday 5 April 2026.
    assert code(await desk.ask(now=MONDAY + 89 * DAY)) == "closed_recently"
    wanted = Overrides(reopen="She called us herself")
    found = await desk.ask(now=MONDAY + 30 * DAY, overrides=wanted)
    assert isinstance(found, Enrolled)
    assert found.overridden == ("closed_recently",)
    await end(desk.store, of(found.enrollment_id), desk.kim, MONDAY + 30 * DAY)
    assert isinstance(await desk.ask(now=MONDAY + 90 * DAY), Enrolled)


async def test_r6_a_mistake_counts_nowhere(desk: Desk):
    one = await desk.enroll()
    with pytest.raises(NoReasonError):
        await end(desk.store, of(one), Context("cli"), MONDAY)
    done = await end(desk.store, of(one), desk.kim, MONDAY)
    assert done.state is State.ENDED
    assert ("ended", "by_mistake") in await desk.told(one)
    assert (await desk.open(one)).next_at is None
    assert isinstance(await desk.ask(), Enrolled)


async def test_r2_outside_the_profile_needs_its_own_flag_and_reason(desk: Desk):
    profile = Profile(sic=("35",), employees=Range(Decimal(50), Decimal(2000)))
    await desk.publish(replace(CAMPAIGN, profile=profile))
    await desk.add(company=Company("Acme", "acme.example.net", sic="2011", employees=20))
    await desk.add("un@known.example.org")
    outside = await desk.ask()
    assert code(outside) == "outside_profile"
    assert "employees" in outside.words
    assert code(await desk.ask("un@known.example.org")) == "profile_unknown"
    assert code(await desk.ask(overrides=Overrides(profile_unknown="I asked"))) == "outside_profile"
    assert code(await desk.ask(overrides=Overrides(outside_profile="  "))) == "outside_profile"
    found = await desk.ask(overrides=Overrides(outside_profile="They grow fast"))
    assert isinstance(found, Enrolled)
    assert isinstance(await desk.ask("un@known.example.org", overrides=Overrides(profile_unknown="I asked")), Enrolled)


async def test_r3_a_missing_qualification_names_the_field(desk: Desk):
    await desk.add()
    found = await desk.ask(qualification=Qualification(tried_to_disqualify=True))
    assert code(found) == "not_qualified"
    assert "hot button" in found.words


async def test_r4_only_the_owner_or_an_admin_enrolls(desk: Desk):
    async with desk.store.begin() as unit:
        other = await reps.add(unit, reps.NewRep("Lou", "lou@seller.example"), MONDAY)
        await reps.add(unit, reps.NewRep("Mo", "mo@seller.example", role="marketing"), MONDAY)
        boss = await reps.add(unit, reps.NewRep("Jo", "jo@seller.example", role="admin"), MONDAY)
        await mailboxes.add(unit, mailboxes.NewMailbox("jo", "jo@seller.example", "h", 25, "none", boss), MONDAY)
    await desk.add(owner_rep_id=other)
    assert code(await desk.ask()) == "no_permission"
    assert code(await desk.ask(rep="mo@seller.example")) == "no_permission"
    assert code(await desk.ask(rep="ghost@seller.example")) == "no_permission"
    assert code(await desk.ask(rep="lou@seller.example")) == "mailbox_missing"
    assert isinstance(await desk.ask(rep="jo@seller.example"), Enrolled)


async def test_r4_a_campaign_must_be_published(desk: Desk):
    await desk.add()
    assert code(await desk.ask(campaign="quarterly-news")) == "campaign_not_published"


async def test_r14_a_promise_on_a_saturday_is_refused(desk: Desk):
    await desk.add()
    found = await desk.ask(promised_on=date(2026, 3, 14))
    assert code(found) == "promise_refused"
    assert "Monday 2026-03-16" in found.words
    assert isinstance(await desk.ask(promised_on=date(2026, 3, 16)), Enrolled)


async def test_r5_an_agreed_interval_is_longer_than_the_gap(desk: Desk):
    await desk.add()
    assert code(await desk.ask(interval=Duration(4, Unit.DAY))) == "interval_too_short"
    one = await desk.ask(interval=Duration(6, Unit.WEEK))
    assert (await desk.open(one.enrollment_id)).enrollment.interval == Duration(6, Unit.WEEK)


async def test_r6_the_same_idempotency_key_does_it_once(desk: Desk):
    await desk.add()
    first = await desk.ask(idempotency_key="crm-17")
    again = await desk.ask(idempotency_key="crm-17")
    assert (again.enrollment_id, again.again) == (first.enrollment_id, True)


async def test_r18_a_yes_the_rep_was_told_of_is_kept_with_its_words(desk: Desk):
    ident = await desk.add()
    found = await desk.ask(opt_in_words="Send me your letters")
    # Monday 5 January + 6 weeks = Monday 16 February, Presidents' Day: Tuesday 17 February (R15).
    assert found.recall_on == date(2026, 2, 17)
    async with desk.store.reading() as unit:
        [proof] = await opt_ins.of_prospect(unit, ident)
        assert (await prospects.get(unit, [ident]))[0].opted_in_at == MONDAY
    assert (proof.through, proof.wording) == ("rep", "Send me your letters")


async def test_a_dry_run_asks_everything_and_makes_nothing(desk: Desk):
    await desk.add()
    rows = [(1, Enrolling(ANN, "monthly-value", "kim@seller.example", QUALIFIED))]
    report = await enroll_many(desk.store, rows, MONDAY, dry_run=True)
    assert report.enrolled[0].enrollment_id is None
    assert isinstance(await desk.ask(), Enrolled)


async def test_r4_a_bulk_tells_every_row_and_stops_at_seventy_five_a_day(desk: Desk):
    emails = [f"p{i}@acme.example.com" for i in range(A_DAY + 3)]
    async with desk.store.begin() as unit:
        await prospects.put(unit, [prospects.NewProspect(one, country="US", region="NY") for one in emails], MONDAY)
    asked = [Enrolling(email, "monthly-value", "kim@seller.example", QUALIFIED) for email in emails]
    asked[3:3] = [replace(asked[0], email="nobody@"), asked[0], replace(asked[-1], campaign="none")]
    report = await enroll_many(desk.store, enumerate(asked, start=1), MONDAY)
    assert len(report.enrolled) == A_DAY
    assert [(one.row, one.code) for one in report.skipped] == [
        (4, "invalid_email"),
        (5, "already_enrolled"),
        (6, "campaign_not_published"),
        (79, "rep_limit"),
        (80, "rep_limit"),
        (81, "rep_limit"),
    ]
    # Monday 23:59 in New York is still Kim's day; a minute later is not.
    night = MONDAY + timedelta(hours=13, minutes=59)
    assert code(await desk.ask(emails[-1], night)) == "rep_limit"
    assert isinstance(await desk.ask(emails[-1], night + timedelta(minutes=1)), Enrolled)


async def test_a_bulk_of_many_units_is_told_in_the_order_of_its_rows(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("drip.actions.enroll.BATCH", 4)
    monkeypatch.setattr("drip.actions.enroll.MOST", 6)
    writers = [f"rep{n}@seller.example" for n in range(6)]
    emails = [f"p{i}@acme.example.com" for i in range(30)]
    async with desk.store.begin() as unit:
        for n, email in enumerate(writers):
            rep_id = await reps.add(unit, reps.NewRep(f"Rep {n}", email), MONDAY)
            box = mailboxes.NewMailbox(f"box {n}", email, "127.0.0.1", 2525, "none", rep_id)
            await mailboxes.add(unit, box, MONDAY)
        await prospects.put(unit, [prospects.NewProspect(one, country="US", region="NY") for one in emails], MONDAY)
    # Units end at row 5, 10, … with the rep's rows; the last rep has ten, more than a unit may hold.
    asked = [
        Enrolling(email, "monthly-value", writers[min(i // 5, 4)], QUALIFIED, idempotency_key=f"k{i}")
        for i, email in enumerate(emails)
    ]
    asked[7] = replace(asked[7], email=" P0@Acme.example.com ")  # of the first unit
    asked[12] = replace(asked[12], idempotency_key="k6")  # of the unit under way
    asked[28] = replace(asked[28], email=emails[21], idempotency_key=None)  # of the unit before, of the same rep
    report = await enroll_many(desk.store, enumerate(asked, start=1), MONDAY)
    assert [(one.row, one.code) for one in report.skipped] == [(8, "already_enrolled"), (29, "already_enrolled")]
    rows = {one.row: one for one in report.enrolled}
    assert sorted(rows) == [row for row in range(1, 31) if row not in (8, 29)]
    assert rows[13].again
    assert rows[13].enrollment_id == rows[7].enrollment_id
    again = await enroll_many(desk.store, enumerate(asked, start=1), MONDAY)
    assert all(one.again for one in again.enrolled)
    assert [one.row for one in again.skipped] == [8, 29]


async def test_the_facts_of_a_bulk_stand_in_order_for_each_prospect(desk: Desk):
    emails = [f"p{i}@acme.example.com" for i in range(20)]
    async with desk.store.begin() as unit:
        await prospects.put(unit, [prospects.NewProspect(one, country="US", region="NY") for one in emails], MONDAY)
    asked = [Enrolling(email, "monthly-value", "kim@seller.example", QUALIFIED) for email in emails]
    asked[4] = replace(asked[4], promised_on=date(2026, 1, 16))
    report = await enroll_many(desk.store, enumerate(asked, start=1), MONDAY)
    async with desk.store.reading() as unit:
        told = {
            one.row: await facts.of_enrollment(unit, one.enrollment_id)
            for one in report.enrolled
            if one.enrollment_id is not None
        }
    assert len(told) == 20
    for row, lines in told.items():
        assert [line.what for line in lines] == ["enrolled", "recall_set"]
        assert {line.who for line in lines} == {desk.kim.who}
        assert lines[1].reason == ("promised" if row == 5 else "not_opted_in"), row


async def test_r29_a_hearing_belongs_to_the_enrollment_that_is_open(desk: Desk):
    one = await desk.enroll()
    await record_call(desk.store, of(one), call_of("not_interested", None, MONDAY), desk.kim, MONDAY)
    later = await desk.ask(now=MONDAY + 100 * DAY)
    done = await record_email(desk.store, of(one), desk.kim, MONDAY + 101 * DAY)
    assert done.enrollment_id == later.enrollment_id
    assert (await record_email(desk.store, Whose(email=ANN), desk.kim, MONDAY + 101 * DAY)).enrollment_id != one


async def test_r6_the_key_of_an_enrollment_made_by_mistake_may_be_used_again(desk: Desk):
    await desk.add()
    first = await desk.ask(idempotency_key="crm-17")
    assert isinstance(first, Enrolled)
    assert first.enrollment_id is not None
    await end(desk.store, of(first.enrollment_id), desk.kim, MONDAY)
    second = await desk.ask(idempotency_key="crm-17")
    assert isinstance(second, Enrolled)
    assert not second.again
    assert second.enrollment_id not in (None, first.enrollment_id)
