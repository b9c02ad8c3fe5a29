"""`drip timeline`: everything that happened to one prospect, and why."""

from drip.cli.options import Json, Who, whose
from drip.cli.output import note, say, say_json, strong


def tell(who: Who, json: Json = False) -> None:
    """Everything that happened to one prospect: when, what, who did it and why.

    Times are those of the prospect. With --json one fact a line; `at` is UTC there.
    """
    from drip.actions.timeline import timeline
    from drip.cli.desk import at_desk
    from drip.cli.table import Column, show
    from drip.cli.words import day

    told = at_desk(lambda desk: timeline(desk.store, whose(who)))
    if json:
        for line in told.lines:
            say_json(line)
        return
    if not told.lines:
        note(f"Nothing has happened to {told.email} yet. `drip enroll {told.email} --campaign KEY` begins it.")
        return
    say(strong(f"{told.name or told.email}, {told.email}; times are those of {told.time_zone}"))
    say()
    show(
        ["Date", "Time", Column("What happened", wraps=True), Column("Who", wraps=True)],
        [
            (day(line.local), f"{line.local:%H:%M}", line.words + (f' "{line.why}"' if line.why else ""), line.who)
            for line in told.lines
        ],
    )
