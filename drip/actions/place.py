"""Place or dismiss a mail of the inbox: a person says whose it is, or that nothing follows from it (R35)."""

from dataclasses import replace
from datetime import datetime

from drip.actions.happen import Context
from drip.actions.receive import Received, placed, told
from drip.actions.receiving.follow import follow
from drip.actions.receiving.owner import Owner
from drip.actions.whose import NotFoundError, Whose, find
from drip.domain.errors import MovedError
from drip.inbound.classify import Cls, Understood, classify, of_recipient
from drip.inbound.parse import parse
from drip.inbound.posted import kept_event
from drip.inbound.seen import EVENT, understand
from drip.store import inbox, received
from drip.store.engine import Store, Unit

BY_HAND = "by_hand"  # how its owner was found


async def place(store: Store, ident: int, whose: Whose, means: Cls | None, context: Context, now: datetime) -> Received:
    """Act on a mail as the prospect's who is meant, now. `means` is what it is, where it was understood wrongly. The
    mail's bytes are erased; its words stay with the prospect.

    Raises NotFoundError without such a mail or prospect, MovedError for a mail that was dealt with before.
    """

    async def work(unit: Unit) -> Received:
        target = await find(unit, whose)
        understood = await _understood(unit, ident, means, target.email)
        await _finish(unit, ident, "placed", context, now)
        owner = Owner(target.prospect_id, target.email, BY_HAND, proven=True)
        made = await follow(unit, owner, understood, context, now)
        await received.place(unit, ident, placed(owner, understood, made, now, context.who))
        return told(ident, owner, understood, made)

    return await store.unit(work, durable=True)


async def dismiss(store: Store, ident: int, context: Context, now: datetime) -> None:
    """Nothing follows from a mail: it leaves the inbox, and its bytes and words are erased.

    Raises NotFoundError, and MovedError for a mail that was dealt with before.
    """

    async def work(unit: Unit) -> None:
        await _finish(unit, ident, "dismissed", context, now)
        await received.note(unit, ident, "")

    await store.unit(work)


async def _understood(unit: Unit, ident: int, means: Cls | None, email: str) -> Understood:
    """What the mail or the event says of who is meant, read once more as it came."""
    raw = await inbox.raw(unit, ident) or b""
    kept = await inbox.get(unit, ident)
    is_event = raw and kept is not None and kept.rule == EVENT
    understood = understand(kept_event(raw)) if is_event else of_recipient(classify(parse(raw)), email)
    if means is None or means is understood.cls:
        return understood
    dead = means in (Cls.BOUNCE, Cls.COMPLAINT)
    return replace(understood, cls=means, rule=BY_HAND, suppress=dead)


async def _finish(unit: Unit, ident: int, state: str, context: Context, now: datetime) -> None:
    if await inbox.finish(unit, ident, state, context.who, now):
        return
    kept = await inbox.get(unit, ident)
    if kept is None:
        raise NotFoundError(f"There is no mail {ident} in the inbox. `drip inbox list` shows those that wait.")
    raise MovedError(f"Mail {ident} was {kept.state} already. `drip inbox list` shows those that wait.")
