"""A small scene that was played a while: letters that went, wait, and got lost, and all that is kept beside them."""

from datetime import date

from drip.domain.send import State
from drip.domain.suppression import Reason
from drip.store import (
    absences,
    appointments,
    facts,
    inbox,
    landings,
    notes,
    opt_ins,
    received,
    suppressions,
    tasks,
    visits,
)
from drip.store.engine import Store, Unit
from tests.store.scene import HOUR, NOON
from tests.store.test_notices import leased
from tests.store.test_sends_protocol import Stage, attempt, hand_over, landing, mark, set_stage, settle, take


async def play(store: Store) -> None:
    """Ann's first letter was accepted, read and answered; Bob's waits; Cy's is due, and Cy is suppressed."""
    stage = await set_stage(store)
    assert await take(store, stage, limit=2) == stage.sends[:2]
    assert await hand_over(store, mark(stage.sends[0]))
    assert await settle(store, landing(stage.sends[0], State.ACCEPTED))
    await leased(store, stage.scene)
    async with store.begin() as unit:
        await _go_on(unit, stage)
        await _write_down(unit, stage)


async def _go_on(unit: Unit, stage: Stage) -> None:
    """What people did."""
    ann, bob, cy = stage.enrolled
    await visits.add(unit, visits.NewVisit(stage.sends[0], "to", 0, NOON, "GET", "person"))
    await opt_ins.add(unit, opt_ins.NewOptIn(ann, NOON, "form", "Yes, write to me.", "prospect"))
    await received.add(unit, received.NewReceived("reply", NOON, "service", ann, ann, stage.sends[0], "Call me."))
    asked = await received.claim(unit, "<c@d>", "prospect", NOON)
    await inbox.add(unit, inbox.NewMail(asked or 0, "waiting", "reply", "person", "dee@else.example", "Hi", b"raw"))
    await suppressions.add(unit, "cy@example.com", Reason.COMPLAINED, "service", NOON)
    rep = stage.scene.rep_id
    await appointments.add(unit, appointments.NewAppointment(ann, rep, "call", NOON + HOUR, 30, True, NOON))
    away = absences.NewAbsence(rep, date(2026, 8, 3), date(2026, 8, 4), NOON, NOON + HOUR, "holiday", "cli")
    await absences.add(unit, away, NOON)
    await tasks.add(unit, [tasks.NewTask("reply", bob, bob, rep, NOON), tasks.NewTask("asked", cy, None, None, NOON)])


async def _write_down(unit: Unit, stage: Stage) -> None:
    """What the service kept of it."""
    await landings.record(unit, [attempt(one) for one in stage.sends[:2]])
    await notes.add(unit, notes.NewNote(stage.enrolled[0], NOON, "rep:1", "Line 2 stands still."))
    said = [
        facts.NewFact(NOON, "sent", "service", one, one, send, stage.scene.rep_id, data={"n": 1})
        for one, send in zip(stage.enrolled, stage.sends, strict=True)
    ]
    await facts.append(unit, said)
