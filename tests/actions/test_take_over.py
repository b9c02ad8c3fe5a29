"""Hand-over: letters, recalls and tasks follow the new rep, and no letter goes twice or under two names (R36-R40)."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from drip.actions import take_over as module
from drip.actions.go_away import Away, go_away
from drip.actions.keep_hours import keep_hours
from drip.actions.plan import plan_due
from drip.actions.recall_list import Which, recall_list
from drip.actions.reply import reply
from drip.actions.send_again import send_again
from drip.actions.take import take
from drip.actions.take_over import Asked, TakenOver, TakeOverError, take_over
from drip.actions.timeline import timeline
from drip.actions.whose import NotFoundError
from drip.domain.campaign import Step
from drip.domain.hours import hours_of
from drip.domain.outcome import Kind, Outcome, Phase
from drip.domain.send import State
from drip.store import appointments, leases, mailboxes, reps, sends, tables
from drip.store import tasks as task_rows
from drip.store.appointments import NewAppointment
from drip.store.engine import Store, Unit
from drip.store.leases import Lease, Mark
from tests.actions.desk import ANN, CAMPAIGN, DAY, MONDAY, PROSPECT, Desk, of
from tests.actions.test_races import somebody_waits
from tests.actions.test_sending_chores import ACCEPTED, HOUR, Office, Written
from tests.store.test_sends_protocol import change

TUESDAY = MONDAY + DAY
KIM, LEE = "kim@seller.example", "lee@seller.example"
ALL = Asked(KIM, LEE)
BACK = Asked(LEE, KIM)
LOST = Outcome(Kind.UNCERTAIN, Phase.BODY, text="connection lost")


async def hire(desk: Desk, **box: str) -> tuple[int, int]:
    """Lee, with a mailbox; both ids."""
    async with desk.store.begin() as unit:
        rep_id = await reps.add(unit, reps.NewRep("Lee Park", LEE, time_zone="America/New_York"), MONDAY)
        known = {"postal_address": "1 Mill Street, Dayton"} | box
        new = mailboxes.NewMailbox("lee", LEE, "127.0.0.1", 2525, "none", rep_id, **known)
        return rep_id, await mailboxes.add(unit, new, MONDAY)


async def hand(desk: Desk, asked: Asked = ALL, now=TUESDAY) -> TakenOver:
    return await take_over(desk.store, asked, desk.kim, now)


async def letters_of(desk: Desk, one: int) -> list[tuple[State, int | None]]:
    """State and mailbox of every letter of an enrollment, the first one first."""
    async with desk.store.reading() as unit:
        return [(row.state, row.mailbox_id) for row in await sends.of_enrollment(unit, one)]


async def planned_again(desk: Desk, one: int) -> None:
    """Time passes until the letter is due again, and it is planned."""
    at = (await desk.open(one)).next_at
    assert at is not None
    assert (await plan_due(desk.store, at)).made == 1


async def test_letters_owner_tasks_and_timeline_follow(desk: Desk):
    one = await desk.enroll()
    lee, box = await hire(desk)
    await change(desk.store, tables.prospects, 1, owner_rep_id=desk.rep_id)
    letter = await desk.due(one, at=TUESDAY)
    await reply(desk.store, of(one), "Call me", PROSPECT, TUESDAY)
    done = await hand(desk)
    assert (done.done, done.files, done.open, done.mailbox, done.on_the_wire) == (True, 1, 1, "lee", 0)
    assert [one.email for one in done.movers] == [ANN]
    found = await desk.open(one)
    assert (found.rep_id, found.mailbox_id) == (lee, box)
    assert await desk.state(letter) is State.WITHDRAWN
    async with desk.store.reading() as unit:
        assert [task.rep_name for task in await task_rows.listing(unit)] == ["Lee Park"]
        assert await unit.value(select(tables.prospects.c.owner_rep_id)) == lee
    [line] = [one for one in (await timeline(desk.store, of(one))).lines if one.code == "handed_over"]
    assert (line.words, line.who, line.why) == ("Handed over from Kim Lee to Lee Park", "Kim Lee", "because")
    assert [row.rep for row in await recall_list(desk.store, Which(lee, 300), TUESDAY)] == ["Lee Park"]
    assert await recall_list(desk.store, Which(desk.rep_id, 300), TUESDAY) == []


async def test_r39_a_letter_that_is_due_is_written_again_by_the_new_rep_and_goes_once(desk: Desk):
    one = await desk.enroll()
    _, box = await hire(desk)
    office = Office(desk, one, await desk.due(one, at=TUESDAY))
    await take(office.sending, desk.mailbox_id)  # Kim's letter is leased, and its values are kept
    done = await hand(desk)
    assert (done.letters, done.on_the_wire) == (1, 0)
    await planned_again(desk, one)
    assert await letters_of(desk, one) == [(State.WITHDRAWN, desk.mailbox_id), (State.DUE, box)]
    office.now = (await desk.send(office.send_id + 1)).due_at
    [ready] = Written.of(office.sending, await take(office.sending, box)).ready
    text = ready.letter.data.decode()
    assert "From: Lee Park <lee@seller.example>" in text
    assert "kim@seller.example" not in text


async def test_r39_a_letter_on_the_wire_stays_and_the_next_one_is_the_new_reps(desk: Desk):
    one = await desk.enroll()
    _, box = await hire(desk)
    office = Office(desk, one, await desk.due(one, at=TUESDAY))
    batch = await office.hand_over()
    done = await hand(desk)
    assert (done.files, done.letters, done.on_the_wire) == (1, 0, 1)
    assert await letters_of(desk, one) == [(State.HANDING, desk.mailbox_id)]
    assert (await desk.open(one)).next_at is None
    assert await office.land(batch, ACCEPTED)
    found = await desk.open(one)
    assert (found.enrollment.sent, found.mailbox_id) == (1, box)
    await planned_again(desk, one)
    assert await letters_of(desk, one) == [(State.ACCEPTED, desk.mailbox_id), (State.DUE, box)]


async def test_m6_a_thread_goes_on_across_a_hand_over(desk: Desk):
    first, second = (Step("downtime", "monthly-value/downtime"), Step("more", "monthly-value/more", continues=True))
    await desk.publish(replace(CAMPAIGN, steps=(first, second)))
    one = await desk.enroll()
    _, box = await hire(desk)
    office = Office(desk, one, await desk.due(one, at=TUESDAY))
    batch = await office.hand_over()
    await office.land(batch, ACCEPTED)
    await hand(desk)
    await planned_again(desk, one)
    office.now = (await desk.send(office.send_id + 1)).due_at
    [ready] = Written.of(office.sending, await take(office.sending, box)).ready
    sent = await desk.send(office.send_id)
    assert f"In-Reply-To: {sent.message_id}" in ready.letter.data.decode()
    assert "From: Lee Park <lee@seller.example>" in ready.letter.data.decode()


async def test_r40_a_letter_in_doubt_that_goes_again_stays_the_same_letter(desk: Desk):
    one = await desk.enroll()
    await hire(desk)
    await change(desk.store, tables.mailboxes, desk.mailbox_id, uncertain_policy="again")
    office = Office(desk, one, await desk.due(one, at=TUESDAY))
    first = await office.hand_over()
    await office.land(first, LOST)
    office.now = office.machine = TUESDAY + timedelta(minutes=31)
    await change(desk.store, tables.sends, 1, retry_at=MONDAY - DAY)
    assert await send_again(office.sending) == 1
    done = await hand(desk, now=office.now)
    assert (done.letters, done.on_the_wire) == (0, 1)
    again = await office.take()
    assert again.ready[0].letter.data == first.ready[0].letter.data


async def leased(desk: Desk) -> tuple[int, Mark, Lease]:
    """Ann's letter, leased to a worker who has written it."""
    one = await desk.enroll()
    office = Office(desk, one, await desk.due(one, at=TUESDAY))
    batch = await office.take()
    async with desk.store.begin() as unit:
        machine = await leases.machine_time(unit, office.machine)
    return one, batch.ready[0].mark, Lease(batch.token, machine, machine + HOUR)


