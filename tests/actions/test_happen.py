"""A fact befalls an enrollment: state, facts, suppressions, tasks and letters move in one unit."""

import asyncio
from datetime import date, timedelta

import pytest
from sqlalchemy import event

from drip.actions.answer_closing import answer_closing
from drip.actions.end import end
from drip.actions.enrolling.request import Enrolled, Overrides
from drip.actions.happen import Context, happen
from drip.actions.lift import lift
from drip.actions.opt_in import Proof, opt_in
from drip.actions.opt_out import opt_out
from drip.actions.pause import pause
from drip.actions.promise_call import promise_call
from drip.actions.record_call import call_of, record_call
from drip.actions.record_return import record_return
from drip.actions.reply import reply
from drip.actions.resolve import resolve
from drip.actions.resume import resume
from drip.actions.skip import skip
from drip.actions.suppress import suppress
from drip.actions.whose import NotEnrolledError, NotFoundError, Whose
from drip.domain.enrollment import State
from drip.domain.facts import Answer, Clicked, EmailSent
from drip.domain.send import State as SendState
from drip.store import choices, enrollments, opt_ins, prospects, suppressions
from drip.store.engine import Store
from drip.store.here import Here
from drip.store.tables import sends
from tests.actions.desk import ANN, DAY, MONDAY, PROSPECT, Desk, of

# Tuesday 6 January, 10:00 in New York: the day of the first letter.
TUESDAY = MONDAY + DAY


async def test_r33_an_opt_out_withdraws_the_letter_and_suppresses_the_address(desk: Desk):
    one = await desk.enroll()
    letter = await desk.due(one, at=TUESDAY)
    done = await opt_out(desk.store, Whose(send_id=letter), Context("prospect", send_id=letter), TUESDAY)
    assert done.code == "opted_out"
    found = await desk.send(letter)
    assert (found.state, found.withdrawn_reason) == (SendState.WITHDRAWN, "opted_out")
    async with desk.store.reading() as unit:
        assert await suppressions.find(unit, [ANN]) == {ANN: "opted_out"}
        assert (await prospects.by_email(unit, [ANN]))[ANN].opted_out_at == TUESDAY
    after = await desk.open(one)
    assert after.enrollment.state is State.OPTED_OUT
    assert after.enrollment.recall.on.isoformat() == "2026-07-06"  # the recall stays (R33)
    assert ("suppressed", "opted_out") in await desk.told(one)


async def test_r33_opting_out_twice_changes_nothing_more(desk: Desk):
    one = await desk.enroll()
    await opt_out(desk.store, of(one), PROSPECT, TUESDAY)
    before = await desk.facts(one)
    assert (await opt_out(desk.store, of(one), PROSPECT, TUESDAY + DAY)).code == "already"
    assert await desk.facts(one) == before


async def test_r33_somebody_in_no_campaign_can_opt_out(desk: Desk):
    await desk.add()
    assert (await opt_out(desk.store, Whose(email=ANN), PROSPECT, MONDAY)).enrollment_id is None
    async with desk.store.reading() as unit:
        assert await suppressions.find(unit, [ANN]) == {ANN: "opted_out"}


@pytest.mark.parametrize("what", ["complaint", "hard_bounce"])
async def test_r32_r33_what_comes_back_stops_everything(desk: Desk, what: str):
    one = await desk.enroll()
    letter = await desk.due(one, at=TUESDAY)
    await record_return(desk.store, of(one), what, PROSPECT, TUESDAY)
    assert await desk.state(letter) is SendState.WITHDRAWN
    async with desk.store.reading() as unit:
        reason = (await suppressions.find(unit, [ANN]))[ANN]
        person = (await prospects.by_email(unit, [ANN]))[ANN]
    assert reason == {"complaint": "complained", "hard_bounce": "hard_bounce"}[what]
    assert (person.complained_at if what == "complaint" else person.bounced_at) == TUESDAY


