"""`drip reply`, `drip opt-in` and `drip email`: what was said and written outside the service, recorded by hand."""

from typing import TYPE_CHECKING, Annotated

import typer

from drip.cli.options import By, Json, Who, Why, a_day, whose
from drip.cli.output import InputError, note, say, say_json

if TYPE_CHECKING:
    from drip.actions.opt_in import OptInDone
    from drip.actions.reply import ReplyDone
    from drip.cli.desk import Desk

_TOLD = {
    "opted_in": "{who} opted in; the words are kept.",
    "already": "{who} had opted in before; these words are kept as well, nothing else changes.",
    "no_enrollment": "{who} opted in; the words are kept for the day somebody enrolls them.",
    "after_opt_out": "{who} had opted out. The words are kept and the rep is asked to look; nothing is sent.",
}


def record_reply(
    who: Who,
    note_: Annotated[str, typer.Option("--note", metavar="TEXT", help="What they wrote, in short.")] = "",
    away: Annotated[bool, typer.Option("--out-of-office", help="An automatic mail, not a reply.")] = False,
    back_on: Annotated[str | None, typer.Option(metavar="DATE", help="The day they say they are back.")] = None,
    by: By = None,
    json: Json = False,
) -> bool | None:
    """Record a reply: the letters wait until the rep has dealt with it, and the recall comes forward.

    An out-of-office mail only holds the letters, until the day they are back or for 14 days.
    """
    if away or back_on:
        return _away(who, back_on, by, json)
    from drip.actions.reply import reply
    from drip.cli.desk import at_desk, done_by

    async def work(desk: "Desk") -> "ReplyDone":
        return await reply(desk.store, whose(who), note_, await done_by(desk, by), desk.now)

    done = at_desk(work)
    if json:
        say_json(done)
        return None
    if done.enrollment_id is None:
        say(f"Kept the reply of {who}, who is in no campaign; somebody has to look at it.")
        return None
    say(f"Kept the reply of {who}: enrollment {done.enrollment_id} waits for the rep, who calls next.")
    if done.colleagues:
        say(f"Letters to colleagues are held as well: enrollments {', '.join(map(str, done.colleagues))}.")
    note(f"When it is dealt with: `drip reply resolve {who}`, or `drip recall done {who} OUTCOME` after a call.")
    return None


def _away(who: str, back_on: str | None, by: str | None, json: bool) -> bool:
    from drip.actions.auto_reply import auto_reply
    from drip.cli.steering import steer

    back = a_day(back_on, "--back-on")
    return steer(lambda store, target, context, now: auto_reply(store, target, back, context, now), who, by, None, json)


def resolve_it(who: Who, reason: Why = None, by: By = None, json: Json = False) -> bool:
    """Say that a reply was dealt with: the letters go on. Exit code 1 when nothing waited."""
    from drip.actions.resolve import resolve
    from drip.cli.steering import steer

    return steer(resolve, who, by, reason, json)


def record_email(who: Who, by: By = None, json: Json = False) -> bool:
    """Record an email you wrote to a prospect by hand: the gap counts it, so the next letter keeps its distance."""
    from drip.actions.record_email import record_email as record
    from drip.cli.steering import steer

    return steer(record, who, by, None, json)


def record_opt_in(
    who: Who,
    wording: Annotated[str, typer.Option(metavar="TEXT", help="The words they said yes to; kept as the proof.")],
    by: By = None,
    json: Json = False,
) -> bool:
    """Record a yes you were told of. The recall moves up to six weeks from now, never back.

    It lifts no opt-out: then the rep is asked to look, nothing is sent, and the exit code is 1.
    """
    from drip.actions.opt_in import Proof, opt_in
    from drip.cli.desk import at_desk, done_by

    if not wording.strip():
        raise InputError('--wording is empty. Write what they said yes to, such as "Send me your monthly letter".')

    async def work(desk: "Desk") -> "OptInDone":
        return await opt_in(desk.store, whose(who), Proof("rep", wording), await done_by(desk, by), desk.now)

    done = at_desk(work)
    if json:
        say_json(done)
    else:
        say(_TOLD[done.code].format(who=who))
    return done.code != "after_opt_out"
