"""Alert: make a notice of what a prospect just did, in the same unit as the fact itself."""

from collections.abc import Sequence
from dataclasses import dataclass

from drip.domain.enrollment import Enrollment
from drip.domain.facts import Consequence
from drip.domain.notice import ALERT_LASTS, GATHER, Kind, read_wishes
from drip.store import notice_calendars, notices
from drip.store.engine import Unit
from drip.store.notices import NewNotice

TOLD = frozenset({"replied", "opted_in", "opt_in_refused", "answered", "declined", "another_time"})


@dataclass(frozen=True, slots=True)
class About:
    """Whom it is about, and who did it: the code of a Context. `enrollment_id` None: in no campaign now."""

    prospect_id: int
    enrollment_id: int | None
    rep_id: int
    who: str


async def alert(unit: Unit, about: About, consequences: Sequence[Consequence]) -> None:
    """Tell the rep of a reply, an opt-in, an answer to the closing email, or a declined appointment; not of what the
    rep recorded.

    Several within a minute are gathered into one mail when they are taken.
    """
    told = [one for one in consequences if one.what in TOLD]
    if not told or about.who == f"rep:{about.rep_id}":
        return
    rep = await notice_calendars.of_rep(unit, about.rep_id)
    if rep is not None and read_wishes(rep.notices).alerts:
        await notices.add(unit, [_notice(about, one) for one in told], told[0].at)


def is_news(before: Enrollment, consequences: Sequence[Consequence]) -> bool:
    """Whether a rep has not heard of it: a second opt-in changes nothing (R16)."""
    again = before.opted_in_at is not None and {one.what for one in consequences} == {"opted_in"}
    return not again


def _notice(about: About, one: Consequence) -> NewNotice:
    return NewNotice(
        kind=Kind.ALERT,
        key=f"alert/{about.prospect_id}/{one.what}/{one.at.isoformat()}",
        rep_id=about.rep_id,
        due_at=one.at + GATHER,
        until=one.at + ALERT_LASTS,
        prospect_id=about.prospect_id,
        enrollment_id=about.enrollment_id,
        data={"what": one.what, "reason": one.reason, "at": one.at.isoformat()},
    )
