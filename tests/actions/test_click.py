"""A person's click is hearing; a scanner's is not, and a forged index leads nowhere (R25)."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from drip.actions.click import Click, Visiting, click
from drip.actions.happen import Context, happen
from drip.actions.whose import NotFoundError
from drip.domain.facts import EmailSent
from drip.store import visits
from drip.store.engine import Store
from drip.store.tables import sends
from tests.actions.desk import DAY, MONDAY, Desk

LEFT = MONDAY + DAY  # Tuesday 6 January, 10:00 in New York
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0"
LATER = LEFT + timedelta(minutes=5)


async def handed(desk: Desk) -> tuple[int, int]:
    """An enrollment whose first letter left on Tuesday with two value links; its id and the letter's."""
    one = await desk.enroll()
    letter = await desk.due(one, at=LEFT)
    async with desk.store.begin() as unit:
        settled = {
            "state": "accepted",
            "settled_at": LEFT,
            "handed_at": LEFT,
            "dated_at": LEFT,
            "message_id": "<a@b>",
            "destinations": ["https://example.com/a", "https://example.com/b"],
        }
        await unit.run(sends.update().where(sends.c.id == letter).values(settled))
        await happen(unit, one, EmailSent(LEFT, "downtime"), Context("service", send_id=letter))
    return one, letter


async def visit(store: Store, letter: int, at: datetime, **more: object) -> Click:
    """Somebody opens the first value link."""
    wanted = Visiting(letter, "to", 0, user_agent=FIREFOX)
    return await click(store, replace(wanted, **more), at)  # type: ignore[arg-type]


async def test_r25_a_persons_click_is_hearing(desk: Desk):
    one, letter = await handed(desk)
    found = await visit(desk.store, letter, LATER)
    assert (found.judged, found.destination) == ("person", "https://example.com/a")
    assert (await desk.open(one)).enrollment.heard_at == LATER
    assert ("heard", "click") in await desk.told(one)


@pytest.mark.parametrize(
    ("sign", "seconds", "more"),
    [
        ("head", 300, {"method": "HEAD"}),
        ("agent", 300, {"user_agent": ""}),
        ("agent", 300, {"user_agent": "python-requests/2.32"}),
        ("agent", 300, {"user_agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"}),
        ("agent", 300, {"user_agent": "Barracuda Sentinel (EE)"}),
        ("early", 59, {}),
        (None, 60, {}),
    ],
)
async def test_r25_a_scanner_is_told_by_its_signs(desk: Desk, sign: str | None, seconds: int, more: dict[str, str]):
    one, letter = await handed(desk)
    before = (await desk.open(one)).enrollment.heard_at
    found = await visit(desk.store, letter, LEFT + timedelta(seconds=seconds), **more)
    assert found.why == sign
    assert ((await desk.open(one)).enrollment.heard_at == before) is (sign is not None)


async def test_r25_who_opens_three_links_in_ten_seconds_is_a_scanner(desk: Desk):
    _, letter = await handed(desk)
    for second, (link, index) in enumerate([("to", 0), ("to", 1), ("view", None)]):
        found = await visit(desk.store, letter, LATER + timedelta(seconds=second), link=link, index=index)
    assert found.why == "burst"
    async with desk.store.reading() as unit:
        assert [one.judged for one in await visits.of_send(unit, letter)] == ["scanner"] * 3


async def test_r25_the_same_link_again_and_again_is_a_person(desk: Desk):
    _, letter = await handed(desk)
    found = [await visit(desk.store, letter, LATER + timedelta(seconds=second)) for second in range(4)]
    assert {one.judged for one in found} == {"person"}


@pytest.mark.parametrize("link", ["opt_out", "close_file", "less_often"])
async def test_r33_opening_a_page_to_stop_is_not_hearing_yet(desk: Desk, link: str):
    one, letter = await handed(desk)
    before = await desk.told(one)
    assert (await visit(desk.store, letter, LATER, link=link, index=None)).judged == "person"
    assert await desk.told(one) == before


@pytest.mark.parametrize("index", [-1, 2, None])
async def test_an_index_the_letter_does_not_have_leads_nowhere(desk: Desk, index: int | None):
    _, letter = await handed(desk)
    assert (await visit(desk.store, letter, LATER, index=index)).destination is None


async def test_an_unknown_letter_is_said_so(desk: Desk):
    with pytest.raises(NotFoundError, match="send 99"):
        await visit(desk.store, 99, LATER)
