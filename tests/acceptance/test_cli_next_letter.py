"""When a prospect's next letter goes stands below their timeline and in `prospect show`, as the forecast has it."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from drip.store import business_time, tables
from drip.store.engine import open_store
from tests.actions.desk import ANN, MONDAY, Desk
from tests.unit.cli.typing_in import Terminal

BOB = "bob@beta.example.com"


@pytest.fixture
def drip(drip: Terminal) -> Terminal:
    """A terminal in a folder with a database in which it is Monday, and Ann and Bob are enrolled."""
    asyncio.run(_enroll())
    return drip


async def _enroll() -> None:
    store = open_store("sqlite+aiosqlite:///drip.db")
    desk = await Desk.set_up(store)
    await desk.enroll(BOB)
    await desk.enroll(ANN)
    async with store.begin() as unit:
        await business_time.move(unit, MONDAY + timedelta(hours=1))
    await store.close()


def last_line(drip: Terminal) -> str:
    """What is said below Ann's timeline."""
    return drip(f"timeline {ANN}").out.splitlines()[-1]


def test_r41_the_hour_of_the_next_letter_is_that_of_the_forecast(drip: Terminal) -> None:
    [foretold] = [one for one in drip("forecast --each --json").objects if one["email"] == ANN]
    at = datetime.fromisoformat(foretold["at"])
    assert (at.date().isoformat(), at.utcoffset()) == ("2026-01-06", timedelta(hours=-5)), "a business day on"
    said = f"letter 1: downtime, on Tue 6 Jan 2026 at {at:%H:%M} (America/New_York)"
    assert last_line(drip) == f"Next, if nothing else happens: {said}."
    assert f"Next {said}" in " ".join(drip(f"prospect show {ANN}").out.split())
    coming = drip(f"prospect show {ANN} --json").objects[0]["next_letter"]
    assert (coming["email"], coming["step"], datetime.fromisoformat(coming["at"])) == (ANN, "downtime", at)


def test_a_letter_that_waits_for_its_mailbox_says_so(drip: Terminal) -> None:
    assert drip("mailbox pause kim --reason holiday").code == 0
    assert "letter 1: downtime (waits: its mailbox is paused), on Tue 6 Jan 2026 at " in last_line(drip)


def test_a_mailbox_shows_by_which_clock_its_day_is_counted_where_business_time_jumps(drip: Terminal) -> None:
    shown = " ".join(drip("mailbox show kim").out.split())
    assert "; 0 sent (by this machine's clock; in a demo months pass in seconds)" in shown


def test_a_letter_waits_for_a_postal_address_and_the_forecast_says_how_to_give_one(drip: Terminal) -> None:
    command = 'drip mailbox set kim --postal-address "FIRM, STREET, TOWN"'
    assert command not in drip("forecast").err
    asyncio.run(_forget_the_postal_address())
    assert "letter 1: downtime (waits: its mailbox has no postal address), on Tue 6 Jan 2026" in last_line(drip)
    counted, listed_each = drip("forecast"), drip("forecast --each")
    assert "it has no postal address: " in counted.out and counted.err.count(command) == 1
    assert (
        "(waits: its mailbox has no postal address)" in " ".join(listed_each.out.split())
        and listed_each.err.count(command) == 1
    )
    assert drip("forecast --each --json").objects[0]["waits"] == "no_postal_address"
    assert command in drip("doctor").out
    assert drip('mailbox set kim --postal-address "400 Mill Street, Dayton"').code == 0
    assert "waits" not in last_line(drip)


async def _forget_the_postal_address() -> None:
    """As a mailbox is kept that was added without one."""
    store = open_store("sqlite+aiosqlite:///drip.db")
    async with store.begin() as unit:
        await unit.run(update(tables.mailboxes).values(postal_address=""))
    await store.close()


def test_where_none_comes_it_says_what_would_bring_it(drip: Terminal) -> None:
    assert drip(f"enrollment pause {ANN}").code == 0
    assert last_line(drip) == f"Next: no letter while they are paused: `drip enrollment resume {ANN}`."
    assert drip(f"enrollment resume {ANN}").code == 0
    assert drip(f"reply record {ANN}").code == 0
    waits = f"Next: no letter before the rep has dealt with what waits: `drip reply resolve {ANN}`."
    assert last_line(drip) == waits
    assert "Next " not in drip(f"prospect show {ANN}").out
    assert drip(f"prospect show {ANN} --json").objects[0]["next_letter"] is None
    assert drip(f"suppress add {ANN}").code == 0
    assert last_line(drip) == "Next: no letter; the file is opted out."


def test_who_is_in_no_campaign_gets_none(drip: Terminal) -> None:
    assert drip("prospect add cy@third.example").code == 0
    told = drip("timeline cy@third.example")
    assert told.code == 0 and "Nothing has happened to cy@third.example yet" in told.err
    assert drip("prospect show cy@third.example --json").objects[0]["next_letter"] is None


def listed(drip: Terminal) -> str:
    """Ann's line of the list of enrollments."""
    [line] = [one for one in drip("enrollment list").out.splitlines() if ANN in one]
    return line


def test_r41_the_list_of_enrollments_has_the_day_of_the_next_letter_not_that_of_the_next_look(drip: Terminal) -> None:
    [foretold] = [one for one in drip("forecast --each --json").objects if one["email"] == ANN]
    [row] = [one for one in drip("enrollment list --json").objects if one["email"] == ANN]
    assert row["next_letter"]["at"] == foretold["at"]
    assert "Tue 6 Jan 2026" in listed(drip)


def test_the_list_of_enrollments_tells_of_no_letter_to_one_who_said_stop_or_is_paused(drip: Terminal) -> None:
    assert drip(f"enrollment pause {ANN}").code == 0
    assert "Jan 2026" not in listed(drip)
    assert drip(f"enrollment resume {ANN}").code == 0
    assert "Tue 6 Jan 2026" in listed(drip)
    assert drip(f"suppress {ANN}").code == 0
    assert "Jan 2026" not in listed(drip)
    [row] = [one for one in drip("enrollment list --json").objects if one["email"] == ANN]
    assert row["next_letter"] is None


def test_the_list_of_enrollments_says_that_a_letter_waits_for_its_mailbox(drip: Terminal) -> None:
    assert drip("mailbox pause kim --reason holiday").code == 0
    assert "Tue 6 Jan 2026 (waits)" in listed(drip)
