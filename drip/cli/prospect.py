"""`drip prospect add|list|show`: the people reps have talked to."""

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Annotated

import typer

from drip.cli.forms import takes
from drip.cli.options import After, Json, Limit, Who, whose
from drip.cli.output import note, plain, say, say_json, strong

if TYPE_CHECKING:
    from collections.abc import Mapping

    from drip.actions.forecasting.expected import Coming
    from drip.actions.listings import Shown
    from drip.cli.desk import Desk
    from drip.store.files import File
    from drip.store.prospects import Prospect

_NOT_A_COLUMN = ("owner", "json")


@dataclass(frozen=True, slots=True)
class NewProspectForm:
    """What is typed to add a prospect; every value as in a CSV file."""

    email: Annotated[str, typer.Argument(metavar="EMAIL", help="Their address.")]
    first_name: Annotated[str, typer.Option(metavar="TEXT")] = ""
    last_name: Annotated[str, typer.Option(metavar="TEXT")] = ""
    title: Annotated[str, typer.Option(metavar="TEXT", help="Their position.")] = ""
    phone: Annotated[str, typer.Option(metavar="NUMBER")] = ""
    company: Annotated[str, typer.Option(metavar="NAME")] = ""
    domain: Annotated[str, typer.Option(metavar="DOMAIN", help="Of the company's site.")] = ""
    country: Annotated[str, typer.Option(metavar="COUNTRY", help="Code or name; it decides the public holidays.")] = ""
    region: Annotated[str, typer.Option(metavar="REGION", help="State or province.")] = ""
    time_zone: Annotated[str, typer.Option(metavar="ZONE", help="Such as America/New_York.")] = ""
    sic: Annotated[str, typer.Option(metavar="CODE", help="The company's industry.")] = ""
    naics: Annotated[str, typer.Option(metavar="CODE", help="The company's industry.")] = ""
    employees: Annotated[str, typer.Option(metavar="N")] = ""
    revenue: Annotated[str, typer.Option(metavar="AMOUNT", help="A year's.")] = ""
    owner: Annotated[str | None, typer.Option(metavar="EMAIL", help="The rep the prospect belongs to.")] = None
    json: Json = False


@takes(NewProspectForm)
def add(form: NewProspectForm) -> None:
    """Add one prospect, cleaned as an import would."""
    from drip.actions.add_prospect import add_prospect
    from drip.cli.desk import at_desk

    given = {one.name: getattr(form, one.name) for one in fields(form) if one.name not in _NOT_A_COLUMN}
    person = at_desk(lambda desk: add_prospect(desk.store, given, desk.now, form.owner))
    if form.json:
        say_json(person)
    else:
        say(f"Added {_name(person) or person.email} ({person.email}).")
        note(f"Next: `drip enroll {person.email} --campaign KEY`.")


@dataclass(frozen=True, slots=True)
class ListForm:
    """What is typed to find prospects."""

    search: Annotated[str, typer.Option(metavar="WORDS", help="Each in name, email, title or company.")] = ""
    owner: Annotated[str, typer.Option(metavar="EMAIL", help="Only this rep's.")] = ""
    country: Annotated[str, typer.Option(metavar="COUNTRY", help="Only of this country, by code or name.")] = ""
    domain: Annotated[str, typer.Option(metavar="DOMAIN", help="Only of the company with this domain.")] = ""
    after: After = 0
    limit: Limit = 50
    json: Json = False


