"""`drip sends uncertain|resolve`, as typed."""

import asyncio

import pytest

from drip.store.engine import open_store
from tests.actions.desk import ANN, Desk
from tests.actions.test_resolve_send import LOST
from tests.actions.test_sending_chores import TUESDAY, Office
from tests.unit.cli.typing_in import Terminal

BOB = "bob@beta.example.com"


async def lose(*emails: str) -> None:
    """Hand these people's letters over, and lose the answers."""
    store = open_store("sqlite+aiosqlite:///drip.db")
    desk = await Desk.set_up(store)
    for email in emails:
        enrollment_id = await desk.enroll(email)
        office = Office(desk, enrollment_id, await desk.due(enrollment_id, at=TUESDAY))
        await office.land(await office.hand_over(), LOST)
    await store.close()


def test_with_nothing_uncertain_it_says_so(drip: Terminal) -> None:
    told = drip("sends uncertain")
    assert (told.code, told.out) == (0, "")
    assert "No letter is uncertain" in told.err
    assert drip("sends resolve all accepted").code == 0
    for number in ("7", "9" * 19, "9" * 5_000):
        unknown = drip(f"sends resolve {number} accepted")
        assert unknown.code == 2
        assert f"There is no letter {number}. `drip sends uncertain`" in unknown.err.replace("\n", " ")


def test_uncertain_letters_are_shown_and_resolved_one_by_one_and_together(drip: Terminal) -> None:
    asyncio.run(lose(ANN, BOB))
    shown = " ".join(drip("sends uncertain").out.split())
    assert ANN in shown and "downtime" in shown and "It is left as it is, as the mailbox says." in shown
    first, second = drip("sends uncertain --json --mailbox kim").objects
    assert (first["email"], second["email"], first["policy"], first["phase"]) == (ANN, BOB, "left", "body")
    told = drip(f"sends resolve {first['id']} accepted --by kim@seller.example --reason 'in the log'")
    assert told.out == f'The letter "downtime" to {ANN} ({first["id"]}) counts as arrived.\n'
    again = drip(f"sends resolve {first['id']} accepted")
    assert again.code == 1
    assert "is accepted, not uncertain" in again.err
    assert drip("sends resolve all again --mailbox kim --json").objects == [
        {"id": second["id"], "email": BOB, "step_key": "downtime", "what": "again"}
    ]
    assert drip("sends uncertain").out == ""
    assert "in the log" in drip(f"timeline {ANN}").out


@pytest.mark.parametrize("words", ["x accepted", "1 perhaps", "1 accepted --mailbox kim", "all accepted --mailbox bob"])
def test_what_cannot_be_meant_is_refused(drip: Terminal, words: str) -> None:
    assert drip(f"sends resolve {words}").code == 2
