"""What a letter that left, came back or was given up changes (R8, R11, R12, R26, R28, R32)."""

from typing import Any

from drip.domain.cadence import is_first_letter, nominal_day
from drip.domain.campaign import Consent
from drip.domain.enrollment import RUNNING_STATES, State
from drip.domain.facts import EmailArrived, EmailDropped, EmailSent, SoftBounced
from drip.domain.gap import after_days
from drip.domain.plan import closing_key
from drip.domain.silence import repeats
from drip.domain.turn import Turn

SOFT_LIMIT = 3
_DRIPPING = State.DRIPPING


def email_sent(turn: Turn, fact: EmailSent) -> None:
    """A letter left us: a touch whatever the state is by now."""
    if fact.key.startswith("closing/"):
        _closing_sent(turn, fact)
    elif _is_next_step(turn, fact):
        before = turn.enrollment
        sent, accepted = before.sent + 1, before.accepted + (1 if fact.accepted else 0)
        turn.touch(step=before.step + 1, sent=sent, sent_at=turn.at, accepted=accepted, **_anchor(turn))
        turn.tell("email", None if fact.accepted else "uncertain", step=fact.key, n=sent)
        _end_run(turn)
    else:
        turn.touch()
        turn.tell("email", "crossed", step=fact.key)
    _forget_told(turn, fact.key)


def email_arrived(turn: Turn, fact: EmailArrived) -> None:
    """A letter that was uncertain counts as accepted, if it left in this silence (R26, R40)."""
    enrollment = turn.enrollment
    if fact.again:
        turn.touch()
        turn.tell("email", "crossed", step=fact.key)
    sent_at = enrollment.sent_at
    if not fact.key.startswith("closing/") and sent_at is not None and sent_at >= enrollment.heard_at:
        turn.change(accepted=enrollment.accepted + 1)


def email_dropped(turn: Turn, fact: EmailDropped) -> None:
    """A letter will never leave: the drip goes on with the next one at its own time (R12).

    For a closing email the rep calls instead, as when it bounces.
    """
    turn.tell("email_dropped", fact.reason, step=fact.key.split("/")[0])
    if fact.key.startswith("closing/"):
        if fact.key == closing_key(turn.enrollment) and turn.enrollment.is_open:
            turn.change(state=State.CLOSING, closing_sent_at=turn.at)
            closing_bounced(turn)
    elif _is_next_step(turn, fact):
        anchor_n = turn.enrollment.anchor_n - 1
        if turn.enrollment.anchor_on is None:
            turn.change(anchor_on=nominal_day(turn.enrollment, turn.terms))
        turn.change(anchor_n=anchor_n, step=turn.enrollment.step + 1)
        _end_run(turn)
    _forget_told(turn, fact.key)


def step_skipped(turn: Turn) -> None:
    """The rep takes the next letter out; the one after it takes its place."""
    enrollment = turn.enrollment
    if enrollment.state is State.DRIPPING:
        key = turn.terms.campaign.steps[enrollment.step].key
        turn.tell("skipped", step=key)
        turn.change(step=enrollment.step + 1)
        _end_run(turn)


def soft_bounced(turn: Turn, fact: SoftBounced) -> None:
    """A letter came back, perhaps only this time; three steps running are a dead address (R32)."""
    turn.tell("soft_bounced", n=fact.n)
    if fact.n is None:
        if turn.enrollment.state is State.CLOSING:
            closing_bounced(turn)
        return
    enrollment = turn.enrollment
    if fact.n == enrollment.soft_n:
        return
    streak = enrollment.soft_streak + 1 if fact.n == enrollment.soft_n + 1 else 1
    accepted = enrollment.accepted - (1 if fact.accepted and fact.sent_at >= enrollment.heard_at else 0)
    turn.change(soft_n=fact.n, soft_streak=streak, accepted=max(0, accepted))
    if streak >= SOFT_LIMIT:
        hard_bounced(turn)


def hard_bounced(turn: Turn) -> None:
    """The address is dead: suppressed, and the enrollment ends; its recall stays (R32)."""
    state = turn.enrollment.state
    if state is State.UNDELIVERABLE or state is State.ENDED:
        return
    turn.suppress = "hard_bounce"
    turn.tell("suppressed", "hard_bounce")
    turn.need("new_address")
    if state in (State.DRIPPING, State.COMPLETED, State.CLOSING, State.CLOSED):
        turn.end_holds()
        turn.change(state=State.UNDELIVERABLE, closed_reason="undeliverable")
        turn.tell("undeliverable", "hard_bounce")


def closing_bounced(turn: Turn) -> None:
    """The closing email did not arrive: no time runs, and the recall is now (R28)."""
    turn.change(closing_bounced=True)
    turn.bring_forward("closing_bounced", asked=False)


def _closing_sent(turn: Turn, fact: EmailSent) -> None:
    crossed = fact.key != closing_key(turn.enrollment)
    turn.touch()
    turn.tell("closing_email", None if fact.accepted else "uncertain", step="closing")
    if not crossed and turn.enrollment.state in RUNNING_STATES:
        turn.change(state=State.CLOSING, closing_sent_at=turn.at, closing_bounced=False)


def _is_next_step(turn: Turn, fact: EmailSent | EmailDropped) -> bool:
    """Not so a letter of an earlier run that is sent again in this one (R11, R40)."""
    enrollment = turn.enrollment
    if fact.run not in (None, enrollment.run):
        return False
    steps = turn.terms.campaign.steps
    open_step = enrollment.state is _DRIPPING and enrollment.step < len(steps)
    return open_step and steps[enrollment.step].key == fact.key


def _anchor(turn: Turn) -> dict[str, Any]:
    """What becomes of the anchor (R8, R11, R12): the first email's day is it; so is an own wait's, and a late one's."""
    enrollment, terms = turn.enrollment, turn.terms
    n = enrollment.sent + 1
    if is_first_letter(enrollment, terms):
        return {"anchor_on": turn.day, "anchor_n": n}
    nominal = nominal_day(enrollment, terms)
    if turn.day > after_days(nominal, terms.campaign.gap, terms.calendar):
        return {"anchor_on": turn.day, "anchor_n": n}
    own_wait = terms.campaign.steps[enrollment.step].after is not None
    return {"anchor_on": nominal, "anchor_n": n} if own_wait and enrollment.step > 0 else {}


def _end_run(turn: Turn) -> None:
    """What follows the last step, if that one is done."""
    step = turn.enrollment.step
    if step < len(turn.terms.campaign.steps):
        return
    if repeats(turn.terms):
        invited = turn.terms.campaign.consent is Consent.OPT_IN and step > 1
        turn.change(run=turn.enrollment.run + 1, step=1 if invited else 0)
        return
    turn.change(state=State.COMPLETED)
    turn.tell("completed")
    turn.bring_forward("completed", asked=False)


def _forget_told(turn: Turn, key: str) -> None:
    told = turn.enrollment.held_told
    if told:
        turn.change(held_told=tuple(one for one in told if not one.startswith(f"{key}:")))