@takes(ListForm)
def list_all(form: ListForm) -> None:
    """Find prospects, a page at a time. `drip enroll` takes the same options to enroll them all."""
    from drip.actions.choose import Alike
    from drip.actions.listings import Page, list_prospects
    from drip.cli.desk import at_desk
    from drip.cli.table import Column, show_all

    alike = Alike(form.search, form.owner, form.country, form.domain)
    found = at_desk(lambda desk: list_prospects(desk.store, Page(alike, form.after, form.limit)))
    empty = (
        "Nobody is like that."
        if alike or form.after
        else "No prospects yet. `drip prospect import FILE.csv` takes in a list, `drip prospect add` one."
    )
    show_all(
        found,
        form.json,
        empty,
        [
            Column("ID", right=True),
            "Email",
            Column("Name", wraps=True),
            Column("Company", wraps=True),
            "Country",
            "Mark",
        ],
        lambda one: (one.id, one.email, _name(one), one.company_name, one.country, _mark(one)),
    )
    if len(found) == form.limit and not form.json:
        note(f"There may be more: --after {found[-1].id}.")


def show_one(who: Who, json: Json = False) -> None:
    """One prospect: who they are, their files, opt-ins, and what a person has to do."""
    from drip.actions.listings import show_prospect
    from drip.actions.next_letter import next_letter
    from drip.cli.desk import at_desk
    from drip.clock import MachineClock

    async def work(desk: "Desk") -> "tuple[Shown, Coming | None]":
        coming = await next_letter(desk.store, whose(who), desk.now, MachineClock().now())
        return await show_prospect(desk.store, whose(who)), coming

    shown, coming = at_desk(work)
    if json:
        say_json({**plain(shown), "next_letter": coming})
    else:
        _describe(shown, coming)


def _describe(shown: "Shown", coming: "Coming | None") -> None:
    from drip.cli.table import describe
    from drip.cli.words import coming_letter, count, day, moment

    person, firm = shown.prospect, shown.company
    employees = f"{firm.employees:,} employees" if firm and firm.employees else ""
    say(strong(_name(person) or person.email))
    describe(
        [
            ("Email", person.email),
            ("Suppressed", shown.suppressed and f"{shown.suppressed.replace('_', ' ')}: nothing is sent"),
            ("Position", person.title),
            ("Phone", person.phone),
            ("Company", ", ".join(dict.fromkeys(filter(None, (firm.name, firm.domain, employees)))) if firm else ""),
            ("Place", ", ".join(filter(None, (person.region, person.country, person.time_zone)))),
            ("Last touch", day(person.touched_on)),
            ("Opted in", moment(person.opted_in_at)),
            ("Opted out", moment(person.opted_out_at)),
            *(row for file in shown.files for row in _file(file, shown.fields.get(file.id, {}))),
            ("Next", coming and coming_letter(coming, str(coming.at.tzinfo))),
            *(("Opt-in", f'{moment(one.at)}, {one.through}: "{one.wording}"') for one in shown.opt_ins),
            *(("To do", task.code.replace("_", " ")) for task in shown.tasks if task.done_at is None),
        ]
    )
    if not shown.files:
        note(f"In no campaign yet: `drip enroll {person.email} --campaign KEY`.")
    else:
        note(f"What happened, {count(len(shown.files), 'file')}: `drip timeline {person.email}`.")


def _file(file: "File", fields: "Mapping[str, str]") -> list[tuple[str, str]]:
    """The file, and what its letters may say."""
    from drip.actions.words import RECALLS
    from drip.cli.standing import standing
    from drip.cli.words import count, day

    parts = [f"{file.campaign_key} version {file.version}", standing(file), f"{count(file.sent, 'letter')} sent"]
    if file.recall_on:
        why = RECALLS.get(file.recall_reason or "", file.recall_reason or "")
        parts.append(f"recall {day(file.recall_on)}: {why}")
    return [(f"File {file.id}", "; ".join(parts)), *((f"  {name}", text) for name, text in fields.items())]


def _name(person: "Prospect") -> str:
    return f"{person.first_name} {person.last_name}".strip()


def _mark(person: "Prospect") -> str:
    marks = (
        (person.complained_at, "complained"),
        (person.opted_out_at, "opted out"),
        (person.bounced_at, "bounced"),
        (person.opted_in_at, "opted in"),
    )
    return next((mark for at, mark in marks if at), "")
