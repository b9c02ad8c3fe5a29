"""A published version never changes; those on their way keep theirs or move, no step twice (R13)."""

from dataclasses import replace
from pathlib import Path

import pytest

from drip.actions.answer_closing import answer_closing
from drip.actions.happen import Context, happen
from drip.actions.move import Moving, move_batch, place
from drip.actions.publish import ChoiceNeededError, PublishError, Publishing, publish
from drip.actions.resolve_send import What, resolve_send
from drip.domain.campaign import AtEnd, Campaign, Step
from drip.domain.enrollment import State
from drip.domain.facts import Answer, EmailSent
from drip.domain.send import State as SendState
from drip.store import campaigns
from drip.store.engine import Store
from tests.actions.desk import DAY, MONDAY, Desk, of
from tests.actions.test_resolve_send import LOST
from tests.actions.test_sending_chores import ACCEPTED, TUESDAY, Office

BODY = (
    "<html><body><p>Hello {{ prospect.first_name | default('there', true) }}, a thought.</p>"
    '<p><a href="{{ links.opt_in }}">Yes, send me these</a> <a href="{{ links.opt_out }}">Stop</a> '
    '<a href="{{ links.view }}">View in browser</a></p>'
    "<p>{{ rep.name }}, {{ sender.name }}, {{ sender.postal_address }}</p></body></html>"
)
CLOSING = BODY.replace(
    '<a href="{{ links.opt_in }}">Yes, send me these</a>',
    '<a href="{{ links.keep_open }}">Keep</a> <a href="{{ links.call_me }}">Call</a> '
    '<a href="{{ links.close_file }}">Close</a>',
)


def campaign_of(*keys: str) -> Campaign:
    """A campaign with these steps."""
    return Campaign("Monthly value", tuple(Step(key, f"monthly-value/{key}") for key in keys), "monthly-value")


def written(folder: Path, *keys: str) -> Publishing:
    """A campaign file with these steps, and its templates."""
    steps = "".join(f'[[steps]]\nkey = "{key}"\n' for key in keys)
    path = folder / "campaigns" / "monthly-value.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(f'name = "Monthly value"\n{steps}')
    for name in [f"monthly-value/{key}" for key in keys] + ["closing-your-file"]:
        letter = folder / "templates" / name
        letter.mkdir(parents=True, exist_ok=True)
        (letter / "subject.txt").write_text("A thought on downtime")
        (letter / "body.html").write_text(CLOSING if name.startswith("closing") else BODY)
    return Publishing(path, folder / "templates", "cli")


@pytest.mark.parametrize(
    ("before", "step", "after", "expected"),
    [
        ("ABCD", 0, "ABCD", 0),
        ("ABCD", 2, "ABCD", 2),
        ("ABCD", 1, "AXBCD", 1),  # a new letter right after the one that was sent
        ("ABCD", 1, "XABCD", 2),  # one put before it comes too late
        ("ABCD", 2, "CABD", 3),  # A and B were sent: only D is left, C stands before them
        ("ABCD", 2, "BAXC", 2),
        ("ABCD", 1, "BCD", 0),  # A is gone, B is next
        ("ABCD", 2, "CD", 0),
        ("ABCD", 2, "XY", 0),
        ("ABCD", 2, "AB", 2),  # nothing left
        ("ABCD", 4, "ABCDE", 4),
        ("ABCD", 4, "XY", 2),
    ],
)
def test_r13_a_place_is_matched_by_step_key(before: str, step: int, after: str, expected: int):
    assert place(campaign_of(*before), step, campaign_of(*after)) == expected


async def test_r13_a_first_version_and_the_same_again(desk: Desk, tmp_path: Path):
    wanted = written(tmp_path, "downtime", "checklist")
    first = await publish(desk.store, wanted, MONDAY)
    assert (first.number, first.new, first.on_the_way) == (2, True, ())  # the desk published one before
    again = await publish(desk.store, wanted, MONDAY)
    assert (again.number, again.new) == (2, False)
    async with desk.store.reading() as unit:
        letters = await campaigns.letters(unit, first.version_id)
    assert set(letters) == {"downtime", "checklist", "closing"}


async def test_r13_it_asks_what_happens_and_shows_who_first(desk: Desk, tmp_path: Path):
    one = await desk.enroll()
    wanted = written(tmp_path, "downtime", "new", "checklist", "spares", "energy")
    with pytest.raises(ChoiceNeededError, match="1 person is on their way"):
        await publish(desk.store, wanted, MONDAY)
    dry = await publish(desk.store, Publishing(wanted.path, wanted.templates, dry_run=True), MONDAY)
    [who] = dry.on_the_way
    assert (who.enrollment_id, who.step, who.moves_to, who.version) == (one, "downtime", "downtime", 1)
    assert (dry.version_id, dry.number) == (None, 2)


async def test_r13_keep_leaves_them_alone(desk: Desk, tmp_path: Path):
    one = await desk.enroll()
    wanted = written(tmp_path, "downtime", "new")
    done = await publish(desk.store, Publishing(wanted.path, wanted.templates, on_the_way="keep"), MONDAY)
    assert done.moved == 0
    assert (await desk.open(one)).version_id == desk.version_id


