"""What a rep's page shows of a recall: plain values, no database."""

from dataclasses import dataclass
from datetime import date

from drip.domain.telephone import dialled
from drip.web.words import initials, say_date, say_day

Row = tuple[str, str]  # what a line is about, and what it says


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter that went out: its local day, its subject, and what a person opened of it, in words."""

    on: date
    subject: str
    followed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """One outcome that may be recorded: its code, its label, and what follows from it in a few words."""

    code: str
    label: str
    follows: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """One prospect before a call; days are local to the prospect. "" where nothing is known.

    `place` names the zone, such as New York. `due` says when the call is to be made, `why` for what reason;
    `asked_on` is the day their last reply asks for, in the words `asked_in`;
    `stopped_on` the day they asked for an end of all emails;
    `waits` why the letters wait for the rep, "" if they do not; `now` what happens if nobody does anything;
    `reached` and `missed` what may be recorded. `may_invite`: nothing forbids a mail to the prospect.
    """

    rep_name: str
    rep_email: str
    name: str
    first_name: str
    email: str
    today: date
    title: str = ""
    company: str = ""
    phone: str = ""
    local_time: str = ""
    place: str = ""
    may_invite: bool = True
    due: str = ""
    owed: bool = True
    late: bool = False
    promised: bool = False
    why: str = ""
    hot_button: str = ""
    next_step: str = ""
    said: str = ""
    said_on: date | None = None
    asked_on: date | None = None
    asked_in: str = ""
    likes: str = ""
    opted_in_on: date | None = None
    stopped_on: date | None = None
    letters: tuple[Letter, ...] = ()
    waits: str = ""
    now: tuple[Row, ...] = ()
    reached: tuple[Choice, ...] = ()
    missed: tuple[Choice, ...] = ()

    @property
    def dial(self) -> str:
        """The phone number as a telephone link wants it."""
        return dialled(self.phone)

    @property
    def called(self) -> str:
        """How the rep speaks of the prospect."""
        return self.first_name or "the prospect"

    @property
    def initials(self) -> str:
        """Up to two letters of the rep's name."""
        return initials(self.rep_name)

    @property
    def about(self) -> str:
        """Title and company, as far as they are known."""
        return ", ".join(filter(None, (self.title, self.company)))

    @property
    def choices(self) -> tuple[Choice, ...]:
        """Every outcome that may be recorded."""
        return self.reached + self.missed

    def short(self, day: date) -> str:
        """A day in short."""
        return "today" if day == self.today else say_date(day, self.today)

    def day(self, day: date) -> str:
        """A day in words."""
        return "today" if day == self.today else say_day(day, self.today)
