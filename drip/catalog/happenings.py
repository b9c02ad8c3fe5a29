"""Read the [[happens]] of a scenario into the facts of the domain."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from drip.catalog.lines import Path
from drip.catalog.problems import Problems
from drip.catalog.tables import Table
from drip.domain import facts
from drip.domain.business_days import Calendar
from drip.domain.errors import HoursError
from drip.domain.facts import Answer, Fact, Outcome
from drip.domain.hours import RepTime, Span, Spell, ended, entered, hours_of


@dataclass(frozen=True, slots=True)
class SoftBounceOfLast(Fact):
    """The last email sent before `at` came back softly; the simulation knows its number and time
    and makes the SoftBounced of it. It means nothing when no email was sent before."""


@dataclass(frozen=True, slots=True)
class OfRep(Fact):
    """Something about the rep's times: `times` makes the new ones of those before; the simulation keeps them."""

    times: Callable[[RepTime], RepTime]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a scenario is read against. `start` is aware UTC; None when it is wrong. `rep_zone` is the rep's."""

    problems: Problems
    zone: ZoneInfo
    calendar: Calendar
    start: datetime | None
    rep_zone: ZoneInfo

    def demand_business_day(self, path: Path, day: date, said_at: datetime | None) -> None:
        """Report a promised day that is no business day here, or was over when it was said (R14)."""
        if not self.calendar.is_business_day(day):
            better = self.calendar.on_or_after(day)
            self.problems.add(
                path,
                f"{day} is a {day:%A}{_holiday(day)}; nobody can be promised a call on it. "
                f"Write a business day, such as {better}, a {better:%A}.",
            )
        elif said_at is not None and day < said_at.astimezone(self.zone).date():
            self.problems.add(path, f"{day} was over when it was promised. Write a later day.")


class What(StrEnum):
    """Everything that can happen in a scenario."""

    OPT_IN = "opt_in"
    OPT_OUT = "opt_out"
    REPLY = "reply"
    AUTO_REPLY = "auto_reply"
    CLICK = "click"
    SCANNER_CLICK = "scanner_click"
    OPEN = "open"
    HARD_BOUNCE = "hard_bounce"
    SOFT_BOUNCE = "soft_bounce"
    COMPLAINT = "complaint"
    CALL = "call"
    PAUSE = "pause"
    RESUME = "resume"
    KEEP_OPEN = "keep_open"
    CALL_ME = "call_me"
    CLOSE_FILE = "close_file"
    COLLEAGUE_REPLY = "colleague_reply"
    MANUAL_EMAIL = "manual_email"
    MAILBOX_DOWN = "mailbox_down"
    RESOLVE = "resolve"
    REP_AWAY = "rep_away"
    REP_BACK = "rep_back"
    REP_HOURS = "rep_hours"


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)  # stands in for a wrong moment while the row is read on
_PLAIN: dict[What, Callable[[datetime], Fact]] = {
    What.OPT_IN: facts.OptedIn,
    What.OPT_OUT: facts.OptedOut,
    What.REPLY: facts.Replied,
    What.CLICK: facts.Clicked,
    What.HARD_BOUNCE: facts.HardBounced,
    What.SOFT_BOUNCE: SoftBounceOfLast,
    What.COMPLAINT: facts.Complained,
    What.PAUSE: facts.Paused,
    What.RESUME: facts.Resumed,
    What.KEEP_OPEN: lambda at: facts.Answered(at, Answer.KEEP_OPEN),
    What.CALL_ME: lambda at: facts.Answered(at, Answer.CALL_ME),
    What.CLOSE_FILE: lambda at: facts.Answered(at, Answer.CLOSE_FILE),
    What.COLLEAGUE_REPLY: facts.ColleagueReplied,
    What.MANUAL_EMAIL: facts.EmailRecorded,
    What.RESOLVE: facts.Resolved,
}


def read_happenings(rows: list[Table], reading: Reading) -> tuple[Fact, ...]:
    """The facts, sorted by time, equal times as in the file; wrong rows are reported.

    Opens and clicks of scanners are checked and left out: they mean nothing (R25).
    """
    found = [fact for row in rows if (fact := _fact(row, reading)) is not None]
    return tuple(sorted(found, key=lambda fact: fact.at))


