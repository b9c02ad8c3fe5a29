"""Enrolling in the demo: the reps enroll in bulk over the first weeks, with what each found out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from drip.actions.enrolling.request import Enrolling, Overrides
from drip.cli.demo import names
from drip.cli.demo.calls import calendar_of
from drip.cli.demo.chance import Chance
from drip.cli.demo.people import Case, Person, Temper
from drip.cli.demo.sheet import record_id
from drip.cli.demo.stage import CAMPAIGN
from drip.cli.demo.team import TEAM
from drip.domain.duration import Duration, Unit
from drip.domain.enrollment import CallWindow
from drip.domain.qualification import Qualification

_AFTER = (0, 1, 3, 7, 9, 10, 14, 16, 21, 24)  # days after the start on which a list is enrolled
_WINDOWS = ((CallWindow.EARLY, 62.0), (CallWindow.ANY, 24.0), (CallWindow.LATE, 14.0))
_WAITS = ((None, 92.0), (Duration(6, Unit.WEEK), 5.0), (Duration(1, Unit.QUARTER), 3.0))
_YES_WORDS = "You may send me your monthly letter, and call me about it."
_ASKED_THE_PLANT = "the plant told us: about 200 people"


@dataclass(frozen=True, slots=True)
class Batch:
    """One list the reps enroll at once, at a business time."""

    at: datetime
    people: Sequence[Person]


def batches(people: Sequence[Person], start: datetime) -> list[Batch]:
    """Everybody, list by list; each but the first has one prospect of the list before in it by mistake."""
    size = -(-len(people) // len(_AFTER))
    lists = [people[i : i + size] for i in range(0, len(people), size)]
    again = [(), *(tuple(one for one in some if one.case is Case.USUAL)[:1] for some in lists)]
    full = [(*some, *twice) for some, twice in zip(lists, again, strict=False)]
    return [Batch(start + timedelta(days=days), some) for days, some in zip(_AFTER, full, strict=False)]


def request(person: Person, at: datetime, chance: Chance) -> Enrolling:
    """What the rep knows of the prospect, and what the two agreed on."""
    n, willing = person.number, person.temper not in (Temper.QUIET, Temper.STOPPER)
    promised = None
    if willing and chance.happens(0.14, n, "promised at once"):
        weeks_on = at.astimezone(person.zone).date() + timedelta(days=chance.whole(25, 75, n, "which day"))
        promised = calendar_of(person).on_or_after(weeks_on)
    asks = person.case is not Case.NO_HOT_BUTTON
    knows_size = person.case is Case.SIZE_UNKNOWN and n % 2 == 0
    return Enrolling(
        email=person.email,
        campaign=CAMPAIGN,
        rep=TEAM[person.rep].email,
        qualification=Qualification(
            tried_to_disqualify=True,
            reason=chance.one_of(names.REASONS, n, "reason"),
            hot_button=chance.one_of(names.HOT_BUTTONS, n, "hot button") if asks else "",
            next_step=chance.one_of(names.NEXT_STEPS, n, "next step") if chance.happens(0.6, n, "agreed") else "",
            contact_method=chance.one_of(("phone", "email"), n, "method"),
        ),
        call_window=chance.weighed(_WINDOWS, n, "window"),
        opt_in_words=_YES_WORDS if willing and chance.happens(0.06, n, "said yes at once") else None,
        promised_on=promised,
        interval=chance.weighed(_WAITS, n, "interval"),
        overrides=Overrides(profile_unknown=_ASKED_THE_PLANT) if knows_size else Overrides(),
        idempotency_key=f"{record_id(person)}-{at:%Y%m%d}",
    )
