"""Enrollments come back as they went in, are claimed by one unit only, and never two open at once."""

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from drip.domain.duration import Duration, Unit
from drip.domain.enrollment import Enrollment, Recall, State
from drip.domain.errors import MovedError
from drip.store import enrollments, prospects
from drip.store.engine import Store
from tests.store.scene import HOUR, NOON, add_prospects, enroll, new_enrollment, set_scene

RECALL = Recall(
    at=datetime(2026, 7, 6, 11, 30, tzinfo=UTC),
    on=date(2026, 7, 6),
    reason="retry",
    promised=True,
    asked=True,
    after_tries=True,
    tries=2,
    came=True,
    moved_from=date(2026, 3, 9),
)
FULL = Enrollment(
    enrolled_at=NOON,
    heard_at=NOON + timedelta(days=3, microseconds=7),
    state=State.CLOSING,
    closed_reason=None,
    run=2,
    step=1,
    sent=13,
    interval=Duration(6, Unit.WEEK),
    anchor_on=date(2026, 1, 31),
    anchor_n=4,
    sent_at=datetime(2026, 2, 28, 15, tzinfo=UTC),
    touched_on=date(2026, 3, 2),
    opted_in_at=NOON + timedelta(days=1),
    not_before=NOON + timedelta(days=9),
    paused_at=NOON + timedelta(days=10),
    waiting_for="replied",
    waiting_since=NOON + timedelta(days=11),
    absent_until=date(2026, 4, 1),
    colleague_until=date(2026, 4, 3),
    mailbox_down_until=NOON + timedelta(days=12),
    held_days=((date(2026, 2, 2), date(2026, 2, 4)), (date(2026, 3, 2), date(2026, 3, 2))),
    silence=3,
    accepted=5,
    soft_streak=2,
    soft_n=11,
    closing_sent_at=NOON + timedelta(days=300),
    closing_bounced=True,
    recall=RECALL,
    held_told=("downtime:gap", "closing/3:recall_near"),
    rep_since=NOON + timedelta(days=13),
)


def test_the_full_picture_differs_from_a_new_one_in_every_field_but_the_reason():
    fresh = Enrollment(enrolled_at=NOON - HOUR, heard_at=NOON)
    same = [name for name in Enrollment._fields if getattr(FULL, name) == getattr(fresh, name)]
    assert same == ["closed_reason"]


async def test_every_field_of_an_enrollment_comes_back_as_it_went_in(store: Store):
    _, [enrollment_id] = await enroll(store, "ann@example.com")
    async with store.begin() as unit:
        [before] = await enrollments.load(unit, [enrollment_id], lock=True)
        await enrollments.save(unit, [before.after(FULL, NOON + HOUR, NOON)])
    async with store.reading() as unit:
        [after] = await enrollments.load(unit, [enrollment_id])
    assert after.enrollment == FULL
    assert (after.next_at, after.closed_at) == (NOON + HOUR, None)


async def test_enrollments_that_are_alike_have_one_picture_and_the_others_their_own(store: Store):
    _, ids = await enroll(store, "ann@example.com", "bob@example.com", "cid@example.com", "dev@example.com")
    async with store.begin() as unit:
        opens = await enrollments.load(unit, ids, lock=True)
        await enrollments.save(unit, [opens[2].after(opens[2].enrollment.changed(sent=4), NOON, NOON)])
    async with store.reading() as unit:
        ann, bob, cid, dev = (one.enrollment for one in await enrollments.load(unit, ids))
    assert ann is bob
    assert (ann.sent, cid.sent, dev.sent) == (0, 4, 0)
    assert ann == cid.changed(sent=0) == dev


async def test_a_new_enrollment_can_be_a_full_picture_too(store: Store):
    async with store.begin() as unit:
        scene = await set_scene(unit)
        [ann] = await add_prospects(unit, "ann@example.com")
        new = new_enrollment(scene, ann, "ann@example.com", enrollment=FULL)
        added = await enrollments.add(unit, [new])
        [back] = await enrollments.load(unit, added.values())
    assert back.enrollment.changed(touched_on=FULL.touched_on) == FULL


