"""The person behind a link, as far as a page needs to know: plain values, no database."""

from dataclasses import dataclass
from datetime import date, time

from drip.domain.duration import Duration
from drip.domain.enrollment import CallWindow, State
from drip.domain.facts import Answer
from drip.domain.telephone import dialled
from drip.web.words import beside, first_name, initials, opt_in_wording, say_day, say_hours, say_interval

_FINISHED = frozenset({State.WON, State.UNDELIVERABLE, State.ENDED})


@dataclass(frozen=True, slots=True)
class Rep:
    """Who wrote the letter. Empty strings where nothing is known."""

    name: str
    email: str
    title: str = ""
    phone: str = ""

    @property
    def first_name(self) -> str:
        """How the prospect knows the rep."""
        return first_name(self.name) or "your contact"

    @property
    def initials(self) -> str:
        """Up to two letters for the round picture."""
        return initials(self.name)

    @property
    def dial(self) -> str:
        """The phone number as a telephone link wants it."""
        return dialled(self.phone)


@dataclass(frozen=True, slots=True)
class Sender:
    """The identity the letter was sent under, with the postal address the law wants shown."""

    name: str
    address: str
    postal_address: str


@dataclass(frozen=True, slots=True)
class Call:
    """The rep's next call: its local day, and whether that day was promised (R14).

    `at` is the local hour that was agreed on, None where only the window is known; `missed`: the window of that
    day is past.
    """

    on: date
    window: CallWindow
    promised: bool = False
    at: time | None = None
    missed: bool = False


@dataclass(frozen=True, slots=True)
class Visitor:
    """One prospect and one enrollment at a moment; every day is local to the prospect."""

    first_name: str
    email: str
    rep: Rep
    sender: Sender
    today: date
    state: State
    interval: Duration
    longer: Duration  # what "less often" makes of it; the same where it cannot be doubled (R5)
    hours: CallWindow = CallWindow.ANY
    closed_reason: str | None = None
    closed_on: date | None = None
    opted_in_on: date | None = None
    stopped_on: date | None = None  # the day the prospect asked us to stop
    blocked: bool = False  # nothing is sent to this address, though the prospect did not ask for that
    answer: Answer | None = None
    answered_on: date | None = None
    just_answered: bool = False  # a moment ago, as when a button is pressed twice
    next_email_on: date | None = None
    waits: bool = False  # nothing is sent before the rep has dealt with a reply (R30)
    call: Call | None = None
    wrote: str = ""  # the rep whose name the letter bears, where another is in charge by now

    @property
    def described(self) -> str:
        """Who the rep is: title, the name the mailbox writes under, who came before; as far as it says something."""
        named = beside(self.rep.name, self.sender.name)
        before = f"now in place of {self.wrote}" if self.wrote else ""
        return ", ".join(part for part in (self.rep.title, named, before) if part)

    @property
    def stopped(self) -> bool:
        """Whether the prospect asked for an end of all emails (R33)."""
        return self.stopped_on is not None

    @property
    def ended(self) -> bool:
        """Whether no answer of the prospect can bring an email any more; a closed file can open again (R29)."""
        return self.stopped or self.blocked or self.state in _FINISHED

    @property
    def often(self) -> str:
        """How often emails come, in words."""
        return say_interval(self.interval)

    @property
    def least(self) -> bool:
        """Whether they cannot come less often (R5)."""
        return self.longer == self.interval

    @property
    def fewer(self) -> str:
        """How often they come after "less often", in words."""
        return say_interval(self.longer)

    @property
    def wording(self) -> str:
        """What an opt-in says yes to (R18)."""
        return opt_in_wording(self.interval, self.rep.name, self.sender.name)

    @property
    def hours_words(self) -> str:
        """The prospect's preferred call window, in words (R17)."""
        return say_hours(self.hours)

    @property
    def call_words(self) -> str:
        """When the rep calls, in words; empty if no call is planned."""
        if self.call is None:
            return ""
        if self.call.missed:
            return "in the next few days"
        hours = f" at {self.call.at:%H:%M}" if self.call.at else f", {say_hours(self.call.window)}"
        return f"{self.on(self.call.on)}{hours}, your time"

    def on(self, day: date) -> str:
        """A day as part of a sentence: "today", "on Tuesday 16 March"."""
        return "today" if day == self.today else f"on {self.day(day)}"

    def day(self, day: date) -> str:
        """A day in words."""
        return "today" if day == self.today else say_day(day, self.today)
