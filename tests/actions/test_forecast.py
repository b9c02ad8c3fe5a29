"""A forecast from a real database: letters, calls, whose they are, and the mailboxes' pace (R41)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from drip.actions.forecast import Asked, Forecast, forecast
from drip.actions.forecasting.expected import Coming, Kind
from drip.actions.forecasting.tally import Counts, Each, Place, Tally
from drip.actions.pause_mailbox import pause_mailbox
from drip.actions.whose import NotFoundError
from drip.domain.campaign import Campaign, Consent, Step
from drip.domain.enrollment import State
from drip.store import enrollments, leases, mailboxes, reps, sends
from drip.store.tables import enrollments as enrollments_table
from drip.store.tables import sends as sends_table
from tests.actions.desk import ANN, DAY, MONDAY, Desk

TUESDAY = date(2026, 1, 6)
# What asks the database nothing of its own runs on PostgreSQL with --long only.
quickly = pytest.mark.parametrize(
    "migrated_url", ["sqlite", pytest.param("postgresql", marks=pytest.mark.long)], indirect=True
)


async def foretold(desk: Desk, now: datetime = MONDAY, **asked: Any) -> list[Coming]:
    """Everything that comes, in order of time."""
    return sorted((await made(desk, now, **asked))[1], key=lambda one: (one.at, one.email))


async def made(desk: Desk, now: datetime = MONDAY, **asked: Any) -> tuple[Forecast, list[Coming]]:
    told: list[Coming] = []
    found = await forecast(desk.store, Asked(**asked), now, now, told.append)
    return found, told


def shown(told: list[Coming]) -> list[tuple[str, str, str | None]]:
    return [(one.day.isoformat(), str(one.kind), one.step or one.reason) for one in told]


async def change_mailbox(desk: Desk, **values: Any) -> None:
    async with desk.store.begin() as unit:
        await mailboxes.change(unit, desk.mailbox_id, values)


async def test_r41_letters_and_calls_come_as_the_rules_say(desk: Desk):
    one = await desk.enroll()
    found = await foretold(desk, weeks=27)
    # The first letter a business day after Monday 5 January; then the 6th of each month (6 June is a Saturday).
    # Four steps, so after 6 April the campaign is done and the call comes forward, four business days on.
    assert shown(found) == [
        ("2026-01-06", "letter", "downtime"),
        ("2026-02-06", "letter", "checklist"),
        ("2026-03-06", "letter", "spares"),
        ("2026-04-06", "letter", "energy"),
        ("2026-04-10", "call", "completed"),
    ]
    assert {(one.email, one.enrollment_id, one.campaign) for one in found} == {(ANN, one, "monthly-value")}
    assert [one.n for one in found] == [1, 2, 3, 4, None]


@quickly
async def test_nothing_is_written_and_the_same_is_said_again(desk: Desk):
    one = await desk.enroll()
    before, told = await desk.open(one), await desk.told(one)
    assert await foretold(desk, weeks=52) == await foretold(desk, weeks=52)
    assert (await desk.open(one), await desk.told(one)) == (before, told)


@quickly
async def test_a_letter_under_way_is_foretold_for_now(desk: Desk):
    one = await desk.enroll()
    noon = MONDAY + DAY + timedelta(hours=2)
    await desk.due(one, at=noon)
    [letter, *_] = await foretold(desk, noon)
    assert (letter.step, letter.n, letter.at) == ("downtime", 1, noon)


async def test_a_letter_that_was_deferred_is_foretold_for_when_it_goes_again(desk: Desk):
    noon = MONDAY + DAY + timedelta(hours=2)
    await desk.due(await desk.enroll(), at=noon)
    async with desk.store.begin() as unit:
        machine = await leases.machine_time(unit, noon)
        await unit.run(update(sends_table).values(retry_at=machine + timedelta(minutes=40)))
    [letter] = await foretold(desk, noon)
    late = letter.at - noon  # forty minutes, less what a server's clock has gone on since
    assert timedelta(minutes=39) < late <= timedelta(minutes=40)


@quickly
async def test_a_call_of_an_earlier_day_is_owed_today(desk: Desk):
    await desk.enroll(promised_on=date(2026, 1, 15))
    friday = datetime(2026, 1, 16, 15, tzinfo=UTC)
    [call, *_] = await foretold(desk, friday)
    assert (call.kind, call.day, call.owed, call.promised) == (Kind.CALL, date(2026, 1, 16), True, True)
    assert call.at == datetime(2026, 1, 15, 12, 30, tzinfo=UTC)  # half past seven in New York
    thursday = datetime(2026, 1, 15, 15, tzinfo=UTC)
    [call, *_] = await foretold(desk, thursday)
    assert (call.day, call.owed) == (date(2026, 1, 15), False)


@quickly
async def test_an_invitation_and_a_closing_email_are_told_apart(desk: Desk):
    invited = Campaign("Monthly value", (Step("ask", "m/ask"), Step("more", "m/more")), "monthly-value")
    desk.version_id = await desk.publish(
        Campaign(**{name: getattr(invited, name) for name in ("name", "steps", "key")}, consent=Consent.OPT_IN)
    )
    await desk.enroll()
    found = await foretold(desk, weeks=8)
    assert shown(found) == [("2026-01-06", "invitation", "ask")]


@quickly
async def test_letters_of_a_paused_mailbox_wait_and_calls_do_not(desk: Desk):
    await desk.enroll(promised_on=date(2026, 1, 27))
    await pause_mailbox(desk.store, "kim", "too many came back", MONDAY)
    found, told = await made(desk)
    assert [(one.kind, one.day, one.waits) for one in told] == [
        (Kind.LETTER, TUESDAY, "paused"),
        (Kind.CALL, date(2026, 1, 27), None),
    ]
    assert found.loads == {}


async def test_days_over_the_pace_of_a_mailbox_are_told(desk: Desk):
    for number in range(5):
        await desk.enroll(f"p{number}@acme.example.com")
    await change_mailbox(desk, per_day=3)
    found, _ = await made(desk, weeks=2)
    # Five letters are due on Tuesday 6 January and three may go; the others go on Wednesday.
    assert {day: (load.letters, load.pace, load.over) for (_, day), load in found.loads.items()} == {
        TUESDAY: (5, 3, 2),
    }
    await change_mailbox(desk, per_day=None, warm_up={"start": 1, "step": 1})
    found, _ = await made(desk, weeks=2)
    # 1 on Tuesday, 2 on Wednesday, 3 on Thursday: 4, 2 and 0 are left over.
    assert {day: (load.letters, load.pace, load.over) for (_, day), load in found.loads.items()} == {
        TUESDAY: (5, 1, 4),
        date(2026, 1, 7): (0, 2, 2),
    }
    await change_mailbox(desk, warm_up=None, domain_pace={"acme.example.com": {"day": 2}})
    found, _ = await made(desk, weeks=2)
    # Two a day to them: 3 are left over on Tuesday, 1 on Wednesday.
    assert {day: (load.letters, load.pace, load.over) for (_, day), load in found.loads.items()} == {
        TUESDAY: (5, None, 3),
        date(2026, 1, 7): (0, None, 1),
    }


@quickly
async def test_what_left_in_the_last_24_hours_counts_against_the_pace(desk: Desk):
    for number in range(4):
        await desk.enroll(f"p{number}@acme.example.com")
    await change_mailbox(desk, per_day=3)
    # Somebody else got a letter at 21:50 UTC on Monday: one room less until nearly the end of Tuesday's window.
    ended = await desk.enroll("gone@acme.example.com")
    send_id = await desk.due(ended)
    evening = MONDAY.replace(hour=21, minute=50)
    async with desk.store.begin() as unit:
        await unit.run(
            update(sends_table)
            .where(sends_table.c.id == send_id)
            .values(state="accepted", message_id="<1@x>", dated_at=MONDAY, handed_at=evening, settled_at=evening)
        )
        await unit.run(
            update(enrollments_table)
            .where(enrollments_table.c.id == ended)
            .values(state=State.ENDED, closed_reason="mistake", closed_at=evening, next_at=None)
        )
        gone = await sends.count_by_state(unit)
    assert sum(gone.values()) == 1
    if desk.store.kind == "sqlite":  # a server has its own clock, which says 2026 or later
        night = MONDAY.replace(hour=23)
        found, _ = await made(desk, night, weeks=1)
        assert {load.over for (_, day), load in found.loads.items() if day == TUESDAY} == {1}


async def test_only_what_was_asked_for_is_told_but_the_pace_counts_everything(desk: Desk):
    async with desk.store.begin() as unit:
        await reps.add(unit, reps.NewRep("Lou Ray", "lou@seller.example"), MONDAY)
    await desk.enroll("mine@acme.example.com")
    theirs = await desk.enroll("theirs@acme.example.com")
    async with desk.store.begin() as unit:
        await unit.run(update(enrollments_table).where(enrollments_table.c.id == theirs).values(rep_id=2))
    await change_mailbox(desk, per_day=1)
    found, told = await made(desk, rep="Lou@Seller.example")
    assert {one.email for one in told} == {"theirs@acme.example.com"}
    assert [(load.letters, load.over) for load in found.loads.values()] == [(2, 1)]
    assert {one.email for one in await foretold(desk, mailbox="kim")} == {
        "mine@acme.example.com",
        "theirs@acme.example.com",
    }
    assert len(await foretold(desk, campaign="monthly-value", rep="kim@seller.example")) == 1


@quickly
async def test_what_was_enrolled_before_its_rep_had_a_mailbox_goes_by_the_one_of_now(desk: Desk):
    one = await desk.enroll()
    async with desk.store.begin() as unit:
        await unit.run(update(enrollments_table).where(enrollments_table.c.id == one).values(mailbox_id=None))
    [letter] = await foretold(desk, mailbox="kim")
    assert letter.mailbox_id == desk.mailbox_id


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"rep": "who@seller.example"}, "There is no rep who@seller.example. `drip rep list`"),
        ({"mailbox": "nobody"}, 'There is no mailbox "nobody". Mailboxes: kim'),
        ({"campaign": "weekly"}, 'No campaign "weekly" is published. Published: monthly-value'),
    ],
)
@quickly
async def test_somebody_who_is_not_there_is_told(desk: Desk, asked: dict[str, str], said: str):
    with pytest.raises(NotFoundError, match=said.replace(".", r"\.")):
        await foretold(desk, **asked)


@quickly
async def test_one_that_cannot_be_read_is_left_out_and_counted(desk: Desk):
    await desk.enroll("fine@acme.example.com")
    broken = await desk.enroll("broken@acme.example.com")
    async with desk.store.begin() as unit:
        mine = enrollments_table.c.id == broken
        await unit.run(update(enrollments_table).where(mine).values(time_zone="Mars/Olympus"))
    found, told = await made(desk)
    assert found.unreadable == 1
    assert {one.email for one in told} == {"fine@acme.example.com"}


@quickly
async def test_one_that_waits_for_a_person_only_owes_its_call(desk: Desk):
    one = await desk.enroll(promised_on=date(2026, 1, 27))
    async with desk.store.begin() as unit:
        await enrollments.set_next(unit, {one: None})
    assert shown(await foretold(desk)) == [("2026-01-27", "call", "promised")]


@quickly
async def test_pages_leave_nobody_out(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("drip.actions.forecast.PAGE", 2)
    for number in range(5):
        await desk.enroll(f"p{number}@acme.example.com")
    seen: list[tuple[int, int]] = []
    told: list[Coming] = []
    await forecast(desk.store, Asked(), MONDAY, MONDAY, told.append, lambda done, of: seen.append((done, of)))
    assert seen == [(0, 5), (2, 5), (4, 5), (5, 5)]
    assert {one.email for one in told} == {f"p{number}@acme.example.com" for number in range(5)}


@quickly
async def test_a_tally_counts_by_day_week_rep_mailbox_and_campaign(desk: Desk):
    await desk.enroll("a@acme.example.com")
    await desk.enroll("b@acme.example.com", promised_on=date(2026, 1, 15))
    tally = Tally()
    await forecast(desk.store, Asked(weeks=1), MONDAY, MONDAY, tally.add)
    place = Place(TUESDAY, desk.rep_id, desk.mailbox_id, "monthly-value")
    assert dict(tally.by(Each.DAY)) == {place: Counts(letters=2)}
    tally = Tally()
    await forecast(desk.store, Asked(weeks=2), MONDAY, MONDAY, tally.add)
    monday = date(2026, 1, 12)
    assert dict(tally.by_period(Each.WEEK)) == {date(2026, 1, 5): Counts(letters=2), monday: Counts(calls=1)}
    assert dict(tally.of_reps()) == {desk.rep_id: Counts(letters=2, calls=1)}
    assert dict(tally.of_mailboxes()) == {desk.mailbox_id: Counts(letters=2, calls=1)}
    assert dict(tally.of_campaigns()) == {"monthly-value": Counts(letters=2, calls=1)}
    assert tally.most_calls() == {desk.rep_id: (1, date(2026, 1, 15))}
