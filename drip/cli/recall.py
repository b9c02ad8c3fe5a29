"""`drip recall`: the calls reps owe, and what came of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from drip.cli.agreeing import At, Invite, Minutes, Typed, an_agreement
from drip.cli.forms import takes
from drip.cli.options import By, Json, Rep, Who, Why, a_day
from drip.cli.output import InputError, note, say, say_json, strong

if TYPE_CHECKING:
    from drip.actions.befall import Done
    from drip.actions.happen import Context
    from drip.actions.recall_list import RecallRow
    from drip.actions.whose import Whose
    from drip.cli.desk import Desk
    from drip.store.engine import Store

_OUTCOMES = (
    "meeting_set, not_ready, not_interested, promised (with --on), do_not_contact; "
    "or nobody reached: no_answer, voicemail, wrong_person, bad_number"
)


def list_all(
    rep: Rep = None,
    days: Annotated[int, typer.Option(metavar="N", min=0, max=36_500, help="Show so many days ahead.")] = 7,
    json: Json = False,
) -> None:
    """Who to call: what is overdue, what is due today, and what comes in the next days.

    Hours are the prospect's wall clock, and so is the time it is there now.
    """
    from drip.actions.recall_list import Which, recall_list
    from drip.cli.desk import at_desk, done_by

    async def work(desk: "Desk") -> "list[RecallRow]":
        rep_id = (await done_by(desk, rep)).rep_id if rep else None
        return await recall_list(desk.store, Which(rep_id, days), desk.now)

    rows = at_desk(work)
    if json:
        for row in rows:
            say_json(row)
    elif not rows:
        note(f"No calls are owed in the next {days} days. `drip recall list --days 30` looks further.")
    else:
        _tell(rows)


@dataclass(frozen=True, slots=True)
class DoneForm:
    """What is typed after a call."""

    who: Who
    outcome: Annotated[str, typer.Argument(metavar="OUTCOME", help=_OUTCOMES)] = ""  # missing: all are told
    on: Annotated[str | None, typer.Option(metavar="DATE", help="The day promised, or that of the meeting.")] = None
    at: At = None
    minutes: Minutes = None
    invite: Invite = False
    note: Annotated[str | None, typer.Option(metavar="TEXT", help="What was said; kept.")] = None
    by: By = None
    json: Json = False


@takes(DoneForm)
def done(form: DoneForm) -> bool:
    """Record a call and its outcome; the next recall and the letters follow from it.

    A call is a touch whatever came of it, so the next letter keeps its distance. With --at, what was agreed is an
    appointment: the promised call, or the meeting that was set.
    """
    from drip.actions.record_call import call_of, record_call
    from drip.cli.steering import steer
    from drip.cli.words import nearest
    from drip.domain.facts import Outcome

    if not form.outcome:
        raise InputError(f"What came of the call? Add one of: {_OUTCOMES}.")
    code, known = form.outcome.strip().replace("-", "_").lower(), [one.value for one in Outcome]
    if code not in known:
        raise InputError(f'"{form.outcome}" is no outcome of a call: {_OUTCOMES}.{nearest(code, known)}')
    meets = code == Outcome.MEETING_SET.value
    agreed = an_agreement(Typed(form.on, form.at, form.minutes, form.invite, meets))
    day = None if meets and agreed else a_day(form.on, "--on")
    return steer(
        lambda store, target, context, now: record_call(store, target, call_of(code, day, now), context, now, agreed),
        form.who,
        form.by,
        form.note,
        form.json,
    )


@dataclass(frozen=True, slots=True)
class PromiseForm:
    """What is typed to keep a promise."""

    who: Who
    on: Annotated[str, typer.Argument(metavar="DATE", help="The prospect's day, such as 2027-03-16.")]
    at: At = None
    minutes: Minutes = None
    invite: Invite = False
    by: By = None
    json: Json = False


@takes(PromiseForm)
def promise(form: PromiseForm) -> bool:
    """Keep the day agreed for the next call. No rule moves it, and no letter comes right before it.

    With --at it is an appointment; again, with another day or hour, moves it, and who was invited is told.
    """
    from drip.actions.promise_call import promise_call
    from drip.cli.steering import steer

    day = a_day(form.on, "DATE")
    assert day is not None
    agreed = an_agreement(Typed(form.on, form.at, form.minutes, form.invite))
    return steer(
        lambda store, target, context, now: promise_call(store, target, day, context, now, agreed),
        form.who,
        form.by,
        None,
        form.json,
    )


def call_off(who: Who, why: Why = None, by: By = None, json: Json = False) -> bool:
    """Call off the appointment of a promised call, or the meeting; who was invited is told.

    The day stays promised: the call is still owed then, without an hour.
    """
    from drip.actions.appoint import call_off as action
    from drip.cli.steering import steer
    from drip.cli.words import day

    after: list[Done] = []

    async def call_it_off(store: "Store", target: "Whose", context: "Context", now: datetime) -> "Done":
        after.append(await action(store, target, context, now))
        return after[-1]

    changed = steer(call_it_off, who, by, why, json)
    if after[-1].recall_reason == "promised" and not json:
        again = f"`drip recall promise {who} DATE --at HH:MM`"
        note(f"The call is still promised for {day(after[-1].recall_on)}, without an hour; {again} agrees on another.")
    return changed


def _tell(rows: "list[RecallRow]") -> None:
    from drip.cli.table import describe
    from drip.cli.words import count, day, suggestion, to_promise

    for number, row in enumerate(rows):
        if number:
            say()
        late = f", {count(row.days_overdue, 'day')} late" if row.when == "overdue" else ""
        say(strong(f"{row.when.capitalize()}: {day(row.on)}{late}, {row.hours} ({row.local_time} there now)"))
        describe(
            [
                ("  Call", ", ".join(filter(None, (row.name, row.title, row.company))) or row.email),
                ("  Phone", row.phone),
                ("  Email", f"{row.email} (enrollment {row.enrollment_id})"),
                ("  Why", row.words + ("; letters wait for you" if row.waits else "")),
                ("  Hot button", row.hot_button),
                ("  Next step", row.next_step),
                ("  They said", row.said),
                ("  Suggested", suggestion(row.suggested) if row.suggested else ""),
                ("  Promise it", to_promise(row.suggested, row.email) if row.suggested else ""),
                ("  Likes", row.contact_method),
                ("  Opted in", "yes" if row.opted_in else ""),
                ("  Sent", "; ".join(row.sent)),
                ("  Rep", row.rep),
                ("  Beware", row.notice),
            ]
        )
