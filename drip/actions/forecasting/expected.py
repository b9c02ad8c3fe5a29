"""Expected: what comes to one enrollment if nothing else happens, as a rep would tell it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from drip.domain.ahead import Brought, Underway, walk, walk_on
from drip.domain.campaign import Consent
from drip.domain.enrollment import Enrollment, State, Terms
from drip.domain.facts import Consequence
from drip.domain.send import State as SendState
from drip.store.ahead import Start, Waiting


class Kind(StrEnum):
    """What can come. The first three are letters."""

    INVITATION = "invitation"  # the first letter where consent is opt_in (R21)
    LETTER = "letter"
    CLOSING_EMAIL = "closing_email"
    CALL = "call"  # a recall falls due
    FILE_CLOSED = "file_closed"


LETTERS = frozenset({Kind.INVITATION, Kind.LETTER, Kind.CLOSING_EMAIL})


@dataclass(frozen=True, slots=True)
class Moments:
    """A forecast's span, from `now` and before `end` (business time), and what machine time it is."""

    now: datetime
    end: datetime
    machine: datetime


class Coming(NamedTuple):
    """One thing that comes, at a time by the prospect's clock; `day` is the prospect's own.

    `step` and `n` are those of a letter, `reason` says why a call is due or a file closes. `waits` says
    why the mailbox sends nothing, so that the letter stays until somebody acts: `Mailbox.stopped`. `owed`: the
    day of the call is past, and it counts for today.
    """

    at: datetime
    day: date
    kind: Kind
    enrollment_id: int
    email: str
    campaign: str
    rep_id: int
    mailbox_id: int | None
    step: str | None = None
    n: int | None = None
    reason: str | None = None
    promised: bool = False
    waits: str | None = None
    owed: bool = False


def expected(start: Start, moments: Moments, mailbox_id: int | None, stopped: str | None = None) -> Iterator[Coming]:
    """Everything that comes to an enrollment, in order of time; a call that is owed already comes first.

    `mailbox_id` is where its letters leave from, None for the maildir. While that is `stopped` nothing
    follows the letter that waits for it but the call.
    """
    open_, now, end = start.open, moments.now, moments.end
    blank = _blank(start, now, mailbox_id)
    yield from _call(blank, open_.enrollment, None, now)
    if open_.next_at is None and start.letter is None:  # it waits for a person; nobody looks at it
        yield from _call(blank, open_.enrollment, now, end)
        return
    for one in _walk(start, moments):
        lines = [_told(blank, line, one, open_.terms) for line in one.effects.consequences]
        known = [line for line in lines if line is not None and not (line.kind is Kind.CALL and line.at <= now)]
        if stopped and any(line.kind in LETTERS for line in known):
            yield from (line._replace(waits=stopped) for line in known if line.kind in LETTERS)
            yield from _call(blank, one.before, now, end)
            return
        yield from known


def _blank(start: Start, now: datetime, mailbox_id: int | None) -> Coming:
    """What everything that comes to an enrollment has in common."""
    terms = start.open.terms
    local = now.astimezone(terms.zone)
    return Coming(
        at=local,
        day=local.date(),
        kind=Kind.LETTER,
        enrollment_id=start.open.id,
        email=terms.email,
        campaign=terms.campaign.label,
        rep_id=start.open.rep_id,
        mailbox_id=mailbox_id,
    )


def _walk(start: Start, moments: Moments) -> Iterator[Brought]:
    open_ = start.open
    if start.letter is not None:
        letter = _underway(start.letter, moments)
        return walk_on(open_.enrollment, open_.terms, moments.now, moments.end, letter)
    return walk(open_.enrollment, open_.terms, moments.now, moments.end, open_.next_at)


def _underway(letter: Waiting, moments: Moments) -> Underway:
    at = max(letter.due_at, moments.now)
    if letter.retry_at is not None:
        at = max(at, moments.now + (letter.retry_at - moments.machine))
    parked = letter.state is SendState.UNCERTAIN
    return Underway(
        letter.key, letter.run, at, again=parked or letter.lost > 0, parked=parked, tried=letter.attempts > 0
    )


def _told(blank: Coming, line: Consequence, one: Brought, terms: Terms) -> Coming | None:
    """A line of the timeline as it will be, where it is one of these."""
    if line.what == "recall_due":
        return _as_call(blank, one.before)
    if line.what not in ("email", "closing_email", "file_closed"):
        return None
    local = line.at.astimezone(terms.zone)
    if line.what == "file_closed":
        return blank._replace(at=local, day=local.date(), kind=Kind.FILE_CLOSED, reason=line.reason)
    closing = line.what == "closing_email" or (line.step or "").startswith("closing/")
    first = terms.campaign.consent is Consent.OPT_IN and terms.campaign.steps[0].key == line.step
    kind = Kind.CLOSING_EMAIL if closing else Kind.INVITATION if first else Kind.LETTER
    return blank._replace(at=local, day=local.date(), kind=kind, step="closing" if closing else line.step, n=line.n)


def _call(blank: Coming, picture: Enrollment, after: datetime | None, end: datetime) -> Iterator[Coming]:
    """The call an enrollment owes, if it begins after one time (None: ever) and by another."""
    recall = picture.recall
    if recall is None or picture.state in (State.ENDED, State.WON):
        return
    if recall.at <= end if after is None else after < recall.at < end:
        yield _as_call(blank, picture)


def _as_call(blank: Coming, picture: Enrollment) -> Coming:
    """`blank` stands at the present: a call of an earlier day is for today."""
    recall = picture.recall
    assert recall is not None
    return blank._replace(
        at=recall.at.astimezone(blank.at.tzinfo),
        day=max(recall.on, blank.day),
        kind=Kind.CALL,
        reason=recall.reason,
        promised=recall.promised,
        owed=recall.on < blank.day,
    )
