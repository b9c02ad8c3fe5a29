"""Brakes on real rows: complaints of a sending domain, dead addresses of a mailbox, paused and never resumed."""

from dataclasses import replace
from datetime import timedelta

import pytest

from drip.actions.brake import Braked, brake
from drip.actions.happen import Context
from drip.actions.record_return import record_return
from drip.actions.resume_mailbox import resume_mailbox
from drip.actions.sending import Sending
from drip.actions.whose import Whose
from drip.domain.brake import Brakes
from drip.domain.send import State
from drip.store import mailboxes, sends
from drip.store.sends import NewSend
from drip.store.tables import sends as send_table
from tests.actions.desk import DAY, Desk
from tests.actions.test_sending_chores import HOUR, TUESDAY, Office
from workers.engine import Engine

EMAILS = tuple(f"p{n}@firm{n}.example.com" for n in range(4))


async def went(desk: Desk, number: int) -> list[int]:
    """Some prospects, and `number` letters of the mailbox that were accepted on Tuesday; the enrollments."""
    ids = [await desk.enroll(email) for email in EMAILS]
    one = await desk.open(ids[0])
    new = NewSend(ids[0], one.prospect_id, desk.mailbox_id, one.version_id, 1, "x", "x", 1, TUESDAY)
    gone = {
        "state": "accepted",
        "settled_at": TUESDAY,
        "handed_at": TUESDAY,
        "message_id": "<1@x>",
        "dated_at": TUESDAY,
    }
    async with desk.store.begin() as unit:
        for run in range(1, number + 1):
            await sends.add(unit, [replace(new, run=run)], TUESDAY)
            await unit.run(send_table.update().where(send_table.c.run == run, send_table.c.key == "x").values(**gone))
    return ids


def sending(desk: Desk, hours: float = 1, brakes: Brakes | None = None) -> Sending:
    """As of some hours after Tuesday's letters."""
    office = Office(desk, 0, 0)
    office.now = TUESDAY + hours * HOUR
    return replace(office.sending, brakes=brakes or Brakes())


async def came_back(desk: Desk, what: str, *ids: int, hours: float = 0.5) -> None:
    """Something came back from these people."""
    for one in ids:
        await record_return(desk.store, Whose(enrollment_id=one), what, Context("service"), TUESDAY + hours * HOUR)


async def state(desk: Desk) -> tuple[str, str | None, str | None]:
    """The mailbox's state, the reason of its pause, and what is warned of."""
    async with desk.store.reading() as unit:
        box = await mailboxes.by_name(unit, "kim")
    assert box is not None
    return box.state, box.paused_reason, box.warning


async def test_m44_one_complaint_warns_once_and_two_pause(desk: Desk) -> None:
    ids = await went(desk, 30)
    assert await brake(sending(desk)) == Braked({}, {})
    await came_back(desk, "complaint", ids[0])
    why = "3.3 % of 30 letters in a week were called spam (1); we stop at 0.3 %"
    assert await brake(sending(desk)) == Braked({}, {desk.mailbox_id: why})
    assert await brake(sending(desk)) == Braked({}, {})
    assert await state(desk) == ("active", None, why)
    await came_back(desk, "complaint", ids[1])
    done = await brake(sending(desk))
    assert done.paused == {desk.mailbox_id: "6.7 % of 30 letters in a week were called spam (2); we stop at 0.3 %"}
    assert await brake(sending(desk)) == Braked({}, {})
    assert (await state(desk))[0] == "paused"


async def test_m44_a_brake_never_lets_go_by_itself_and_a_resumed_mailbox_begins_anew(desk: Desk) -> None:
    await came_back(desk, "complaint", *(await went(desk, 30))[:2])
    await brake(sending(desk))
    await brake(sending(desk, hours=24 * 30))
    assert (await state(desk))[0] == "paused"
    await resume_mailbox(desk.store, "kim", TUESDAY + HOUR)
    assert await brake(sending(desk, hours=2)) == Braked({}, {})
    assert await state(desk) == ("active", None, None)


async def test_m44_complaints_count_for_every_mailbox_of_the_domain(desk: Desk) -> None:
    await came_back(desk, "complaint", *(await went(desk, 30))[:2])
    async with desk.store.begin() as unit:
        for name, domain in (("sales", "seller.example"), ("other", "other.example")):
            await mailboxes.add(unit, mailboxes.NewMailbox(name, f"{name}@{domain}", "127.0.0.1", 25, "none"), TUESDAY)
    await brake(sending(desk))
    async with desk.store.reading() as unit:
        assert {box.name: box.state for box in await mailboxes.listing(unit)} == {
            "kim": "paused",
            "sales": "paused",
            "other": "active",
        }


@pytest.mark.parametrize(("complaints", "said"), [(1, "mailbox.warned"), (2, "mailbox.paused")])
async def test_m44_what_a_brake_did_is_said_aloud_with_the_reason(
    desk: Desk, capsys: pytest.CaptureFixture[str], complaints: int, said: str
) -> None:
    await came_back(desk, "complaint", *(await went(desk, 30))[:complaints])
    await Engine(sending(desk)).do_chore("brake")
    [line] = [line for line in "".join(capsys.readouterr()).splitlines() if "mailbox." in line]
    assert said in line
    assert "were called spam" in line


@pytest.mark.parametrize(("volume", "pauses"), [(40, True), (41, False)])
async def test_dead_addresses_pause_above_a_volume_and_letters_stay(desk: Desk, volume: int, pauses: bool) -> None:
    ids = await went(desk, 40)
    await came_back(desk, "hard_bounce", ids[1], ids[2])  # 2 of 40 are 5 %
    waiting = await desk.due(ids[3], at=TUESDAY)
    done = await brake(sending(desk, brakes=Brakes(bounces_volume=volume)))
    assert (desk.mailbox_id in done.paused) is pauses
    assert await desk.state(waiting) is State.DUE


async def test_what_is_older_than_a_day_is_no_bounce_of_the_day(desk: Desk) -> None:
    ids = await went(desk, 40)
    await came_back(desk, "hard_bounce", ids[1], ids[2])
    later = sending(desk, hours=24.6, brakes=Brakes(bounces_volume=1))
    assert await brake(later) == Braked({}, {})


async def test_a_warning_ends_when_the_week_is_over(desk: Desk) -> None:
    await came_back(desk, "complaint", (await went(desk, 30))[0])
    await brake(sending(desk))
    assert (await state(desk))[2] is not None
    await brake(sending(desk, hours=7 * DAY / timedelta(hours=1) + 1))
    assert (await state(desk))[2] is None
