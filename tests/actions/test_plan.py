"""Planning: one enrollment that cannot be planned waits for a person and stops no other."""

from drip.actions.plan import plan_due
from drip.store import files, tables
from tests.actions.desk import Desk
from tests.store.test_sends_protocol import change


async def test_an_enrollment_that_cannot_be_planned_stops_no_other(desk: Desk):
    ann, bob = await desk.enroll(), await desk.enroll("bob@beta.example.com")
    moments = [(await desk.open(one)).next_at for one in (ann, bob)]
    both_due = max(one for one in moments if one is not None)
    await change(desk.store, tables.enrollments, ann, held_told=["nonsense"])
    found = await plan_due(desk.store, both_due)
    assert (found.looked_at, found.made, found.stuck) == (2, 1, (ann,))
    assert isinstance(found.failed[ann], ValueError)
    async with desk.store.reading() as unit:
        assert await files.adrift(unit) == [ann]
    assert (await plan_due(desk.store, both_due)).looked_at == 0
