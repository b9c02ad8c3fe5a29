"""A draft: a leased send with all its letter is written from, kept until the letter's turn is near."""

from datetime import datetime
from typing import NamedTuple

from drip.actions.sending import Sending
from drip.actions.write_letter import Ready, write_letter
from drip.catalog.sandbox import RenderError
from drip.domain.errors import AddressError
from drip.outbound.letter import LetterError
from drip.store.enrollments import Open
from drip.store.leases import Stamp
from drip.store.letters import Leased, Source

# What a send's own rows can cause, and what must not hold up the others: an address or a template that
# cannot be used, a letter or a time zone that is not there.
OWN_FAULT = (RenderError, LetterError, AddressError, KeyError, ValueError)


class Draft(NamedTuple):
    """A letter to be written. `until` is when its window closes (business time), None where that does
    not matter; `open` its enrollment as it was when it was leased."""

    leased: Leased
    stamp: Stamp
    source: Source
    until: datetime | None
    open: Open


class Spoilt(NamedTuple):
    """A leased send no letter can be made of, and why."""

    leased: Leased
    why: str


def finish(sending: Sending, draft: Draft) -> Ready | Spoilt:
    """The letter of a draft, or why none can be made of it."""
    try:
        return write_letter(sending, draft.leased, draft.stamp, draft.source, draft.until, draft.open)
    except OWN_FAULT as error:
        return Spoilt(draft.leased, str(error))