async def test_the_terms_come_from_the_row_and_its_version(store: Store):
    _, [enrollment_id] = await enroll(store, "ann@example.com")
    async with store.reading() as unit:
        [one] = await enrollments.load(unit, [enrollment_id])
        [again] = await enrollments.load(unit, [enrollment_id])
    terms = one.terms
    assert (terms.email, terms.zone.key, terms.calendar.region) == ("ann@example.com", "America/New_York", "NY")
    assert [step.key for step in terms.campaign.steps] == ["downtime", "checklist"]
    assert again.terms.campaign is terms.campaign


async def test_a_file_that_closes_has_the_time_it_was_closed_until_it_is_opened_again(store: Store):
    _, [enrollment_id] = await enroll(store, "ann@example.com")
    async with store.begin() as unit:
        [one] = await enrollments.load(unit, [enrollment_id], lock=True)
        shut = one.enrollment.changed(state=State.CLOSED, closed_reason="silence")
        await enrollments.save(unit, [one.after(shut, None, NOON)])
        [one] = await enrollments.load(unit, [enrollment_id], lock=True)
        assert one.closed_at == NOON
        assert one.after(shut, None, NOON + HOUR).closed_at == NOON
        opened = one.enrollment.changed(state=State.DRIPPING, closed_reason=None)
        await enrollments.save(unit, [one.after(opened, NOON, NOON + HOUR)])
        [one] = await enrollments.load(unit, [enrollment_id])
    assert one.closed_at is None


async def test_r24_a_touch_is_kept_with_the_prospect_and_never_gets_earlier(store: Store):
    _, [enrollment_id] = await enroll(store, "ann@example.com")
    for day, kept in ((date(2026, 3, 2), date(2026, 3, 2)), (date(2026, 2, 1), date(2026, 3, 2))):
        async with store.begin() as unit:
            [one] = await enrollments.load(unit, [enrollment_id], lock=True)
            await enrollments.save(unit, [one.after(one.enrollment.changed(touched_on=day), NOON, NOON)])
        async with store.reading() as unit:
            [ann] = (await prospects.by_email(unit, ["ann@example.com"])).values()
        assert ann.touched_on == kept


async def test_r1_a_second_open_enrollment_stays_out(store: Store):
    scene, _ = await enroll(store, "ann@example.com", "bob@example.com")
    async with store.begin() as unit:
        people = await add_prospects(unit, "ann@example.com", "cid@example.com")
        new = [new_enrollment(scene, one, f"{one}@example.com") for one in people]
        assert list(await enrollments.add(unit, new)) == [people[1]]


async def test_r1_two_processes_that_enroll_the_same_prospect_make_one_enrollment(store: Store, other: Store):
    async with store.begin() as unit:
        scene = await set_scene(unit)
        [ann] = await add_prospects(unit, "ann@example.com")
    added = []
    for one in (store, other):
        async with one.begin() as unit:
            added.append(await enrollments.add(unit, [new_enrollment(scene, ann, "ann@example.com")]))
    assert [len(one) for one in added] == [1, 0]


async def test_r1_the_database_refuses_to_open_a_second_file(store: Store):
    scene, [first] = await enroll(store, "ann@example.com")
    prospect_id = await change(store, first, state=State.CLOSED, closed_reason="silence")
    async with store.begin() as unit:
        await enrollments.add(unit, [new_enrollment(scene, prospect_id, "ann@example.com")])
    with pytest.raises(IntegrityError):
        await change(store, first, state=State.DRIPPING, closed_reason=None)


async def test_r6_the_same_idempotency_key_enrolls_once(store: Store):
    async with store.begin() as unit:
        scene = await set_scene(unit)
        ann, bob = await add_prospects(unit, "ann@example.com", "bob@example.com")
        first = new_enrollment(scene, ann, "ann@example.com", idempotency_key="form-17")
        second = new_enrollment(scene, bob, "bob@example.com", idempotency_key="form-17")
        assert list(await enrollments.add(unit, [first])) == [ann]
        assert await enrollments.add(unit, [second]) == {}


