"""A step that continues goes on in the thread of the letter that was accepted before it (MAIL 6)."""

import email
import email.policy
from dataclasses import replace

import pytest_asyncio

from drip.actions.plan import plan_due
from drip.domain.campaign import Step
from drip.domain.outcome import Kind, Outcome, Phase
from drip.store import tables
from drip.store.engine import Store
from tests.actions.desk import ANN, CAMPAIGN, Desk
from tests.actions.test_sending_chores import ACCEPTED, TUESDAY, Office
from tests.store.test_sends_protocol import change

KEYS = ("downtime", "checklist", "spares", "energy")
CONTINUING = replace(CAMPAIGN, steps=tuple(Step(key, key, continues=key in ("checklist", "spares")) for key in KEYS))


@pytest_asyncio.fixture
async def office(store: Store) -> Office:
    """Ann's first letter is due; the second and the third continue, the fourth does not."""
    desk = await Desk.set_up(store, CONTINUING)
    enrollment_id = await desk.enroll(ANN)
    return Office(desk, enrollment_id, await desk.due(enrollment_id, at=TUESDAY))


async def sent(office: Office, outcome: Outcome = ACCEPTED) -> dict[str, str]:
    """The header fields of the letter that is due, which ends like this."""
    batch = await office.hand_over()
    assert await office.land(batch, outcome)
    message = email.message_from_bytes(batch.ready[0].letter.data, policy=email.policy.default)
    return {
        name: str(message[name]) for name in ("Subject", "Message-ID", "In-Reply-To", "References") if message[name]
    }


async def following(office: Office) -> Office:
    """The next letter is due: planned at its own moment."""
    moment = (await office.desk.open(office.enrollment_id)).next_at
    assert moment is not None
    assert (await plan_due(office.desk.store, moment)).made == 1
    later = Office(office.desk, office.enrollment_id, office.send_id + 1)
    later.now = later.machine = moment
    return later


async def test_m06_a_step_that_continues_answers_the_accepted_one_and_refers_to_all_before(office: Office) -> None:
    first = await sent(office)
    second = await sent(office := await following(office))
    third = await sent(office := await following(office))
    fourth = await sent(await following(office))
    assert set(first) == set(fourth) == {"Subject", "Message-ID"}
    assert first["Subject"] == fourth["Subject"] == "Hello"
    assert second["Subject"] == third["Subject"] == "Re: Hello"
    assert second["In-Reply-To"] == second["References"] == first["Message-ID"]
    assert third["In-Reply-To"] == second["Message-ID"]
    assert third["References"] == f"{first['Message-ID']} {second['Message-ID']}"


async def test_m06_what_no_server_took_is_not_continued(office: Office) -> None:
    await sent(office, Outcome(Kind.REFUSED, Phase.BODY, 554, "5.7.1", "looks like spam"))
    second = await sent(await following(office))
    assert set(second) == {"Subject", "Message-ID"}
    assert second["Subject"] == "Hello"


async def test_m06_a_retry_continues_what_the_first_try_did(office: Office) -> None:
    first = await sent(office)
    again = await following(office)
    batch = await again.hand_over()
    assert await again.land(batch, Outcome(Kind.DEFERRED, Phase.RCPT, 451, "4.3.0", "later"))
    await change(again.desk.store, tables.sends, again.send_id, retry_at=None)
    await change(again.desk.store, tables.sends, office.send_id, subject="Other words")
    [after] = (await again.take()).ready
    assert after.letter == batch.ready[0].letter
    assert first["Message-ID"].encode() in after.letter.data
