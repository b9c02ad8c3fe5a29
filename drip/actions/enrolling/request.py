"""What a rep asks for when enrolling, and the two answers there are (R1-R6)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from drip.domain.duration import Duration
from drip.domain.enrollment import CallWindow
from drip.domain.qualification import Qualification


@dataclass(frozen=True, slots=True)
class Overrides:
    """Each way to enroll all the same, with the reason that is kept; None: not wanted (R2, R4)."""

    outside_profile: str | None = None
    profile_unknown: str | None = None
    reopen: str | None = None  # of closed_recently

    def given(self) -> dict[str, str]:
        """Those that were given, by the code they override."""
        if self == _NONE:  # as of nearly all
            return {}
        named = {
            "outside_profile": self.outside_profile,
            "profile_unknown": self.profile_unknown,
            "closed_recently": self.reopen,
        }
        return {code: why.strip() for code, why in named.items() if why and why.strip()}


_NONE = Overrides()


@dataclass(frozen=True, slots=True)
class Enrolling:
    """One prospect to be enrolled. `campaign` is a key, `rep` the email of who enrolls.

    `opt_in_words`: what the prospect said yes to, told by the rep. `promised_on`: a local day.
    """

    email: str
    campaign: str
    rep: str
    qualification: Qualification = field(default_factory=Qualification)
    call_window: CallWindow = CallWindow.EARLY
    opt_in_words: str | None = None
    promised_on: date | None = None
    interval: Duration | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    overrides: Overrides = field(default_factory=Overrides)
    idempotency_key: str | None = None


class Enrolled(NamedTuple):
    """A prospect who is enrolled now. `enrollment_id` None: it was a dry run.

    `again`: the same idempotency key did it before (R6). `row` is that of a bulk, else None. `meets_hours` False:
    the rep's hours do not meet the prospect's call window, so that the call falls outside them (R17).
    """

    email: str
    enrollment_id: int | None
    recall_on: date | None = None
    first_at: datetime | None = None
    overridden: tuple[str, ...] = ()
    again: bool = False
    row: int | None = None
    meets_hours: bool = True

    def made(self, enrollment_id: int) -> "Enrolled":
        """The same, no longer dry."""
        return self._replace(enrollment_id=enrollment_id)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A prospect who was not enrolled: a code of R1-R4, and why in words."""

    email: str
    code: str
    words: str
    row: int | None = None


@dataclass(frozen=True, slots=True)
class EnrollReport:
    """What a bulk did, row by row."""

    enrolled: tuple[Enrolled, ...]
    skipped: tuple[Skipped, ...]
    dry_run: bool = False