def _fact(row: Table, reading: Reading) -> Fact | None:
    row.need("at", "write the moment, such as at = 2026-03-10T11:00:00-04:00")
    row.need("what", 'write what happens, such as what = "opt_in"')
    at = row.moment("at", reading.zone)
    what = row.choice("what", What.OPEN)
    fact = _of_kind(row, what, at or reading.start or _EPOCH, reading) if "what" in row.values else None
    if row.values.get("what") in tuple(What):
        row.finish(f'"{what}"')
    if at is not None and reading.start is not None and at < reading.start:
        row.wrong(
            "at",
            f"{row.values['at'].isoformat()} is before the start. Write a later moment.",
        )
    return fact if at is not None else None


def _of_kind(row: Table, what: What, at: datetime, reading: Reading) -> Fact | None:
    if what in (What.OPEN, What.SCANNER_CLICK):
        return None
    if what is What.AUTO_REPLY:
        return facts.AutoReplied(at, row.day("back_on"))
    if what is What.CALL:
        return _call(row, at, reading)
    if what is What.MAILBOX_DOWN:
        return _mailbox_down(row, at, reading)
    if what in (What.REP_AWAY, What.REP_BACK, What.REP_HOURS):
        return of_rep(row, what, at, reading.rep_zone)
    return _PLAIN[what](at)


def _call(row: Table, at: datetime, reading: Reading) -> Fact:
    row.need("outcome", "write how the call went, one of " + ", ".join(f'"{word}"' for word in Outcome))
    outcome = row.choice("outcome", Outcome.NO_ANSWER)
    day = row.day("on")
    if outcome is Outcome.PROMISED:
        row.need("on", "write the promised day, such as on = 2026-03-16")
        if day is not None:
            reading.demand_business_day((*row.path, "on"), day, at)
    elif row.has("on"):
        row.wrong("on", f'goes with outcome = "promised" only, not with "{outcome}". Take it out.')
    return facts.Called(at, outcome, day)


def _mailbox_down(row: Table, at: datetime, reading: Reading) -> Fact | None:
    row.need("until", "write when the mailbox is up again, such as until = 2026-03-12T09:00:00-04:00")
    until = row.moment("until", reading.zone)
    if until is not None and until <= at:
        row.wrong("until", "is not after the moment the mailbox went down. Write a later one.")
    return facts.MailboxWentDown(at, until) if until is not None else None


def of_rep(row: Table, what: What, at: datetime, zone: ZoneInfo) -> Fact | None:
    """The rep enters an absence, comes back early, or keeps other hours."""
    if what is What.REP_BACK:
        return OfRep(
            at, lambda times: replace(times, away=tuple(ended(one, at) if one[0] <= at else one for one in times.away))
        )
    if what is What.REP_HOURS:
        hours = read_hours(row)
        return OfRep(at, lambda times: replace(times, hours=hours))
    found = read_absence(row, zone, at)
    return None if found is None else OfRep(at, lambda times: replace(times, away=(*times.away, found)))


def read_hours(table: Table) -> tuple[Span, ...]:
    """The key `hours`, such as ["mon-fri 08:00-17:00"]; none: at any time."""
    texts = table.texts("hours", (), lambda text: True, 'days and times, such as "mon-fri 08:00-17:00"')
    try:
        return hours_of(texts)
    except HoursError as error:
        table.wrong("hours", str(error))
        return ()


def read_absence(table: Table, zone: ZoneInfo, at: datetime) -> Spell | None:
    """The days `from` and `to` of the rep, as entered at a moment; None when they are wrong."""
    for key in ("from", "to"):
        table.need(key, f"write a day of the rep's, such as {key} = 2026-08-03")
    first, last = table.day("from"), table.day("to")
    if first is None or last is None:
        return None
    try:
        return entered(first, last, zone, at)
    except HoursError as error:
        table.wrong("to", str(error))
        return None


def _holiday(day: date) -> str:
    return "" if day.weekday() >= 5 else " and a public holiday there"
