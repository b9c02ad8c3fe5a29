"""Whom we must not mail: suppressed addresses and domains, and why (R4, R32, R33)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from drip.domain.errors import AddressError

_NORMAL = re.compile(r"[!-?\[-~]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+")  # an address with nothing for `normal` to do


class Reason(StrEnum):
    """Why an address is suppressed; the gravest first."""

    DO_NOT_CONTACT = "do_not_contact"  # said on the telephone: nothing reopens it (R20)
    COMPLAINED = "complained"
    OPTED_OUT = "opted_out"
    HARD_BOUNCE = "hard_bounce"
    BY_HAND = "by_hand"


@dataclass(frozen=True, slots=True)
class Suppression:
    """An address or a whole domain we must not mail. `what` is normal (see `normal`)."""

    what: str
    reason: str


def normal(text: str) -> str:
    """The one spelling an address or domain is kept and compared in: trimmed, lower case.

    "@example.com" means the domain. Raises AddressError for a text that is neither.
    """
    what = text.strip().lower().removeprefix("@").rstrip(".")
    local, at, domain = what.rpartition("@")
    if not domain or (at and not local) or "@" in local or what.split() != [what]:
        raise AddressError(f'"{text}" is neither an address nor a domain. Write "ann@example.com" or "example.com".')
    if not at and "." not in domain:
        raise AddressError(f'"{text}" is neither an address nor a domain. Write "ann@example.com" or "example.com".')
    return what


def keys(address: str) -> tuple[str, ...]:
    """All that, if suppressed, suppresses this address: itself, its domain, the domains above.

    The bare top level is left out. Raises AddressError.
    """
    what = address if _NORMAL.fullmatch(address) else normal(address)
    _, at, domain = what.rpartition("@")
    return (what, *_from_domain_up(domain)) if at else _from_domain_up(domain)


@lru_cache(maxsize=8192)
def _from_domain_up(domain: str) -> tuple[str, ...]:
    labels = domain.split(".")
    return tuple(".".join(labels[i:]) for i in range(max(len(labels) - 1, 1)))


def why(address: str, suppressions: Iterable[Suppression]) -> str | None:
    """The gravest reason not to mail this address, None if there is none. Raises AddressError."""
    wanted = frozenset(keys(address))
    reasons = {one.reason for one in suppressions if one.what in wanted}
    known = [reason.value for reason in Reason if reason in reasons]
    return next(iter(known or sorted(reasons)), None)
