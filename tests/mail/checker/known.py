"""What a check may know besides the letter: who the sender is, and what its domains say in the DNS."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.mail.checker.arrived import Arrived


@dataclass(frozen=True)
class Known:
    """The sender. `domains` are ours, `postal_address` is one line of words, `records` are TXT records by name."""

    domains: frozenset[str]
    postal_address: str
    records: Mapping[str, str] = field(default_factory=dict)


class Found(NamedTuple):
    """Something that must not be: the number of the sentence of MAIL, and what is wrong."""

    sentence: int
    words: str


Look = Callable[[Arrived, Known], Iterator[str]]


@dataclass(frozen=True, slots=True)
class Check:
    """One sentence of MAIL section 1. `marketing`: only letters to prospects must keep it (sentence 22);
    `notices`: only mails of the service to its own people."""

    sentence: int
    look: Look
    marketing: bool = False
    notices: bool = False
