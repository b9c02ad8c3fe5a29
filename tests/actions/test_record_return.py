"""What comes back suppresses the address, whether or not a file that counts is there (R32, R33)."""

from datetime import timedelta

import pytest

from drip.actions.end import end
from drip.actions.opt_out import opt_out
from drip.actions.record_return import record_return
from drip.actions.whose import NotEnrolledError, Whose
from drip.store import facts, prospects, suppressions
from drip.store.facts import FactRow
from tests.actions.desk import ANN, DAY, MONDAY, PROSPECT, Desk, of

TUESDAY = MONDAY + DAY
AS_KEPT = {"complaint": "complained", "hard_bounce": "hard_bounce"}


async def suppressed(desk: Desk) -> dict[str, str]:
    """Whether Ann's address is suppressed, and why."""
    async with desk.store.reading() as unit:
        return await suppressions.find(unit, [ANN])


async def facts_of_ann(desk: Desk, prospect_id: int) -> list[FactRow]:
    """Ann's whole timeline."""
    async with desk.store.reading() as unit:
        return await facts.timeline(unit, prospect_id)


@pytest.mark.parametrize("what", AS_KEPT)
async def test_r33_what_comes_back_for_a_mistake_suppresses_the_address(desk: Desk, what: str):
    one = await desk.enroll()
    await end(desk.store, of(one), desk.kim, TUESDAY)
    assert await record_return(desk.store, of(one), what, PROSPECT, TUESDAY + DAY) is None
    assert await suppressed(desk) == {ANN: AS_KEPT[what]}
    prospect_id = (await desk.open(one)).prospect_id
    [told] = [fact for fact in await facts_of_ann(desk, prospect_id) if fact.what == "suppressed"]
    assert (told.reason, told.who, told.at) == (what, "prospect", TUESDAY + DAY)


@pytest.mark.parametrize("what", AS_KEPT)
async def test_r33_what_comes_back_without_any_enrollment_suppresses_the_address_once(desk: Desk, what: str):
    prospect_id = await desk.add()
    for again in range(2):
        await record_return(desk.store, Whose(email=ANN), what, PROSPECT, TUESDAY + again * timedelta(hours=1))
    assert await suppressed(desk) == {ANN: AS_KEPT[what]}
    assert [fact.what for fact in await facts_of_ann(desk, prospect_id)] == ["suppressed"]


async def test_r33_a_complaint_after_an_opt_out_is_the_graver_reason(desk: Desk):
    one = await desk.enroll()
    await opt_out(desk.store, of(one), PROSPECT, TUESDAY)
    await record_return(desk.store, of(one), "complaint", PROSPECT, TUESDAY + DAY)
    assert await suppressed(desk) == {ANN: "complained"}
    async with desk.store.reading() as unit:
        assert (await prospects.by_email(unit, [ANN]))[ANN].complained_at == TUESDAY + DAY


async def test_r32_a_soft_bounce_of_nothing_is_said_so(desk: Desk):
    await desk.add()
    with pytest.raises(NotEnrolledError, match="in no campaign"):
        await record_return(desk.store, Whose(email=ANN), "soft_bounce", PROSPECT, TUESDAY)
    assert await suppressed(desk) == {}
