"""Sent alike: what a letter that was taken changes, found once for enrollments that differ in their address alone."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from drip.actions.happen import Change, Context, change, is_plain
from drip.domain.enrollment import Enrollment
from drip.domain.facts import EmailSent
from drip.domain.plan import Candidate, candidates, plan
from drip.store.enrollments import Open

_sent = lru_cache(maxsize=256)(EmailSent)  # the letters that leave together are often of one step


class Gone(NamedTuple):
    """What follows from a letter that was taken. `is_plain`: it is all in the enrollment and its lines; `letters`
    are those that could be next, None where that is asked for each address."""

    change: Change
    is_plain: bool
    letters: Sequence[Candidate] | None


class SentAlike:
    """Asked of letters that left at one business time. Whoever is enrolled by the list is alike at the first letter;
    of two who are not, that is seen by their first fields."""

    def __init__(self, now: datetime) -> None:
        """`now`: business time."""
        self._now = now
        self._asked: tuple[Any, ...] = ()
        self._gone: Gone | None = None

    def gone(self, open_: Open, key: str, run: int) -> Gone:
        """What follows for an enrollment; the change may be that of another one that is alike."""
        asked = (open_.enrollment, key, run, *open_.terms.shared)
        if self._gone is None or asked != self._asked:
            self._asked, self._gone = asked, self._follow(open_, key, run)
        return self._gone

    def next_at(self, open_: Open, gone: Gone) -> datetime | None:
        """When to look again at an enrollment, after what `gone` says of it."""
        following = plan(gone.change.after, open_.terms, self._now, gone.letters)
        return max(following.at, self._now) if following else None

    def _follow(self, open_: Open, key: str, run: int) -> Gone:
        made = change(open_, _sent(self._now, key, True, run), Context("service"))
        return Gone(made, is_plain(made), _for_all(made.after, open_))


def _for_all(after: Enrollment, open_: Open) -> Sequence[Candidate] | None:
    """The letters that could be next; while the mailbox is down it depends on each one's minute, so on the address."""
    return candidates(after, open_.terms) if after.mailbox_down_until is None else None
