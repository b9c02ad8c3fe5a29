"""The people of the demo while it runs: what each has had, asked for and been promised."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from drip.cli.demo.chance import Chance
from drip.cli.demo.people import Person


@dataclass(slots=True)
class Life:
    """What became of one prospect so far, as the people themselves know it."""

    person: Person
    letters: int = 0
    calls: int = 0
    warm: bool = False  # said yes, or asked to be called
    asked: bool = False  # wrote, or asked for a call, and nobody has called since
    promised_on: date | None = None
    waits: bool = False  # wrote, or asked for a call, and was not reached or answered since


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody, by address, and the chance their lives depend on. `rep_ids` are the team's, in order."""

    lives: dict[str, Life]
    chance: Chance
    rep_ids: Sequence[int]

    def rep_of(self, person: Person) -> int:
        """The id of the prospect's rep."""
        return self.rep_ids[person.rep]


def gather(people: Sequence[Person], chance: Chance, rep_ids: Sequence[int]) -> Cast:
    """Everybody before the first letter."""
    return Cast({one.email: Life(one) for one in people}, chance, rep_ids)
