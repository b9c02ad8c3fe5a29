"""One fact being applied: the enrollment as it becomes, and what is to be told of it."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from drip.domain.enrollment import Enrollment, Recall, State, Terms
from drip.domain.facts import Consequence, Effects, Need
from drip.domain.plan import has_missed
from drip.domain.recall import came_forward, moved_by_touch
from drip.domain.window import local_day


@dataclass(slots=True)
class Turn:
    """The working copy while one fact at `at` is applied; only its enrollment leaves it."""

    enrollment: Enrollment
    terms: Terms
    at: datetime
    told: list[Consequence] = field(default_factory=list)
    needs: list[Need] = field(default_factory=list)
    suppress: str | None = None
    _day: date | None = None

    @property
    def day(self) -> date:
        """The local day of the fact."""
        if self._day is None:
            self._day = local_day(self.at, self.terms.zone)
        return self._day

    def change(self, **fields: Any) -> None:
        """Replace fields of the enrollment."""
        self.enrollment = self.enrollment.changed(**fields)

    def tell(
        self,
        what: str,
        reason: str | None = None,
        *,
        step: str | None = None,
        n: int | None = None,
        on: datetime | None = None,
        until: date | None = None,
    ) -> None:
        """Add a consequence at the time of the fact."""
        self.told.append(Consequence(what, self.at, reason, step, n, on, until))

    def need(self, code: str) -> None:
        """Ask a person to do something."""
        self.needs.append(Need(code))

    def touch(self, **fields: Any) -> None:
        """Count a touch of ours on this day (R22, R24), and replace other fields with it."""
        day, last = self.day, self.enrollment.touched_on
        if last is None or last < day:
            fields["touched_on"] = day
        if fields:
            self.enrollment = self.enrollment.changed(**fields)

    def hear(self) -> None:
        """We heard from the prospect: the silence starts anew (R25)."""
        day = self.day
        kept = tuple(span for span in self.enrollment.held_days if span[1] >= day)
        self.change(heard_at=self.at, silence=self.enrollment.silence + 1, accepted=0, held_days=kept)

    def reopen(self, reason: str) -> bool:
        """Open the file again if a closing email is out or it is closed (R29).

        True if it did; a file closed by an opt-out or "do not contact" stays closed.
        """
        before = self.enrollment
        shut = before.state is State.CLOSED and before.closed_reason not in _NEVER_AGAIN
        if not shut and before.state is not State.CLOSING:
            return False
        done = before.step >= len(self.terms.campaign.steps)
        self.change(
            state=State.COMPLETED if done else State.DRIPPING,
            closed_reason=None,
            closing_sent_at=None,
            closing_bounced=False,
            not_before=self.at,
        )
        self.tell("reopened", reason)
        return True

    def set_recall(self, recall: Recall | None) -> None:
        """Put a recall in place, keeping the gap; told by `finish` if date or reason changed."""
        self.change(recall=recall)

    def bring_forward(self, reason: str, *, asked: bool) -> None:
        """R19: the recall comes forward to the next slot."""
        self.set_recall(came_forward(self.enrollment, self.terms, self.at, reason, asked=asked))

    def close(self, reason: str, *, keep_promise: bool = False) -> None:
        """Close the file; an open recall is cancelled, a promise may stay."""
        recall = self.enrollment.recall
        self.change(state=State.CLOSED, closed_reason=reason)
        self.end_wait()
        self.tell("file_closed", reason)
        if recall is not None and not (keep_promise and recall.promised):
            self.change(recall=None)
            self.tell("recall_cancelled", reason)

    def wait(self, reason: str) -> None:
        """Stop the drip until the rep has dealt with it (R30)."""
        since = self.enrollment.waiting_since
        self.change(waiting_for=reason, waiting_since=since or self.at)
        if since is None:
            self.tell("paused", reason)

    def end_wait(self) -> bool:
        """The rep has dealt with it; True if anything waited (R30)."""
        since = self.enrollment.waiting_since
        if since is None:
            return False
        self._held(since)
        self.change(waiting_for=None, waiting_since=None, not_before=self.at)
        return True

    def end_pause(self) -> bool:
        """Lift a pause; True if there was one (R42)."""
        since = self.enrollment.paused_at
        if since is None:
            return False
        self._held(since)
        self.change(paused_at=None, not_before=self.at)
        return True

    def end_holds(self) -> None:
        """Forget a pause and a wait when the file closes: nothing is held any more."""
        self.end_wait()
        self.end_pause()

    def _held(self, since: datetime) -> None:
        span = (local_day(since, self.terms.zone), self.day)
        self.change(held_days=(*self.enrollment.held_days, span))

    def finish(self, before: Recall | None) -> tuple[Enrollment, Effects]:
        """Settle what every change may move: the recall by its gap, a letter whose time passed."""
        recall = moved_by_touch(self.enrollment, self.terms, self.at)
        if recall is not self.enrollment.recall:
            self.change(recall=recall)
        if recall is not None and recall is not before and _changed(before, recall):
            self.tell("recall_set", recall.reason, on=recall.at)
        if has_missed(self.enrollment, self.terms, self.at, self.day):
            self.change(not_before=self.at)
        return self.enrollment, Effects(tuple(self.told), self.suppress, tuple(self.needs))


_NEVER_AGAIN = frozenset({"opted_out", "do_not_contact", "complaint"})


def _changed(before: Recall | None, recall: Recall) -> bool:
    if before is None:
        return True
    return (before.at, before.reason) != (recall.at, recall.reason)
