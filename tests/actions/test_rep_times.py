"""A rep's hours and days off in the service: recalls move, letters wait, and it says so (R14, R17, R25, R37)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from drip.actions.come_back import come_back
from drip.actions.enrolling.request import Enrolled
from drip.actions.forecast import Asked, forecast
from drip.actions.forecasting.expected import Coming, Kind
from drip.actions.go_away import Away, Entered, go_away
from drip.actions.keep_hours import keep_hours
from drip.actions.plan import plan_due
from drip.actions.recall_list import RecallRow, Which, recall_list
from drip.actions.show_hours import list_absences, show_hours
from drip.actions.tell_times import finish_telling
from drip.actions.whose import NotFoundError
from drip.domain.errors import HoursError, MovedError
from drip.domain.hours import hours_of
from drip.domain.send import State
from drip.store import absences, leases, reps
from drip.store.leases import Lease
from tests.actions.desk import ANN, DAY, MONDAY, Desk
from tests.actions.test_sending_chores import HOUR, Office

TUESDAY = MONDAY + DAY
KIM = "kim@seller.example"
NEXT_MONDAY = date(2026, 1, 12)


async def away(desk: Desk, first: str, last: str, now: datetime = TUESDAY) -> Entered:
    return await go_away(desk.store, Away(KIM, date.fromisoformat(first), date.fromisoformat(last)), desk.kim, now)


async def recall(desk: Desk, one: int) -> datetime:
    found = (await desk.open(one)).enrollment.recall
    assert found is not None
    return found.at


async def calls(desk: Desk, now: datetime, days: int = 300) -> list[RecallRow]:
    return await recall_list(desk.store, Which(desk.rep_id, days), now)


async def test_r36_days_off_take_back_a_letter_that_is_due_and_one_that_is_leased(desk: Desk):
    one = await desk.enroll()
    office = Office(desk, one, await desk.due(one, at=TUESDAY))
    other = await desk.enroll("bob@firm.example.com")
    waiting = await desk.due(other, at=TUESDAY + HOUR)
    batch = await office.take()
    entered = await away(desk, "2026-01-06", "2026-01-09")
    assert (entered.told.files, entered.told.letters_held) == (2, 2)
    assert [await desk.state(send) for send in (office.send_id, waiting)] == [State.WITHDRAWN, State.WITHDRAWN]
    assert (await desk.send(waiting)).withdrawn_reason == "absence"
    async with desk.store.begin() as unit:
        machine = await leases.machine_time(unit, office.machine)
        lease = Lease(batch.token, machine, machine + HOUR)
        assert await leases.hand_over(unit, [batch.ready[0].mark], office.now, lease) == frozenset()


async def test_r37_a_letter_held_for_days_off_says_so_once_and_goes_afterwards_once(desk: Desk):
    one = await desk.enroll()
    await away(desk, "2026-01-06", "2026-01-09", MONDAY)
    assert (await plan_due(desk.store, TUESDAY)).made == 0
    [held] = [line for line in await desk.facts(one) if line.what == "held"]
    assert (held.reason, held.data) == ("absence", {"step": "downtime", "until": "2026-01-12"})
    goes = (await desk.open(one)).next_at
    assert goes is not None
    assert (goes.date(), (await plan_due(desk.store, goes)).made) == (NEXT_MONDAY, 1)
    assert [line.what for line in await desk.facts(one)].count("held") == 1


async def test_r41_the_forecast_knows_of_days_off_and_hours(desk: Desk):
    await desk.enroll(opt_in_words="You may write to me.")
    await keep_hours(desk.store, KIM, hours_of(["mon-fri 08:00-17:00"]), None, desk.kim, MONDAY)
    for first, last in (("2026-01-06", "2026-01-09"), ("2026-02-16", "2026-02-20")):
        await away(desk, first, last, MONDAY)
    coming: list[Coming] = []
    await forecast(desk.store, Asked(weeks=8), MONDAY, MONDAY, coming.append)
    found = [(one.kind, f"{one.at:%Y-%m-%d %H:%M}") for one in coming]
    assert (found[0][0], found[0][1][:10]) == (Kind.LETTER, "2026-01-12")
    assert (Kind.CALL, "2026-02-23 08:00") in found


async def test_a_recall_moves_behind_days_off_and_comes_back_when_they_are_cancelled(desk: Desk):
    one = await desk.enroll(opt_in_words="You may write to me.")
    before = await recall(desk, one)  # Mon 5 Jan + 42 days is Mon 16 Feb, a holiday: Tue 17 Feb, 07:30
    assert before == datetime(2026, 2, 17, 12, 30, tzinfo=UTC)
    entered = await away(desk, "2026-02-16", "2026-02-20")
    assert entered.told.recalls_moved == 1
    assert await recall(desk, one) == datetime(2026, 2, 23, 12, 30, tzinfo=UTC)
    moved = (await desk.facts(one))[-1]
    assert (moved.what, moved.data["because"]) == ("recall_set", "rep_times")
    [row] = await list_absences(desk.store, KIM, TUESDAY)
    assert (row.rep, row.absence.first_on) == (KIM, date(2026, 2, 16))
    back = await come_back(desk.store, entered.absence.id, desk.kim, TUESDAY + HOUR)
    assert (back.rep, back.told.recalls_moved, await recall(desk, one)) == (KIM, 1, before)
    assert await list_absences(desk.store, None, TUESDAY) == []
    with pytest.raises(MovedError, match="was cancelled before"):
        await come_back(desk.store, entered.absence.id, desk.kim, TUESDAY + HOUR)
    with pytest.raises(NotFoundError, match="no absence 99"):
        await come_back(desk.store, 99, desk.kim, TUESDAY)


async def test_r14_a_promised_call_in_days_off_stays_and_is_shown_aloud(desk: Desk):
    one = await desk.enroll(promised_on=date(2026, 2, 18))
    entered = await away(desk, "2026-02-16", "2026-02-20")
    assert (entered.told.promised, entered.told.promised_count, entered.told.recalls_moved) == ((ANN,), 1, 0)
    assert await recall(desk, one) == datetime(2026, 2, 18, 12, 30, tzinfo=UTC)
    [row] = await calls(desk, TUESDAY)
    assert row.notice == "promised, and Kim Lee is away until Saturday 21 February: hand it over, or call from there"


async def test_r17_hours_are_kept_for_those_enrolled_and_those_who_follow(desk: Desk):
    one = await desk.enroll(opt_in_words="You may write to me.")
    kept = await keep_hours(desk.store, KIM, hours_of(["mon-fri 08:00-17:00"]), None, desk.kim, TUESDAY)
    assert (kept.hours, kept.time_zone, kept.told.recalls_moved) == ("mon-fri 08:00-17:00", "America/New_York", 1)
    assert await recall(desk, one) == datetime(2026, 2, 17, 13, tzinfo=UTC)
    two = await desk.enroll("bob@firm.example.com", TUESDAY, opt_in_words="You may write to me.")
    assert await recall(desk, two) == datetime(2026, 2, 17, 13, tzinfo=UTC)  # Tue 6 Jan + 42 days
    assert [row.notice for row in await calls(desk, TUESDAY)] == ["", ""]
    assert (await show_hours(desk.store, KIM, TUESDAY)).hours == "mon-fri 08:00-17:00"
    cleared = await keep_hours(desk.store, KIM, (), None, desk.kim, TUESDAY)
    assert (cleared.hours, cleared.told.recalls_moved) == ("", 2)
    assert await recall(desk, one) == datetime(2026, 2, 17, 12, 30, tzinfo=UTC)


async def test_r17_hours_that_never_meet_the_call_window_are_told_wherever_a_rep_looks(desk: Desk):
    await desk.enroll()
    kept = await keep_hours(desk.store, KIM, hours_of(["mon-fri 09:00-17:00"]), "Australia/Sydney", desk.kim, TUESDAY)
    assert (kept.told.unmet, kept.told.unmet_count, kept.told.recalls_moved) == ((ANN,), 1, 0)
    await desk.add("bob@firm.example.com")
    enrolled = await desk.ask("bob@firm.example.com", TUESDAY)
    assert isinstance(enrolled, Enrolled)
    assert not enrolled.meets_hours
    first = (await calls(desk, TUESDAY))[0]  # 6 July, 07:30 in New York
    assert first.notice == "outside Kim Lee's hours, mon-fri 09:00-17:00: it is Monday 21:30 in Australia/Sydney then"


async def test_a_telling_that_was_cut_off_is_finished_by_the_service(desk: Desk):
    one = await desk.enroll(opt_in_words="You may write to me.")
    office = Office(desk, one, await desk.due(one, at=TUESDAY + 90 * DAY))
    async with desk.store.begin() as unit:  # and then the process was killed
        zone = (await desk.open(one)).terms.zone
        await absences.keep_times(unit, desk.rep_id, zone, hours_of(["mon-fri 08:00-17:00"]))
    assert await finish_telling(office.sending) == 1
    assert await recall(desk, one) == datetime(2026, 2, 17, 13, tzinfo=UTC)
    assert await finish_telling(office.sending) == 0


async def test_days_off_need_a_time_zone_and_a_rep(desk: Desk):
    async with desk.store.begin() as unit:
        await reps.add(unit, reps.NewRep("Lee Kim", "lee@seller.example"), MONDAY)
    with pytest.raises(HoursError, match="has no time zone yet"):
        await go_away(desk.store, Away("lee@seller.example", NEXT_MONDAY, NEXT_MONDAY), desk.kim, TUESDAY)
    with pytest.raises(NotFoundError, match="no rep bob"):
        await go_away(desk.store, Away("bob@seller.example", NEXT_MONDAY, NEXT_MONDAY), desk.kim, TUESDAY)
    with pytest.raises(HoursError, match='"Mars" is no time zone'):
        await keep_hours(desk.store, KIM, (), "Mars", desk.kim, TUESDAY + timedelta(hours=1))
