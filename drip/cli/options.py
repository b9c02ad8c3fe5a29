"""Arguments and options that many commands share, and the values they stand for."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from drip.cli.output import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from drip.actions.whose import Whose
    from drip.domain.duration import Duration

Json = Annotated[bool, typer.Option("--json", help="Print JSON lines: one object a line.")]
Who = Annotated[str, typer.Argument(metavar="WHO", help="The prospect's email, or the number of an enrollment.")]
By = Annotated[
    str | None,
    typer.Option("--by", metavar="EMAIL", help="The rep who does it; the timeline then says so."),
]
Why = Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="Why; kept on the timeline.")]
LARGEST_ID = 2**31 - 1  # what an id can be
After = Annotated[int, typer.Option(metavar="N", min=0, max=LARGEST_ID, help="Go on after this one.")]
Limit = Annotated[int, typer.Option(metavar="N", min=1, max=10_000, help="At most so many.")]
Rep = Annotated[str | None, typer.Option("--rep", metavar="EMAIL", help="Only this rep's.")]


def whose(text: str) -> "Whose":
    """Whom WHO means. Raises InputError."""
    from drip.actions.whose import Whose

    given = text.strip().removeprefix("#")
    if given.isascii() and given.isdigit():
        return Whose(enrollment_id=min(int(given[:11]), LARGEST_ID))
    if "@" not in given:
        raise InputError(f'"{text}" is neither an email address nor the number of an enrollment.')
    return Whose(email=given)


def named_texts(given: "Iterable[str]", option: str) -> dict[str, str]:
    """NAME=TEXT after NAME=TEXT as texts by name, trimmed; the last of a name counts. Raises InputError."""
    found = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise InputError(f'{option}: "{text}" is no field. Write NAME=TEXT, such as goal="fewer stops".')
        found[name.strip()] = value.strip()
    return found


def a_day(text: str | None, option: str) -> date | None:
    """The day an option names; None where it was not given. Raises InputError."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise InputError(f'{option}: "{text}" is no day. Write it as year-month-day, such as 2027-03-16.') from None


def a_cadence(text: str | None, option: str) -> "Duration | None":
    """The interval an option names; None where it was not given. Raises InputError."""
    from drip.domain.duration import parse_cadence
    from drip.domain.errors import DurationError

    if text is None:
        return None
    try:
        return parse_cadence(text.strip())
    except DurationError as error:
        raise InputError(f"{option}: {error}") from None
