"""The smaller nouns: facts, tasks, mailboxes, reps, opt-ins, mail received, visits, business time."""

from datetime import date, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from drip.store import business_time, facts, inbox, mailboxes, opt_ins, received, reps, tables, tasks, visits
from drip.store.engine import Store
from drip.store.facts import NewFact
from drip.store.tasks import NewTask
from tests.store.scene import HOUR, NOON, add_prospects, enroll, set_scene
from tests.store.test_send_rules import add as add_send


async def test_a_timeline_is_in_order_of_time_and_then_of_writing(store: Store):
    _, [enrollment_id] = await enroll(store, "ann@example.com")
    whats = ((HOUR, "second"), (HOUR, "third"), (timedelta(0), "first"))
    new = [
        NewFact(NOON + wait, what, "service", 1, enrollment_id, data={"n": 3, "on": "2026-03-16"})
        for wait, what in whats
    ]
    async with store.begin() as unit:
        await facts.append(unit, new)
        await facts.append(unit, [NewFact(NOON, "other", "rep:1", None, reason="gap")])
        await facts.append(unit, [])
        lines = await facts.timeline(unit, 1)
        assert [line.what for line in lines] == ["first", "second", "third"]
        assert [line.what for line in await facts.timeline(unit, 1, after=1, limit=1)] == ["second"]
        assert await facts.of_enrollment(unit, enrollment_id) == lines
        assert [line.what for line in await facts.newest(unit, 1)] == ["other"]
        assert await facts.counts(unit, NOON, NOON + HOUR) == {("first", None): 1, ("other", "gap"): 1}
    assert (lines[1].at, lines[1].data, lines[1].who) == (NOON + HOUR, {"n": 3, "on": "2026-03-16"}, "service")


async def test_a_naive_time_cannot_stand_in_a_batch(store: Store):
    async with store.begin() as unit:
        with pytest.raises(ValueError, match="no time zone"):
            await facts.append(unit, [NewFact(NOON.replace(tzinfo=None), "email", "service")])


async def test_a_task_is_open_once_for_a_prospect_and_code_until_it_is_done(store: Store):
    scene, [enrollment_id] = await enroll(store, "ann@example.com")
    reply = NewTask("reply", 1, enrollment_id, scene.rep_id, NOON)
    async with store.begin() as unit:
        await tasks.add(unit, [reply, NewTask("new_address", 1, None, None, NOON + HOUR)])
        await tasks.add(unit, [reply])
        first, second = await tasks.listing(unit)
        assert (first.code, first.email, first.rep_name) == ("reply", "ann@example.com", "Kim Lee")
        assert [one.code for one in await tasks.listing(unit, scene.rep_id)] == ["reply"]
        assert [one.code for one in await tasks.listing(unit, before=NOON + HOUR)] == ["reply"]
        assert await tasks.done(unit, second.id, "rep:1", NOON)
        assert not await tasks.done(unit, second.id, "rep:1", NOON)
        assert await tasks.done_for(unit, 1, ["reply", "asked"], "rep:1", NOON) == 1
        assert await tasks.listing(unit) == []
        await tasks.add(unit, [reply])
        assert [one.done_by for one in await tasks.of_prospect(unit, 1)] == ["rep:1", "rep:1", None]


async def test_a_mailbox_is_paused_once_with_its_reason_and_resumed(store: Store):
    async with store.begin() as unit:
        scene = await set_scene(unit)
        assert await mailboxes.pause(unit, scene.mailbox_id, "login refused", NOON)
        assert not await mailboxes.pause(unit, scene.mailbox_id, "by hand", NOON)
        box = await mailboxes.by_name(unit, "kim")
        assert box is not None
        assert (box.state, box.paused_reason, box.paused_at) == ("paused", "login refused", NOON)
        assert await mailboxes.resume(unit, scene.mailbox_id, NOON)
        assert not await mailboxes.resume(unit, scene.mailbox_id, NOON)
        found = await mailboxes.of_reps(unit, [scene.rep_id, scene.rep_id + 1])
        assert found == {scene.rep_id: await mailboxes.get(unit, scene.mailbox_id)}
        assert len(await mailboxes.listing(unit)) == 1


async def test_a_mailbox_that_is_being_taken_from_is_passed_over_by_the_next_taker(store: Store, other: Store):
    async with store.begin() as unit:
        scene = await set_scene(unit)
    async with store.begin() as unit:
        assert await mailboxes.lock(unit, scene.mailbox_id)
        if store.kind == "postgresql":  # on SQLite nobody else can begin to write now
            async with other.begin() as second:
                assert not await mailboxes.lock(second, scene.mailbox_id)
    async with other.begin() as unit:
        assert await mailboxes.lock(unit, scene.mailbox_id)
        assert not await mailboxes.lock(unit, scene.mailbox_id + 1)


