"""Receive: understand a mail that came in, find whose it is, and do what the rules say; once, whatever its source."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from drip.actions.happen import Context
from drip.actions.receiving.answered import invited
from drip.actions.receiving.business import is_our_business
from drip.actions.receiving.follow import Follows, follow
from drip.actions.receiving.ours import is_postmaster
from drip.actions.receiving.owner import Owner, is_our_own, owner_of
from drip.actions.reply import hold_company
from drip.inbound.classify import NO_MAIL, Cls, Understood, of_recipient
from drip.inbound.match import Clue
from drip.inbound.posted import Event
from drip.inbound.seen import Seen, see
from drip.inbound.source import Incoming
from drip.store import inbox, received
from drip.store.engine import Store, Unit
from drip.store.inbox import NewMail
from drip.store.received import NewReceived

LONGEST_NOTE = 20_000  # characters of what somebody wrote that are kept
_LARGE = 32_768  # octets of a mail that takes more than a few ms to read
_LONGEST_LINE = 500  # characters of a sender or a subject
_FOR_NOBODY = frozenset({Cls.OTHER, Cls.DELAY, Cls.DELIVERED})  # unplaced, these ask nothing of a person
_WHO = {Cls.BOUNCE: "service", Cls.DELAY: "service", Cls.DELIVERED: "service", Cls.CHALLENGE: "service"}


@dataclass(frozen=True, slots=True)
class Received:
    """What was understood and done. `code`: what followed (drip.actions.receiving.follow.Follows), unplaced (it waits
    in the inbox for a person), set_aside (kept there, nobody need look), already (it was received before) or not_ours
    (a private mail, of which nothing is kept; `id` is 0). `how` is the clue that said whose it is, "" without one."""

    id: int
    code: str
    cls: Cls
    rule: str
    prospect_id: int | None = None
    email: str = ""
    enrollment_id: int | None = None
    send_id: int | None = None
    how: str = ""

    def as_json(self) -> dict[str, object]:
        """The same for programs."""
        return {
            "id": self.id,
            "done": self.code,
            "cls": self.cls,
            "rule": self.rule,
            "prospect_id": self.prospect_id,
            "email": self.email or None,
            "enrollment_id": self.enrollment_id,
            "send_id": self.send_id,
            "how": self.how or None,
        }


async def receive(store: Store, incoming: Incoming | Event, secret: bytes, now: datetime) -> Received:
    """Act on a mail, or on an event that was posted, in one transaction that keeps it, too: when this returns, it is on
    the disk. What was received before, by its Message-ID or the event's id, changes nothing. `secret` is
    the one our letters were signed with.

    Nothing that is written in a mail raises; a store that cannot be reached does, and then nothing has happened.
    """
    seen = await _seen(incoming, secret)
    understood, clues = seen.understood, seen.clues
    if isinstance(incoming, Incoming) and incoming.private and not await _is_our_business(store, seen):
        return Received(0, "not_ours", understood.cls, understood.rule)

    async def work(unit: Unit) -> Received:
        ident = await received.claim(unit, seen.key, _who(understood), now)
        if ident is None:
            return await _known(unit, seen.key, understood)
        owner = await _owner(unit, understood, clues)
        if await is_our_own(unit, understood.cls, clues, owner):
            aside = understood.cls not in (Cls.REPLY, Cls.OPT_OUT) or seen.is_ours
            return await _keep(unit, ident, seen, aside)
        if owner is None:
            if understood.cls is Cls.REPLY:
                await _hold_colleagues(unit, clues, now)
            return await _keep(unit, ident, seen, _is_for_nobody(understood) and not _is_to_postmaster(incoming))
        own = of_recipient(understood, owner.email)
        made = await follow(unit, owner, own, Context(_who(own)), now)
        if made.kind == "unplaced":
            await _keep(unit, ident, seen, own.rule != NO_MAIL)
        await received.place(unit, ident, placed(owner, own, made, now))
        return told(ident, owner, own, made)

    return await store.unit(work, durable=True)


async def _seen(incoming: Incoming | Event, secret: bytes) -> Seen:
    """A large mail is read apart: a second of it would hold up all else in the process."""
    if isinstance(incoming, Incoming) and len(incoming.raw) > _LARGE:
        return await asyncio.to_thread(see, incoming, secret)
    return see(incoming, secret)


def placed(owner: Owner, understood: Understood, made: Follows, now: datetime, who: str | None = None) -> NewReceived:
    """A mail as `received` keeps it once it is known whose it is. `who` placed it; None: the service."""
    about = (owner.prospect_id, made.enrollment_id, owner.send_id)
    return NewReceived(
        made.kind, now, who or _who(understood), *about, note=words_of(understood), back_on=understood.return_on
    )


def told(ident: int, owner: Owner, understood: Understood, made: Follows) -> Received:
    """What to tell of a mail that was placed."""
    about = (owner.prospect_id, owner.email, made.enrollment_id, owner.send_id, owner.how)
    return Received(ident, made.code, understood.cls, understood.rule, *about)


def words_of(understood: Understood) -> str:
    """What somebody wrote, as it is kept where it can be erased; of a report the words of the server."""
    text = understood.text or understood.why
    if understood.cls is Cls.LEFT_COMPANY and understood.recipients:
        text = f"{text}\n\nWrite to: {', '.join(understood.recipients)}"
    return _storable(text.strip(), LONGEST_NOTE)


def _is_to_postmaster(incoming: Incoming | Event) -> bool:
    """Whether a mail server wants a person to read it (RFC 5321 section 4.5.1)."""
    return isinstance(incoming, Incoming) and any(map(is_postmaster, incoming.to))


def _is_for_nobody(understood: Understood) -> bool:
    """Whether it asks nothing of a person; what nobody could read as a mail does."""
    return understood.cls in _FOR_NOBODY and understood.rule != NO_MAIL


def _who(understood: Understood) -> str:
    return _WHO.get(understood.cls, "prospect")


async def _is_our_business(store: Store, seen: Seen) -> bool:
    async with store.reading() as unit:
        return await is_our_business(unit, seen)


async def _owner(unit: Unit, understood: Understood, clues: Sequence[Clue]) -> Owner | None:
    """Whose it is; the UID of an invitation of ours proves it, too."""
    owner = await owner_of(unit, understood.cls, clues)
    found = await invited(unit, owner, understood.rsvp) if owner is None and understood.rsvp is not None else None
    return owner if found is None else found.owner


async def _hold_colleagues(unit: Unit, clues: Sequence[Clue], now: datetime) -> None:
    """R34, by whom nobody knows."""
    address = next((one.address for one in clues if one.address), None)
    if address is not None:
        await hold_company(unit, address, now)


async def _known(unit: Unit, key: str, understood: Understood) -> Received:
    """What is known of a mail that was received before."""
    kept = await received.by_message_id(unit, key)
    assert kept is not None
    about = (kept.prospect_id, "", kept.enrollment_id, kept.send_id)
    return Received(kept.id, "already", understood.cls, understood.rule, *about)


async def _keep(unit: Unit, ident: int, seen: Seen, aside: bool) -> Received:
    """Keep it as it came (R35)."""
    understood = seen.understood
    sender, subject = (_storable(one, _LONGEST_LINE) for one in (seen.sender, seen.subject))
    state = "set_aside" if aside else "waiting"
    kept = NewMail(ident, state, str(understood.cls), understood.rule, sender, subject, seen.raw)
    await inbox.add(unit, kept)
    await received.note(unit, ident, words_of(understood))
    return Received(ident, "set_aside" if aside else "unplaced", understood.cls, understood.rule)


def _storable(text: str, longest: int) -> str:
    """As both databases take it."""
    return text[:longest].encode("utf-8", "replace").decode().replace("\0", "")
