"""Questions about files: who is open, who was closed when, whose recall is next, who was forgotten."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from drip.domain.enrollment import Recall, State
from drip.store import enrollments, files, mailboxes
from drip.store.engine import Store
from drip.store.files import Which
from tests.store.scene import HOUR, NOON, enroll, new_enrollment
from tests.store.test_send_rules import add as add_send

DAY = timedelta(days=1)
RECALL = Recall(datetime(2026, 7, 6, 11, 30, tzinfo=UTC), date(2026, 7, 6), "not_opted_in")


async def change(store: Store, enrollment_id: int, now: datetime = NOON, next_at: Any = None, **changes: Any) -> None:
    """Save an enrollment with `changes`."""
    async with store.begin() as unit:
        [one] = await enrollments.load(unit, [enrollment_id], lock=True)
        await enrollments.save(unit, [one.after(one.enrollment.changed(**changes), next_at, now)])


async def close(store: Store, enrollment_id: int, now: datetime, state: State = State.CLOSED) -> None:
    """Close a file."""
    await change(store, enrollment_id, now, state=state, closed_reason="silence")


async def test_a_listing_shows_only_the_files_asked_for_and_goes_on_where_the_page_ended(store: Store):
    scene, [ann, bob, cid] = await enroll(store, "ann@example.com", "bob@example.com", "cid@example.com")
    await close(store, ann, NOON)
    await change(store, bob, waiting_for="replied", waiting_since=NOON)
    asked = {
        Which(): [ann, bob, cid],
        Which(open=True): [bob, cid],
        Which(open=False): [ann],
        Which(state="closed"): [ann],
        Which(waiting=True): [bob],
        Which(waiting=False, open=True): [cid],
        Which(campaign_key="monthly-value", rep_id=scene.rep_id, prospect_id=2): [bob],
        Which(campaign_key="other"): [],
    }
    async with store.reading() as unit:
        for which, found in asked.items():
            assert [one.id for one in await files.listing(unit, which)] == found
        first = await files.listing(unit, Which(), limit=2)
        assert [one.id for one in await files.listing(unit, Which(), after=first[-1].id)] == [cid]
        shown = await files.get(unit, ann)
        assert await files.get(unit, cid + 1) is None
    assert shown is not None
    assert (shown.email, shown.campaign_key, shown.version, shown.rep_name, shown.mailbox_name) == (
        "ann@example.com",
        "monthly-value",
        1,
        "Kim Lee",
        "kim",
    )


async def test_recalls_come_earliest_first_of_one_rep_and_up_to_a_moment(store: Store):
    scene, [ann, bob, cid] = await enroll(store, "ann@example.com", "bob@example.com", "cid@example.com")
    await change(store, ann, recall=RECALL)
    await change(store, bob, recall=RECALL._replace(at=RECALL.at - DAY, promised=True))
    async with store.reading() as unit:
        assert [one.id for one in await files.recalls(unit)] == [bob, ann]
        assert [one.id for one in await files.recalls(unit, until=RECALL.at - HOUR)] == [bob]
        assert [one.id for one in await files.recalls(unit, rep_id=scene.rep_id, limit=1)] == [bob]
        assert await files.recalls(unit, rep_id=scene.rep_id + 1) == []
        assert cid not in [one.id for one in await files.recalls(unit)]


async def test_r29_what_is_heard_belongs_to_the_open_file_else_to_the_newest(store: Store):
    scene, [first] = await enroll(store, "ann@example.com")
    await close(store, first, NOON)
    again = []
    for state in (State.CLOSED, State.ENDED, None):
        async with store.begin() as unit:
            added = await enrollments.add(unit, [new_enrollment(scene, 1, "ann@example.com")])
            again.append(added[1])
        async with store.reading() as unit:
            assert await files.of_prospects(unit, [1, 2]) == {1: added[1]}
            assert await files.open_of(unit, [1, 2]) == {1: added[1]}
        if state is not None:
            await close(store, added[1], NOON, state)
            async with store.reading() as unit:
                assert await files.of_prospects(unit, [1]) == {1: again[0]}
                assert await files.open_of(unit, [1]) == {}


async def test_r6_an_enrollment_made_by_mistake_counts_nowhere(store: Store):
    scene, [first, second] = await enroll(store, "ann@example.com", "bob@example.com")
    await close(store, first, NOON, State.ENDED)
    async with store.reading() as unit:
        assert await files.last_closed(unit, [1, 2]) == {}
        here = scene.rep_id
        assert await files.enrolled_counts(unit, {here: NOON, here + 1: NOON - DAY}, NOON + DAY) == {here: 1}
        assert await files.enrolled_counts(unit, {here: NOON - DAY}, NOON) == {}
    await close(store, second, NOON + HOUR)
    async with store.reading() as unit:
        assert await files.last_closed(unit, [1, 2]) == {2: files.Closed(second, "closed", "silence", NOON + HOUR)}


async def test_r4_of_several_closed_files_the_last_one_counts(store: Store):
    scene, [first] = await enroll(store, "ann@example.com")
    await close(store, first, NOON)
    async with store.begin() as unit:
        [second] = (await enrollments.add(unit, [new_enrollment(scene, 1, "ann@example.com")])).values()
    await close(store, second, NOON + DAY)
    async with store.reading() as unit:
        assert (await files.last_closed(unit, [1]))[1].at == NOON + DAY


async def test_r6_an_idempotency_key_leads_to_its_enrollment(store: Store):
    scene, _ = await enroll(store, "ann@example.com", "bob@example.com")
    await close(store, 1, NOON)
    async with store.begin() as unit:
        new = new_enrollment(scene, 1, "ann@example.com", idempotency_key="form-17")
        [added] = (await enrollments.add(unit, [new])).values()
        assert await files.by_idempotency_key(unit, ["form-17", "form-18"]) == {"form-17": added}


async def test_the_open_files_of_a_mailbox_are_found_when_it_goes_down(store: Store):
    scene, [ann, bob] = await enroll(store, "ann@example.com", "bob@example.com")
    await close(store, ann, NOON)
    async with store.begin() as unit:
        assert await files.of_mailbox(unit, scene.mailbox_id) == [bob]
        box = mailboxes.NewMailbox("two", "two@seller.example", "127.0.0.1", 2525, "none")
        assert await files.of_mailbox(unit, await mailboxes.add(unit, box, NOON)) == []
        assert await files.counts(unit) == {"closed": 1, "dripping": 1}


WAITING: dict[str, dict[str, Any]] = {
    "a moment to come": {"next_at": NOON},
    "a person to deal with a reply": {"waiting_for": "replied", "waiting_since": NOON},
    "a person to lift the pause": {"paused_at": NOON},
    "a person to make a call that is due": {"recall": RECALL._replace(came=True)},
    "nothing, for it is closed": {"state": State.CLOSED, "closed_reason": "silence"},
}


@pytest.mark.parametrize("waits", WAITING.values(), ids=WAITING.keys())
async def test_a_file_is_not_adrift_that_waits_for(store: Store, waits: dict[str, Any]):
    _, [ann] = await enroll(store, "ann@example.com")
    await change(store, ann, **waits)
    async with store.reading() as unit:
        assert await files.adrift(unit) == []


async def test_a_file_that_nobody_would_look_at_again_is_adrift_until_a_send_is_under_way(store: Store):
    _, [ann] = await enroll(store, "ann@example.com")
    await change(store, ann)
    async with store.reading() as unit:
        assert await files.adrift(unit) == [ann]
    await add_send(store)
    async with store.reading() as unit:
        assert await files.adrift(unit) == []