async def test_r13_move_goes_on_after_the_last_step_that_was_sent(desk: Desk, tmp_path: Path):
    one = await desk.enroll()
    two = await desk.enroll("bob@other.example")
    tuesday = MONDAY + DAY
    async with desk.store.begin() as unit:
        await happen(unit, one, EmailSent(tuesday, "downtime"), Context("service"))
    letter = await desk.due(two, at=tuesday)
    wanted = written(tmp_path, "spares", "downtime", "new", "checklist")
    done = await publish(desk.store, Publishing(wanted.path, wanted.templates, on_the_way="move"), tuesday)
    assert (done.moved, done.left) == (2, ())
    after = await desk.open(one)
    assert after.version_id == done.version_id
    assert after.terms.campaign.steps[after.enrollment.step].key == "new"
    assert after.next_at is not None
    assert (await desk.send(letter)).withdrawn_reason == "moved"
    assert (await desk.open(two)).next_at is not None
    assert ("moved", None) in await desk.told(one)


async def test_r13_who_has_nothing_left_to_get_completes(desk: Desk, tmp_path: Path):
    one = await desk.enroll()
    async with desk.store.begin() as unit:
        await happen(unit, one, EmailSent(MONDAY + DAY, "downtime"), Context("service"))
    wanted = written(tmp_path, "other", "downtime")
    await publish(desk.store, Publishing(wanted.path, wanted.templates, on_the_way="move"), MONDAY + 2 * DAY)
    assert (await desk.open(one)).enrollment.state is State.COMPLETED
    assert ("completed", None) in await desk.told(one)


async def test_r13_a_letter_on_the_wire_leaves_its_file_where_it_is(desk: Desk, tmp_path: Path):
    one = await desk.enroll()
    letter = await desk.due(one, at=MONDAY + DAY)
    async with desk.store.begin() as unit:
        from drip.store.tables import sends

        handing = {"state": "handing", "lease_token": "t", "lease_until": MONDAY + 2 * DAY, "handed_at": MONDAY}
        await unit.run(
            sends.update().where(sends.c.id == letter).values(handing | {"message_id": "<a@b>", "dated_at": MONDAY})
        )
    wanted = written(tmp_path, "downtime", "new")
    done = await publish(desk.store, Publishing(wanted.path, wanted.templates, on_the_way="move"), MONDAY + DAY)
    assert (done.moved, done.left) == (0, (one,))
    assert await desk.state(letter) is SendState.HANDING


async def test_r13_r40_a_letter_that_goes_again_leaves_its_file_where_it_is(desk: Desk, tmp_path: Path):
    one = await desk.enroll()
    office = Office(desk, one, await desk.due(one, at=TUESDAY))
    await office.land(await office.hand_over(), LOST)
    await resolve_send(desk.store, office.send_id, What.AGAIN, desk.kim, TUESDAY)
    wanted = written(tmp_path, "downtime", "new")
    moving = Publishing(wanted.path, wanted.templates, on_the_way="move")
    done = await publish(desk.store, moving, TUESDAY)
    assert (done.moved, done.left) == (0, (one,))
    assert await office.land(await office.hand_over(), ACCEPTED)  # it was not lost
    done = await publish(desk.store, moving, TUESDAY)
    assert (done.moved, done.left) == (1, ())
    after = await desk.open(one)
    assert after.terms.campaign.steps[after.enrollment.step].key == "new"


async def test_what_the_check_finds_stops_publishing(desk: Desk, tmp_path: Path):
    wanted = written(tmp_path, "downtime")
    (tmp_path / "templates/monthly-value/downtime/body.html").write_text("<p>Hello {{ nobody }}</p>")
    with pytest.raises(PublishError, match="nobody"):
        await publish(desk.store, wanted, MONDAY)


async def test_r13_a_new_run_begins_where_the_new_version_has_nothing_left(store: Store):
    again = replace(campaign_of("downtime", "checklist", "spares"), at_end=AtEnd.REPEAT)
    desk = await Desk.set_up(store, again)
    one = await desk.enroll()
    async with store.begin() as unit:
        for count, step in enumerate(("downtime", "checklist"), start=1):
            await happen(unit, one, EmailSent(MONDAY + count * DAY, step), Context("service"))
        await happen(unit, one, EmailSent(MONDAY + 30 * DAY, "closing/1"), Context("service"))
    assert (await desk.open(one)).enrollment.state is State.CLOSING
    version_id = await desk.publish(replace(again, steps=again.steps[:2]))
    async with store.begin() as unit:
        version = await campaigns.newest(unit, "monthly-value")
        assert version is not None and version.id == version_id
        await move_batch(unit, Moving(version, "cli"), 0, MONDAY + 31 * DAY)
    await answer_closing(store, of(one), Answer.KEEP_OPEN, Context("prospect"), MONDAY + 32 * DAY)
    after = (await desk.open(one)).enrollment
    # In the first run "downtime" was sent, and its key is never planned again (R39).
    assert (after.state, after.step, after.run) == (State.DRIPPING, 0, 2)