async def to_the_wire(unit: Unit, mark: Mark, lease: Lease) -> frozenset[int]:
    return await leases.hand_over(unit, [mark], TUESDAY, lease)


async def test_r39_handed_to_the_wire_first_it_goes_once_in_the_old_name(desk: Desk, other: Store):
    one, mark, lease = await leased(desk)
    _, box = await hire(desk)
    async with other.begin(durable=True) as unit:
        assert await to_the_wire(unit, mark, lease) == {mark.id}
        handing = asyncio.create_task(hand(desk))
        await somebody_waits(other, handing)
    done = await handing
    assert (done.files, done.letters, done.on_the_wire) == (1, 0, 1)
    assert (await desk.open(one)).mailbox_id == box
    assert (await plan_due(desk.store, TUESDAY + HOUR)).made == 0
    assert await letters_of(desk, one) == [(State.HANDING, desk.mailbox_id)]


async def test_r39_handed_to_the_new_rep_first_no_body_starts_in_the_old_name(desk: Desk, other: Store):
    one, mark, lease = await leased(desk)
    lee, box = await hire(desk)

    async def wire() -> frozenset[int]:
        async with other.begin(durable=True) as unit:
            return await to_the_wire(unit, mark, lease)

    async with desk.store.reading() as unit:
        handing = await module._handing(unit, ALL, desk.kim, TUESDAY)
    async with desk.store.begin() as unit:
        assert await module._take_some(unit, handing)
        worker = asyncio.create_task(wire())
        await somebody_waits(desk.store, worker)
    assert await worker == frozenset()
    await planned_again(desk, one)
    assert await letters_of(desk, one) == [(State.WITHDRAWN, desk.mailbox_id), (State.DUE, box)]
    assert (await desk.open(one)).rep_id == lee


