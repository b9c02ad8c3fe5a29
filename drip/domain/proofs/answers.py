"""Answers of the DNS, and a book of them that notes what is still to be asked.

Judges are pure functions of `ask`. The book answers what it knows; anything else it notes, and says "nothing" for now.
Whoever holds the book looks up what was noted and judges again, until nothing new is asked.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Question:
    """A name, without a dot at its end, and a type: TXT, MX, A, AAAA or PTR."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What is there: each TXT record in one piece, an MX as "10 mail.example.com" ("0 ." is a null MX), an
    address, a host. Nothing and no `failed`: there is no such record. `failed` says why nobody knows."""

    values: tuple[str, ...] = ()
    failed: str | None = None


Ask = Callable[[str, str], Answer]


@dataclass(slots=True)
class Book:
    """Answers so far, and the questions without one."""

    known: dict[Question, Answer] = field(default_factory=dict)
    open: set[Question] = field(default_factory=set)

    def ask(self, name: str, kind: str) -> Answer:
        """The answer, as far as it is known."""
        question = Question(name.rstrip(".").lower(), kind)
        if question not in self.known:
            self.open.add(question)
        return self.known.get(question, Answer())

    def write(self, answers: Mapping[Question, Answer]) -> None:
        """Enter answers."""
        self.known.update(answers)
        self.open -= answers.keys()

    @property
    def silence(self) -> str | None:
        """Why nothing at all was answered; None where something was."""
        failed = [one.failed for one in self.known.values()]
        return failed[0] if failed and all(failed) else None


def addresses(name: str, ask: Ask) -> tuple[str, ...]:
    """The addresses of a host, IPv4 first."""
    return ask(name, "A").values + ask(name, "AAAA").values
