"""Do one thing to one enrollment, and say what followed from it."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias
from zoneinfo import ZoneInfo

from drip.cli.desk import Desk, at_desk, done_by
from drip.cli.options import whose
from drip.cli.output import note, say, say_json
from drip.cli.standing import standing
from drip.cli.words import moment
from drip.domain.zones import zone_named
from drip.store import files

if TYPE_CHECKING:
    from drip.actions.befall import Done
    from drip.actions.happen import Context
    from drip.actions.whose import Whose
    from drip.domain.facts import Consequence
    from drip.store.engine import Store

Action: TypeAlias = "Callable[[Store, Whose, Context, datetime], Awaitable[Done]]"


def steer(action: Action, who: str, by: str | None, why: str | None, json: bool) -> bool:
    """Do `action` to the enrollment WHO means, and tell; False when it meant nothing there."""

    async def work(desk: Desk) -> "tuple[Done, files.File]":
        done = await action(desk.store, whose(who), await done_by(desk, by, why), desk.now)
        return done, await file_of(desk, done.enrollment_id)

    done, file = at_desk(work)
    if json:
        say_json(done)
    else:
        tell(done, file)
    return done.changed


async def file_of(desk: Desk, enrollment_id: int) -> files.File:
    """How an enrollment stands now."""
    async with desk.store.reading() as unit:
        found = await files.get(unit, enrollment_id)
    assert found is not None, "the enrollment was there a moment ago, and none is ever deleted"
    return found


def tell(done: "Done", file: files.File) -> None:
    """What followed, in words and the prospect's time; or that nothing did."""
    state, zone = standing(file), zone_named(file.time_zone)
    if not done.changed:
        note(f"That changes nothing: {done.email}, enrollment {done.enrollment_id}, is {state}.")
        return
    for line in dict.fromkeys(words_of(one, zone) for one in done.effects.consequences):
        say(line)
    recall = f"; recall {moment(done.recall_at, zone)}" if done.recall_at else ""
    say(f"{done.email}, enrollment {done.enrollment_id}, is {state} now{recall}.")


def words_of(one: "Consequence", zone: ZoneInfo) -> str:
    """One consequence as the timeline says it."""
    from drip.actions import words

    known = {"step": one.step, "n": one.n, "on": one.on, "until": one.until}
    data = {name: getattr(value, "isoformat", lambda value=value: value)() for name, value in known.items()}
    return words.say(one.what, one.reason, {name: value for name, value in data.items() if value is not None}, zone)
