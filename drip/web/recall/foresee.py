"""Say what happens next, by the rules themselves: as things stand, and after each outcome (R20)."""

from datetime import date, datetime
from typing import Any

from drip.domain.cadence import interval_of
from drip.domain.enrollment import Enrollment, Recall, State, Terms
from drip.domain.facts import Called, CallPromised, Outcome, Resolved
from drip.domain.happen import apply
from drip.domain.plan import candidates
from drip.domain.recall import slot_on
from drip.domain.window import local_day
from drip.web.recall.sheet import Choice, Row
from drip.web.words import say_date, say_day, say_interval

LABELS = {
    Outcome.MEETING_SET: "Meeting set",
    Outcome.PROMISED: "Agreed on a day",
    Outcome.NOT_READY: "Not ready yet",
    Outcome.NOT_INTERESTED: "Not interested",
    Outcome.DO_NOT_CONTACT: "Never contact again",
    Outcome.NO_ANSWER: "No answer",
    Outcome.VOICEMAIL: "Left a voicemail",
    Outcome.WRONG_PERSON: "Wrong person",
    Outcome.BAD_NUMBER: "Bad number",
}
REACHED = tuple(LABELS)[:5]
MISSED = tuple(LABELS)[5:]
_NO_LETTERS = {
    State.OPTED_OUT: "None: they asked us to stop",
    State.CLOSED: "None: the file is closed",
    State.WON: "None: a meeting is set",
    State.UNDELIVERABLE: "None: the address is dead",
    State.ENDED: "None: it was enrolled by mistake",
    State.CLOSING: "None: the closing email is out, and its answer is awaited",
}
_NEVER = "None, ever again"


def after_call(enrollment: Enrollment, terms: Terms, call: Called) -> Enrollment:
    """The enrollment after a call with this outcome. Raises PromiseError (R14)."""
    return apply(enrollment, terms, call)[0]


def after_promise(enrollment: Enrollment, terms: Terms, promise: CallPromised) -> Enrollment:
    """The enrollment after a day was promised. Raises PromiseError (R14)."""
    return apply(enrollment, terms, promise)[0]


def after_resolving(enrollment: Enrollment, terms: Terms, now: datetime) -> Enrollment:
    """The enrollment after the rep has dealt with a reply (R30)."""
    return apply(enrollment, terms, Resolved(now))[0]


def next_rows(enrollment: Enrollment, terms: Terms, now: datetime) -> tuple[Row, ...]:
    """What happens by itself from here on: the next call, and the letters."""
    today = local_day(now, terms.zone)
    return ("Call", call_words(enrollment, terms, today)), ("Letters", letter_words(enrollment, terms, today))


def choices(enrollment: Enrollment, terms: Terms, now: datetime) -> tuple[tuple[Choice, ...], tuple[Choice, ...]]:
    """What may be recorded, reached and not, each with what follows from it; nothing that would change nothing."""
    offered = [one for one in Outcome if _means_something(enrollment, terms, one, now)]
    reached = tuple(_choice(enrollment, terms, one, now) for one in REACHED if one in offered)
    return reached, tuple(_choice(enrollment, terms, one, now) for one in MISSED if one in offered)


def call_words(enrollment: Enrollment, terms: Terms, today: date) -> str:
    """When the next call is, in words."""
    recall = enrollment.recall
    if recall is None:
        return "None is planned"
    tries = f", try {recall.tries + 1} of {terms.campaign.recall.tries}" if recall.tries else ""
    kept = ", as promised" if recall.promised else ""
    return f"{_call_day(recall, today)}, {time_words(recall, terms)} their time{tries}{kept}"


def time_words(recall: Recall, terms: Terms) -> str:
    """The prospect's call window by the prospect's wall clock (R17); the hour alone where one was promised."""
    if recall.promised and recall.at != slot_on(recall.on, terms):
        return f"{recall.at.astimezone(terms.zone):%H:%M}"
    return terms.call_window.hours.replace("-", "–")


def letter_words(enrollment: Enrollment, terms: Terms, today: date) -> str:
    """What comes of the letters, in words."""
    if enrollment.closed_reason == "do_not_contact":
        return _NEVER
    if enrollment.state in _NO_LETTERS:
        return _NO_LETTERS[enrollment.state]
    if enrollment.waiting_for is not None:
        return "None until you say that you have dealt with the reply"
    if enrollment.paused_at is not None:
        return "None while they are paused"
    found = [(max(one.goes.day, today), one.key) for one in candidates(enrollment, terms) if one.goes is not None]
    if not found:
        return "The last one was sent"
    day, key = min(found)
    if key.startswith("closing/"):
        return f"The closing email around {_day(day, today)}"
    return f"They go on: the next around {_day(day, today)}, then {say_interval(interval_of(enrollment, terms))}"


def _choice(enrollment: Enrollment, terms: Terms, outcome: Outcome, now: datetime) -> Choice:
    return Choice(outcome.value, LABELS[outcome], _follows(enrollment, terms, outcome, now))


def _follows(enrollment: Enrollment, terms: Terms, outcome: Outcome, now: datetime) -> str:
    if outcome is Outcome.PROMISED:
        return "you pick it"
    if outcome is Outcome.DO_NOT_CONTACT:
        return "for good"
    after = after_call(enrollment, terms, Called(now, outcome))
    if after.state is State.WON:
        return "the letters end"
    if after.recall is not None:
        return f"call on {say_date(after.recall.on, local_day(now, terms.zone))}"
    return "the file closes" if after.state is State.CLOSED else "no further call"


def _means_something(enrollment: Enrollment, terms: Terms, outcome: Outcome, now: datetime) -> bool:
    """Whether recording it does more than leave a line, or a call is owed at all."""
    if enrollment.state in (State.WON, State.ENDED):
        return False
    if enrollment.recall is not None:
        return True
    if outcome is Outcome.PROMISED:
        return enrollment.is_open or enrollment.closed_reason not in ("opted_out", "do_not_contact")
    after = after_call(enrollment, terms, Called(now, outcome))
    return _standing(after) != _standing(enrollment)


def _standing(enrollment: Enrollment) -> tuple[Any, ...]:
    return enrollment.state, enrollment.closed_reason, enrollment.recall, enrollment.waiting_for


def _call_day(recall: Recall, today: date) -> str:
    if recall.on < today:
        return "now: it is overdue"
    return _day(recall.on, today)


def _day(day: date, today: date) -> str:
    return "today" if day == today else say_day(day, today)
