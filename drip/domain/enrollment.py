"""One prospect's run through one campaign: all the rules need to know of it at a moment."""

from datetime import date, datetime, time
from enum import StrEnum
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from drip.domain.business_days import Calendar
from drip.domain.campaign import Campaign
from drip.domain.duration import Duration
from drip.domain.hours import RepTime


class State(StrEnum):
    """Where an enrollment is. The first four are open: the file is open (R1)."""

    DRIPPING = "dripping"  # value emails go out
    COMPLETED = "completed"  # the last step was sent, silence runs on (R11)
    CLOSING = "closing"  # the closing email was sent, no answer yet (R28)
    OPTED_OUT = "opted_out"  # nothing is sent; open until the recall's outcome (R33)
    CLOSED = "closed"  # the file is closed; any hearing opens it again (R29)
    WON = "won"  # a meeting was set (R20)
    UNDELIVERABLE = "undeliverable"  # the address is dead; the recall stays (R32)
    ENDED = "ended"  # made by mistake, counts nowhere (R6)


RUNNING_STATES = frozenset({State.DRIPPING, State.COMPLETED})  # emails may go
OPEN_STATES = frozenset({State.DRIPPING, State.COMPLETED, State.CLOSING, State.OPTED_OUT})


class CallWindow(StrEnum):
    """When the prospect likes to be called, by the prospect's wall clock (R17)."""

    EARLY = "early"
    LATE = "late"
    ANY = "any"

    @property
    def opens(self) -> time:
        """When it begins."""
        return _CALL_HOURS[self][0]

    @property
    def closes(self) -> time:
        """When it ends."""
        return _CALL_HOURS[self][1]

    @property
    def hours(self) -> str:
        """Both: "07:30-08:30"."""
        return f"{self.opens:%H:%M}-{self.closes:%H:%M}"


_CALL_HOURS = {
    CallWindow.EARLY: (time(7, 30), time(8, 30)),
    CallWindow.LATE: (time(17), time(18)),
    CallWindow.ANY: (time(7, 30), time(18)),
}


class Terms(NamedTuple):
    """What no fact changes: the campaign version, who and where the prospect is, and when the rep is there.

    `rep` None: at any time.
    """

    campaign: Campaign
    email: str  # lower-cased
    zone: ZoneInfo
    calendar: Calendar
    call_window: CallWindow = CallWindow.ANY
    rep: RepTime | None = None

    @property
    def shared(self) -> tuple[Campaign, ZoneInfo, Calendar, CallWindow, RepTime | None]:
        """What many have in common: all but the address."""
        return self.campaign, self.zone, self.calendar, self.call_window, self.rep


class Recall(NamedTuple):
    """The call-back a rep owes. `at` is the start of its slot (aware UTC), `on` its local day.

    `moved_from` is the day it would have with a rep who is always there, while that is an earlier one.
    """

    at: datetime
    on: date
    reason: str
    promised: bool = False  # a date promised to the prospect (R14)
    asked: bool = False  # the prospect asked for it: reply, call_me, or a due one kept (R19, R22)
    after_tries: bool = False  # follows failed tries; holds the closing email only by the gap (R26)
    tries: int = 0  # failed tries so far for this one reason (R20)
    came: bool = False  # its moment has been reported as due
    moved_from: date | None = None


class Enrollment(NamedTuple):
    """A frozen picture. Days are local to the prospect, times are aware UTC.

    Emails are counted from 1 over all runs; the nominal day of email n is
    anchor_on + (n - anchor_n) intervals (R8).
    """

    enrolled_at: datetime
    heard_at: datetime
    state: State = State.DRIPPING
    closed_reason: str | None = None
    run: int = 1
    step: int = 0  # index of the next step; len(steps) once completed
    sent: int = 0  # value emails sent so far, over all runs
    interval: Duration | None = None  # agreed for this enrollment, instead of the cadence (R5)
    anchor_on: date | None = None
    anchor_n: int = 1
    sent_at: datetime | None = None  # when the last value email left
    touched_on: date | None = None  # day of the last touch of any kind, by anyone of us (R24)
    opted_in_at: datetime | None = None
    not_before: datetime | None = None  # when the last wait ended; no letter is planned before it
    paused_at: datetime | None = None
    waiting_for: str | None = None  # replied, asked or auto_reply: the rep must deal with it (R30)
    waiting_since: datetime | None = None
    absent_until: date | None = None  # first day the drip goes on after an absence (R31)
    colleague_until: date | None = None  # first day it goes on after a colleague's reply (R34)
    mailbox_down_until: datetime | None = None
    held_days: tuple[tuple[date, date], ...] = ()  # ended holds since we last heard, ends included
    silence: int = 1  # which silence this is; each hearing starts another
    accepted: int = 0  # value emails of this silence, accepted and not bounced (R26)
    soft_streak: int = 0  # soft bounces in steps running (R32)
    soft_n: int = 0  # number of the last email that bounced softly
    closing_sent_at: datetime | None = None
    closing_bounced: bool = False
    recall: Recall | None = None
    held_told: tuple[str, ...] = ()  # "send key:reason:until" already reported as held (R37)
    rep_since: datetime | None = None  # when this rep took it over; earlier absences of theirs held nothing

    @property
    def is_open(self) -> bool:
        """Whether the file is open (R1)."""
        return self.state in OPEN_STATES

    def changed(self, **values: Any) -> "Enrollment":
        """The same picture with other values in these fields. Raises KeyError for one there is not."""
        picture = list(self)
        for name, value in values.items():
            picture[_PLACES[name]] = value
        return Enrollment._make(picture)


_PLACES = {name: place for place, name in enumerate(Enrollment._fields)}
