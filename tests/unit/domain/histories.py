"""Random histories of a prospect, for the laws that must hold whatever happens."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from drip.catalog.happenings import OfRep, SoftBounceOfLast
from drip.catalog.scenario import Scenario
from drip.domain import facts as f
from drip.domain.business_days import Calendar
from drip.domain.campaign import AtEnd, Campaign, Consent, Step, Window
from drip.domain.duration import Duration, Unit
from drip.domain.enrollment import CallWindow
from drip.domain.hours import RepTime, Span, ended

# Zones whose daylight saving is odd: half an hour, during Ramadan, at midnight, none at 5:45.
PLACES = (
    ("Australia/Lord_Howe", "AU", "NSW"),
    ("Africa/Casablanca", "MA", None),
    ("America/Santiago", "CL", None),
    ("Asia/Kathmandu", "NP", None),
    ("America/New_York", "US", "NY"),
    ("Europe/Berlin", "DE", "BY"),
    ("Europe/London", "GB", None),
)
CADENCES = (
    Duration(1, Unit.MONTH),
    Duration(1, Unit.QUARTER),
    Duration(6, Unit.WEEK),
    Duration(10, Unit.DAY),
    Duration(2, Unit.MONTH),
)
WINDOWS = (
    Window(),
    Window(days=frozenset({1, 3}), opens=time(9, 30), closes=time(11)),
    Window(days=frozenset(range(7)), opens=time(0), closes=time.max, holidays=False),
    Window(days=frozenset({6}), opens=time(1), closes=time(4), holidays=False),
)
ENDINGS = (f.Outcome.MEETING_SET, f.Outcome.NOT_INTERESTED, f.Outcome.DO_NOT_CONTACT)


@dataclass(frozen=True)
class Place:
    """Where a prospect lives."""

    zone: ZoneInfo
    calendar: Calendar


def places() -> st.SearchStrategy[Place]:
    return st.sampled_from([Place(ZoneInfo(z), Calendar(c, r)) for z, c, r in PLACES])


def starts() -> st.SearchStrategy[datetime]:
    """Moments of enrollment, month ends and the leap day among them."""
    days = st.one_of(
        st.dates(date(2026, 1, 1), date(2028, 12, 31)),
        st.sampled_from([date(2026, 1, 31), date(2028, 2, 29), date(2027, 8, 31), date(2026, 12, 24)]),
    )
    return st.builds(
        lambda day, minute: datetime.combine(day, time(), UTC) + timedelta(minutes=minute), days, st.integers(0, 1439)
    )


@st.composite
def rep_times(draw: st.DrawFn) -> RepTime:
    """Hours of one or two spans a day outside the hours in which clocks change, with or without an absence."""
    zone = draw(st.sampled_from([ZoneInfo(name) for name, _, _ in PLACES]))
    weekdays = draw(st.lists(st.integers(0, 6), min_size=1, max_size=5, unique=True))
    ends = draw(st.lists(st.integers(16, 96).map(lambda n: n * 15), min_size=4, max_size=4, unique=True).map(sorted))
    parts = [ends[:2], ends[2:]] if draw(st.booleans()) else [ends[:2]]
    spans = tuple(sorted(Span(on, *part) for on in weekdays for part in parts))
    begin = datetime.combine(draw(st.dates(date(2026, 1, 1), date(2027, 12, 31))), time(), UTC)
    away = ((begin, begin + timedelta(hours=draw(st.integers(1, 700)))),) if draw(st.booleans()) else ()
    return RepTime(zone, spans, away)


@st.composite
def campaigns(draw: st.DrawFn) -> Campaign:
    count = draw(st.integers(1, 14))
    own = st.sampled_from([None, None, None, Duration(3, Unit.WEEK), Duration(2, Unit.MONTH)])
    steps = tuple(Step(f"step-{n}", f"c/step-{n}", draw(own) if n > 1 else None) for n in range(1, count + 1))
    return Campaign(
        name="A campaign",
        key="a-campaign",
        steps=steps,
        cadence=draw(st.sampled_from(CADENCES)),
        consent=draw(st.sampled_from([Consent.OPT_OUT, Consent.OPT_OUT, Consent.OPT_IN])),
        at_end=draw(st.sampled_from(list(AtEnd))),
        window=draw(st.sampled_from(WINDOWS)),
    )


@st.composite
def happenings(draw: st.DrawFn, start: datetime, place: Place) -> tuple[f.Fact, ...]:
    moments = draw(st.lists(st.integers(1, 60 * 24 * 700), max_size=14))
    return tuple(draw(_fact(start + timedelta(minutes=minute), place)) for minute in sorted(moments))


def _fact(at: datetime, place: Place) -> st.SearchStrategy[f.Fact]:
    day = at.astimezone(place.zone).date()
    promise = place.calendar.on_or_after(day + timedelta(days=20))
    outcomes = [outcome for outcome in f.Outcome if outcome not in ENDINGS and outcome is not f.Outcome.PROMISED]
    return st.sampled_from(
        [
            f.OptedIn(at),
            f.Replied(at),
            f.Resolved(at),
            f.Resolved(at),
            f.Clicked(at),
            f.Paused(at),
            f.Resumed(at),
            f.Resumed(at),
            f.AutoReplied(at),
            f.AutoReplied(at, day + timedelta(days=9)),
            f.ColleagueReplied(at),
            f.EmailRecorded(at),
            f.MailboxWentDown(at, at + timedelta(hours=30)),
            SoftBounceOfLast(at),
            *(f.Answered(at, answer) for answer in f.Answer),
            *(f.Called(at, outcome) for outcome in outcomes),
            *(f.Called(at, outcome) for outcome in ENDINGS),
            f.Called(at, f.Outcome.PROMISED, promise),
            f.OptedOut(at),
            OfRep(at, lambda times: replace(times, away=(*times.away, (at, at + timedelta(days=9))))),
            OfRep(at, lambda times: replace(times, away=tuple(ended(one, at) for one in times.away))),
        ]
    )


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    place, start = draw(places()), draw(starts())
    return Scenario(
        campaign=draw(campaigns()),
        email="ann.jones@example.com",
        zone=place.zone,
        calendar=place.calendar,
        call_window=draw(st.sampled_from(list(CallWindow))),
        start=start,
        until=start + timedelta(days=draw(st.integers(30, 800))),
        opted_in=draw(st.booleans()),
        cadence=None,
        promised_on=None,
        happens=draw(happenings(start, place)),
        rep=draw(st.one_of(st.none(), st.none(), rep_times())),
    )
