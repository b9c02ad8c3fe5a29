"""The counts of a forecast: day by day against the mailboxes' pace, then by rep, mailbox and campaign."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from drip.actions.forecast import Asked, Forecast
from drip.actions.forecasting.loads import Load
from drip.actions.forecasting.tally import NAMES, Counts, Each, Place, Tally, first_of
from drip.cli.forecast_rows import ASSUMED, MAILDIR, STOPPED, mailbox_name
from drip.cli.mailbox_pace import domain_paces
from drip.cli.output import say, strong
from drip.cli.table import Column, show
from drip.cli.words import count, day
from drip.store.mailboxes import Mailbox

SHOWN = 3  # mailboxes over their pace in one cell
_Loads = Mapping[tuple[int | None, date], Load]


def rows(made: Forecast, tally: Tally, period: Each) -> Iterator[Mapping[str, Any]]:
    """One for each day or week, rep, mailbox and campaign. `mailbox_*` tell of the whole mailbox: all its
    letters, what it may send in 24 hours, and the most that is left over on a day; by week without a pace."""
    loads = _summed(made.loads, period)
    for place, counts in tally.by(period):
        load = loads.get((place.mailbox_id, place.day), Load(0, None, 0))
        yield {str(period): place.day, **_names(made, place), **_numbers(counts), **_load(load)}


def _names(made: Forecast, place: Place) -> dict[str, Any]:
    rep, box = made.team.reps[place.rep_id].email, mailbox_name(made.team, place.mailbox_id)
    return {"rep": rep, "mailbox": box, "campaign": place.campaign}


def _numbers(counts: Counts) -> dict[str, int]:
    return {name: getattr(counts, name) for name in NAMES}


def _load(load: Load) -> dict[str, int | None]:
    return {"mailbox_letters": load.letters, "mailbox_pace": load.pace, "mailbox_over": load.over}


def tell(made: Forecast, tally: Tally, period: Each, asked: Asked) -> None:
    """The tables for people."""
    only = ", ".join(one for one in (asked.rep, asked.mailbox, asked.campaign) if one)
    whose = f" of {only}" if only else ""
    say(strong(f"Forecast{whose} for {count(asked.weeks, 'week')}, until {day(made.ends.date())}"))
    say(ASSUMED + " Days are the prospects' own.")
    say()
    _tell_periods(made, tally, period)
    if asked.rep is None:
        say()
        _tell_reps(made, tally)
    if asked.mailbox is None:
        say()
        _tell_mailboxes(made, tally)
    if asked.campaign is None:
        say()
        _tell_campaigns(tally)


def _tell_periods(made: Forecast, tally: Tally, period: Each) -> None:
    shown = {place.mailbox_id for place in tally.places}
    mine = {key: load for key, load in made.loads.items() if key[0] in shown}
    over = _over(made, _summed(mine, period))
    pace = {one: load.pace for (_, one), load in mine.items()} if len(shown) == 1 and period is Each.DAY else {}
    known = dict(tally.by_period(period))
    show(
        [
            "Day" if period is Each.DAY else "Week of",
            *_LETTERS,
            *_CALLS,
            Column("Files closed", right=True),
            Column("Pace", right=True),
            Column("Over the pace", wraps=True),
        ],
        [
            (
                day(one),
                *_letters(known.get(one, Counts())),
                *_calls(known.get(one, Counts())),
                known.get(one, Counts()).files_closed or "",
                pace.get(one) or "",
                over.get(one, ""),
            )
            for one in sorted({*known, *over})
        ],
    )


def _tell_reps(made: Forecast, tally: Tally) -> None:
    most = tally.most_calls()
    show(
        ["Rep", *_LETTERS, *_CALLS, "Most calls a day"],
        [
            (made.team.reps[rep_id].name, *_letters(counts), *_calls(counts), _peak(most.get(rep_id)))
            for rep_id, counts in tally.of_reps()
        ],
    )


def _tell_mailboxes(made: Forecast, tally: Tally) -> None:
    days: dict[int | None, dict[date, Load]] = defaultdict(dict)
    for (ident, one), load in made.loads.items():
        days[ident][one] = load
    show(
        ["Mailbox", Column("Letters", right=True), "Most letters a day", "Pace", Column("Over the pace", wraps=True)],
        [
            (
                mailbox_name(made.team, ident) or MAILDIR,
                counts.letters or "",
                _most_letters(days[ident]),
                _pace(made.team.mailboxes.get(ident or 0)),
                _worst(made.team.mailboxes.get(ident or 0), days[ident], counts),
            )
            for ident, counts in tally.of_mailboxes()
        ],
    )


def _tell_campaigns(tally: Tally) -> None:
    show(
        ["Campaign", *_LETTERS, *_CALLS],
        [(key, *_letters(counts), *_calls(counts)) for key, counts in tally.of_campaigns()],
    )


_LETTERS = (
    Column("Letters", right=True),
    Column("Invitations", right=True),
    Column("Closing", right=True),
    Column("Waiting", right=True),
)
_CALLS = (Column("Calls", right=True), Column("Owed", right=True))


def _letters(counts: Counts) -> tuple[object, ...]:
    return (counts.letters or "", counts.invitations or "", counts.closing_emails or "", counts.waiting or "")


def _calls(counts: Counts) -> tuple[object, ...]:
    return (counts.calls or "", counts.owed_calls or "")


def _over(made: Forecast, loads: _Loads) -> dict[date, str]:
    """Who is over the pace, by period: "kim over by 12"."""
    found: dict[date, list[str]] = defaultdict(list)
    for (ident, one), load in loads.items():
        if load.over:
            found[one].append(f"{mailbox_name(made.team, ident)} over by {load.over:,}")
    return {
        one: ", ".join(said[:SHOWN]) + (f" and {len(said) - SHOWN:,} more" if len(said) > SHOWN else "")
        for one, said in found.items()
    }


def _summed(loads: _Loads, period: Each) -> dict[tuple[int | None, date], Load]:
    """The letters of a period, and the most left over on one of its days."""
    if period is Each.DAY:
        return dict(loads)
    sums: dict[tuple[int | None, date], Load] = {}
    for (ident, one), load in loads.items():
        key = ident, first_of(period, one)
        known = sums.get(key, Load(0, None, 0))
        sums[key] = Load(known.letters + load.letters, None, max(known.over, load.over))
    return sums


def _pace(box: Mailbox | None) -> str:
    """Such as "10/minute, 40/day", and "20+10/day" while it warms up."""
    if box is None:
        return ""
    parts = [f"{box.per_minute}/minute"] if box.per_minute else []
    parts += [f"{box.per_day}/day"] if box.per_day else []
    parts += domain_paces(box.domain_pace)
    parts += [f"warm-up {box.warm_up['start']}+{box.warm_up['step']}"] if box.warm_up else []
    return ", ".join(parts)


def _peak(most: tuple[int, date] | None) -> str:
    return f"{most[0]:,} on {day(most[1])}" if most else ""


def _most_letters(days: Mapping[date, Load]) -> str:
    if not days:
        return ""
    most = max(days, key=lambda one: (days[one].letters, -one.toordinal()))
    return _peak((days[most].letters, most))


def _worst(box: Mailbox | None, days: Mapping[date, Load], counts: Counts) -> str:
    """The worst day and how many there are; or why it sends nothing."""
    over = {one: load.over for one, load in days.items() if load.over}
    said = []
    if counts.waiting and box is not None and box.stopped:
        said.append(f"it {STOPPED[box.stopped]}: {count(counts.waiting, 'letter')} will wait")
    if over:
        worst = max(over, key=lambda one: (over[one], -one.toordinal()))
        days_more = f", on {count(len(over), 'day')} in all" if len(over) > 1 else ""
        said.append(f"by {over[worst]:,} on {day(worst)}{days_more}")
    return "; ".join(said)
