"""List what there is: campaigns, prospects, reps, mailboxes, tasks; and show one prospect."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from drip.actions.choose import Alike, choice_of
from drip.actions.whose import Whose, find
from drip.domain.company import Company
from drip.store import campaigns, companies, fields, files, mailboxes, opt_ins, prospects, reps, suppressions, tasks
from drip.store.campaigns import Listed
from drip.store.engine import Store
from drip.store.files import File
from drip.store.mailboxes import Mailbox
from drip.store.opt_ins import OptIn
from drip.store.prospects import Prospect
from drip.store.reps import Rep
from drip.store.tasks import TaskRow


@dataclass(frozen=True, slots=True)
class Page:
    """A page of those who are alike; `after` is the last id of the page before."""

    alike: Alike = field(default_factory=Alike)
    after: int = 0
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Shown:
    """One prospect with all that hangs on it; `suppressed` is the reason, None if it is not. `fields` are
    those of each enrollment, by its id."""

    prospect: Prospect
    company: Company | None
    suppressed: str | None
    files: tuple[File, ...]
    fields: Mapping[int, Mapping[str, str]]
    opt_ins: tuple[OptIn, ...]
    tasks: tuple[TaskRow, ...]


async def list_campaigns(store: Store) -> list[Listed]:
    """Published campaigns with their newest version and open files, by key."""
    async with store.reading() as unit:
        return await campaigns.listing(unit)


async def list_prospects(store: Store, page: Page) -> list[Prospect]:
    """A page of prospects, by id. Raises as choice_of."""
    async with store.reading() as unit:
        return await prospects.listing(unit, await choice_of(unit, page.alike), page.after, page.limit)


async def list_reps(store: Store) -> list[Rep]:
    """All reps, by name."""
    async with store.reading() as unit:
        return await reps.listing(unit)


async def list_mailboxes(store: Store) -> list[Mailbox]:
    """All mailboxes, by name; their secrets are encrypted."""
    async with store.reading() as unit:
        return await mailboxes.listing(unit)


async def show_prospect(store: Store, whose: Whose) -> Shown:
    """One prospect with company, files, opt-ins and tasks. Raises NotFoundError."""
    async with store.reading() as unit:
        target = await find(unit, whose, lock=False)
        [person] = await prospects.get(unit, [target.prospect_id])
        firms = await companies.get(unit, [person.company_id] if person.company_id else [])
        mine = await files.listing(unit, files.Which(prospect_id=person.id))
        return Shown(
            prospect=person,
            company=firms.get(person.company_id or 0),
            suppressed=(await suppressions.find(unit, [person.email])).get(person.email),
            files=tuple(mine),
            fields=await fields.of_enrollments(unit, [file.id for file in mine]),
            opt_ins=tuple(await opt_ins.of_prospect(unit, person.id)),
            tasks=tuple(await tasks.of_prospect(unit, person.id)),
        )