async def test_a_recall_falls_in_the_hours_of_the_new_rep_and_back(desk: Desk):
    one = await desk.enroll(opt_in_words="You may write to me.")
    await hire(desk)
    await keep_hours(desk.store, LEE, hours_of(["mon-thu 08:00-17:00"]), None, desk.kim, TUESDAY)
    await go_away(desk.store, Away(LEE, date(2026, 2, 16), date(2026, 2, 20)), desk.kim, TUESDAY)
    assert (await hand(desk)).recalls_moved == 1
    recall = (await desk.open(one)).enrollment.recall
    assert recall is not None  # Tue 17 Feb is in Lee's days off: Mon 23 Feb
    assert (recall.on, recall.moved_from) == (date(2026, 2, 23), date(2026, 2, 17))
    assert (await hand(desk, BACK)).recalls_moved == 1
    back = (await desk.open(one)).enrollment.recall
    assert back is not None
    assert (back.on, back.moved_from) == (date(2026, 2, 17), None)


async def test_a_promised_call_keeps_its_day_with_the_new_rep(desk: Desk):
    one = await desk.enroll(promised_on=date(2026, 2, 18))
    await hire(desk)
    assert (await hand(desk)).recalls_moved == 0
    recall = (await desk.open(one)).enrollment.recall
    assert recall is not None
    assert (recall.on, recall.promised) == (date(2026, 2, 18), True)


async def test_an_appointment_follows_and_an_invitation_from_the_one_before_is_told(desk: Desk):
    one = await desk.enroll(promised_on=date(2026, 2, 18))
    lee, _ = await hire(desk)
    async with desk.store.begin() as unit:
        starts = TUESDAY + 40 * DAY
        await appointments.add(unit, NewAppointment(one, desk.rep_id, "call", starts, 30, True, TUESDAY))
    done = await hand(desk)
    assert done.warnings == (f"1 prospect was invited to an appointment by {KIM}: tell them who will call.",)
    async with desk.store.reading() as unit:
        found = (await appointments.firm(unit, [one]))[one]
    assert (found.rep_id, found.sequence) == (lee, 1)


async def test_a_dry_run_tells_who_would_move_and_changes_nothing(desk: Desk):
    one = await desk.enroll()
    await hire(desk)
    shown = await hand(desk, replace(ALL, dry_run=True))
    assert (shown.done, shown.files, [mover.email for mover in shown.movers]) == (False, 1, [ANN])
    assert (await desk.open(one)).rep_id == desk.rep_id


async def everybody_at(desk: Desk, rep_id: int, ids: Sequence[int]) -> list[int]:
    return [one for one in ids if (await desk.open(one)).rep_id == rep_id]


async def test_only_those_who_were_named_move(desk: Desk):
    ids = [await desk.enroll(f"ann{n}@firm{n}.example.com") for n in range(3)]
    lee, _ = await hire(desk)
    assert (await hand(desk, replace(ALL, emails=("ANN1@firm1.example.com ",)))).files == 1
    assert await everybody_at(desk, lee, ids) == [ids[1]]
    assert (await hand(desk, replace(ALL, campaign="monthly-value"))).files == 2
    assert (await hand(desk)).files == 0


async def test_many_move_in_units_and_a_hand_over_that_was_cut_off_goes_on(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    ids = [await desk.enroll(f"ann{n}@firm{n}.example.com") for n in range(3)]
    lee, _ = await hire(desk)
    monkeypatch.setattr(module, "BATCH", 2)
    async with desk.store.reading() as unit:
        handing = await module._handing(unit, ALL, desk.kim, TUESDAY)
    async with desk.store.begin() as unit:  # and then the process was killed
        assert await module._take_some(unit, handing)
    assert await everybody_at(desk, lee, ids) == ids[:2]
    assert (await hand(desk)).files == 1
    assert await everybody_at(desk, lee, ids) == ids


async def test_what_cannot_be_handed_over_is_refused_in_words(desk: Desk):
    await desk.enroll()
    with pytest.raises(NotFoundError, match="no rep lee"):
        await hand(desk)
    async with desk.store.begin() as unit:
        await reps.add(unit, reps.NewRep("Lee Park", LEE), MONDAY)
    with pytest.raises(TakeOverError, match=f"{LEE} has no mailbox to write from: `drip mailbox add"):
        await hand(desk)
    with pytest.raises(TakeOverError, match="has these files already"):
        await hand(desk, Asked(KIM, KIM))
    with pytest.raises(NotFoundError, match=r"has no file of bob@example\.com"):
        await hand(desk, replace(ALL, emails=("bob@example.com",)))
    with pytest.raises(NotFoundError, match="Published: monthly-value"):
        await hand(desk, replace(ALL, campaign="nowhere"))


async def test_a_paused_mailbox_and_a_full_day_are_told_before(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    await desk.enroll()
    _, box = await hire(desk)
    monkeypatch.setattr(module, "A_DAY", 1)
    async with desk.store.begin() as unit:
        await mailboxes.pause(unit, box, "login refused", TUESDAY)
        await unit.run(update(tables.enrollments).values(enrolled_at=TUESDAY))
    paused, full = (await hand(desk, replace(ALL, dry_run=True))).warnings
    assert paused == "The mailbox lee is paused (login refused): their letters wait for it."
    assert full.startswith("1 of them were enrolled today and count for lee@seller.example")
