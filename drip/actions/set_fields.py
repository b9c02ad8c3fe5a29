"""Set what the letters of one enrollment say of it: the goal, the result (CAMPAIGN.md, `fields`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from drip.actions.happen import Context
from drip.actions.whose import Whose, find_steered
from drip.domain.errors import DripError
from drip.domain.fields import changed, refused
from drip.store import enrollments, facts, fields, notes
from drip.store.engine import Store, Unit
from drip.store.enrollments import Open
from drip.store.facts import NewFact
from drip.store.notes import NewNote


class FieldError(DripError):
    """A field the campaign does not declare, or a value that cannot be kept. The text says which."""


@dataclass(frozen=True, slots=True)
class FieldsSet:
    """The fields of an enrollment as they are now; `changed` names those that were not so before, `open`
    whether its file is."""

    enrollment_id: int
    email: str
    campaign: str
    changed: tuple[str, ...]
    fields: Mapping[str, str]
    open: bool


async def set_fields(
    store: Store, whose: Whose, given: Mapping[str, str], context: Context, now: datetime
) -> FieldsSet:
    """Set fields by name; an empty text takes one away, one that is not given stays.

    The next letter that is composed says the new ones; one on its way stays as it was composed.
    Who, when and why is a fact, what was and is a note beside it (R38). Raises FieldError,
    NotFoundError, NotEnrolledError.
    """

    async def work(unit: Unit) -> FieldsSet:
        enrollment_id = await find_steered(unit, whose)
        [found] = await enrollments.load(unit, [enrollment_id], lock=True)
        wrong = refused(found.terms.campaign, given)
        if wrong:
            raise FieldError(f"{found.terms.email}: {wrong}.")
        kept = (await fields.of_enrollments(unit, [enrollment_id]))[enrollment_id]
        new = changed(kept, given)
        after = {name: text for name, text in {**kept, **new}.items() if text}
        if new:
            await fields.put(unit, enrollment_id, after)
            await _tell(unit, found, (kept, new), context, now)
        about = (enrollment_id, found.terms.email, found.terms.campaign.label)
        return FieldsSet(*about, tuple(new), after, found.enrollment.is_open)

    return await store.unit(work)


async def _tell(
    unit: Unit, about: Open, values: tuple[Mapping[str, str], Mapping[str, str]], context: Context, now: datetime
) -> None:
    """The names stand in the fact, the words where they can be erased."""
    kept, new = values
    said = "; ".join(_said(name, kept.get(name, ""), text) for name, text in new.items())
    words = f"{said}. {context.why.strip()}" if context.why else said
    note = await notes.add(unit, NewNote(about.prospect_id, now, context.who, words))
    fact = NewFact(
        at=now,
        what="fields_set",
        who=context.who,
        prospect_id=about.prospect_id,
        enrollment_id=about.id,
        rep_id=context.rep_id,
        data={**context.data, "fields": list(new), "note": note},
    )
    await facts.append(unit, [fact])


def _said(name: str, before: str, after: str) -> str:
    was = f" (was: {before})" if before else ""
    return f"{name}: {after or 'empty'}{was}"
