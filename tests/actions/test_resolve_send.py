"""An uncertain letter is shown, and a person says what became of it (R40)."""

from datetime import timedelta

import pytest

from drip.actions.doctor import doctor
from drip.actions.give_up import give_up
from drip.actions.happen import Context
from drip.actions.opt_out import opt_out
from drip.actions.resolve_send import What, resolve_send
from drip.actions.send_again import send_again
from drip.actions.timeline import timeline
from drip.actions.whose import NotFoundError
from drip.domain.enrollment import State as FileState
from drip.domain.errors import MovedError
from drip.domain.outcome import Kind, Outcome, Phase
from drip.domain.send import State
from drip.store import leases, sends, tables, uncertain
from drip.store.sends import Outlook
from drip.store.uncertain import Uncertain
from tests.actions.desk import ANN, DAY, MONDAY, PROSPECT, Desk, of
from tests.actions.test_sending_chores import ACCEPTED, HOUR, TUESDAY, Office
from tests.store.test_sends_protocol import change

LATER = Outcome(Kind.DEFERRED, Phase.RCPT, 451, "4.7.1", "greylisted")
LOST = Outcome(Kind.UNCERTAIN, Phase.BODY, text="The connection broke after the last line.")


@pytest.fixture
async def office(desk: Desk) -> Office:
    """Ann's first letter was handed over on Tuesday, and its answer lost."""
    enrollment_id = await desk.enroll(ANN)
    office = Office(desk, enrollment_id, await desk.due(enrollment_id, at=TUESDAY))
    await office.land(await office.hand_over(), LOST)
    return office


async def listed(office: Office) -> list[Uncertain]:
    """What is uncertain."""
    async with office.desk.store.reading() as unit:
        return await uncertain.listing(unit)


async def resolve(office: Office, what: What) -> None:
    """Kim says what became of Ann's letter."""
    await resolve_send(office.desk.store, office.send_id, what, office.desk.kim, office.now)


async def test_r40_an_uncertain_letter_is_listed_with_what_the_wire_saw(office: Office) -> None:
    [one] = await listed(office)
    assert (one.id, one.email, one.step_key, one.mailbox, one.policy) == (
        office.send_id,
        ANN,
        "downtime",
        "kim",
        "left",
    )
    assert (one.phase, one.said, one.again_at) == ("body", LOST.text, None)


async def test_r40_resolved_as_accepted_it_counts(office: Office) -> None:
    await resolve(office, What.ACCEPTED)
    found = await office.desk.open(office.enrollment_id)
    assert (await office.state(), found.enrollment.sent, found.enrollment.accepted) == (State.ACCEPTED, 1, 1)
    assert found.next_at is not None
    assert await listed(office) == []
    line = (await timeline(office.desk.store, of(office.enrollment_id))).lines[-1]
    assert (line.words, line.who, line.why) == ('The letter "downtime" did arrive', "Kim Lee", "because")


async def test_r40_resolved_as_refused_it_does_not_count_and_the_drip_goes_on(office: Office) -> None:
    before = (await office.desk.open(office.enrollment_id)).next_at
    await resolve(office, What.REFUSED)
    found = await office.desk.open(office.enrollment_id)
    assert (await office.state(), found.enrollment.sent, found.enrollment.accepted) == (State.REFUSED, 1, 0)
    assert found.next_at == before
    line = (await timeline(office.desk.store, of(office.enrollment_id))).lines[-1]
    assert (line.words, line.who, line.why) == ('The letter "downtime" never arrived', "Kim Lee", "because")


@pytest.mark.parametrize("who", ["policy", "person"])
async def test_r40_sent_again_it_is_the_same_letter_and_is_not_too_old(office: Office, who: str) -> None:
    first = (await office.desk.send(office.send_id)).message_id
    office.now = TUESDAY + 7 * DAY  # Tuesday 13 January, 10:00 in New York
    await goes_again(office, who)
    assert (await office.desk.open(office.enrollment_id)).next_at is None
    assert await doctor(office.desk.store, office.now) == []
    assert await give_up(office.sending) == 0
    batch = await office.hand_over()
    assert batch.ready[0].leased.message_id == first
    assert await office.land(batch, ACCEPTED)
    found = await office.desk.open(office.enrollment_id)
    assert (found.enrollment.sent, found.enrollment.accepted) == (1, 1)
    assert found.next_at is not None
    assert ("goes_again", "resolved" if who == "person" else "policy") in await office.desk.told(office.enrollment_id)


async def test_r40_the_policy_is_told_when_it_sends_again_and_the_drip_waits(office: Office) -> None:
    await change(office.desk.store, tables.sends, office.send_id, retry_at=MONDAY)
    assert await send_again(office.sending) == 1
    assert (await office.desk.open(office.enrollment_id)).next_at is None
    assert ("goes_again", "policy") in await office.desk.told(office.enrollment_id)
    assert await doctor(office.desk.store, office.now) == []


async def goes_again(office: Office, who: str) -> None:
    """Ann's letter goes again, on somebody's word or by the mailbox's policy."""
    if who == "policy":
        await change(office.desk.store, tables.sends, office.send_id, retry_at=MONDAY)
        assert await send_again(office.sending) == 1
    else:
        await resolve(office, What.AGAIN)


