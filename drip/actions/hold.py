"""Hold: why leased letters may not go any more, asked once for those that are alike but for their addresses."""

from datetime import datetime
from typing import Any

from drip.actions.gather_values import promises_otherwise
from drip.actions.happen import SYSTEM, Change, is_wanted, unwanted
from drip.domain.facts import Effects
from drip.domain.holds import hold_reason
from drip.domain.send import State
from drip.store.enrollments import Open
from drip.store.letters import Leased
from drip.store.pending import Pending


class Holds:
    """Asked of the letters of one take, one after the other."""

    def __init__(self, now: datetime) -> None:
        """`now`: business time."""
        self._now = now
        self._asked: tuple[Any, ...] = ()
        self._why: str | None = None

    def of(self, leased: Leased, open_: Open) -> str | None:
        """Why the letter may not go any more (R36); of one sent again only what protects the person counts, and
        for its window it waits."""
        if leased.resent:
            letter = Pending(leased.id, open_.id, open_.prospect_id, leased.run, leased.key, State.LEASED, self._now)
            return unwanted(Change(open_, open_.enrollment, Effects(), SYSTEM), letter, self._now)
        enrollment = open_.enrollment
        if leased.letter_values is not None or enrollment.mailbox_down_until is not None:  # it is about each one
            return hold_of(leased, open_, self._now)
        asked = (enrollment, leased.run, leased.key, *open_.terms.shared)
        if asked != self._asked:
            self._why = hold_of(leased, open_, self._now)
            self._asked = asked
        return self._why


def hold_of(leased: Leased, open_: Open, now: datetime) -> str | None:
    """Why a letter that was not sent before may not go any more."""
    enrollment, terms = open_.enrollment, open_.terms
    why = hold_reason(enrollment, terms, now)
    if why not in (None, "window"):
        return why
    wanted = is_wanted(enrollment, terms, leased.run, leased.key, now)
    return why if wanted and not promises_otherwise(leased, enrollment, terms, now) else "superseded"
