"""`drip enrollment`: list enrollments, hold them, let them go on, skip a letter, end one."""

from typing import TYPE_CHECKING, Annotated

import typer

from drip.cli.options import After, By, Json, Limit, Rep, Who, Why

if TYPE_CHECKING:
    from drip.actions.forecasting.expected import Coming
    from drip.cli.desk import Desk
    from drip.store.files import File

    Row = tuple[File, Coming | None]


def list_all(
    campaign: Annotated[str, typer.Option(metavar="KEY", help="Only of this campaign.")] = "",
    rep: Rep = None,
    closed: Annotated[bool | None, typer.Option("--closed/--open", help="Only closed or open files.")] = None,
    after: After = 0,
    limit: Limit = 50,
    json: Json = False,
) -> None:
    """Enrollments, open and closed, a page at a time, with the day their next letter goes if nothing else happens.

    Days are those of the prospect. A letter "waits" while its mailbox sends nothing; `drip timeline` says why.
    """
    from drip.actions.next_letter import next_letters
    from drip.cli.desk import at_desk, done_by
    from drip.cli.output import note, plain, say_json
    from drip.cli.table import Column, show
    from drip.clock import MachineClock
    from drip.store import files

    async def work(desk: "Desk") -> "list[Row]":
        rep_id = (await done_by(desk, rep)).rep_id if rep else None
        which = files.Which(open=None if closed is None else not closed, campaign_key=campaign, rep_id=rep_id)
        async with desk.store.reading() as unit:
            found = await files.listing(unit, which, after, limit)
        coming = await next_letters(desk.store, [file.id for file in found], desk.now, MachineClock().now())
        return [(file, coming.get(file.id)) for file in found]

    rows = at_desk(work)
    if json:
        for file, letter in rows:
            say_json({**plain(file), "next_letter": letter})
    elif not rows:
        note("No such enrollments. Enroll somebody: `drip enroll EMAIL --campaign KEY`.")
    else:
        n, sent = Column("N", right=True), Column("Sent", right=True)
        show([n, "Email", "Campaign", "State", sent, "Next letter", "Recall"], [_cells(row) for row in rows])
        if len(rows) == limit:
            note(f"There may be more: --after {rows[-1][0].id}.")


def pause_it(who: Who, reason: Why = None, by: By = None, json: Json = False) -> bool:
    """Hold the emails of one prospect; the recall goes on. Exit code 1 when they are held already."""
    from drip.actions.pause import pause
    from drip.cli.steering import steer

    return steer(pause, who, by, reason, json)


def resume_it(who: Who, reason: Why = None, by: By = None, json: Json = False) -> bool:
    """Let the emails go on after a pause. Exit code 1 when there was none."""
    from drip.actions.resume import resume
    from drip.cli.steering import steer

    return steer(resume, who, by, reason, json)


def skip_it(who: Who, reason: Why = None, by: By = None, json: Json = False) -> bool:
    """Take the next letter out; the one after it takes its place. Exit code 1 when none is left."""
    from drip.actions.skip import skip
    from drip.cli.steering import steer

    return steer(skip, who, by, reason, json)


def end_it(
    who: Who,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; kept on the timeline.")],
    by: By = None,
    json: Json = False,
) -> bool:
    """Undo an enrollment that was made by mistake; it then counts nowhere. Exit code 1 when it is over."""
    from drip.actions.end import end
    from drip.cli.steering import steer

    return steer(end, who, by, reason, json)


def _cells(row: "Row") -> tuple[object, ...]:
    from drip.cli.standing import standing
    from drip.cli.words import day

    file, letter = row
    following = "" if letter is None else day(letter.day) + (" (waits)" if letter.waits else "")
    return (file.id, file.email, file.campaign_key, standing(file), file.sent, following, day(file.recall_on))
