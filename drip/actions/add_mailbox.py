"""Add a mailbox: an identity letters are sent from, with its server and its limits."""

from dataclasses import replace
from datetime import datetime

from drip.actions.adding import AddError, AlreadyThereError, address, line
from drip.actions.importing.places import zone_name
from drip.actions.which_rep import find_rep
from drip.domain.errors import AddressError
from drip.domain.return_path import BOUNCES, LONGEST_TAGGED, OWN, TAGGED, fits
from drip.outbound.address import checked
from drip.store import mailboxes
from drip.store.engine import Store, Unit
from drip.store.mailboxes import Mailbox, NewMailbox

SECURITY = ("none", "starttls", "tls")
POLICIES = ("left", "again")


async def add_mailbox(store: Store, new: NewMailbox, now: datetime, owner: str | None = None) -> Mailbox:
    """Add a mailbox; `owner` is the email of the rep who writes from it.

    `new.secret` is encrypted already. Raises AddError, AlreadyThereError, NotFoundError (rep).
    """
    clean = cleaned(new)

    async def work(unit: Unit) -> Mailbox:
        if await mailboxes.by_name(unit, clean.name) is not None:
            raise AlreadyThereError(f'There is a mailbox "{clean.name}" already. Choose another name.')
        rep = await find_rep(unit, owner) if owner else None
        named = replace(clean, from_name=clean.from_name or (rep.name if rep else ""))
        kept = replace(named, rep_id=rep.id if rep else clean.rep_id)
        found = await mailboxes.get(unit, await mailboxes.add(unit, kept, now))
        assert found is not None
        return found

    return await store.unit(work)


def cleaned(new: NewMailbox) -> NewMailbox:
    """The mailbox as it is kept. Raises AddError for what cannot be."""
    _choice(new.security, SECURITY, "security")
    _choice(new.uncertain_policy, POLICIES, "policy for uncertain letters")
    if not 1 <= new.port <= 65535:
        raise AddError(f"{new.port} is no port. Submission is 587 (starttls) or 465 (tls).")
    for limit, what in ((new.per_minute, "a minute"), (new.per_day, "a day")):
        if limit is not None and limit < 1:
            raise AddError(f"A pace of {limit} letters {what} sends nothing. Leave it out, or give at least 1.")
    if new.warm_up is not None and new.per_day is None:
        raise AddError("A warm-up grows up to a limit a day: give that as well (--per-day).")
    if not new.name.strip() or not new.host.strip():
        raise AddError("A mailbox has a name and a host, the server letters are handed to.")
    zone = zone_name(new.time_zone) if new.time_zone else None
    if new.time_zone and zone is None:
        raise AddError(f'"{new.time_zone}" is no time zone. Write it like America/New_York.')
    return replace(
        new,
        name=line(new.name, "name", 100),
        address=address(new.address, "mailbox's address"),
        host=line(new.host, "host", 253),
        from_name=line(new.from_name, "sender's name"),
        time_zone=zone,
        postal_address=" ".join(new.postal_address.split()),
        bounces_to=_bounces_to(new),
    )


def _bounces_to(new: NewMailbox) -> str:
    if new.bounces_to == TAGGED and not fits(new.address):
        raise AddError(
            f'"{new.address}" is too long for a token: {LONGEST_TAGGED} characters before the @ at most. Let bounces '
            "go to a domain of their own, or to the address as it is (own)."
        )
    if new.bounces_to in (OWN, TAGGED):
        return new.bounces_to
    try:
        domain = checked(f"{BOUNCES}@{new.bounces_to}").domain.lower()
    except AddressError:
        domain = ""
    if "." not in domain:
        raise AddError(f'Bounces cannot go to "{new.bounces_to}". Choose own, tagged, or a domain of yours.')
    return domain


def _choice(value: str, allowed: tuple[str, ...], what: str) -> None:
    if value not in allowed:
        raise AddError(f'"{value}" is no {what}. Choose one of {", ".join(allowed)}.')
