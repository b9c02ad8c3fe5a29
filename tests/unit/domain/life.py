"""One prospect's life under the rules: time passes, things happen, and what was told is kept."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from drip.domain.business_days import Calendar
from drip.domain.campaign import Campaign, Step
from drip.domain.enroll import begin
from drip.domain.enrollment import Enrollment, Recall, Terms
from drip.domain.facts import Consequence, Effects, EmailSent, Fact, RepChanged
from drip.domain.happen import apply
from drip.domain.hours import RepTime
from drip.domain.plan import plan

NEW_YORK = ZoneInfo("America/New_York")
MONDAY = "2026-01-05 10:00"  # 5 January 2026 is a Monday


def campaign(steps: int = 12, **changes: Any) -> Campaign:
    """Monthly letters called "s1", "s2" ..."""
    return replace(Campaign("Letters", tuple(Step(f"s{n}", f"l/s{n}") for n in range(1, steps + 1))), **changes)


def day(text: str) -> date:
    return date.fromisoformat(text)


class Life:
    """A prospect in New York, enrolled on Monday 5 January 2026 at 10:00 unless told otherwise.

    Moments are written in the prospect's wall time. Everything told is in `told`.
    """

    enrollment: Enrollment

    def __init__(self, campaign_: Campaign | None = None, *, start: str = MONDAY, **begun: Any) -> None:
        where = {"zone": NEW_YORK, "calendar": Calendar("US")}
        given = {name: begun.pop(name) for name in ("zone", "calendar", "call_window", "email", "rep") if name in begun}
        self.terms = Terms(campaign_ or campaign(), **{"email": "ann@example.com", **where, **given})
        self.told: list[Consequence] = []
        self.needs: list[str] = []
        self.suppressed: list[str] = []
        self.now = self.moment(start)
        self._keep(begin(self.terms, self.now, **begun))

    def moment(self, wall: str) -> datetime:
        return datetime.fromisoformat(wall).replace(tzinfo=self.terms.zone).astimezone(UTC)

    def until(self, wall: str) -> "Life":
        """Let time pass up to a moment; what is due at that very moment has not happened yet."""
        end = self.moment(wall)
        while (following := plan(self.enrollment, self.terms, self.now)) is not None:
            at = max(following.at, self.now)
            if at >= end:
                break
            self.now = at
            email = following.what == "email" and following.key
            self._keep(self._apply(EmailSent(at, email) if email else following.moves_on(at)))
        self.now = max(self.now, end)
        return self

    def happens(self, wall: str, what: type[Fact], *more: Any, **named: Any) -> "Life":
        """Let time pass up to a moment, at which something happens."""
        self.until(wall)
        self._keep(self._apply(what(self.now, *more, **named)))
        return self

    def becomes(self, rep: RepTime | None, wall: str, before: RepTime | None, *, handed_over: bool = True) -> "Life":
        """Let time pass up to a moment, from which on it is this rep, or the rep's times are these."""
        self.until(wall)
        self.terms = self.terms._replace(rep=rep)
        self._keep(self._apply(RepChanged(self.now, handed_over, before)))
        return self

    def of(self, what: str) -> list[Consequence]:
        return [one for one in self.told if one.what == what]

    def days(self, what: str = "email") -> list[str]:
        """The local days on which it was told of, as "2026-01-06"."""
        return [one.at.astimezone(self.terms.zone).date().isoformat() for one in self.of(what)]

    def times(self, what: str) -> list[str]:
        """The wall times at which it was told of, as "2026-01-06 07:30"."""
        return [self._wall(one.at) for one in self.of(what)]

    def reasons(self, what: str) -> list[str | None]:
        return [one.reason for one in self.of(what)]

    def held(self) -> list[tuple[str, str | None, str | None, str]]:
        """Day told, step, reason and the day promised, "" without one."""
        days = self.days("held")
        rows = zip(days, self.of("held"), strict=True)
        return [(at, one.step, one.reason, one.until.isoformat() if one.until else "") for at, one in rows]

    @property
    def recall(self) -> Recall:
        assert self.enrollment.recall is not None
        return self.enrollment.recall

    @property
    def recall_at(self) -> str:
        return self._wall(self.recall.at)

    def _wall(self, at: datetime) -> str:
        return at.astimezone(self.terms.zone).strftime("%Y-%m-%d %H:%M")

    def _apply(self, fact: Fact) -> tuple[Enrollment, Effects]:
        return apply(self.enrollment, self.terms, fact)

    def _keep(self, done: tuple[Enrollment, Effects]) -> None:
        self.enrollment, effects = done
        self.told += effects.consequences
        self.needs += [need.code for need in effects.needs]
        self.suppressed += [effects.suppress] if effects.suppress else []
