"""What the outcome of a call changes (R20)."""

from collections.abc import Callable

from drip.domain.enrollment import Recall, State
from drip.domain.facts import Called, Outcome
from drip.domain.gap import after_days
from drip.domain.recall import promised, recall_from, routine
from drip.domain.turn import Turn

REACHED = frozenset(
    {
        Outcome.MEETING_SET,
        Outcome.NOT_READY,
        Outcome.NOT_INTERESTED,
        Outcome.PROMISED,
        Outcome.DO_NOT_CONTACT,
    }
)
_LOST_TRACK = frozenset({Outcome.WRONG_PERSON, Outcome.BAD_NUMBER})


def call_made(turn: Turn, fact: Called) -> None:
    """Apply a call attempt: always a touch; a recall of the day or overdue is answered by it.

    Raises PromiseError for a promised day that is no business day.
    """
    recall = turn.enrollment.recall
    new_promise = None
    if fact.outcome is Outcome.PROMISED and fact.on is not None:
        new_promise = promised(fact.on, fact.at, turn.terms, fact.hour)
    turn.touch()
    turn.tell("called", fact.outcome.value)
    is_its_day = recall is not None and turn.day >= recall.on
    if fact.outcome in _LOST_TRACK:
        turn.need("right_person")
    if fact.outcome in REACHED:
        _reached(turn, fact.outcome)
        if fact.outcome is Outcome.PROMISED:
            turn.set_recall(new_promise)
        else:
            _ENDS[fact.outcome](turn, is_its_day)
    elif is_its_day and recall is not None:
        _not_reached(turn, fact.outcome, recall)


def _reached(turn: Turn, outcome: Outcome) -> None:
    turn.tell("heard", outcome.value)
    if turn.enrollment.state in (State.OPTED_OUT, State.UNDELIVERABLE, State.WON, State.ENDED):
        return
    turn.hear()
    goes_on = outcome in (Outcome.NOT_READY, Outcome.PROMISED)
    if goes_on:
        turn.reopen(outcome.value)
    if turn.end_wait() and goes_on:
        turn.tell("resumed")


def _meeting_set(turn: Turn, is_its_day: bool) -> None:
    _drop_recall(turn, is_its_day, "won")
    turn.change(state=State.WON, closed_reason="meeting_set")
    turn.end_holds()
    turn.tell("won", "meeting_set")


def _not_ready(turn: Turn, is_its_day: bool) -> None:
    enrollment = turn.enrollment
    recall = enrollment.recall
    if recall is not None and recall.promised and not is_its_day:
        return
    if enrollment.state is State.OPTED_OUT:
        turn.set_recall(None)
        turn.close("opted_out")
    elif enrollment.is_open:
        opted_in = enrollment.opted_in_at is not None
        turn.set_recall(routine(turn.at, opted_in, turn.terms, "not_ready"))
    else:  # no other follows the one that stayed (R32, R33)
        turn.set_recall(None)


def _not_interested(turn: Turn, is_its_day: bool) -> None:
    enrollment = turn.enrollment
    if is_its_day or not enrollment.is_open:
        _drop_recall(turn, is_its_day, "declined")
    if enrollment.state is State.OPTED_OUT:
        turn.close("opted_out")
    elif enrollment.is_open:
        turn.close("declined")


def _do_not_contact(turn: Turn, is_its_day: bool) -> None:
    turn.suppress = "do_not_contact"
    turn.tell("suppressed", "do_not_contact")
    if is_its_day or not turn.enrollment.is_open:
        _drop_recall(turn, is_its_day, "do_not_contact")
    if turn.enrollment.is_open:
        turn.close("do_not_contact")
    elif turn.enrollment.state is State.CLOSED:
        turn.change(closed_reason="do_not_contact")


_ENDS: dict[Outcome, Callable[[Turn, bool], None]] = {
    Outcome.MEETING_SET: _meeting_set,
    Outcome.NOT_READY: _not_ready,
    Outcome.NOT_INTERESTED: _not_interested,
    Outcome.DO_NOT_CONTACT: _do_not_contact,
}


def _drop_recall(turn: Turn, is_its_day: bool, reason: str) -> None:
    if turn.enrollment.recall is None:
        return
    turn.set_recall(None)
    if not is_its_day:
        turn.tell("recall_cancelled", reason)


def _not_reached(turn: Turn, outcome: Outcome, recall: Recall) -> None:
    tries = recall.tries + 1
    if tries < turn.terms.campaign.recall.tries and outcome not in _LOST_TRACK:
        day = after_days(turn.day, turn.terms.campaign.gap, turn.terms.calendar)
        turn.set_recall(recall_from(day, turn.terms, "retry", tries=tries))
        return
    state = turn.enrollment.state
    turn.set_recall(None)
    if state is State.OPTED_OUT:
        turn.close("opted_out")
    elif turn.enrollment.is_open:
        opted_in = turn.enrollment.opted_in_at is not None
        fresh = routine(turn.at, opted_in, turn.terms, "not_ready")
        turn.set_recall(fresh._replace(after_tries=True))