EVENING = TUESDAY + timedelta(hours=8)  # 18:00 in New York: the window is closed until Wednesday 08:00
MORNING = [TUESDAY + timedelta(hours=22), TUESDAY + timedelta(hours=31)]  # Wednesday 08:00 and 17:00 there


@pytest.mark.parametrize("who", ["policy", "person"])
async def test_r36_what_goes_again_waits_for_its_window_and_the_clock_goes_on(office: Office, who: str) -> None:
    office.now = EVENING
    await goes_again(office, who)
    assert (await office.take()).ready == ()
    found = await seen(office)
    assert not found.moves  # so that a controlled clock may jump
    assert found.next_at is not None
    assert MORNING[0] <= found.next_at < MORNING[1]
    office.now = found.next_at
    assert (await seen(office)).ready == (office.desk.mailbox_id,)
    assert await doctor(office.desk.store, office.now) == []
    assert await office.land(await office.hand_over(), ACCEPTED)


async def test_r36_what_goes_again_and_was_kept_waiting_past_its_window_waits_for_the_next(office: Office) -> None:
    await resolve(office, What.AGAIN)
    office.now = EVENING
    batch = await office.take()
    assert (batch.ready, batch.held, await office.state()) == ((), 0, State.DUE)
    found = await seen(office)
    assert not found.moves
    assert found.next_at is not None
    assert MORNING[0] <= found.next_at < MORNING[1]
    office.now = found.next_at
    [ready] = (await office.take()).ready
    assert ready.mark.until == MORNING[1]  # and when that closes its body does not start either
    assert ready.leased.number == 2  # a look at the clock is no attempt


async def test_what_a_server_puts_off_day_after_day_stays_one_letter_and_is_given_up(desk: Desk) -> None:
    enrollment_id = await desk.enroll(ANN)
    office = Office(desk, enrollment_id, await desk.due(enrollment_id, at=TUESDAY))
    names = set()
    for day in range(3):  # Tuesday, Wednesday, Thursday
        batch = await office.hand_over()
        names.add(batch.ready[0].leased.message_id or batch.ready[0].letter.message_id)
        assert await office.land(batch, LATER)
        await change(desk.store, tables.sends, office.send_id, retry_at=MONDAY)
        office.now = EVENING + day * DAY
        assert ((await office.take()).ready, await office.state()) == ((), State.DUE)
        found = await seen(office)
        assert not found.moves
        assert found.next_at is not None
        office.now = found.next_at
    assert len(names) == 1
    office.now = TUESDAY + 6 * DAY  # Monday in its window, and nobody has given it up yet
    assert (await office.take()).ready == ()
    assert await give_up(office.sending) == 1
    assert await office.state() is State.EXPIRED


async def seen(office: Office) -> Outlook:
    """What there is to do."""
    async with office.desk.store.reading() as unit:
        return await sends.outlook(unit, office.now, await leases.machine_time(unit, office.machine))


@pytest.mark.parametrize("what", What)
async def test_what_is_not_uncertain_any_more_is_refused_with_words(office: Office, what: What) -> None:
    await resolve(office, What.ACCEPTED)
    with pytest.raises(MovedError, match="is accepted, not uncertain"):
        await resolve(office, what)
    with pytest.raises(NotFoundError, match="There is no letter 99"):
        await resolve_send(office.desk.store, 99, what, Context("cli"), TUESDAY)


async def test_r36_it_does_not_go_again_to_one_who_opted_out(office: Office) -> None:
    await opt_out(office.desk.store, of(office.enrollment_id), PROSPECT, TUESDAY)
    with pytest.raises(MovedError, match=r"must not go again: the file of .* is opted out"):
        await resolve(office, What.AGAIN)
    await resolve(office, What.ACCEPTED)
    assert await office.state() is State.ACCEPTED


async def test_it_waits_while_another_letter_is_on_its_way(office: Office) -> None:
    await office.desk.due(office.enrollment_id, "checklist", TUESDAY + HOUR)
    with pytest.raises(MovedError, match=r"Another letter to .* is on its way"):
        await resolve(office, What.AGAIN)
    assert await office.state() is State.UNCERTAIN


async def test_r28_a_closing_email_that_never_arrived_makes_the_recall_come_now(desk: Desk) -> None:
    enrollment_id = await desk.enroll(ANN)
    office = Office(desk, enrollment_id, await desk.due(enrollment_id, "closing/1", TUESDAY))
    lost = {"state": "uncertain", "settled_at": TUESDAY, "handed_at": TUESDAY}
    written = {"message_id": "<1@seller.example>", "dated_at": TUESDAY}
    await change(desk.store, tables.sends, office.send_id, **lost, **written)
    closing = {"state": "closing", "closing_sent_at": TUESDAY, "next_at": TUESDAY + timedelta(days=14)}
    await change(desk.store, tables.enrollments, enrollment_id, **closing)
    office.now = TUESDAY + DAY
    await resolve(office, What.REFUSED)
    found = await desk.open(enrollment_id)
    assert found.enrollment.state is FileState.CLOSING
    assert found.enrollment.closing_bounced
    assert found.enrollment.recall is not None
    assert found.enrollment.recall.reason == "closing_bounced"
