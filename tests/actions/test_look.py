"""What there is to do: where no mail to our own people is sent, none of it keeps anybody waiting."""

from dataclasses import replace

import pytest

from drip.actions.look import look
from drip.store import leases, notices
from drip.store.notices import NewNotice
from tests.actions.desk import DAY, MONDAY, Desk
from tests.actions.posting import Posting


@pytest.mark.parametrize("sent", [True, False])
async def test_a_due_notice_is_something_to_do_only_where_notices_are_sent(desk: Desk, sent: bool) -> None:
    async with desk.store.begin() as unit:
        await notices.add(unit, [NewNotice("alert", "alert/1", desk.rep_id, MONDAY, MONDAY + DAY)], MONDAY)
    sending = replace(Posting(desk).sending, notices=sent)
    async with desk.store.glance() as unit:
        view, next_at = await look(unit, sending, await leases.machine_time(unit, MONDAY))
    assert (view.moves, view.notices) == (sent, sent)
    assert (next_at is None) is not sent