async def test_r36_a_reply_withdraws_the_letter_and_asks_the_rep(desk: Desk):
    one = await desk.enroll()
    letter = await desk.due(one, at=TUESDAY)
    done = await reply(desk.store, of(one), "Call me in March.", desk.kim, TUESDAY)
    assert (await desk.send(letter)).withdrawn_reason == "replied"
    assert (await desk.open(one)).enrollment.waiting_for == "replied"
    assert await desk.tasks(done.prospect_id) == ["reply"]
    await resolve(desk.store, of(one), desk.kim, TUESDAY + DAY)
    assert await desk.tasks(done.prospect_id) == []
    after = await desk.open(one)
    assert after.enrollment.waiting_for is None
    assert after.next_at is not None


async def test_r42_a_pause_withdraws_the_letter_and_resuming_plans_it_anew(desk: Desk):
    one = await desk.enroll()
    letter = await desk.due(one, at=TUESDAY)
    await pause(desk.store, of(one), desk.kim, TUESDAY)
    assert (await desk.send(letter)).withdrawn_reason == "paused"
    await resume(desk.store, of(one), desk.kim, TUESDAY + timedelta(hours=1))
    after = await desk.open(one)
    # Tuesday 6 January 11:00 in New York: the window is open until 17:00 that day, 22:00 UTC.
    assert TUESDAY < after.next_at < TUESDAY + timedelta(hours=7)
    assert await desk.due(one, at=TUESDAY) > letter  # its key may be planned again


async def test_a_skipped_step_takes_its_letter_with_it(desk: Desk):
    one = await desk.enroll()
    letter = await desk.due(one, at=TUESDAY)
    await skip(desk.store, of(one), desk.kim, TUESDAY)
    assert (await desk.send(letter)).withdrawn_reason == "superseded"
    assert (await desk.open(one)).enrollment.step == 1
    assert ("skipped", None) in await desk.told(one)


async def test_a_click_leaves_a_due_letter_alone_and_the_enrollment_waits_for_it(desk: Desk):
    one = await desk.enroll()
    letter = await desk.due(one, at=TUESDAY)
    async with desk.store.begin() as unit:
        await happen(unit, one, Clicked(TUESDAY), PROSPECT)
    assert await desk.state(letter) is SendState.DUE
    after = await desk.open(one)
    assert after.next_at is None
    assert after.enrollment.heard_at == TUESDAY


async def test_r18_an_opt_in_is_kept_with_its_proof_and_moves_the_recall(desk: Desk):
    one = await desk.enroll()
    proof = Proof("link", "Yes, please send me useful emails", "192.0.2.7")
    done = await opt_in(desk.store, of(one), proof, PROSPECT, TUESDAY)
    assert done.code == "opted_in"
    # 6 January + 6 weeks = Tuesday 17 February 2026, 07:30 in New York (R16).
    after = await desk.open(one)
    assert after.enrollment.recall.on.isoformat() == "2026-02-17"
    async with desk.store.reading() as unit:
        [kept] = await opt_ins.of_prospect(unit, done.prospect_id)
    assert (kept.wording, kept.address, kept.through) == (proof.wording, "192.0.2.7", "link")
    assert (await opt_in(desk.store, of(one), proof, PROSPECT, TUESDAY + DAY)).code == "already"


async def test_r18_an_opt_in_after_an_opt_out_lifts_nothing_and_tells_the_rep(desk: Desk):
    one = await desk.enroll()
    await opt_out(desk.store, of(one), PROSPECT, TUESDAY)
    done = await opt_in(desk.store, of(one), Proof("rep", "She said yes"), desk.kim, TUESDAY + DAY)
    assert done.code == "after_opt_out"
    assert await desk.tasks(done.prospect_id) == ["opt_in_after_opt_out"]
    async with desk.store.reading() as unit:
        assert await suppressions.find(unit, [ANN]) == {ANN: "opted_out"}
    assert (await desk.open(one)).enrollment.state is State.OPTED_OUT


