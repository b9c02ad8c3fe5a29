"""`drip enrollment set`: change what a campaign's letters say of one prospect, or of many from a CSV file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from drip.cli.forms import takes
from drip.cli.options import By, Json, Why, named_texts, whose
from drip.cli.output import InputError, note, say, say_json

if TYPE_CHECKING:
    from drip.actions.happen import Context
    from drip.actions.set_fields import FieldsSet
    from drip.cli.desk import Desk

Row = tuple[int | None, str, Mapping[str, str]]  # line of the file, WHO, fields by name


def _option(help_: str, metavar: str) -> Any:
    return typer.Option(metavar=metavar, help=help_)


@dataclass(frozen=True, slots=True)
class SetForm:
    """What is typed to set fields."""

    who: Annotated[
        str | None,
        typer.Argument(metavar="[WHO]", help="The prospect's email, or the number of an enrollment; or give --csv."),
    ] = None
    field: Annotated[list[str] | None, _option("Set it; NAME= takes it away. May be given again.", "NAME=TEXT")] = None
    csv: Annotated[Path | None, _option("A row each: a column email, and columns field.NAME.", "FILE")] = None
    by: By = None
    reason: Why = None
    json: Json = False


@dataclass(frozen=True, slots=True)
class NotSet:
    """A row whose fields were not set; `why` in words, `row` the line of the file."""

    row: int | None
    email: str
    why: str


@takes(SetForm)
def set_it(form: SetForm) -> bool:
    """Change the fields of an enrollment: what the campaign's letters may say of this prospect.

    The next letter says what is set then. In a file an empty cell changes nothing, and a bad row never
    stops the others. The timeline shows who changed what, and what it was before.

    Exit code 1 when nothing was changed. With --json one object for each prospect.
    """
    from drip.actions.importing.sheet import open_sheet
    from drip.cli.desk import at_desk

    if (form.who is None) == (form.csv is None):
        raise InputError("Say whose: WHO, or --csv FILE with many.")
    given = named_texts(form.field or (), "--field")
    if form.csv is None:
        if not given:
            raise InputError('Say what to set, such as --field goal="fewer stops".')
        rows: list[Row] = [(None, form.who or "", given)]
    else:
        open_sheet(form.csv)  # a file that is none is told first
        rows = list(_rows(form.csv, given))
    found = at_desk(lambda desk: _set_all(desk, form, rows))
    for one in found:
        if form.json:
            say_json(one)
        else:
            _tell(one)
    return any(not isinstance(one, NotSet) and one.changed for one in found)


async def _set_all(desk: "Desk", form: SetForm, rows: list[Row]) -> "list[FieldsSet | NotSet]":
    from drip.cli.desk import done_by

    context = await done_by(desk, form.by, form.reason)
    if form.csv is None:
        [row] = rows
        return [await _set(desk, row, context)]
    return [await _try(desk, row, context) for row in rows]


async def _set(desk: "Desk", row: Row, context: "Context") -> "FieldsSet":
    from drip.actions.set_fields import set_fields

    return await set_fields(desk.store, whose(row[1]), row[2], context, desk.now)


async def _try(desk: "Desk", row: Row, context: "Context") -> "FieldsSet | NotSet":
    """A row of a file; a bad one is told."""
    from drip.actions.set_fields import FieldError
    from drip.actions.whose import NotFoundError

    try:
        return await _set(desk, row, context)
    except (InputError, NotFoundError, FieldError) as error:
        return NotSet(row[0], row[1], str(error))


def _rows(path: Path, given: Mapping[str, str]) -> Iterator[Row]:
    """(line, email, fields) for every row. Raises SheetError, InputError for a file that cannot serve."""
    from drip.actions.importing.columns import columns_of, field_of
    from drip.actions.importing.sheet import SheetError, open_sheet
    from drip.cli.enroll_rows import tell_unread

    records = open_sheet(path).records()
    header = next(records, None)
    if header is None or header.problem:
        raise SheetError(f"{path}, line 1: the header cannot be read. Export the file again.")
    email = columns_of(header.cells, str(path)).at["email"]
    names = {at: name for at, cell in enumerate(header.cells) if at != email and (name := field_of(cell))}
    if not names and not given:
        raise InputError(f"{path}, line 1: no column is for a field. Call one field.NAME, such as field.result.")
    tell_unread([cell.strip() for at, cell in enumerate(header.cells) if at != email and at not in names])
    for record in records:
        cells = [cell.strip() for cell in record.cells]
        said = {name: cells[at] for at, name in names.items() if at < len(cells) and cells[at]}
        who = cells[email] if email is not None and email < len(cells) else ""
        yield record.line, who, {**given, **said}


def _tell(one: "FieldsSet | NotSet") -> None:
    if isinstance(one, NotSet):
        say(f"Line {one.row}: not set: {one.why}")
        return
    named = f"{one.email}, enrollment {one.enrollment_id}"
    if not one.changed:
        note(f"That changes nothing: {named}, has it so already.")
        return
    for name in one.changed:
        say(f"{name}: {one.fields.get(name) or 'empty'}")
    then = f"the next {one.campaign} letter says so" if one.open else "but the file is closed, so no letter says so"
    say(f"{named}, is set; {then}.")
