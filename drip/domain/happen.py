"""Apply one fact to an enrollment: the only way it changes."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from drip.domain import facts as f
from drip.domain.call import call_made
from drip.domain.campaign import Consent
from drip.domain.enrollment import Enrollment, State, Terms
from drip.domain.facts import Answer, Effects, Fact
from drip.domain.hours import days_away
from drip.domain.recall import asked_now, in_slot_again, kept_apart, on_opt_in, promised, slot_on
from drip.domain.sending import (
    email_arrived,
    email_dropped,
    email_sent,
    hard_bounced,
    soft_bounced,
    step_skipped,
)
from drip.domain.turn import Turn
from drip.domain.window import local_day

ABSENCE_DAYS = 14
LONGEST_ABSENCE_DAYS = 90
_CALLED_ONLY = frozenset({State.OPTED_OUT, State.UNDELIVERABLE})
_SENT_TO = frozenset({State.DRIPPING, State.COMPLETED, State.CLOSING})


def apply(enrollment: Enrollment, terms: Terms, fact: Fact) -> tuple[Enrollment, Effects]:
    """The enrollment after a fact, and what follows from it.

    A fact that means nothing in this state changes nothing. Raises PromiseError for a promised
    call date that cannot be kept (R14).
    """
    turn = Turn(enrollment, terms, fact.at)
    _APPLY[type(fact)](turn, fact)
    return turn.finish(enrollment.recall)


def _opted_in(turn: Turn, fact: f.OptedIn) -> None:
    """R16, R18, R21, R29."""
    enrollment = turn.enrollment
    if enrollment.state is State.OPTED_OUT or enrollment.closed_reason in _REFUSED:
        turn.need("opt_in_after_opt_out")
        turn.tell("opt_in_refused", "opted_out")
        return
    if not _can_hear(turn):
        _opted_in_at_the_end(turn)
        return
    first = enrollment.opted_in_at is None
    turn.hear()
    turn.tell("opted_in")
    if first:
        turn.change(opted_in_at=fact.at)
        _skip_invitation(turn)
    if turn.reopen("opted_in"):
        turn.bring_forward("opted_in", asked=False)
    elif first:
        turn.set_recall(on_opt_in(turn.enrollment, turn.terms, fact.at))


def _opted_in_at_the_end(turn: Turn) -> None:
    """Nothing more is sent, but the recall that stays after a dead address may come earlier."""
    enrollment = turn.enrollment
    turn.tell("opted_in")
    if enrollment.opted_in_at is None:
        turn.change(opted_in_at=turn.at)
        if enrollment.state is State.UNDELIVERABLE and enrollment.recall is not None:
            turn.set_recall(on_opt_in(enrollment, turn.terms, turn.at))


def _skip_invitation(turn: Turn) -> None:
    invites = turn.terms.campaign.consent is Consent.OPT_IN
    if invites and turn.enrollment.step == 0 and len(turn.terms.campaign.steps) > 1:
        turn.change(step=1)


def _opted_out(turn: Turn, _fact: Fact) -> None:
    _stop(turn, "opted_out")


def _complained(turn: Turn, _fact: Fact) -> None:
    _stop(turn, "complaint")


def _suppressed(turn: Turn, fact: f.Suppressed) -> None:
    _stop(turn, fact.reason)


def _stop(turn: Turn, reason: str) -> None:
    """R33: nothing more is sent; the recall stays and its outcome closes the file."""
    state = turn.enrollment.state
    if state in (State.OPTED_OUT, State.ENDED) or turn.enrollment.closed_reason in _REFUSED:
        return
    turn.suppress = reason
    turn.tell("suppressed", reason)
    if state is State.CLOSING:
        turn.close("declined", keep_promise=True)
        turn.change(closed_reason="opted_out")
    elif state in (State.CLOSED, State.UNDELIVERABLE):
        turn.change(closed_reason="opted_out")
    elif turn.enrollment.is_open:
        turn.end_holds()
        turn.change(state=State.OPTED_OUT)
        if turn.enrollment.recall is None:
            turn.close("opted_out")


def _replied(turn: Turn, _fact: Fact) -> None:
    """R19, R29, R30."""
    turn.tell("replied")
    turn.need("reply")
    if turn.enrollment.state in _CALLED_ONLY and turn.enrollment.recall is not None:
        turn.bring_forward("replied", asked=True)
    if not _can_hear(turn):
        return
    turn.hear()
    turn.reopen("replied")
    turn.wait("replied")
    turn.bring_forward("replied", asked=True)


def _auto_replied(turn: Turn, fact: f.AutoReplied) -> None:
    """R31: held until the first business day after the stated return, else the 14th day."""
    if turn.enrollment.state not in _SENT_TO:
        return
    day, back = turn.day, fact.back_on
    turn.tell("auto_replied", until=back)
    if back is not None and back > day + timedelta(days=LONGEST_ABSENCE_DAYS):
        turn.wait("auto_reply")
        return
    days = timedelta(days=ABSENCE_DAYS)
    until = day + days if back is None else turn.terms.calendar.add(back, 1)
    if until <= day:
        return
    known = turn.enrollment.absent_until
    span = (day, until - timedelta(days=1))
    turn.change(
        absent_until=until if known is None else max(known, until),
        held_days=(*turn.enrollment.held_days, span),
    )
    recall = turn.enrollment.recall
    if recall is not None and recall.asked and not recall.promised and recall.at > fact.at:
        turn.set_recall(kept_apart(recall, turn.enrollment.changed(touched_on=None), turn.terms, fact.at))


def _clicked(turn: Turn, _fact: Fact) -> None:
    """R25, R29."""
    turn.tell("heard", "click")
    if not _can_hear(turn):
        return
    turn.hear()
    if turn.reopen("click"):
        turn.bring_forward("closing_answer", asked=False)


def _answered(turn: Turn, fact: f.Answered) -> None:
    """R27-R30: keep my file open, call me, close it."""
    turn.tell("answered", fact.answer.value)
    if fact.answer is Answer.CLOSE_FILE:
        if turn.enrollment.state in _SENT_TO:
            turn.hear()
            turn.close("declined", keep_promise=True)
        return
    if turn.enrollment.state is State.OPTED_OUT and fact.answer is Answer.CALL_ME:
        turn.need("asked")
        turn.set_recall(asked_now(turn.enrollment, turn.terms, fact.at))
    if not _can_hear(turn):
        return
    turn.hear()
    if fact.answer is Answer.CALL_ME:
        turn.need("asked")
        turn.reopen("asked")
        turn.wait("asked")
        turn.set_recall(asked_now(turn.enrollment, turn.terms, fact.at))
    else:
        turn.reopen("closing_answer")
        turn.bring_forward("closing_answer", asked=False)


def _call_promised(turn: Turn, fact: f.CallPromised) -> None:
    """R14."""
    turn.set_recall(promised(fact.on, fact.at, turn.terms, fact.hour))


def _appointed(turn: Turn, fact: f.Appointed) -> None:
    """R24: a mail about it that the service sends is a touch like any other. It confirms what the prospect agreed
    to, so it needs no gap before it (R22). Once it is called off the day stays promised (R14), in its slot (R17)."""
    if fact.mailed:
        turn.touch()
    turn.tell("appointment", fact.what, on=fact.starts)
    recall = turn.enrollment.recall
    if fact.is_off and recall is not None and recall.promised and recall.at == fact.starts:
        turn.set_recall(recall._replace(at=slot_on(recall.on, turn.terms)))


def _email_recorded(turn: Turn, _fact: Fact) -> None:
    turn.touch()
    turn.tell("manual_email")


def _colleague_replied(turn: Turn, _fact: Fact) -> None:
    """R34: held until the 14th day after it."""
    if turn.enrollment.state not in _SENT_TO:
        return
    until = turn.day + timedelta(days=ABSENCE_DAYS)
    known = turn.enrollment.colleague_until
    turn.change(colleague_until=until if known is None else max(known, until))
    turn.tell("colleague_replied", until=until)
    turn.need("colleague_replied")


def _mailbox_down(turn: Turn, fact: f.MailboxWentDown) -> None:
    known = turn.enrollment.mailbox_down_until
    turn.change(mailbox_down_until=fact.until if known is None else max(known, fact.until))
    turn.tell("mailbox_down")


def _paused(turn: Turn, fact: Fact) -> None:
    if turn.enrollment.state in _SENT_TO and turn.enrollment.paused_at is None:
        turn.change(paused_at=fact.at)
        turn.tell("paused")


def _resumed(turn: Turn, _fact: Fact) -> None:
    if turn.end_pause():
        turn.tell("resumed")


def _resolved(turn: Turn, _fact: Fact) -> None:
    if turn.end_wait():
        turn.tell("resumed")


def _step_skipped(turn: Turn, _fact: Fact) -> None:
    step_skipped(turn)


def _cadence_agreed(turn: Turn, fact: f.CadenceAgreed) -> None:
    """R5: from the last email on, so that nothing is caught up."""
    enrollment = turn.enrollment
    turn.change(interval=fact.interval)
    if enrollment.sent_at is not None:
        turn.change(anchor_on=local_day(enrollment.sent_at, turn.terms.zone), anchor_n=enrollment.sent)
    turn.tell("cadence_changed", str(fact.interval))


def _ended_by_mistake(turn: Turn, fact: f.EndedByMistake) -> None:
    """R6: it counts nowhere."""
    if turn.enrollment.state is not State.ENDED:
        turn.end_holds()
        turn.change(state=State.ENDED, closed_reason=fact.reason, recall=None)
        turn.tell("ended", fact.reason)


def _email_taken_back(_turn: Turn, _fact: Fact) -> None:
    """Nothing but what every fact does: a letter whose minute has passed goes at the next opening."""


def _hard_bounced(turn: Turn, _fact: Fact) -> None:
    hard_bounced(turn)


def _rep_changed(turn: Turn, fact: f.RepChanged) -> None:
    """R17, R25: an unpromised recall finds its slot again.

    With another rep the days on which the one before was away stay held, and those of the new one begin now.
    """
    if fact.before is not None:
        gone = days_away(fact.before, turn.terms.zone, turn.enrollment.rep_since)
        held = [(first, min(last, turn.day)) for first, last in gone if first <= turn.day]
        turn.change(held_days=(*turn.enrollment.held_days, *held))
    if fact.handed_over:
        turn.change(rep_since=fact.at)
    if turn.enrollment.recall is not None:
        turn.set_recall(in_slot_again(turn.enrollment.recall, turn.terms, fact.at))


def _moves_on(turn: Turn, fact: f.MovesOn) -> None:
    """Time brought about what `plan` announced."""
    recall = turn.enrollment.recall
    if fact.what == "recall_due" and recall is not None and not recall.came:
        turn.change(recall=recall._replace(came=True))
        turn.tell("recall_due", recall.reason)
    elif fact.what == "file_closed" and turn.enrollment.state is State.CLOSING:
        turn.close("silence")
    elif fact.what == "held" and fact.key is not None:
        if fact.told is not None:
            turn.change(held_told=(*turn.enrollment.held_told, fact.told))
        step = "closing" if fact.key.startswith("closing/") else fact.key
        turn.tell("held", fact.reason, step=step, until=fact.until)


def _can_hear(turn: Turn) -> bool:
    """Whether hearing means anything: the file is open, or closed and may open again (R29)."""
    enrollment = turn.enrollment
    if enrollment.state is State.CLOSED:
        return enrollment.closed_reason not in _REFUSED
    return enrollment.state in _SENT_TO


_REFUSED = frozenset({"opted_out", "do_not_contact"})
_APPLY: dict[type[Fact], Callable[[Turn, Any], None]] = {
    f.EmailSent: email_sent,
    f.EmailArrived: email_arrived,
    f.EmailDropped: email_dropped,
    f.EmailTakenBack: _email_taken_back,
    f.SoftBounced: soft_bounced,
    f.HardBounced: _hard_bounced,
    f.Complained: _complained,
    f.OptedIn: _opted_in,
    f.OptedOut: _opted_out,
    f.Replied: _replied,
    f.AutoReplied: _auto_replied,
    f.Clicked: _clicked,
    f.Answered: _answered,
    f.Called: call_made,
    f.CallPromised: _call_promised,
    f.Appointed: _appointed,
    f.EmailRecorded: _email_recorded,
    f.ColleagueReplied: _colleague_replied,
    f.MailboxWentDown: _mailbox_down,
    f.Paused: _paused,
    f.Resumed: _resumed,
    f.Resolved: _resolved,
    f.StepSkipped: _step_skipped,
    f.CadenceAgreed: _cadence_agreed,
    f.EndedByMistake: _ended_by_mistake,
    f.Suppressed: _suppressed,
    f.RepChanged: _rep_changed,
    f.MovesOn: _moves_on,
}
