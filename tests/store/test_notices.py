"""A notice is made once, and every move of it is one guarded statement; the row decides every race."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError, IntegrityError

from drip.domain.hours import RepTime, Span
from drip.domain.suppression import Reason
from drip.store import absences, mailboxes, notice_calendars, notice_leases, notices, prospects, suppressions
from drip.store.engine import Store
from drip.store.leases import Lease
from drip.store.notice_leases import Landed, Stamped
from drip.store.notices import NewNotice, Notice, Outlook
from tests.store.scene import HOUR, NOON, Scene, add_prospects, set_scene

MINUTE = timedelta(minutes=1)
LEASE = Lease("mine", NOON, NOON + MINUTE)
LETTER = Stamped({"subject": "Calls"}, "Calls", None, "<notice.1.x@seller.example>", NOON)
SENT = Landed("accepted", None, NOON)


@pytest.fixture
async def scene(store: Store) -> Scene:
    """Kim, with a mailbox."""
    async with store.begin() as unit:
        return await set_scene(unit)


async def make(store: Store, scene: Scene, key: str = "morning/1/2026-01-05", **changes: object) -> int:
    """A notice due at noon, for an hour; its id."""
    new = NewNotice("morning", key, scene.rep_id, NOON, NOON + HOUR)
    async with store.begin() as unit:
        await notices.add(unit, [replace(new, **changes)], NOON)  # type: ignore[arg-type]
        found = await unit.value(text("SELECT id FROM notices WHERE key = :key"), {"key": key})
    return int(found)


async def take(store: Store, lease: Lease = LEASE) -> list[int]:
    """Lease what is due at noon."""
    async with store.begin() as unit:
        return await notice_leases.take(unit, NOON, lease, 10)


async def leased(store: Store, scene: Scene, **changes: object) -> int:
    """A notice that is leased and stamped; its id."""
    made = await make(store, scene, **changes)
    assert await take(store) == [made]
    async with store.begin() as unit:
        assert await notice_leases.stamp(unit, made, "mine", LETTER)
    return made


async def hand_over(store: Store, made: int, lease: Lease = LEASE, minutes: int = 0) -> bool:
    """Ask to put it on the wire, so many minutes after noon by business time."""
    async with store.begin() as unit:
        found = await notices.get(unit, made)
        assert found is not None
        return await notice_leases.hand_over(unit, found, NOON + minutes * MINUTE, replace(lease, until=NOON + HOUR))


async def get(store: Store, made: int) -> Notice:
    async with store.reading() as unit:
        found = await notices.get(unit, made)
    assert found is not None
    return found


async def test_a_notice_is_made_once_by_any_number_of_makers(store: Store, other: Store, scene: Scene):
    first, second = await make(store, scene), await make(other, scene)
    assert first == second
    assert (await take(store), await take(other)) == ([first], [])


async def test_of_two_takers_of_one_notice_one_has_it(store: Store, other: Store, scene: Scene):
    made = await make(store, scene)
    if store.kind == "sqlite":
        assert (await take(store), await take(other)) == ([made], [])
        return
    async with store.begin() as unit:  # the other one comes before this one's commit, and waits for nothing
        assert await notice_leases.take(unit, NOON, LEASE, 10) == [made]
        assert await take(other, replace(LEASE, token="another")) == []


async def test_a_notice_is_handed_over_once_and_only_under_its_own_lease(store: Store, scene: Scene):
    made = await leased(store, scene)
    assert await hand_over(store, made, replace(LEASE, token="another")) is False
    assert await hand_over(store, made, replace(LEASE, machine=NOON + MINUTE)) is False  # the lease is over
    assert await hand_over(store, made, minutes=60) is False  # and so is its time
    assert await hand_over(store, made) is True
    assert await hand_over(store, made) is False


async def test_a_retry_keeps_the_letter_that_was_written_first(store: Store, scene: Scene):
    made = await leased(store, scene)
    async with store.begin() as unit:
        assert not await notice_leases.stamp(unit, made, "mine", replace(LETTER, subject="Other calls"))
    assert (await get(store, made)).subject == "Calls"


async def test_r36_nothing_is_handed_to_a_prospect_who_is_protected_by_then(store: Store, scene: Scene):
    async with store.begin() as unit:
        ann, bob, cyd = await add_prospects(unit, "ann@example.com", "bob@example.com", "cyd@sales.example.org")
    to_ann = await leased(store, scene, recipient="ann@example.com", prospect_id=ann)
    async with store.begin() as unit:
        await prospects.mark(unit, ann, "opted_out_at", NOON)
    assert await hand_over(store, to_ann) is False
    to_bob = await leased(store, scene, key="2", recipient="bob@example.com", prospect_id=bob)
    async with store.begin() as unit:
        await suppressions.add(unit, "bob@example.com", Reason.BY_HAND, "cli", NOON)
    assert await hand_over(store, to_bob) is False
    to_cyd = await leased(store, scene, key="3", recipient="cyd@sales.example.org", prospect_id=cyd)
    async with store.begin() as unit:
        await suppressions.add(unit, "example.org", Reason.BY_HAND, "cli", NOON)
    assert await hand_over(store, to_cyd) is False


async def test_who_died_before_the_body_loses_nothing_and_after_it_the_notice_is_uncertain(store: Store, scene: Scene):
    before, after = await leased(store, scene), await leased(store, scene, key="2")
    assert await hand_over(store, after)
    async with store.begin() as unit:
        assert await notice_leases.rescue(unit, NOON + MINUTE / 2, NOON) == (0, 0)
        assert await notice_leases.rescue(unit, NOON + 2 * HOUR, NOON) == (1, 1)
        assert not await notice_leases.land(unit, before, "mine", SENT)
    assert ((await get(store, before)).state, (await get(store, after)).state) == ("due", "uncertain")
    assert await take(store) == [before]
    async with store.begin() as unit:
        assert await notice_leases.land_late(unit, after, 1, SENT)
    assert ((await get(store, after)).state, (await get(store, after)).letter) == ("accepted", None)


async def test_with_an_alert_go_the_others_that_wait_for_the_same_rep(store: Store, scene: Scene):
    first = await make(store, scene, kind="alert", key="alert/1")
    later = await make(store, scene, kind="alert", key="alert/2", due_at=NOON + MINUTE)
    await make(store, scene, key="morning", due_at=NOON + MINUTE)
    assert await take(store) == [first, later]


async def test_the_outlook_says_what_there_is_to_do(store: Store, scene: Scene):
    async with store.begin() as unit:
        await notice_calendars.look_at(unit, scene.rep_id, NOON + 2 * HOUR)
    made = await make(store, scene)
    async with store.glance() as unit:
        assert await notices.outlook(unit, NOON - MINUTE, NOON) == Outlook(False, False, NOON)
        assert await notices.outlook(unit, NOON, NOON) == Outlook(True, True, NOON + 2 * HOUR)
    assert await take(store) == [made]
    async with store.begin() as unit:
        assert await notices.outlook(unit, NOON, NOON) == Outlook(False, True, NOON + 2 * HOUR)
        await notice_leases.release(unit, made, "mine", "mailbox_paused", NOON + HOUR)
        assert await notices.outlook(unit, NOON, NOON) == Outlook(False, False, NOON + 2 * HOUR)
        assert (await notices.outlook(unit, NOON, NOON + HOUR)).ready


async def test_a_rep_never_looked_at_is_looked_at_now_and_by_one_planner(store: Store, other: Store, scene: Scene):
    async with store.glance() as unit:
        assert (await notices.outlook(unit, NOON, NOON)).next_at == NOON
    async with store.begin() as unit:
        assert [one.id for one in await notice_calendars.due(unit, NOON, 10)] == [scene.rep_id]
        if store.kind == "postgresql":
            async with other.begin() as second:
                assert await notice_calendars.due(second, NOON, 10) == []
                meanwhile = NewNotice("alert", "alert/1", scene.rep_id, NOON, NOON + HOUR)
                assert await notices.add(second, [meanwhile], NOON) == 1  # what refers to the rep waits for nobody
        await notice_calendars.look_at(unit, scene.rep_id, NOON + HOUR)
    async with store.reading() as unit:
        assert await notice_calendars.due(unit, NOON, 10) == []
        [again] = await notice_calendars.due(unit, NOON + HOUR, 10)
    assert (again.email, again.notices_at) == ("kim@seller.example", NOON + HOUR)


async def test_who_keeps_other_hours_has_a_calendar_to_be_looked_at_anew(store: Store, scene: Scene):
    async with store.begin() as unit:
        await notice_calendars.look_at(unit, scene.rep_id, NOON + HOUR)
        await absences.keep_times(unit, scene.rep_id, ZoneInfo("Europe/Berlin"), (Span(0, 480, 1020),))
        [again] = await notice_calendars.due(unit, NOON, 10)
    assert (again.notices_at, again.time_zone) == (None, "Europe/Berlin")
    assert again.times == RepTime(ZoneInfo("Europe/Berlin"), (Span(0, 480, 1020),))


async def test_at_most_one_mailbox_is_named_for_notices(store: Store, scene: Scene):
    async with store.begin() as unit:
        box = mailboxes.NewMailbox("office", "office@seller.example", "127.0.0.1", 2525, "none")
        office = await mailboxes.add(unit, box, NOON)
        assert await notices.sender_for(unit, scene.rep_id) == scene.mailbox_id
        await notices.name_mailbox(unit, scene.mailbox_id, True)
        await notices.name_mailbox(unit, office, True)
        assert await notices.named_mailbox(unit) == office
        assert await notices.sender_for(unit, scene.rep_id) == office
        assert await notices.sender_for(unit, scene.rep_id, own=True) == scene.mailbox_id
    with pytest.raises((IntegrityError, DatabaseError)):
        async with store.begin() as unit:
            await unit.run(text("UPDATE mailboxes SET for_notices = true"))
