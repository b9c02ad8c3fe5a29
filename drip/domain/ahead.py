"""What time brings one enrollment if nothing else happens: the service's own rules, walked forward (R41)."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from drip.domain.enrollment import Enrollment, Terms
from drip.domain.facts import Effects, EmailArrived, EmailSent, EmailTakenBack, Fact, MovesOn
from drip.domain.happen import apply
from drip.domain.holds import hold_reason
from drip.domain.plan import Next, plan
from drip.domain.window import may_go_at


class Brought(NamedTuple):
    """One thing that time brings at an aware UTC time: the pictures before and after it, and what follows."""

    at: datetime
    before: Enrollment
    after: Enrollment
    effects: Effects


class Underway(NamedTuple):
    """A letter that was planned and has not left: its key and run, and when it can leave (aware UTC).

    `again`: it left before, its answer was lost, and it is sent a second time (R40); `parked`: not before
    `at`, and until then the drip goes on. `tried`: a server has put it off, so it stays the same letter
    while its window is closed.
    """

    key: str
    run: int
    at: datetime
    again: bool = False
    parked: bool = False
    tried: bool = False


def walk(
    enrollment: Enrollment, terms: Terms, now: datetime, end: datetime, since: datetime | None = None
) -> Iterator[Brought]:
    """What time brings from `now` on and before `end`, in order; aware UTC.

    `since` is when somebody should have looked, where that is past: what came by then is told first.
    """
    late = None if since is None or since > now else since
    while (following := plan(enrollment, terms, now)) is not None:
        at = max(following.at, now) if late is None else now
        if at >= end:
            return
        fact = _came(following, at) if late is None else brought(following, late, now)
        late = late if isinstance(fact, MovesOn) else None
        before, now = enrollment, at
        enrollment, effects = apply(before, terms, fact)
        if enrollment == before and not isinstance(fact, EmailTakenBack):
            return  # it would come again and again
        yield Brought(now, before, enrollment, effects)


def walk_on(enrollment: Enrollment, terms: Terms, now: datetime, end: datetime, letter: Underway) -> Iterator[Brought]:
    """The same for an enrollment whose letter is under way: it leaves first, unless something holds it (R36)."""
    if letter.parked:
        for one in walk(enrollment, terms, now, min(letter.at, end)):
            enrollment = one.after
            yield one
    at = max(letter.at, now)
    held = hold_reason(enrollment, terms, at)
    if letter.again or (letter.tried and held == "window"):
        at, held = may_go_at(terms, letter.run, letter.key, at), None
    if at >= end:
        return
    fact: Fact = EmailSent(at, letter.key, run=letter.run)
    if letter.again:
        fact = EmailArrived(at, letter.key, again=True)
    elif held is not None:
        fact = EmailTakenBack(at)
    after, effects = apply(enrollment, terms, fact)
    yield Brought(at, enrollment, after, effects)
    yield from walk(after, terms, at, end)


def brought(following: Next, since: datetime, now: datetime) -> Fact:
    """The fact a look at `now` makes of what is next, which should have been looked at by `since`.

    What came, came at its own time, but not before the fact that made it overdue. When nothing came, a
    letter missed by a day gets its minute here and keeps it, instead of another one at each look (R10).
    """
    if following.at > now:
        return EmailTakenBack(now)
    return _came(following, now if following.what == "email" else max(following.at, since))


def _came(following: Next, at: datetime) -> Fact:
    if following.what == "email" and following.key is not None:
        return EmailSent(at, following.key)
    return following.moves_on(at)
