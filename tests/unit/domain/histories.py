"""Random histories of a prospect, for the laws that must hold whatever happens."""

from collections.abc import Callable
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


Kind = Callable[[datetime, Place], f.Fact]

# Strategies are made once: hypothesis looks through a new one each time something is drawn from it.
_PLACES = st.sampled_from([Place(ZoneInfo(zone), Calendar(country, region)) for zone, country, region in PLACES])
_DAYS = st.one_of(
    st.dates(date(2026, 1, 1), date(2028, 12, 31)),
    st.sampled_from([date(2026, 1, 31), date(2028, 2, 29), date(2027, 8, 31), date(2026, 12, 24)]),
)
_STARTS = st.builds(
    lambda day, minute: datetime.combine(day, time(), UTC) + timedelta(minutes=minute), _DAYS, st.integers(0, 1439)
)
_ZONES = st.sampled_from([ZoneInfo(name) for name, _, _ in PLACES])
_WEEKDAYS = st.lists(st.integers(0, 6), min_size=1, max_size=5, unique=True)
_QUARTERS = st.lists(st.integers(16, 96).map(lambda n: n * 15), min_size=4, max_size=4, unique=True).map(sorted)
_TWO_YEARS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
_LEFT = st.integers(1, 700)
_COUNTS = st.integers(1, 14)
_OWN_WAITS = st.sampled_from([None, None, None, Duration(3, Unit.WEEK), Duration(2, Unit.MONTH)])
_CADENCES = st.sampled_from(CADENCES)
_CONSENTS = st.sampled_from([Consent.OPT_OUT, Consent.OPT_OUT, Consent.OPT_IN])
_ENDS = st.sampled_from(list(AtEnd))
_WINDOWS = st.sampled_from(WINDOWS)
_EITHER = st.booleans()
_MOMENTS = st.lists(st.integers(1, 60 * 24 * 700), max_size=14)
_CALL_WINDOWS = st.sampled_from(list(CallWindow))
_LENGTHS = st.integers(30, 800)


def places() -> st.SearchStrategy[Place]:
    return _PLACES


def starts() -> st.SearchStrategy[datetime]:
    """Moments of enrollment, month ends and the leap day among them."""
    return _STARTS


@st.composite
def rep_times(draw: st.DrawFn) -> RepTime:
    """Hours of one or two spans a day outside the hours in which clocks change, with or without an absence."""
    zone = draw(_ZONES)
    weekdays = draw(_WEEKDAYS)
    ends = draw(_QUARTERS)
    parts = [ends[:2], ends[2:]] if draw(_EITHER) else [ends[:2]]
    spans = tuple(sorted(Span(on, *part) for on in weekdays for part in parts))
    begin = datetime.combine(draw(_TWO_YEARS), time(), UTC)
    away = ((begin, begin + timedelta(hours=draw(_LEFT))),) if draw(_EITHER) else ()
    return RepTime(zone, spans, away)


@st.composite
def campaigns(draw: st.DrawFn) -> Campaign:
    count = draw(_COUNTS)
    steps = tuple(Step(f"step-{n}", f"c/step-{n}", draw(_OWN_WAITS) if n > 1 else None) for n in range(1, count + 1))
    return Campaign(
        name="A campaign",
        key="a-campaign",
        steps=steps,
        cadence=draw(_CADENCES),
        consent=draw(_CONSENTS),
        at_end=draw(_ENDS),
        window=draw(_WINDOWS),
    )


@st.composite
def happenings(draw: st.DrawFn, start: datetime, place: Place) -> tuple[f.Fact, ...]:
    moments = draw(_MOMENTS)
    return tuple(draw(_KINDS)(start + timedelta(minutes=minute), place) for minute in sorted(moments))


def _day(at: datetime, place: Place) -> date:
    return at.astimezone(place.zone).date()


def _promised(at: datetime, place: Place) -> f.Fact:
    promise = place.calendar.on_or_after(_day(at, place) + timedelta(days=20))
    return f.Called(at, f.Outcome.PROMISED, promise)


def _answered(answer: f.Answer) -> Kind:
    return lambda at, _: f.Answered(at, answer)


def _called(outcome: f.Outcome) -> Kind:
    return lambda at, _: f.Called(at, outcome)


def _left(at: datetime, _: Place) -> f.Fact:
    return OfRep(at, lambda times: replace(times, away=(*times.away, (at, at + timedelta(days=9)))))


def _returned(at: datetime, _: Place) -> f.Fact:
    return OfRep(at, lambda times: replace(times, away=tuple(ended(one, at) for one in times.away)))


_OTHERS = [outcome for outcome in f.Outcome if outcome not in ENDINGS and outcome is not f.Outcome.PROMISED]
_KINDS: st.SearchStrategy[Kind] = st.sampled_from(
    [
        lambda at, _: f.OptedIn(at),
        lambda at, _: f.Replied(at),
        lambda at, _: f.Resolved(at),
        lambda at, _: f.Resolved(at),
        lambda at, _: f.Clicked(at),
        lambda at, _: f.Paused(at),
        lambda at, _: f.Resumed(at),
        lambda at, _: f.Resumed(at),
        lambda at, _: f.AutoReplied(at),
        lambda at, place: f.AutoReplied(at, _day(at, place) + timedelta(days=9)),
        lambda at, _: f.ColleagueReplied(at),
        lambda at, _: f.EmailRecorded(at),
        lambda at, _: f.MailboxWentDown(at, at + timedelta(hours=30)),
        lambda at, _: SoftBounceOfLast(at),
        *map(_answered, f.Answer),
        *map(_called, _OTHERS),
        *map(_called, ENDINGS),
        _promised,
        lambda at, _: f.OptedOut(at),
        _left,
        _returned,
    ]
)
_CAMPAIGNS = campaigns()
_REPS = st.one_of(st.none(), st.none(), rep_times())


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    place, start = draw(_PLACES), draw(_STARTS)
    return Scenario(
        campaign=draw(_CAMPAIGNS),
        email="ann.jones@example.com",
        zone=place.zone,
        calendar=place.calendar,
        call_window=draw(_CALL_WINDOWS),
        start=start,
        until=start + timedelta(days=draw(_LENGTHS)),
        opted_in=draw(_EITHER),
        cadence=None,
        promised_on=None,
        happens=draw(happenings(start, place)),
        rep=draw(_REPS),
    )
