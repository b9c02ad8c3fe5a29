"""Tell what happens to one prospect in a scenario: the real rules on a clock that jumps."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from drip.catalog.happenings import OfRep, SoftBounceOfLast
from drip.catalog.scenario import Scenario
from drip.domain.ahead import walk
from drip.domain.enroll import begin
from drip.domain.enrollment import Enrollment, Terms
from drip.domain.facts import Consequence, Effects, Fact, RepChanged, SoftBounced
from drip.domain.happen import apply
from drip.domain.hours import RepTime

LINES = frozenset(
    {
        "closing_email",
        "completed",
        "email",
        "file_closed",
        "heard",
        "held",
        "opted_in",
        "paused",
        "recall_cancelled",
        "recall_due",
        "recall_set",
        "reopened",
        "resumed",
        "suppressed",
        "undeliverable",
        "won",
    }
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a simulation; times carry the prospect's offset. None: not of this kind."""

    at: datetime
    what: str
    step: str | None = None
    n: int | None = None
    on: datetime | None = None
    reason: str | None = None
    until: date | None = None

    def as_json(self) -> dict[str, str | int]:
        """What CAMPAIGN.md's `--json` prints of it."""
        fields = {
            "at": self.at.isoformat(timespec="seconds"),
            "what": self.what,
            "step": self.step,
            "n": self.n,
            "on": self.on.isoformat(timespec="seconds") if self.on else None,
            "reason": self.reason,
            "until": self.until.isoformat() if self.until else None,
        }
        return {name: value for name, value in fields.items() if value is not None}


def line_of(consequence: Consequence, zone: ZoneInfo) -> Line | None:
    """The line a consequence is printed as, None for one that is only on the timeline."""
    if consequence.what not in LINES:
        return None
    return Line(
        at=consequence.at.astimezone(zone),
        what=consequence.what,
        step=None if consequence.what == "closing_email" else consequence.step,
        n=consequence.n,
        on=consequence.on.astimezone(zone) if consequence.on else None,
        reason=consequence.reason,
        until=consequence.until,
    )


def simulate(scenario: Scenario) -> Iterator[Line]:
    """Every line of a scenario in order of time, up to and including its `until`.

    Raises PromiseError when a call is promised for a day that cannot be kept (R14).
    """
    terms = Terms(
        scenario.campaign,
        scenario.email,
        scenario.zone,
        scenario.calendar,
        scenario.call_window,
        scenario.rep,
    )
    end = _end(scenario)
    story = _Story(terms)
    yield from story.begin(scenario)
    for at, facts in groupby(scenario.happens, key=lambda fact: fact.at):
        if at > end:
            break
        yield from story.run_until(at)
        for fact in facts:
            yield from story.apply(fact)
    yield from story.run_until(end + timedelta(microseconds=1))


class _Story:
    """The enrollment while it is simulated, and its last email for a bounce to come back from."""

    enrollment: Enrollment

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.now = datetime.min.replace(tzinfo=UTC)
        self.last: SoftBounced | None = None

    def begin(self, scenario: Scenario) -> Iterator[Line]:
        self.now = scenario.start
        self.enrollment, effects = begin(
            self.terms,
            scenario.start,
            opted_in_at=scenario.start if scenario.opted_in else None,
            promised_on=scenario.promised_on,
            interval=scenario.cadence,
        )
        return self._lines(effects)

    def run_until(self, end: datetime) -> Iterator[Line]:
        """Let time bring what it brings before `end`."""
        for one in walk(self.enrollment, self.terms, self.now, end):
            self.now, self.enrollment = one.at, one.after
            yield from self._tell(one.effects)

    def apply(self, fact: Fact) -> Iterator[Line]:
        self.now = max(self.now, fact.at)
        if isinstance(fact, SoftBounceOfLast):
            if self.last is None:
                return iter(())
            fact = replace(self.last, at=fact.at)
        if isinstance(fact, OfRep):
            times = fact.times(self.terms.rep or RepTime(self.terms.zone))
            self.terms, fact = self.terms._replace(rep=times), RepChanged(fact.at)
        self.enrollment, effects = apply(self.enrollment, self.terms, fact)
        return self._tell(effects)

    def _tell(self, effects: Effects) -> Iterator[Line]:
        for told in effects.consequences:
            if told.what in ("email", "closing_email"):
                self.last = SoftBounced(told.at, told.n, told.at)
        return self._lines(effects)

    def _lines(self, effects: Effects) -> Iterator[Line]:
        lines = (line_of(told, self.terms.zone) for told in effects.consequences)
        return iter([line for line in lines if line is not None])


def _end(scenario: Scenario) -> datetime:
    """The last moment told of, aware UTC: a day counts to its end in the prospect's zone."""
    if isinstance(scenario.until, datetime):
        return scenario.until
    midnight = datetime.combine(scenario.until, time.max, scenario.zone)
    return midnight.astimezone(UTC)