async def test_r38_every_fact_says_who_and_when(desk: Desk):
    one = await desk.enroll()
    await pause(desk.store, of(one), desk.kim, TUESDAY)
    last = (await desk.facts(one))[-1]
    assert (last.what, last.who, last.at, last.rep_id) == ("paused", f"rep:{desk.rep_id}", TUESDAY, desk.rep_id)


async def test_r24_a_letter_that_left_is_a_touch_of_the_prospect(desk: Desk):
    one = await desk.enroll()
    async with desk.store.begin() as unit:
        await happen(unit, one, EmailSent(TUESDAY, "downtime"), Context("service"))
    async with desk.store.reading() as unit:
        assert (await prospects.by_email(unit, [ANN]))[ANN].touched_on.isoformat() == "2026-01-06"
    assert ("email", None) in await desk.told(one)


async def test_somebody_unknown_is_said_so(desk: Desk):
    with pytest.raises(NotFoundError, match=r"nobody@example\.com"):
        await pause(desk.store, Whose(email="nobody@example.com"), desk.kim, MONDAY)
    await desk.add()
    with pytest.raises(NotEnrolledError, match="in no campaign"):
        await pause(desk.store, Whose(email=ANN), desk.kim, MONDAY)


async def test_r29_an_opt_out_bars_closed_files_from_opening_again(desk: Desk):
    one = await desk.enroll()
    await record_call(desk.store, of(one), call_of("not_interested", None, MONDAY), desk.kim, MONDAY)
    later = MONDAY + 100 * DAY
    two = (await desk.ask(now=later)).enrollment_id
    await opt_out(desk.store, of(two), PROSPECT, later)
    assert (await desk.open(one)).enrollment.closed_reason == "opted_out"
    async with desk.store.begin() as unit:
        await happen(unit, one, Clicked(later + DAY), PROSPECT)
    assert (await desk.open(one)).enrollment.state is State.CLOSED


async def test_r40_a_letter_sent_again_is_stopped_only_by_what_protects_the_prospect(desk: Desk):
    one = await desk.enroll()
    letter = await desk.due(one, at=TUESDAY)
    async with desk.store.begin() as unit:
        await unit.run(sends.update().where(sends.c.id == letter).values(handed_at=TUESDAY))
        await happen(unit, one, EmailSent(TUESDAY, "downtime", accepted=False), Context("service"))
        await happen(unit, one, Clicked(TUESDAY + timedelta(minutes=5)), PROSPECT)
    assert await desk.state(letter) is SendState.DUE
    await pause(desk.store, of(one), desk.kim, TUESDAY + timedelta(minutes=6))
    assert await desk.state(letter) is SendState.WITHDRAWN


async def test_r6_ending_an_enrollment_by_its_number_ends_that_one_and_no_other(desk: Desk):
    older = await desk.enroll()
    await answer_closing(desk.store, of(older), Answer.CLOSE_FILE, PROSPECT, TUESDAY)
    again = await desk.ask(now=TUESDAY + 10 * DAY, overrides=Overrides(reopen="she asked for it"))
    assert isinstance(again, Enrolled) and again.enrollment_id is not None
    newer = again.enrollment_id
    await pause(desk.store, of(older), desk.kim, TUESDAY + 11 * DAY)
    assert (await desk.open(newer)).enrollment.paused_at is None
    await end(desk.store, of(older), desk.kim, TUESDAY + 11 * DAY)
    assert (await desk.open(older)).enrollment.state is State.ENDED
    assert (await desk.open(newer)).enrollment.state is State.DRIPPING


