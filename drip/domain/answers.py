"""What the rules that tell SMTP answers apart are made of: classes, an answer as rules see it, a rule."""

import re
from dataclasses import dataclass, field
from enum import StrEnum

from drip.domain.answering.phrases import phrases

FOUR, FIVE = frozenset({4}), frozenset({5})
REFUSALS = FOUR | FIVE
RECIPIENTS = frozenset({"", "rcpt", "data", "body"})  # phases whose refusal may concern the recipient


class Class(StrEnum):
    """The classes of MAIL section 2."""

    ACCEPTED = "accepted"
    RECIPIENT_DEAD = "recipient_dead"
    MAILBOX_DISABLED = "mailbox_disabled"
    MAILBOX_FULL = "mailbox_full"
    TRANSIENT = "transient"
    RATE_LIMITED = "rate_limited"
    SENDER_AUTH = "sender_auth"
    SENDER_BLOCKED = "sender_blocked"
    CONTENT = "content"
    OUR_BUG = "our_bug"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Said:
    """An answer without its words; `phase` and `enhanced` are "" where they are not known."""

    phase: str
    code: int | None
    enhanced: str

    @property
    def digit(self) -> int:
        """First digit of the code, or of the enhanced code where there is no other; else 0.

        A reply whose two codes disagree on whether to come back is taken as one that says so.
        """
        second = int(self.enhanced[0]) if self.enhanced[:1] in ("2", "4", "5") else 0
        if self.code is None:
            return second
        first = min(max(self.code, 0) // 100, 9)
        return 4 if first == 5 and second == 4 else first

    @property
    def is_coded(self) -> bool:
        """Whether it has a code of its own, and is not somebody's account of a reply (read as 5.0.0)."""
        return self.code is not None or self.enhanced not in ("", "5.0.0")


@dataclass(frozen=True, slots=True)
class Rule:
    """A class and how its answers are recognised: every condition that is given must hold.

    `coded`: the reply has a code of its own. `enhanced` is a regular expression for the whole enhanced
    code; `says` are phrases (see `answering.phrases`) of which one must occur, `unless` phrases of which
    none may. `source` is where we have it from.
    """

    cls: Class
    why: str
    source: str
    digits: frozenset[int] = REFUSALS
    phases: frozenset[str] = frozenset()
    codes: frozenset[int] = frozenset()
    enhanced: str = ""
    coded: bool = False
    says: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    _enhanced: re.Pattern[str] | None = field(init=False, repr=False)
    _says: re.Pattern[str] | None = field(init=False, repr=False)
    _unless: re.Pattern[str] | None = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_enhanced", re.compile(self.enhanced) if self.enhanced else None)
        object.__setattr__(self, "_says", phrases(self.says))
        object.__setattr__(self, "_unless", phrases(self.unless))

    def concerns(self, said: Said) -> bool:
        """Whether everything but its words fits the rule."""
        return (
            said.digit in self.digits
            and (not self.phases or said.phase in self.phases)
            and (not self.codes or said.code in self.codes)
            and (not self.coded or said.is_coded)
            and (self._enhanced is None or self._enhanced.fullmatch(said.enhanced) is not None)
        )

    def fits(self, gist: str) -> bool:
        """Whether the words fit the rule, given that the rest does."""
        return (self._says is None or self._says.search(gist) is not None) and (
            self._unless is None or self._unless.search(gist) is None
        )
