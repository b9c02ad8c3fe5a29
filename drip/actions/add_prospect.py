"""Add one prospect by hand, cleaned as an import would."""

from datetime import datetime

from drip.actions.adding import AddError, AlreadyThereError
from drip.actions.importing.columns import columns_of
from drip.actions.importing.people import company_of, prospect_of
from drip.actions.importing.report import RowIssue
from drip.actions.importing.row import clean_row
from drip.actions.importing.sheet import Record
from drip.actions.which_rep import find_rep
from drip.store import companies, prospects
from drip.store.engine import Store, Unit
from drip.store.prospects import Prospect


async def add_prospect(store: Store, given: dict[str, str], now: datetime, owner: str | None = None) -> Prospect:
    """Add a prospect from texts named as the columns of an import: email, first_name, last_name,
    title, phone, company, domain, country, region, time_zone, sic, naics, employees, revenue.

    `owner` is the email of a rep. Raises AddError, AlreadyThereError, NotFoundError (rep).
    """
    filled = {name: text for name, text in given.items() if text or name == "email"}
    columns = columns_of(tuple(_HEADERS.get(name, name) for name in filled), "the prospect")
    row = clean_row(Record(1, tuple(filled.values())), columns, reserved=True)
    if isinstance(row, RowIssue):
        raise AddError(f"The prospect cannot be added: {row.words}.")

    async def work(unit: Unit) -> Prospect:
        if await prospects.by_email(unit, [row.email]):
            raise AlreadyThereError(f"{row.email} is a prospect already; `drip prospect show {row.email}`.")
        rep = await find_rep(unit, owner) if owner else None
        firm = company_of(row)
        company_id = (await companies.put(unit, [firm], now))[0] if firm else None
        await prospects.put(unit, [prospect_of(row, company_id, rep.id if rep else None)], now)
        return (await prospects.by_email(unit, [row.email]))[row.email]

    return await store.unit(work)


_HEADERS = {
    "email": "Email",
    "first_name": "First name",
    "last_name": "Last name",
    "title": "Job title",
    "phone": "Phone",
    "company": "Company",
    "domain": "Domain",
    "country": "Country",
    "region": "Region",
    "time_zone": "Time zone",
    "employees": "Employees",
    "revenue": "Revenue",
}
