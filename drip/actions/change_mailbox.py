"""Change a mailbox: its server, its limits, what becomes of a letter whose answer was lost."""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from drip.actions.add_mailbox import cleaned
from drip.actions.pause_mailbox import find_mailbox
from drip.domain.provider import provider_of
from drip.domain.return_path import OWN
from drip.store import mailboxes, notices
from drip.store.engine import Store, Unit
from drip.store.mailboxes import Mailbox, NewMailbox

_NEVER = ("name", "rep_id")


async def change_mailbox(store: Store, name: str, changes: Mapping[str, Any]) -> tuple[Mailbox, bool]:
    """Set fields of NewMailbox by name, a secret encrypted already; False when nothing was changed by it.

    A new warm-up begins with the next letter. At a new server that wants its own return path bounces come back to
    the mailbox's address as it is, unless `changes` says where to. Raises NotFoundError, AddError for what cannot be.
    """

    async def work(unit: Unit) -> tuple[Mailbox, bool]:
        box = await find_mailbox(unit, name)
        known = NewMailbox(**{one.name: getattr(box, one.name) for one in fields(NewMailbox)})
        wanted = cleaned(replace(known, **_with_bounces(changes)))
        new = {one.name: getattr(wanted, one.name) for one in fields(NewMailbox) if one.name not in _NEVER}
        values = {key: value for key, value in new.items() if value != getattr(box, key)}
        if "warm_up" in values:
            values["warm_up_on"] = None
        if values.get("for_notices"):
            await notices.name_mailbox(unit, box.id, True)  # and no other any more
        await mailboxes.change(unit, box.id, values)
        return await find_mailbox(unit, name), bool(values)

    return await store.unit(work)


def _with_bounces(changes: Mapping[str, Any]) -> Mapping[str, Any]:
    if "host" in changes and not provider_of(changes["host"]).tags:
        return {"bounces_to": OWN, **changes}
    return changes
