"""Foresight: the forecast made on the demo's first day, and what of it happened."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from drip.actions.forecast import Asked, forecast
from drip.actions.forecasting.expected import Coming, Kind
from drip.cli.demo.stage import Stage
from drip.clock import MachineClock
from drip.store.facts import FactRow

_A_MINUTE = timedelta(minutes=1)
_KINDS = {
    "email": Kind.LETTER,
    "closing_email": Kind.CLOSING_EMAIL,
    "recall_due": Kind.CALL,
    "file_closed": Kind.FILE_CLOSED,
}
# What time brings by itself. Everything else was done by somebody, or came back.
_BY_ITSELF = frozenset({*_KINDS, "completed", "held", "recall_cancelled", "recall_set"})


@dataclass(frozen=True, slots=True)
class Foretold:
    """Everything that was to come if nobody did anything, to those enrolled by the moment it was made."""

    made_at: datetime
    ends_at: datetime
    comings: Sequence[Coming]


@dataclass(frozen=True, slots=True)
class Compared:
    """A forecast beside what happened to the same prospects, by kind (`letter`, `closing_email`, `call`,
    `file_closed`). `undisturbed` counts what came or was to come before somebody did something, `kept` how
    much of that came at the minute foretold."""

    prospects: int
    foretold: Mapping[str, int]
    happened: Mapping[str, int]
    undisturbed: int
    kept: int


def foresee(stage: Stage, end: datetime) -> Foretold:
    """Forecast from now on and before `end`, as `drip forecast` does."""
    now = stage.now
    told: list[Coming] = []
    weeks = -(-(end - now) // timedelta(weeks=1))
    stage.do(forecast(stage.store, Asked(weeks), now, MachineClock().now(), told.append))
    return Foretold(now, end, [one for one in told if one.at < end])


def compare(foretold: Foretold, facts: Iterable[FactRow]) -> Compared:
    """Hold it against the timelines of those it is about."""
    about = {one.enrollment_id for one in foretold.comings}
    later = [one for one in facts if one.enrollment_id in about and foretold.made_at < one.at < foretold.ends_at]
    disturbed: dict[int | None, datetime] = {}
    for one in later:
        if one.what not in _BY_ITSELF:
            disturbed[one.enrollment_id] = min(one.at, disturbed.get(one.enrollment_id, one.at))
    said = [(one.enrollment_id, one.kind, one.at) for one in foretold.comings]
    came = [(one.enrollment_id, _KINDS[one.what], one.at) for one in later if one.what in _KINDS]
    calm = [
        Counter((ident, kind, at // _A_MINUTE) for ident, kind, at in _since_first(some, foretold.made_at, disturbed))
        for some in (said, came)
    ]
    return Compared(
        prospects=len(about),
        foretold=_by_kind(kind for _, kind, _ in said),
        happened=_by_kind(kind for _, kind, _ in came),
        undisturbed=(calm[0] | calm[1]).total(),
        kept=(calm[0] & calm[1]).total(),
    )


def _since_first(
    some: Iterable[tuple[int | None, Kind, datetime]], first: datetime, disturbed: Mapping[int | None, datetime]
) -> Iterable[tuple[int | None, Kind, timedelta]]:
    """Those before anybody did anything, each by how long after the first moment it came."""
    for ident, kind, at in some:
        if at < disturbed.get(ident, at + _A_MINUTE):
            yield ident, kind, at - first


def _by_kind(kinds: Iterable[Kind]) -> dict[str, int]:
    counted = Counter(kinds)
    return {str(kind): counted[kind] for kind in _KINDS.values()}
