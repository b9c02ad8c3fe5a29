"""Whose a mail is: the letter it proves to be about, else the prospect who says to have written it."""

from collections.abc import Sequence
from dataclasses import dataclass

from drip.inbound.classify import Cls
from drip.inbound.match import Clue
from drip.inbound.seen import WRITTEN
from drip.store import mailboxes, reps, targets
from drip.store.engine import Unit

REPORTS = frozenset({Cls.BOUNCE, Cls.DELAY, Cls.DELIVERED, Cls.COMPLAINT})  # what machines tell of letters


@dataclass(frozen=True, slots=True)
class Owner:
    """The prospect a mail is about, and by which clue; `send_id` the letter of theirs it is about, if any. `proven`:
    by something nobody else could have made up (MAIL 28)."""

    prospect_id: int
    email: str
    how: str
    send_id: int | None = None
    proven: bool = False


async def owner_of(unit: Unit, cls: Cls, clues: Sequence[Clue]) -> Owner | None:
    """The owner of a mail; None where a person has to say.

    A report is its letter's, or nobody's: an address in it proves nothing (MAIL 33). So is a mail that says stop,
    where it names a letter: who holds that may stop it. Anything else is its writer's, who may write in somebody
    else's thread, else that of the letter it answers.
    """
    proven = await _by_letter(unit, clues)
    if cls in REPORTS or (cls is Cls.OPT_OUT and proven is not None):
        return proven
    writer = await _by_address(unit, clues)
    if writer is None or (proven is not None and proven.prospect_id == writer.prospect_id):
        return proven
    return writer


async def is_one_of_us(unit: Unit, clues: Sequence[Clue]) -> bool:
    """Whether a rep or a mailbox of ours says to have written it: then it is not from a prospect."""
    addresses = {one.address for one in clues if one.address}
    if not addresses:
        return False
    if await reps.by_emails(unit, addresses):
        return True
    return not addresses.isdisjoint(one.address.lower() for one in await mailboxes.listing(unit))


async def is_our_own(unit: Unit, cls: Cls, clues: Sequence[Clue], owner: Owner | None) -> bool:
    """Whether one of us wrote it: no prospect is heard by that, whatever thread it stands in. A rep who is a
    prospect, too, is one in a thread of theirs."""
    if cls not in WRITTEN or not await is_one_of_us(unit, clues):
        return False  # a letter's Message-ID alone says nothing: some programs answer under it
    return owner is None or owner.email not in {one.address for one in clues} or not owner.proven


async def _by_letter(unit: Unit, clues: Sequence[Clue]) -> Owner | None:
    for clue in clues:
        target = await targets.by_send(unit, clue.send_id) if clue.send_id is not None else None
        if target is not None:
            return Owner(target.prospect_id, target.email, str(clue.how), clue.send_id, proven=True)
    return None


async def _by_address(unit: Unit, clues: Sequence[Clue]) -> Owner | None:
    for clue in clues:
        target = await targets.by_email(unit, clue.address) if clue.address else None
        if target is not None:
            return Owner(target.prospect_id, target.email, str(clue.how))
    return None