@pytest.mark.parametrize("wrong", [{"port": 0}, {"security": "ssl"}, {"per_minute": 0}, {"uncertain_policy": "never"}])
async def test_a_mailbox_that_cannot_work_is_refused(store: Store, wrong: dict[str, object]):
    values = {"name": "kim", "address": "kim@seller.example", "host": "h", "port": 25, "security": "none"} | wrong
    with pytest.raises(IntegrityError):
        async with store.begin() as unit:
            await mailboxes.add(unit, mailboxes.NewMailbox(**values), NOON)  # type: ignore[arg-type]


async def test_a_rep_is_found_by_email_in_any_case(store: Store):
    async with store.begin() as unit:
        rep_id = await reps.add(unit, reps.NewRep("Kim Lee", "kim@seller.example", role="admin"), NOON)
        found = await reps.by_email(unit, " Kim@Seller.example")
        assert found == await reps.get(unit, rep_id)
        assert await reps.by_email(unit, "lou@seller.example") is None
    assert found is not None
    assert (found.role, found.created_at) == ("admin", NOON)


async def test_a_listing_of_reps_leaves_nobody_out(store: Store):
    many = [{"name": f"Rep {n:04}", "email": f"rep{n}@seller.example", "created_at": NOON} for n in range(1001)]
    async with store.begin() as unit:
        await unit.run(tables.reps.insert(), many)
        listed = await reps.listing(unit)
    assert [one.name for one in listed] == [f"Rep {n:04}" for n in range(1001)]


async def test_r18_an_opt_in_is_kept_with_its_proof(store: Store):
    async with store.begin() as unit:
        [ann] = await add_prospects(unit, "ann@example.com")
        new = opt_ins.NewOptIn(ann, NOON, "form", "Yes, write to me once a month.", "prospect", address="192.0.2.7")
        await opt_ins.add(unit, new)
        [proof] = await opt_ins.of_prospect(unit, ann)
    assert (proof.at, proof.through, proof.wording) == (NOON, "form", "Yes, write to me once a month.")
    assert proof.address == "192.0.2.7"


async def test_a_mail_received_is_kept_once_and_one_that_fits_nobody_waits_for_a_person(store: Store):
    async with store.begin() as unit:
        [ann] = await add_prospects(unit, "ann@example.com")
        away = received.NewReceived("auto_reply", NOON, "rep:1", ann, back_on=date(2026, 3, 16), message_id="<a@b>")
        await received.add(unit, away)
        asked = await received.claim(unit, "<c@d>", "prospect", NOON)
        assert asked is not None and await received.claim(unit, "<c@d>", "prospect", NOON) is None
        for state, ident in (("waiting", asked), ("set_aside", await received.claim(unit, "<e@f>", "service", NOON))):
            await inbox.add(unit, inbox.NewMail(ident or 0, state, "reply", "person", "cy@else.example", "Hi", b"raw"))
        assert [one.id for one in await inbox.listing(unit)] == [asked]
        assert len(await inbox.listing(unit, everything=True)) == 2
        [kept] = await received.of_prospect(unit, ann)
        assert await received.by_message_id(unit, "<a@b>") == kept
        assert kept.back_on == date(2026, 3, 16)
    for wrong in (away, received.NewReceived("reply", NOON, "rep:1")):
        with pytest.raises(IntegrityError):
            await keep(store, wrong)


async def keep(store: Store, new: received.NewReceived) -> None:
    """One mail as a unit of its own."""
    async with store.begin() as unit:
        await received.add(unit, new)


async def test_visits_can_be_judged_anew(store: Store):
    await enroll(store, "ann@example.com")
    send_id = await add_send(store)
    async with store.begin() as unit:
        ids = [
            await visits.add(unit, visits.NewVisit(send_id, "to", 0, NOON + wait, "GET", "person", "Mozilla"))
            for wait in (HOUR, timedelta(0))
        ]
        await visits.judge(unit, ids[:1], "scanner")
        await visits.judge(unit, [], "scanner")
        found = await visits.of_send(unit, send_id)
    assert [(one.id, one.judged) for one in found] == [(ids[1], "person"), (ids[0], "scanner")]


async def test_a_controlled_business_time_is_one_row_that_never_goes_back(store: Store):
    async with store.begin() as unit:
        assert await business_time.read(unit) is None
        assert await business_time.move(unit, NOON)
        assert await business_time.move(unit, NOON + HOUR)
        assert not await business_time.move(unit, NOON)
        assert await business_time.read(unit) == NOON + HOUR
