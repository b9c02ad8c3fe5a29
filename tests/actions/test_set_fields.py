"""What the letters say of one prospect can be set and changed, and the next letter says what is set then."""

import pytest

from drip.actions.enrolling.request import Skipped
from drip.actions.listings import show_prospect
from drip.actions.set_fields import FieldError, set_fields
from drip.actions.timeline import timeline
from drip.actions.whose import Whose
from drip.domain.campaign import Campaign, Profile, Step
from drip.domain.company import Company, Relation
from drip.store import campaigns
from tests.actions.desk import ANN, DAY, MONDAY, Desk, of
from tests.actions.test_sending_chores import ACCEPTED, TUESDAY, Office

GOAL, BEFORE, AFTER = "6 hours of stops a week", "11 hours a week", "7 hours a week"
REVIEW = Campaign(
    name="Review",
    key="review",
    fields=("goal", "result"),
    profile=Profile(customers=True),
    steps=(Step("first", "review/first"), Step("second", "review/second")),
)
SAYS = campaigns.Letter(
    "Hello", "<p>{{ enrollment.fields.result }}</p>", "{{ enrollment.fields.goal }}: {{ enrollment.fields.result }}"
)


async def begun(desk: Desk, **said: str) -> int:
    """Ann in the review, with these fields; the enrollment's id."""
    async with desk.store.begin() as unit:
        letters = {step.key: SAYS for step in REVIEW.steps}
        await campaigns.publish(unit, campaigns.NewVersion(REVIEW, "name = 'Review'", letters, "rep:1"), MONDAY)
    return await desk.enroll(campaign="review", fields=said)


async def kept(desk: Desk) -> dict[str, str]:
    """Ann's fields as they are."""
    shown = await show_prospect(desk.store, Whose(email=ANN))
    return dict(shown.fields[shown.files[-1].id])


async def test_r38_who_changed_what_and_when_and_what_it_was_before(desk: Desk):
    one = await begun(desk, goal=GOAL, result=BEFORE)
    done = await set_fields(desk.store, of(one), {"result": AFTER, "goal": GOAL}, desk.kim, TUESDAY)
    assert (done.email, done.campaign, done.changed) == (ANN, "review", ("result",))
    assert done.fields == await kept(desk) == {"goal": GOAL, "result": AFTER}
    [line] = [one for one in (await timeline(desk.store, of(one))).lines if one.code == "fields_set"]
    assert (line.at, line.who, line.words) == (TUESDAY, "Kim Lee", "What the letters may say was set: result")
    assert line.why == f"result: {AFTER} (was: {BEFORE}). because"
    assert AFTER not in str(line.data)  # words stand where they can be erased


async def test_what_is_so_already_leaves_no_line(desk: Desk):
    one = await begun(desk, goal=GOAL)
    done = await set_fields(desk.store, of(one), {"goal": f" {GOAL} ", "result": ""}, desk.kim, TUESDAY)
    assert done.changed == ()
    assert "fields_set" not in [what for what, _ in await desk.told(one)]


async def test_an_empty_text_takes_a_value_away(desk: Desk):
    one = await begun(desk, goal=GOAL, result=BEFORE)
    done = await set_fields(desk.store, Whose(email=ANN), {"result": ""}, desk.kim, TUESDAY)
    assert (done.enrollment_id, done.changed) == (one, ("result",))
    assert await kept(desk) == {"goal": GOAL}


async def test_a_field_nobody_declared_changes_nothing(desk: Desk):
    one = await begun(desk, goal=GOAL)
    with pytest.raises(FieldError, match='no field "reslut"; it has goal, result; did you mean "result"'):
        await set_fields(desk.store, of(one), {"goal": "other", "reslut": AFTER}, desk.kim, TUESDAY)
    assert await kept(desk) == {"goal": GOAL}
    assert "fields_set" not in [what for what, _ in await desk.told(one)]


async def test_enrolling_with_a_field_nobody_declared_is_skipped(desk: Desk):
    await desk.add()
    found = await desk.ask(fields={"goal": GOAL})  # the monthly campaign declares none
    assert isinstance(found, Skipped)
    assert (found.code, found.words) == (
        "wrong_field",
        'the campaign monthly-value declares no field "goal"; it has none',
    )


async def test_r4_a_customer_is_enrolled_only_where_the_campaign_is_for_customers(desk: Desk):
    await desk.add(company=Company("Acme", "example.com", relation=Relation.CUSTOMER))
    found = await desk.ask()
    assert isinstance(found, Skipped)
    assert found.code == "do_not_enroll"
    assert await begun(desk)


async def test_r4_an_open_deal_is_not_enrolled_there_either(desk: Desk):
    await begun(desk)
    other = "bob@beta.example.com"
    await desk.add(other, company=Company("Beta", "beta.example.com", relation=Relation.OPEN_DEAL))
    found = await desk.ask(other, campaign="review")
    assert isinstance(found, Skipped) and found.code == "do_not_enroll"


async def test_the_next_letter_says_what_is_set_by_then(desk: Desk):
    one = await begun(desk, goal=GOAL, result=BEFORE)
    office = Office(desk, one, await desk.due(one, "first", TUESDAY))
    first = await office.hand_over()
    assert f"{GOAL}: {BEFORE}".encode() in first.ready[0].letter.data
    assert await office.land(first, ACCEPTED)
    await set_fields(desk.store, of(one), {"result": AFTER}, desk.kim, TUESDAY)
    office.now = office.machine = TUESDAY + 31 * DAY  # Friday 6 February 2026, a month after the first
    office.send_id = await desk.due(one, "second", office.now)
    second = await office.hand_over()
    assert f"{GOAL}: {AFTER}".encode() in second.ready[0].letter.data


async def test_a_letter_on_its_way_goes_as_it_was_written(desk: Desk):
    one = await begun(desk, goal=GOAL, result=BEFORE)
    office = Office(desk, one, await desk.due(one, "first", TUESDAY))
    first = await office.hand_over()
    await set_fields(desk.store, of(one), {"result": AFTER}, desk.kim, TUESDAY)
    assert f"{GOAL}: {BEFORE}".encode() in first.ready[0].letter.data
    assert await office.land(first, ACCEPTED)
    assert ("email", None) in await desk.told(one)
    assert await kept(desk) == {"goal": GOAL, "result": AFTER}
