"""A campaign as declared: cadence, window, recall, silence, profile and steps (CAMPAIGN.md)."""

from dataclasses import dataclass, field
from datetime import time
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from drip.domain.duration import Duration, Unit


class Consent(StrEnum):
    """Whether letters go out until somebody says no, or only after somebody said yes (R21)."""

    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"


class AtEnd(StrEnum):
    """What follows the last step (R11)."""

    COMPLETE = "complete"
    REPEAT = "repeat"


class Window(NamedTuple):
    """When emails may go out, by the prospect's wall clock (R9).

    `days` are weekdays, Monday is 0; `holidays` true means public holidays are closed.
    `closes` may be time.max for "24:00".
    """

    days: frozenset[int] = frozenset({0, 1, 2, 3, 4})
    opens: time = time(8)
    closes: time = time(17)
    holidays: bool = True


@dataclass(frozen=True, slots=True)
class RecallRules:
    """How far away the rep's next call is, and how often it is tried (R15, R16, R20, R23)."""

    opted_in: Duration = Duration(6, Unit.WEEK)
    not_opted_in: Duration = Duration(6, Unit.MONTH)
    tries: int = 3
    overdue_hold: Duration = Duration(10, Unit.BUSINESS_DAY)


@dataclass(frozen=True, slots=True)
class SilenceRules:
    """When a silence is complete, and how long the closing email waits for an answer (R26, R28).

    `after` None: 15 months if the interval in force is a quarter or longer, else 8 months.
    `closing` is the template of the closing email; None: the campaign has none.
    """

    after: Duration | None = None
    min_emails: int = 3
    quiet_before_recall: Duration = Duration(20, Unit.BUSINESS_DAY)
    grace: Duration = Duration(10, Unit.BUSINESS_DAY)
    closing: str | None = "closing-your-file"


@dataclass(frozen=True, slots=True)
class Range:
    """A closed range; an end that is None is open."""

    least: Decimal | None = None
    most: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """The profile of a good account (R2). What is empty or None does not matter.

    `sic` and `naics` are prefixes; `countries` ISO 3166 alpha-2; revenue is in `currency`.
    `customers`: it is for after the sale, so a customer may be enrolled (R4, `do_not_enroll`).
    """

    sic: tuple[str, ...] = ()
    naics: tuple[str, ...] = ()
    employees: Range | None = None
    revenue: Range | None = None
    currency: str = "USD"
    countries: tuple[str, ...] = ()
    customers: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One planned letter: `key` is stable for ever, `after` replaces the cadence (R11).

    `continues`: it is an answer to the letter of ours before it, in the same thread (MAIL 6).
    """

    key: str
    template: str
    after: Duration | None = None
    continues: bool = False


@dataclass(frozen=True, slots=True)
class Campaign:
    """A declared sequence of letters. `key` is None for one written inside a scenario."""

    name: str
    steps: tuple[Step, ...]
    key: str | None = None
    description: str = ""
    cadence: Duration = Duration(1, Unit.MONTH)
    first_after: Duration = Duration(1, Unit.BUSINESS_DAY)
    consent: Consent = Consent.OPT_OUT
    at_end: AtEnd = AtEnd.COMPLETE
    gap: Duration = Duration(4, Unit.BUSINESS_DAY)
    mailbox: str = "owner"
    time_zone: str = "America/New_York"
    fields: tuple[str, ...] = ()
    window: Window = field(default=Window())
    recall: RecallRules = RecallRules()
    silence: SilenceRules = SilenceRules()
    profile: Profile = Profile()
    require: tuple[str, ...] = field(default=("tried_to_disqualify", "hot_button"))

    def continues(self, step_key: str) -> bool:
        """Whether the step of this key goes on in the thread of the letter before it."""
        for step in self.steps:
            if step.key == step_key:
                return step.continues
        return False

    @property
    def label(self) -> str:
        """What stands for the campaign in the spread of R10: its key, else its name."""
        return self.key or self.name
