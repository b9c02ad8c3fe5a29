"""Planning: what was missed, and what cannot be planned."""

from datetime import timedelta

from sqlalchemy import select

from drip.actions.plan import plan_due
from drip.store import files, tables
from tests.actions.desk import DAY, MONDAY, Desk
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


async def test_one_that_cannot_even_be_read_stops_no_other(desk: Desk):
    ann, bob = await desk.enroll(), await desk.enroll("bob@beta.example.com")
    moments = [(await desk.open(one)).next_at for one in (ann, bob)]
    both_due = max(one for one in moments if one is not None)
    await change(desk.store, tables.enrollments, ann, time_zone="Atlantis/Capital")
    found = await plan_due(desk.store, both_due)
    assert (found.looked_at, found.made, found.stuck) == (2, 1, (ann,))
    assert "Atlantis/Capital" in str(found.failed[ann])
    async with desk.store.reading() as unit:
        assert await files.adrift(unit) == [ann]
    assert (await plan_due(desk.store, both_due)).looked_at == 0


async def test_r10_a_letter_missed_for_days_keeps_the_minute_it_gets_then(desk: Desk):
    ann = await desk.enroll()
    thursday = MONDAY + 3 * DAY  # 10:00 in New York; the letter was due on Tuesday
    assert (await plan_due(desk.store, thursday)).made == 0
    minute = (await desk.open(ann)).next_at
    assert minute is not None
    assert thursday <= minute < thursday + timedelta(hours=7), "before 17:00 of the same day"
    assert (await plan_due(desk.store, minute)).made == 1
    async with desk.store.reading() as unit:
        rows = await unit.rows(select(tables.sends.c.due_at))
    assert [row.due_at for row in rows] == [minute]


async def test_a_look_that_goes_on_where_the_last_ended_misses_nobody(desk: Desk):
    ids = [await desk.enroll(f"p{n}@acme.example.com") for n in range(5)]
    moments = [moment for one in ids if (moment := (await desk.open(one)).next_at) is not None]
    now, since, made = max(moments), min(moments), 0
    for _ in ids:
        found = await plan_due(desk.store, now, limit=2, since=since)
        made, since = made + found.made, found.newest or since
    assert made == 5
    assert since == now
    assert (await plan_due(desk.store, now)).looked_at == 0