async def test_what_is_due_comes_oldest_first_and_no_further_than_asked(store: Store):
    _, ids = await enroll(store, "a@example.com", "b@example.com", "c@example.com", "d@example.com")
    async with store.begin() as unit:
        moments = zip(ids, (NOON, NOON - HOUR, NOON + HOUR, None), strict=True)
        await enrollments.set_next(unit, dict(moments))
        assert [one.id for one in await enrollments.due(unit, NOON, 10)] == [ids[1], ids[0]]
        assert [one.id for one in await enrollments.due(unit, NOON, 1)] == [ids[1]]
        assert [one.id for one in await enrollments.due(unit, NOON, 10, since=NOON)] == [ids[0]]


async def test_two_units_never_claim_the_same_enrollment(store: Store, other: Store):
    await enroll(store, "a@example.com", "b@example.com", "c@example.com")
    claims = []
    async with store.begin() as unit:
        claims.append(await enrollments.due(unit, NOON + HOUR, 2))
        if store.kind == "postgresql":  # on SQLite nobody else can begin to write now
            async with other.begin() as second:
                claims.append(await enrollments.due(second, NOON + HOUR, 2))
    ids = [one.id for claim in claims for one in claim]
    assert len(ids) == len(set(ids)) == (3 if store.kind == "postgresql" else 2)


async def test_an_enrollment_loaded_with_lock_is_nobody_elses_until_the_unit_ends(store: Store, other: Store):
    _, [enrollment_id] = await enroll(store, "ann@example.com")
    async with store.begin() as unit:
        [one] = await enrollments.load(unit, [enrollment_id], lock=True)
        assert await claimable(other) == []
        await enrollments.save(unit, [one.after(one.enrollment.changed(sent=4), NOON, NOON)])
    assert await claimable(other) == [enrollment_id]
    async with other.begin() as unit:
        [late] = await enrollments.load(unit, [enrollment_id], lock=True)
    assert late.enrollment.sent == 4


async def claimable(store: Store) -> list[int]:
    """The enrollments a unit of another process could claim at this moment, without waiting."""
    if store.kind == "postgresql":
        async with store.begin() as unit:
            return [one.id for one in await enrollments.due(unit, NOON + HOUR, 10)]
    with closing(sqlite3.connect(store.url.database or "", timeout=0, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return []
        return [row[0] for row in connection.execute("SELECT id FROM enrollments WHERE next_at IS NOT NULL")]


async def test_saving_an_enrollment_that_is_gone_moves_nothing_and_says_so(store: Store):
    _, [enrollment_id] = await enroll(store, "ann@example.com")
    async with store.begin() as unit:
        [one] = await enrollments.load(unit, [enrollment_id], lock=True)
        with pytest.raises(MovedError):
            await enrollments.save(unit, [one, one._replace(id=enrollment_id + 1)])


async def change(store: Store, enrollment_id: int, **changes: object) -> int:
    """Save an enrollment with `changes`; the id of its prospect."""
    async with store.begin() as unit:
        [one] = await enrollments.load(unit, [enrollment_id], lock=True)
        changed = one.enrollment.changed(**changes)  # type: ignore[arg-type]
        await enrollments.save(unit, [one.after(changed, None, NOON)])
    return one.prospect_id


async def test_r6_the_database_itself_refuses_a_key_for_two_enrollments(store: Store):
    await enroll(store, "ann@example.com", "bob@example.com")
    with pytest.raises(IntegrityError):
        async with store.begin() as unit:
            await unit.run(text("UPDATE enrollments SET idempotency_key = 'form-17'"))


IMPOSSIBLE = {
    "a closed file without a reason": {"state": State.CLOSED},
    "a wait without its beginning": {"waiting_for": "replied"},
    "a wait for something unknown": {"waiting_for": "rain", "waiting_since": NOON},
    "a closing email that was never sent": {"state": State.CLOSING},
    "a run before the first": {"run": 0},
}


@pytest.mark.parametrize("changes", IMPOSSIBLE.values(), ids=IMPOSSIBLE.keys())
async def test_the_database_refuses(store: Store, changes: dict[str, object]):
    _, [enrollment_id] = await enroll(store, "ann@example.com")
    with pytest.raises(IntegrityError):
        await change(store, enrollment_id, **changes)
