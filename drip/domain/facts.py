"""What can befall an enrollment, as frozen values, and what follows from it for the timeline."""

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import NamedTuple

from drip.domain.duration import Duration
from drip.domain.hours import RepTime


class Answer(StrEnum):
    """The three answers a closing email offers (R27)."""

    KEEP_OPEN = "keep_open"
    CALL_ME = "call_me"
    CLOSE_FILE = "close_file"


class Outcome(StrEnum):
    """The closed list of outcomes of a call (R20)."""

    MEETING_SET = "meeting_set"
    NOT_READY = "not_ready"
    NOT_INTERESTED = "not_interested"
    PROMISED = "promised"
    DO_NOT_CONTACT = "do_not_contact"
    NO_ANSWER = "no_answer"
    VOICEMAIL = "voicemail"
    WRONG_PERSON = "wrong_person"
    BAD_NUMBER = "bad_number"


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened at an aware UTC time.

    A kind without fields of its own is no dataclass again: each costs a start of the command a millisecond.
    """

    at: datetime


@dataclass(frozen=True, slots=True)
class EmailSent(Fact):
    """A letter left us. `accepted` False: handed over, answer lost (uncertain, R40). `run` is that
    of the letter; None: the one in force.
    """

    key: str  # the step's key or "closing/<n-th silence>"
    accepted: bool = True
    run: int | None = None


@dataclass(frozen=True, slots=True)
class EmailArrived(Fact):
    """A letter that was uncertain was accepted after all: by a late answer, or sent `again` (R40)."""

    key: str
    again: bool = False


@dataclass(frozen=True, slots=True)
class EmailDropped(Fact):
    """A letter will never leave: refused for its content, or given up after its time. `run` as above."""

    key: str
    reason: str
    run: int | None = None


class EmailTakenBack(Fact):
    """A letter waited too long or may not go now: what is still to go is planned from here (R12)."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class SoftBounced(Fact):
    """A letter came back, perhaps only this time. `n` is its number, None for a closing email;
    `sent_at` when it left, `accepted` whether it counted as such before.
    """

    n: int | None
    sent_at: datetime
    accepted: bool = True


class HardBounced(Fact):
    """The address is dead (R32)."""

    __slots__ = ()


class Complained(Fact):
    """The prospect called a letter spam (R33)."""

    __slots__ = ()


class OptedIn(Fact):
    """The prospect said yes to receiving this (R16, R18)."""

    __slots__ = ()


class OptedOut(Fact):
    """The prospect said stop (R33)."""

    __slots__ = ()


class Replied(Fact):
    """A mail from the prospect (R30)."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class AutoReplied(Fact):
    """An out-of-office mail, with the day of return when it is stated (R31)."""

    back_on: date | None = None


class Clicked(Fact):
    """A person, not a scanner, followed a link (R25)."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Answered(Fact):
    """The prospect answered a closing email on its page (R27)."""

    answer: Answer


@dataclass(frozen=True, slots=True)
class Called(Fact):
    """A call attempt and its outcome (R20); `on` is the day agreed, with `promised` only, and `hour` the
    prospect's wall clock on it, where that was agreed, too.
    """

    outcome: Outcome
    on: date | None = None
    hour: time | None = None


@dataclass(frozen=True, slots=True)
class CallPromised(Fact):
    """The rep and the prospect agreed on a day for the next call, perhaps on an hour (R14)."""

    on: date
    hour: time | None = None


@dataclass(frozen=True, slots=True)
class Appointed(Fact):
    """A firm appointment was made, moved or called off: a code of `drip.actions.words.APPOINTMENTS`, and when it
    begins. `mailed`: the prospect gets a mail about it, which is a touch (R24). `is_off`: it was called off.
    """

    what: str
    starts: datetime
    mailed: bool = False
    is_off: bool = False


class EmailRecorded(Fact):
    """An email the rep wrote by hand: a touch (R24)."""

    __slots__ = ()


class ColleagueReplied(Fact):
    """Somebody else at the company answered (R34)."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class MailboxWentDown(Fact):
    """The mailbox cannot send before `until`."""

    until: datetime


class Paused(Fact):
    """A person paused the emails (R42)."""

    __slots__ = ()


class Resumed(Fact):
    """The pause was lifted."""

    __slots__ = ()


class Resolved(Fact):
    """The rep has dealt with a reply; the drip goes on (R30)."""

    __slots__ = ()


class StepSkipped(Fact):
    """The rep took the next letter out; the one after it takes its place."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class CadenceAgreed(Fact):
    """Another interval for this one enrollment (R5)."""

    interval: Duration


@dataclass(frozen=True, slots=True)
class EndedByMistake(Fact):
    """The enrollment was made by mistake (R6)."""

    reason: str


@dataclass(frozen=True, slots=True)
class Suppressed(Fact):
    """The address was suppressed by hand; like an opt-out, nothing is sent any more."""

    reason: str


@dataclass(frozen=True, slots=True)
class RepChanged(Fact):
    """The rep's hours or absences are others now, or the rep is: the terms say which.

    `handed_over`: it is another rep; `before` says when the one before was there, None: at any time.
    """

    handed_over: bool = False
    before: RepTime | None = None


@dataclass(frozen=True, slots=True)
class MovesOn(Fact):
    """Time brought about what `plan` said was next: `recall_due`, `file_closed` or `held`.

    `key`, `reason`, `until` and `told` are those of the plan (held only).
    """

    what: str
    key: str | None = None
    reason: str | None = None
    until: date | None = None
    told: str | None = None


class Consequence(NamedTuple):
    """One line of the timeline: what followed from a fact. `what` is a code of CAMPAIGN.md's
    scenarios (recall_set, held, paused ...) or a code of the fact itself (replied, called ...).
    """

    what: str
    at: datetime
    reason: str | None = None
    step: str | None = None
    n: int | None = None
    on: datetime | None = None  # recall_set: start of the slot; appointment: when it begins
    until: date | None = None  # held: the planned day


@dataclass(frozen=True, slots=True)
class Need:
    """Something a person has to do that no recall says: a task for the rep.

    Codes: reply, asked, opt_in_after_opt_out, new_address, right_person, colleague_replied.
    """

    code: str


class Effects(NamedTuple):
    """What an applied fact asks of the world around the enrollment."""

    consequences: tuple[Consequence, ...] = ()
    suppress: str | None = None  # reason to suppress the address with
    needs: tuple[Need, ...] = ()