@pytest.mark.parametrize("by_number", [True, False], ids=["by number", "by address"])
async def test_r6_ending_twice_does_not_end_an_older_file(desk: Desk, by_number: bool):
    older = await desk.enroll()
    await answer_closing(desk.store, of(older), Answer.CLOSE_FILE, PROSPECT, TUESDAY)
    again = await desk.ask(now=TUESDAY + 10 * DAY, overrides=Overrides(reopen="she asked for it"))
    assert isinstance(again, Enrolled) and again.enrollment_id is not None
    meant = of(again.enrollment_id) if by_number else Whose(email=ANN)
    assert (await end(desk.store, meant, desk.kim, TUESDAY + 11 * DAY)).changed
    assert not (await end(desk.store, meant, desk.kim, TUESDAY + 11 * DAY)).changed
    assert (await desk.open(older)).enrollment.state is State.CLOSED


async def test_r18_an_opt_in_after_an_opt_out_moves_nothing_of_an_undeliverable_file(desk: Desk):
    one = await desk.enroll()
    await record_return(desk.store, of(one), "hard_bounce", PROSPECT, TUESDAY)
    await opt_out(desk.store, of(one), PROSPECT, TUESDAY + DAY)
    before = await desk.open(one)
    await opt_in(desk.store, of(one), Proof("link", "Yes, send me these"), PROSPECT, TUESDAY + 2 * DAY)
    after = await desk.open(one)
    assert (after.enrollment.recall, after.enrollment.opted_in_at) == (before.enrollment.recall, None)
    assert "opt_in_after_opt_out" in await desk.tasks(after.prospect_id)


async def test_r33_the_call_that_was_promised_is_the_last_after_an_opt_out(desk: Desk):
    one = await desk.enroll()
    async with desk.store.begin() as unit:
        found = (await enrollments.load(unit, [one], lock=True))[0]
        done = found.enrollment.changed(state=State.COMPLETED, step=4, sent=4)
        await enrollments.save(unit, [found.after(done, None, TUESDAY)])
        await happen(unit, one, EmailSent(TUESDAY, "closing/1"), Context("service"))
    # Tuesday 13 January 2026 is a business day in New York.
    await promise_call(desk.store, of(one), date(2026, 1, 13), desk.kim, TUESDAY + DAY)
    await opt_out(desk.store, of(one), PROSPECT, TUESDAY + 2 * DAY)
    assert (await desk.open(one)).enrollment.recall is not None
    called = TUESDAY + 7 * DAY
    await record_call(desk.store, of(one), call_of("not_ready", None, called), desk.kim, called)
    after = (await desk.open(one)).enrollment
    assert (after.state, after.recall) == (State.CLOSED, None)


async def test_lifting_a_domain_frees_the_addresses_it_stopped(desk: Desk):
    one = await desk.enroll()
    await suppress(desk.store, "acme.example.com", desk.kim, TUESDAY)
    assert (await desk.open(one)).enrollment.state is State.OPTED_OUT
    await lift(desk.store, "acme.example.com", desk.kim, TUESDAY + DAY)
    async with desk.store.reading() as unit:
        assert await suppressions.find(unit, [ANN]) == {}


async def test_what_happens_to_a_prospect_does_not_wait_for_a_bulk_of_the_same_rep(desk: Desk, other: Store):
    one = await desk.enroll()
    if desk.store.kind == "sqlite":
        return  # one writer at a time, whoever it is
    async with desk.store.begin() as unit:
        await choices.lock_reps(unit, [desk.rep_id])
        async with asyncio.timeout(10):
            await pause(other, of(one), desk.kim, TUESDAY)
    assert (await desk.open(one)).enrollment.paused_at == TUESDAY


async def test_r33_an_opt_out_is_on_the_disk_before_it_is_confirmed(desk: Desk):
    one = await desk.enroll()
    commits: list[object] = []
    durable = desk.store.durable
    event.listen(durable.engine if isinstance(durable, Here) else durable.sync_engine, "commit", commits.append)
    await opt_out(desk.store, of(one), PROSPECT, TUESDAY)
    assert len(commits) == 1
